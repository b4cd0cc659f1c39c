"""The rulebook of consent and disclosure: what may be asked, on which grounds anything is told, which fields a paper holds.

Plain values: no database, clock or request.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from throughcare.core.rulebook import Book as File
from throughcare.core.rulebook import Entry, RulebookError, body, shaped

FOLDER = Path(__file__).parent / "rulebook"


@dataclass(frozen=True)
class Purpose:
    """One thing that somebody is asked to agree to: the words they hear, for whom, for how long, and who may ask."""

    code: str
    title: str
    words: str
    words_version: str
    asked_by: tuple[str, ...]
    recipient: str = ""
    expires_days: int = 0

    @property
    def named(self) -> bool:
        """Whether the recipient is a name that is typed."""
        return not self.recipient


@dataclass(frozen=True)
class Basis:
    """Why something may be told: whether it is argued in words, and which roles the second person may hold."""

    code: str
    argued: bool
    approved_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """One kind of document: for which purpose it leaves, on which grounds, with which fields and no others."""

    code: str
    title: str
    purpose: str
    bases: tuple[str, ...]
    fields: tuple[str, ...]
    letter: bool = False

    def strays(self, fields: Collection[str]) -> list[str]:
        """Fields that are not on the closed list."""
        return sorted(set(fields) - set(self.fields))


@dataclass(frozen=True)
class WingCode:
    """A code of the first-night advice in the words of the wing sheet."""

    code: str
    words: str


@dataclass(frozen=True)
class Movement:
    """Where officers are told to bring somebody: places that name no clinic."""

    places: tuple[str, ...]


@dataclass(frozen=True)
class Book:
    """The whole rulebook, by code."""

    purposes: tuple[Purpose, ...]
    bases: tuple[Basis, ...]
    documents: tuple[Paper, ...]
    wing_codes: tuple[WingCode, ...] = ()
    movement: Movement = field(default_factory=lambda: Movement(()))

    def purpose(self, code: str) -> Purpose | None:
        """A purpose that may be asked for."""
        return next((one for one in self.purposes if one.code == code), None)

    def basis(self, code: str) -> Basis | None:
        """A ground for telling."""
        return next((one for one in self.bases if one.code == code), None)

    def paper(self, code: str) -> Paper | None:
        """A kind of document."""
        return next((one for one in self.documents if one.code == code), None)

    @property
    def letters(self) -> tuple[Paper, ...]:
        """The papers that are written from the disclosures page."""
        return tuple(one for one in self.documents if one.letter)


def entry(day: date) -> Entry[Book]:
    """The version that applies on a day; raises RulebookError when it cannot be read."""
    return FILE.all().on("consent", day)


def book(day: date) -> Book:
    """What applies on a day."""
    return entry(day).value


def _build(data: dict[str, Any]) -> Book:
    tables = {"purposes": Purpose, "bases": Basis, "documents": Paper, "wing_codes": WingCode}
    ready: dict[str, Any] = {
        name: tuple(shaped(kind, row, f"{name} {row.get('code', '')}") for row in data.get(name, ()))
        for name, kind in tables.items()
    }
    if "movement" in data:
        ready["movement"] = shaped(Movement, data["movement"], "movement")
    left = {key: value for key, value in body(data).items() if key not in ready}
    made = shaped(Book, left, "consent", **ready)
    if wrong := _problem(made):
        raise RulebookError(wrong)
    return made


def _problem(made: Book) -> str:
    """A ground that no paper may name, a letter without a purpose that is asked, a code twice."""
    known = {one.code for one in made.bases}
    for paper in made.documents:
        if strays := sorted(set(paper.bases) - known):
            return f"The paper {paper.code} names the ground {strays[0]}, which is not listed."
        if "consent" in paper.bases and not made.purpose(paper.purpose):
            return f"The paper {paper.code} needs consent for {paper.purpose}, which nobody is asked for."
    for table in (made.purposes, made.bases, made.documents, made.wing_codes):
        codes = [one.code for one in table]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            return f"{twice[0]} is listed twice."
    return ""


FILE = File(FOLDER, _build, only=("consent",))
