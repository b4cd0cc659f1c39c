"""What every action on a visit does alike: take turns, both times, the facts' fields, and what may not be written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from throughcare.access.acting import Actor
from throughcare.core import clock
from throughcare.instruments import actions as instruments
from throughcare.instruments.models import QuestionnaireResponse
from throughcare.patients.models.written import written_now
from throughcare.screening.actions.refusals import AlreadySigned
from throughcare.screening.models import Step
from throughcare.screening.standing import Standing


def not_signed(now: Standing) -> None:
    """Raise AlreadySigned, with who and when, once a visit is signed."""
    if signed := now.step(Step.Kind.SIGNED):
        raise AlreadySigned(by=signed.written_by_name, time=f"{clock.local(signed.written_at):%H:%M}")


def step(now: Standing, kind: str, at: datetime, by: Actor, detail: str = "") -> Step:
    """One step further."""
    return Step.objects.create(**row(now, at, by), kind=kind, detail=detail)


def responses(now: Standing, ids: Iterable[str], at: datetime, by: Actor) -> dict[str, QuestionnaireResponse]:
    """The response of each of these instruments on this visit; those that nobody has answered yet are opened together."""
    known = {id: found for id in ids if (found := now.response(id))}
    wanted = [now.entries[id] for id in ids if id not in known]
    if not wanted:
        return known
    screen = now.screen
    return known | instruments.open_responses(patient=screen.patient_id, occasion=screen.id, entries=wanted, at=at, by=by)


def row(now: Standing, at: datetime, by: Actor) -> dict[str, Any]:
    """The fields of everything written on a visit."""
    mine = {**written_now(now.screen.patient_id, at, by), "establishment": now.screen.establishment}
    return {**mine, "screen": now.screen}


def fact(now: Standing, at: datetime, by: Actor) -> dict[str, Any]:
    """The fields of every fact about a visit."""
    return {
        "by": by.id, "at": at, "patient": now.screen.patient_id, "establishment": now.screen.establishment,
        "screen": now.screen.id,
    }  # fmt: skip
