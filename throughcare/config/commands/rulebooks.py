"""The rulebooks of every module: checked, listed with how they stand, printed as reference pages."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from throughcare.access import permissions
from throughcare.access import rules as access
from throughcare.access.roles import roles
from throughcare.config.commands.problem import Problem
from throughcare.core import clock
from throughcare.core.rulebook import Rulebook, RulebookError
from throughcare.custody import book as custody_book
from throughcare.demo import plausibility_book
from throughcare.hmpps import book as hmpps
from throughcare.instruments import rules as instruments
from throughcare.pathways import referring, titles
from throughcare.pathways import rules as pathways
from throughcare.pathways.rules import observing
from throughcare.patients import consent_book
from throughcare.record import handover_book
from throughcare.record import rules as record
from throughcare.record.kinds import kinds
from throughcare.reporting import book as packs
from throughcare.screening import rules as screening

NOT_FOR_RELEASE = frozenset({"unsigned", "overdue review", "no identity"})
HOUSE = Path(__file__).resolve().parents[2]

# Files read by their own module, which carry no id, version or review date yet.
PLAIN = (
    "access/rulebook/competences.toml",
    "access/rulebook/roles.toml",
    "custody/rulebook/sight.toml",
    "patients/rulebook/bedside.toml",
    "patients/rulebook/estate-search.toml",
    "patients/rulebook/identifiers.toml",
    "patients/rulebook/photo.toml",
    "patients/rulebook/reach.toml",
    "record/rulebook/dangers.toml",
    "record/rulebook/encounters.toml",
    "record/rulebook/panels.toml",
    "record/rulebook/vaccines.toml",
)


@dataclass(frozen=True)
class Line:
    """One version of one entry, and how it stands today."""

    module: str
    id: str
    version: str
    status: str
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
    print(f"\n{len(found)} entries can be used as they are written; {len(wanting)} are unsigned, overdue or without identity.")
    return 1 if release and wanting else 0


def lines(today: date | None = None) -> list[Line]:
    """Every entry of every module, read anew. Raises Problem with the sentence of the first mistake."""
    day = today or clock.prison_day(clock.now())
    try:
        read = [_line(module, entry, day) for module, load in _BOOKS.items() for book in load() for entry in book]
        read += [_line(folder.parent.name, entry, day) for folder in permissions.folders() for entry in permissions.book(folder)]
        return read + [_plain_line(HOUSE / name) for name in PLAIN]
    except (RulebookError, tomllib.TOMLDecodeError) as error:
        raise Problem(str(error)) from error


_BOOKS: dict[str, Callable[[], tuple[Rulebook[Any], ...]]] = {
    "access": lambda: (access.book(),),
    "instruments": lambda: (instruments.book(),),
    "screening": lambda: (screening.screens(), screening.dangers(), screening.visits()),
    "pathways": lambda: (
        pathways.pathways(),
        pathways.calendars(),
        pathways.reasons(),
        referring.books(),
        referring.attendance(),
        observing.observation_plans(),
        titles.books(),
    ),
    "custody": lambda: (custody_book.books(),),
    "hmpps": lambda: (hmpps.books(),),
    "reporting": lambda: (packs.books(),),
    "patients": lambda: (consent_book.books(),),
    "record": lambda: (handover_book.books(), record.risk_terms()),
    "demo": lambda: (plausibility_book.plausibility(),),
}


def _line(module: str, entry: Any, day: date) -> Line:
    return Line(
        module, entry.id, str(entry.version), entry.status(day), entry.review_by.isoformat(), len(entry.to_confirm), entry.title
    )


def _plain_line(path: Path) -> Line:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    module, count = path.parents[1].name, sum(len(rows) for rows in data.values() if isinstance(rows, list))
    title = (
        f"{count} {'roles' if 'roles' in data else 'kinds'}"
        if count
        else ", ".join(f"{k} = {v}" for k, v in data.items() if k != "source")
    )
    return Line(module, path.stem, "-", "no identity", "-", 0, title)


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
    heads = Line("module", "entry", "version", "status", "review by", 0, "title")
    rows = [
        f"{line.module:<12} {line.id:<24} {line.version:<8} {line.status:<15} {line.review_by:<11} {line.title}"
        for line in (heads, *found)
    ]
    return "\n".join(rows)
