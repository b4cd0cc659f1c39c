"""What leaves the first night: advice for officers, and slips on paper."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from throughcare.access.acting import Actor
from throughcare.audit.facts import keep
from throughcare.core.refusals import require
from throughcare.core.writing import all_or_nothing
from throughcare.patients import actions as patients
from throughcare.screening import facts, rules
from throughcare.screening.actions.writing import fact, row
from throughcare.screening.models import Advice, Screen
from throughcare.screening.standing import standing, unread


@all_or_nothing
def advise(*, screen: Screen, codes: Collection[str], at: datetime, by: Actor) -> Advice:
    """Choose what officers are told. Raises NotOnTheList for anything outside the closed list."""
    require(by.may("screen"))
    now = standing(screen)
    rules.advice(now.definition, now.books, now.answers, codes)
    chosen = [line.code for line in now.definition.location_advice if line.code in codes]
    advice = Advice.objects.create(**row(now, at, by), codes=chosen)
    keep(facts.LocationAdvised(**fact(now, at, by), advice=advice.id))
    return advice


@all_or_nothing
def print_slip(*, screen: Screen, slip: str, fields: Collection[str], basis: str, at: datetime, by: Actor) -> None:
    """A slip leaves healthcare: what is on it, and on which basis, is kept. The officers' slip is a disclosure."""
    if slip == "officer":
        patients.disclose(
            patient=screen.patient_id, document="location_slip", recipient="Officers", basis="agreed_list", fields=fields, at=at,
            by=by,
        )  # fmt: skip
    keep(facts.SlipPrinted(**fact(unread(screen), at, by), slip=slip, fields=tuple(fields), basis=basis))
