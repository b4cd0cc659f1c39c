"""Who stands for an entry, word for word: rows beside the rules, each for one content hash, only ever added to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from throughcare.core.rulebook.entry import Entry, RulebookError, Signature
from throughcare.core.rulebook.reading import read
from throughcare.core.rulebook.shape import typed

SIGNATURES = "signatures.toml"
Part = Literal["written", "checked"]
HEAD = "# Who stands for which words: two people an entry. Written by `throughcare rulebook sign`, only ever added to.\n"
ROW = '\n[[signatures]]\nentry = "{entry}"\nversion = {version}\nhash = "{hash}"\npart = "{part}"\nby = "{by}"\non = {on}\n'


@dataclass(frozen=True)
class Row:
    """One person wrote, or checked, one version of one entry, as its content hash says."""

    entry: str
    version: int
    hash: str
    part: str
    by: str
    on: date


@dataclass(frozen=True)
class _File:
    signatures: tuple[Row, ...] = ()


def rows(folder: Path) -> list[Row]:
    """Every row of a folder's signatures. Raises RulebookError for a row of neither part, or one person in both."""
    path = folder / SIGNATURES
    found = list(typed(_File, read(path), str(path)).signatures) if path.exists() else []
    for one in found:
        if one.part not in get_args(Part):
            raise RulebookError(f"{path}: {one.entry}: part is written or checked, and not {one.part!r}.")
    for one in found:
        signature(found, one.entry, one.version, one.hash, str(path))
    return found


def signature(found: Iterable[Row], entry: str, version: int, hash: str, where: str) -> Signature | None:
    """Who stands for these words, or None; raises RulebookError when one person did both."""
    by: dict[str, str] = {row.part: row.by for row in found if (row.entry, row.version, row.hash) == (entry, version, hash)}
    if len({same(name) for name in by.values()}) < len(by):
        raise RulebookError(f"{where}: {entry} was written and checked by the same person. A second person must check it.")
    return Signature(by.get("written", ""), by.get("checked", "")) if by else None


def same(name: str) -> str:
    """A name as two names are compared."""
    return " ".join(name.split()).casefold()


def sign(entry: Entry[object], part: Part, by: str, on: date, folder: Path) -> Path:
    """Add one row to a folder's signatures; returns the file.

    Raises RulebookError for a blank name, a review date that has passed, a part that somebody has signed, or a person who
    has signed the other part.
    """
    if why := _refusal(entry, part, by, on):
        raise RulebookError(why)
    path = folder / SIGNATURES
    folder.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else HEAD
    row = ROW.format(entry=entry.id, version=entry.version, hash=entry.content_hash, part=part, by=" ".join(by.split()), on=on)
    path.write_text(before + row, encoding="utf-8")
    return path


def _refusal(entry: Entry[object], part: Part, by: str, on: date) -> str:
    """Why this person cannot sign, or blank."""
    held = entry.signature or Signature()
    other = held.checked_by if part == "written" else held.written_by
    mine = held.written_by if part == "written" else held.checked_by
    if not by.strip() or set(by) & set('"\\\n\r'):
        return "Give the name of the person who signs, in plain letters."
    if entry.review_by < on:
        return f"{entry.id} was to be reviewed by {entry.review_by}. Review it first, and give it a new date and version."
    if mine:
        return f"{entry.id} {entry.version} is signed as {part} by {mine} already."
    if other and same(other) == same(by):
        return f"{other} has signed the other part of {entry.id}. A second person must sign this one."
    return ""
