"""The rulebooks of every module: checked, listed with how they stand, printed as reference pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import django

from throughcare.access.roles import roles
from throughcare.config.commands.problem import Problem
from throughcare.core import clock, rulebook
from throughcare.core.rulebook import KINDS, SIGNATURES, Book, Entry, RulebookError
from throughcare.instruments import rules as instruments
from throughcare.pathways import rules as pathways
from throughcare.pathways import titles
from throughcare.record.kinds import kinds

NOT_FOR_RELEASE = frozenset({"unsigned", "half signed", "overdue review"})
HOUSE = Path(__file__).resolve().parents[2]
SKIPPED = {"tests", "migrations", "templates", "static"}


@dataclass(frozen=True)
class Line:
    """One version of one entry, how it stands today, and whether it is used where signatures are asked for."""

    module: str
    id: str
    version: str
    status: str
    use: str
    review_by: str
    to_confirm: int
    title: str


def do(what: str, release: bool = False) -> int:
    """check, list or print. Raises Problem when a rulebook cannot be read or points at something that is not there."""
    found = lines()
    if dangling := [*_dangling(), *titles.naming((one.value for one in pathways.pathways()), clock.prison_day(clock.now()))]:
        raise Problem("\n".join(dangling))
    if what == "print":
        return _print()
    print(_table(found))
    wanting = [line for line in found if line.status in NOT_FOR_RELEASE]
    print(f"\n{len(found)} entries can be used as they are written; {len(wanting)} are unsigned or overdue.")
    return 1 if release and wanting else 0


def lines(today: date | None = None) -> list[Line]:
    """Every entry of every module, read anew. Raises Problem with the sentence of the first mistake."""
    day = today or clock.prison_day(clock.now())
    try:
        rulebook.use(replace(rulebook.here()))  # nothing that was read before counts
        read = [(book, entry) for book in books() for entry in book.all()]
        if stray := next(strays({entry.file for _, entry in read}), None):
            raise RulebookError(f"{stray}: no rulebook has such a file. Give it the folder and the id of the entry it replaces.")
        return [_line(book, entry, day) for book, entry in read]
    except RulebookError as error:
        raise Problem(str(error)) from error


@cache
def books() -> tuple[Book[Any], ...]:
    """Every kind of rulebook file that a package declares, by package; sets Django up, and needs no database."""
    django.setup()
    for path in sorted(HOUSE.rglob("*.py")):
        inside = path.relative_to(HOUSE)
        if (HOUSE / inside.parts[0] / "rulebook").is_dir() and not SKIPPED & set(inside.parts) and _declares(path):
            import_module(".".join(("throughcare", *inside.with_suffix("").parts)).removesuffix(".__init__"))
    ours = [book for book in rulebook.declared() if book.folder.is_relative_to(HOUSE)]
    return tuple(sorted(ours, key=lambda book: (book.package, book.folder, book.only)))


def strays(read: set[Path]) -> Iterator[Path]:
    """Files under a `rulebook` of the house or in the site's overlay that nothing reads."""
    overlay = rulebook.here().overlay
    folders = [*HOUSE.glob("*/rulebook"), *([overlay] if overlay else [])]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in KINDS]
    return (path for path in files if path.name != SIGNATURES and path not in read)


def _declares(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    return "throughcare.core.rulebook import" in text and ("Book(" in text or "File(" in text)


def _line(book: Book[Any], entry: Entry[Any], day: date) -> Line:
    status = entry.status(day)
    stands = rulebook.here().signed_only and status in NOT_FOR_RELEASE
    use = ("stands" if stands else "used") if entry.active else "not used"
    return Line(
        book.package, entry.id, str(entry.version), status, use, entry.review_by.isoformat(), len(entry.to_confirm),
        entry.title + (" (of this site)" if entry.local else ""),
    )  # fmt: skip


def _dangling() -> Iterator[str]:
    """What one rulebook names and another does not have: roles, kinds of contact, alerts."""
    alerts = {rule.id for entry in instruments.book() for rule in entry.value.alerts}
    known = {"role": set(roles()), "kind": set(kinds()), "alert": alerts}
    for owner, sort, name in (*_named_by_clocks(), *_named_by_kinds(), *_named_by_alerts()):
        if name not in known[sort]:
            yield f"{owner} names the {sort} {name}, which does not exist."


def _named_by_clocks() -> Iterator[tuple[str, str, str]]:
    for due in (due for entry in pathways.pathways() for due in entry.value.steps if not due.waits):
        yield from ((f"The step {due.id}", "role", role) for role in (due.owner_role, *(rung.to for rung in due.escalate)))
        for one in (*due.starts_on, *due.done_by):
            sort = {"screening.AlertRaised": "alert", "record.EncounterRecorded": "kind"}.get(one.fact)
            for name in _several((one.where or {}).get(sort, ())) if sort else ():
                yield f"The step {due.id}", str(sort), name


def _named_by_kinds() -> Iterator[tuple[str, str, str]]:
    for kind in kinds().values():
        yield from ((f"The kind of contact {kind.id}", "role", role) for role in sorted(kind.roles))


def _named_by_alerts() -> Iterator[tuple[str, str, str]]:
    for entry in instruments.book():
        for rule in entry.value.alerts:
            yield from ((f"The alert {rule.id}", "kind", name) for name in rule.evidence)


def _several(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _print() -> int:
    from throughcare.config.commands import rulebook_pages

    for path, text in rulebook_pages.pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path)
    return 0


def _table(found: list[Line]) -> str:
    heads = Line("module", "entry", "version", "status", "use", "review by", 0, "title")
    rows = [
        f"{line.module:<12} {line.id:<24} {line.version:<8} {line.status:<15} {line.use:<9} {line.review_by:<11} {line.title}"
        for line in (heads, *found)
    ]
    return "\n".join(rows)
