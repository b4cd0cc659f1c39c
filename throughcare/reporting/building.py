"""Builds an approved pack as the system on behalf of whoever asked, and keeps it, or says why it could not be built."""

from __future__ import annotations

import hashlib
import logging
import time
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from throughcare.access.acting import Actor, acting
from throughcare.audit import sealing
from throughcare.audit.anchor import AnchorProblem
from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.refusals import Refused
from throughcare.reporting import book, facts, queries
from throughcare.reporting.bundle import Order, bundle
from throughcare.reporting.gathering import gather
from throughcare.reporting.models import JOB, Pack, PackRequest, PackStep
from throughcare.reporting.rules import NEXT

log = logging.getLogger(__name__)

STOPPED = "The building stopped without a word, as when the machine is switched off. It was begun again."


def builder(establishment: str, asked_by: str) -> Actor:
    """The system for this job: the prison's records and its trail, and nothing of the custody feed's wider sight."""
    scopes = (f"establishment:{establishment}", f"audit:{establishment}")
    return Actor(f"{JOB} for {asked_by}", "Throughcare (inspection pack)", None, "", "inspection pack", scopes)


def build(request: UUID, establishment: str, asked_by: str) -> str:
    """Build one pack; returns the state it ended in. Raises what was not foreseen, after keeping that it failed."""
    system = builder(establishment, asked_by)
    with acting(system):
        asked = PackRequest.objects.get(id=request)
        state = queries.state_of(asked)
        if state == "building" and queries.is_stuck(asked, clock.now()):
            _step(asked, PackStep.Kind.FAILED, system, why=STOPPED)
            state = "failed"
        if "building" not in NEXT[state]:
            return state
        _step(asked, PackStep.Kind.BUILDING, system)
    notes = _sealed()
    try:
        with acting(system):
            _build(asked, system, notes)
    except Exception as error:
        with acting(system):
            if queries.pack_of(asked):  # another worker, thought to be stopped, came to the end after all
                return "ready"
            _step(asked, PackStep.Kind.FAILED, system, why=_why(error))
        if not isinstance(error, Refused | LookupError):
            raise
        return "failed"
    return "ready"


def _build(asked: PackRequest, system: Actor, notes: tuple[str, ...]) -> None:
    began, at = time.monotonic(), clock.now()
    order = _order(asked)
    if not order.disclosure:
        notes += ("The prison could no longer write to this record, so the disclosure is kept with the request for the pack, "
                  "not in the record itself.",)  # fmt: skip
    gathered = gather(asked.patient_id, asked.establishment, asked.since, asked.until)
    content = bundle(gathered, order, book.on(clock.prison_day(at)), at, notes)
    digest = hashlib.sha256(content).hexdigest()
    Pack.objects.create(
        id=ids.new(), request=asked, establishment=asked.establishment, content=content, size=len(content), sha256=digest,
        made_at=at, made_by=system.id, seconds=round(time.monotonic() - began),
    )  # fmt: skip
    _step(asked, PackStep.Kind.READY, system)
    keep(facts.PackBuilt(
        by=system.id, at=at, patient=asked.patient_id, establishment=asked.establishment, request=asked.id, sha256=digest
    ))  # fmt: skip


def _order(asked: PackRequest) -> Order:
    answer = PackStep.objects.get(request=asked, kind=PackStep.Kind.APPROVED)
    return Order(
        asked.establishment, asked.since, asked.until, asked.basis, asked.get_basis_display(), asked.purpose, asked.recipient,
        asked.told_person, asked.asked_by, asked.asked_by_name, asked.asked_at, answer.written_by, answer.written_by_name,
        answer.at, str(answer.disclosure or ""),
    )  # fmt: skip


def _sealed() -> tuple[str, ...]:
    """Seal what is open, so that as little as possible waits for its seal; a note where the anchor could not follow."""
    try:
        with transaction.atomic():
            connection.ensure_connection()
            sealing.seal(connection.connection, settings.ANCHOR)
    except (AnchorProblem, OSError) as problem:
        log.warning("The anchor did not follow: %s", problem)
        return (f"When the pack was made, the newest seals could not be carried to the anchor: {problem}",)
    return ()


def _step(asked: PackRequest, kind: str, system: Actor, why: str = "") -> None:
    PackStep.objects.create(
        id=ids.new(), request=asked, establishment=asked.establishment, kind=kind, why=why[:1000], at=clock.now(),
        written_by=system.id, written_by_name=system.name,
    )  # fmt: skip


def _why(error: Exception) -> str:
    if isinstance(error, Refused | LookupError):
        return str(error.args[0])
    return f"Something went wrong on our side ({type(error).__name__}). Try again, then tell your administrator."
