"""Which forms somebody may ask, and what was asked before, with its scores: the page where a form is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from throughcare.access.acting import Actor
from throughcare.core import clock
from throughcare.core.rulebook import NotInUse, RulebookError
from throughcare.instruments import rules as asking
from throughcare.patients.opened import OpenedPatient
from throughcare.screening import queries, rules
from throughcare.screening.actions.opening import can_ask, today
from throughcare.screening.actions.refusals import FormNotInUse
from throughcare.screening.outcomes import says_more


@dataclass(frozen=True)
class Asked:
    """One visit of the past: what, when, by whom, and what it came to."""

    id: UUID
    definition: str
    title: str
    at: datetime
    by: str
    signed: bool
    scores: tuple[str, ...]
    establishment: str


@dataclass(frozen=True)
class Form:
    """One form that may be begun, with the last time it was asked; `begun` is the unsigned visit to go on with."""

    id: str
    title: str
    domain: str
    score_only: bool
    last: Asked | None = None
    begun: UUID | None = None


@dataclass(frozen=True)
class Page:
    """What the page shows. `wanted` is the form that a task asks for."""

    domains: tuple[tuple[str, tuple[Form, ...]], ...]
    asked: tuple[Asked, ...]
    wanted: Form | None = None
    why_not: str = ""


def page(patient: OpenedPatient, by: Actor, wanted: str = "") -> Page:
    """The page for one person and one reader; two statements however many visits."""
    rows = queries.asked_of(patient.linked)
    past = tuple(_asked(row) for row in rows)
    day = clock.prison_day(clock.now())
    forms = [_form(one, past, by) for one in rules.offered(day) if can_ask(by, one)]
    found = next((one for one in forms if one.id == wanted), None)
    return Page(_by_domain(forms), past, found, "" if found or not wanted else _why_not(wanted, by))


def _by_domain(forms: list[Form]) -> tuple[tuple[str, tuple[Form, ...]], ...]:
    """Under each domain, recently asked first, then by name."""
    order = sorted(forms, key=lambda one: (-(one.last.at.timestamp() if one.last else 0), one.title.casefold()))
    named = today().domains
    known = [(words, tuple(one for one in order if _domain(one, named) == code)) for code, words in named.items()]
    return tuple((words, some) for words, some in known if some)


def _domain(form: Form, named: Mapping[str, str]) -> str:
    return form.domain if form.domain in named else "other"


def _form(form: rules.Screen, past: tuple[Asked, ...], by: Actor) -> Form:
    mine = [one for one in past if one.definition == form.id]
    since = clock.now() - today().continues(form)
    begun = next((one.id for one in mine if not one.signed and one.at >= since and one.establishment == by.establishment), None)
    return Form(
        id=form.id, title=form.title, domain=form.domain, last=next((one for one in mine if one.signed), None), begun=begun,
        score_only=_book(form.instruments[0]).mode == "score_entry",
    )  # fmt: skip


def _asked(row: queries.Visited) -> Asked:
    return Asked(
        id=row.screen.id, definition=row.screen.definition, title=rules.title(row.screen.definition),
        at=row.signed_at or row.screen.opened_at, by=row.signed_by, signed=row.signed_at is not None,
        scores=tuple(_score(one) for one in row.scores), establishment=row.screen.establishment,
    )  # fmt: skip


def _score(score: Any) -> str:
    """A total as it was stored, with the band of the version that made it."""
    try:
        book = asking.book().version(score.instrument, int(score.version)).value
    except RulebookError:
        return f"{score.instrument} {score.total}"
    band = asking.band(book, score.total)
    return f"{book.short_title} {score.total}" + (f", {band.label}" if band and says_more(band.label) else "")


def _book(id: str) -> asking.Questionnaire:
    return asking.book().known(id, clock.prison_day(clock.now())).value


def _why_not(wanted: str, by: Actor) -> str:
    try:
        form = rules.on(wanted, clock.prison_day(clock.now()))
    except NotInUse:
        return str(FormNotInUse())
    except RulebookError:
        return "There is no such form any more. Choose one from the list."
    return can_ask(by, form).why
