"""Any file of the rulebook as a page: who stands for it, and all that it says, in the order in which it says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from throughcare.config.commands import rulebooks
from throughcare.core.rulebook import Book, Entry, body, read


def page(entry: Entry[Any]) -> str:
    """One file: identity, then its values, tables and rows."""
    lines = [*identity(entry), *_table(body(read(entry.file)), 2)]
    return "\n".join(lines).rstrip() + "\n"


def name(book: Book[Any], entry: Entry[Any]) -> str:
    """What its page is called: the id, and where several packages have one of that id, the package too."""
    owners = {other.package for other in rulebooks.books() if entry.id in other.all().ids()}
    return f"{book.package}-{entry.id}.md" if len(owners) > 1 else f"{entry.id}.md"


def identity(entry: Entry[Any]) -> list[str]:
    """Which version, from when, who signed it, from which source, and what is still to be confirmed."""
    source = ", ".join(filter(None, [entry.source.title, entry.source.section, " ".join(entry.source.codes)]))
    dates = f"version {entry.version}, applies from {entry.applies_from}, to be reviewed by {entry.review_by}"
    lines = [f"# {entry.title}", "", f"`{entry.id}`, {dates}; {_signed(entry)}.", "", f"Source: {source}.", ""]
    return lines + (["To be confirmed:", "", *(f"- {one}" for one in entry.to_confirm), ""] if entry.to_confirm else [])


def _signed(entry: Entry[Any]) -> str:
    held = entry.signature
    parts = [f"written by {held.written_by}" if held and held.written_by else "",
             f"checked by {held.checked_by}" if held and held.checked_by else ""]  # fmt: skip
    return ", ".join(filter(None, parts)) or "not signed yet"


def _table(data: Mapping[str, Any], depth: int) -> Iterator[str]:
    """Plain values first, as the bullets of their table; then each table and each list of rows under a heading."""
    plain = {key: value for key, value in data.items() if not _is_deep(value)}
    yield from (f"- {_words(key)}: {_cell(value)}" for key, value in plain.items())
    if plain:
        yield ""
    for key, value in data.items():
        if key not in plain:
            yield from (f"{'#' * min(depth, 6)} {_words(key).capitalize()}", "")
            yield from _table(value, depth + 1) if isinstance(value, Mapping) else _rows(value)


def _rows(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A row each, a column for each key that any of them has."""
    listed = list(rows)
    columns = list(dict.fromkeys(key for row in listed for key in row))
    yield f"| {' | '.join(map(_words, columns))} |"
    yield f"|{'---|' * len(columns)}"
    yield from (f"| {' | '.join(_cell(row.get(column, '')) for column in columns)} |" for row in listed)
    yield ""


def _is_deep(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and bool(value) and isinstance(value[0], Mapping))


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{_words(key)}: {_cell(one)}" for key, one in value.items())
    if isinstance(value, list):
        return "; ".join(map(_cell, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(str(value).split()).replace("|", "\\|")


def _words(key: str) -> str:
    return key.replace("_", " ")
