"""One person stands for the words of one entry, as the one who wrote or who checked them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, cast

from throughcare.config.commands import rulebooks
from throughcare.config.commands.problem import Problem
from throughcare.core import clock, rulebook
from throughcare.core.rulebook import Book, Entry, RulebookError


def sign(named: str, part: str, by: str, version: int = 0) -> int:
    """Write one signature beside the rules; print how the entry then stands. Raises Problem with what stands in the way."""
    if not (named and part and by):
        raise Problem("Say which entry, which part and who: throughcare rulebook sign ENTRY --as written --by NAME")
    rulebooks.lines()  # nothing is signed in a rulebook that cannot be read
    book, entry = _found(named, version)
    try:
        path = rulebook.sign(
            entry, cast(Literal["written", "checked"], part), by, clock.prison_day(clock.now()), folder_of(book)
        )  # fmt: skip
    except RulebookError as error:
        raise Problem(str(error)) from error
    print(f"{entry.title}, version {entry.version}: signed as {part} by {by}, in {path}. The words: {entry.content_hash}.")
    for one in entry.to_confirm:
        print(f"  signed with this still to be confirmed: {one}")
    again = book.read().version(entry.id, entry.version)
    print("Two people stand for it." if again.is_signed else "A second person signs the other part.")
    return 0


def folder_of(book: Book[Any]) -> Path:
    """Where signatures of a book are written: in the site's overlay where there is one, else beside the house's rules."""
    root, overlay = rulebook.root(book.folder), rulebook.here().overlay
    return (rulebook.place(root, overlay) or root) if overlay else root


def _found(named: str, version: int) -> tuple[Book[Any], Entry[Any]]:
    package, _, id = named.rpartition("/")
    found = [
        (book, entry) for book in rulebooks.books() for entry in book.all()
        if entry.id == id and package in ("", book.package) and version in (0, entry.version)
    ]  # fmt: skip
    if not found:
        raise Problem(f"There is no such entry: {named}. See throughcare rulebook list.")
    if len({(book.package, entry.id) for book, entry in found}) > 1:
        which = ", ".join(sorted({f"{book.package}/{entry.id}" for book, entry in found}))
        raise Problem(f"Several entries have this id: {which}. Name the one you mean.")
    return max(found, key=lambda pair: pair[1].version)
