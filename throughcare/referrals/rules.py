"""The rulebook of referring: who answers for which service, how soon, in which tiers, and the plain words to the person.

Plain values and pure functions: no database, clock or request. Numbers and words are in rulebook/referring.toml and
rulebook/attendance.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from throughcare.core.clock import aware
from throughcare.core.rulebook import IDENTITY, Book, Rulebook, RulebookError, only, shaped
from throughcare.pathways.rules import Calendar, Window
from throughcare.pathways.rules.windows import window

FOLDER = Path(__file__).parent / "rulebook"


@dataclass(frozen=True)
class ServiceRule:
    """One service: the role that owes its answers, the roles that may give them, and how a yes or a no is said."""

    code: str
    owner_role: str
    roles: tuple[str, ...]
    yes: str
    no: str


@dataclass(frozen=True)
class UrgencyRule:
    """How urgent a referral is, and how long the service has to answer it; the manager, once it was passed on twice."""

    code: str
    hint: str
    answer: Window
    manager: Window


@dataclass(frozen=True)
class Tier:
    """A tier of intervention. `action`, unless blank, is what a competence must add before somebody takes people on in it;
    `roles` need none."""

    number: int
    title: str
    action: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """What an alert suggests: services, urgency and the first words of the reason. A person decides."""

    id: str
    services: tuple[str, ...]
    urgency: str
    words: str


@dataclass(frozen=True)
class Manager:
    """Who decides when two services have passed a referral on."""

    role: str


@dataclass(frozen=True)
class ReplyWords:
    """The parts of the reply to the person, and the words that do not go on paper."""

    opening: str
    instead: str
    closing: str
    not_on_paper: tuple[str, ...]


@dataclass(frozen=True)
class ReferringBook:
    """The whole of it on a day."""

    services: tuple[ServiceRule, ...]
    urgencies: tuple[UrgencyRule, ...]
    manager: Manager
    tiers: tuple[Tier, ...]
    alerts: tuple[Suggestion, ...]
    reply: ReplyWords

    def service(self, code: str) -> ServiceRule:
        """A service by its code; raises StopIteration for one that is not there, which the database does not hold either."""
        return next(one for one in self.services if one.code == code)

    def rank(self, urgency: str) -> int:
        """0 for the most urgent."""
        return [one.code for one in self.urgencies].index(urgency)

    def answered_by(self, role: str) -> tuple[str, ...]:
        """The services that a role answers for."""
        return tuple(one.code for one in self.services if role in one.roles)

    def due(self, urgency: str, for_manager: bool, asked_at: datetime, calendar: Calendar) -> datetime:
        """When a referral is to be answered, in UTC."""
        rule = self.urgencies[self.rank(urgency)]
        return (rule.manager if for_manager else rule.answer).after(aware(asked_at), calendar).astimezone(UTC)

    @property
    def own_words(self) -> tuple[str, ...]:
        """What the house itself says in a reply, in pieces, without the first name and what a service offers instead."""
        said = [self.reply.opening, self.reply.instead, self.reply.closing, *(one.yes for one in self.services)]
        said += [one.no for one in self.services]
        return tuple(piece for words in said for piece in re.split(r"\{\w+\}", words) if piece.strip())

    def suggestion(self, alert: str) -> Suggestion | None:
        """What an alert suggests, or None."""
        return next((one for one in self.alerts if one.id == alert), None)


@dataclass(frozen=True)
class AbsenceReason:
    """Why somebody did not come, and on which side that lay: regime, person or health."""

    code: str
    title: str
    side: str


@dataclass(frozen=True)
class Taker:
    """Somebody who works here now: what decides whether they may take a referral."""

    id: str
    name: str
    role: str
    adds: frozenset[str]
    tiers: tuple[int, ...] | None  # those of the contract; None without a contract


def can_answer(taker: Taker, service: ServiceRule, for_manager: bool, book: ReferringBook) -> bool:
    """Whether somebody answers this referral at all: by role, or as the manager once it was passed on twice."""
    return taker.role == book.manager.role if for_manager else taker.role in service.roles


def can_take(taker: Taker, service: ServiceRule, tier: Tier) -> bool:
    """Whether somebody takes people on for a service in a tier: role, contract and competence, all three."""
    covered = taker.tiers is None or tier.number in taker.tiers
    able = not tier.action or tier.action in taker.adds or taker.role in tier.roles
    return taker.role in service.roles and covered and able


def suggested_reply(first: str, answers: Iterable[tuple[ServiceRule, bool, str]], words: ReplyWords) -> str:
    """The reply to begin with: for each answer (service, taken on or not, what instead) one plain line."""
    lines = []
    for service, taken, instead in answers:
        lines.append(service.yes if taken else f"{service.no} {words.instead.format(instead=sentence(instead))}")
    return "\n".join([words.opening.format(first=first), *dict.fromkeys(lines), words.closing])


def books() -> Rulebook[ReferringBook]:
    """Every version of the rules of referring; raises RulebookError for a service, urgency or tier that is not there."""
    return REFERRING_BOOK.all()


def attendance() -> Rulebook[tuple[AbsenceReason, ...]]:
    """Every version of the reasons for not attending."""
    return ATTENDANCE_BOOK.all()


def on(day: date) -> ReferringBook:
    """The rules of a day."""
    return REFERRING_BOOK.on(day)


def reasons_on(day: date) -> tuple[AbsenceReason, ...]:
    """The reasons for not attending of a day."""
    return ATTENDANCE_BOOK.on(day)


def _build(data: Mapping[str, Any]) -> ReferringBook:
    parts = {key: value for key, value in data.items() if key not in IDENTITY}
    made = shaped(
        ReferringBook, parts, "referring", services=_rows(ServiceRule, parts, "services"), urgencies=_urgencies(parts),
        manager=shaped(Manager, parts.get("manager", {}), "manager"), tiers=_rows(Tier, parts, "tiers"),
        alerts=_rows(Suggestion, parts, "alerts"), reply=shaped(ReplyWords, parts.get("reply", {}), "reply"),
    )  # fmt: skip
    known = {one.code for one in made.services} | {one.code for one in made.urgencies}
    named = {name for one in made.alerts for name in (*one.services, one.urgency)}
    if strays := sorted(named - known):
        raise RulebookError(f"alerts: {strays[0]!r} is neither a service nor an urgency. Check the spelling.")
    return made


def _urgencies(parts: Mapping[str, Any]) -> tuple[UrgencyRule, ...]:
    return tuple(shaped(UrgencyRule, row, "urgencies", **_windows(row)) for row in parts.get("urgencies", ()))


def _windows(row: Mapping[str, Any]) -> dict[str, Window]:
    return {key: window(row.get(key, {}), f"urgencies, {row.get('code')}, {key}") for key in ("answer", "manager")}


def _build_reasons(data: Mapping[str, Any]) -> tuple[AbsenceReason, ...]:
    only(data, "reasons")
    found = _rows(AbsenceReason, data, "reasons")
    if odd := [one.code for one in found if one.side not in ("regime", "person", "health")]:
        raise RulebookError(f"reasons, {odd[0]}: the side is regime, person or health.")
    return found


def _rows(kind: Any, parts: Mapping[str, Any], key: str) -> tuple[Any, ...]:
    return tuple(shaped(kind, row, key) for row in parts.get(key, ()))


def sentence(words: str) -> str:
    """The words with a full stop, unless they end a sentence already."""
    said = words.strip()
    return said if said.endswith((".", "!", "?")) else f"{said}."


REFERRING_BOOK = Book(FOLDER, _build, only=("referring",))
ATTENDANCE_BOOK = Book(FOLDER, _build_reasons, only=("attendance",))
