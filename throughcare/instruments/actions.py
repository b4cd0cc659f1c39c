"""Ask and answer: open an instrument, write answers one by one, store a score with what it was made from."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from throughcare.access.acting import Actor
from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.refusals import Refused
from throughcare.core.rulebook import Entry
from throughcare.instruments import facts, queries, rules
from throughcare.instruments.models import Answer, QuestionnaireResponse, Score
from throughcare.instruments.rules import Item, Questionnaire, Value


class AnsweredMeanwhile(Refused):
    """Somebody else answered since this page last looked. Both answers are shown; neither is lost."""

    message = "{name} answered this at {time}. Look at both answers and keep one."

    def __init__(self, theirs: Answer) -> None:
        self.theirs = theirs
        super().__init__(name=theirs.written_by_name, time=f"{clock.local(theirs.written_at):%H:%M}")


@transaction.atomic
def open_response(*, patient: UUID, occasion: UUID, entry: Entry[Questionnaire], at: datetime, by: Actor) -> QuestionnaireResponse:
    """The response of an instrument on an occasion, opened if it is not yet."""
    response, new = QuestionnaireResponse.objects.get_or_create(
        occasion=occasion, instrument=entry.id, defaults={
            "id": ids.new(), "patient_id": patient, "version": str(entry.version), "content_hash": entry.content_hash,
            "opened_at": at,
        },
    )  # fmt: skip
    if new:
        keep(facts.ResponseOpened(
            by=by.id, at=at, patient=patient, establishment=by.establishment, response=response.id, instrument=entry.id
        ))  # fmt: skip
    return response


@transaction.atomic
def answer(
    *, response: QuestionnaireResponse, item: Item, value: Value, seen: int, at: datetime, by: Actor
) -> Answer:
    """Write one answer. `seen` is the number of the last answer the writer had in view (0: none).

    Raises BadAnswer for a value out of range, AnsweredMeanwhile when somebody was faster with something else.
    The same answer again is the same answer.
    """
    value = rules.check(item, value, clock.now())
    latest = queries.latest_answer(response.id, item.id)
    if latest and (latest.seq != seen or latest.value == value):
        return _settle(latest, value)
    try:
        with transaction.atomic():
            written = _write(response, item, value, (latest.seq if latest else 0) + 1, at, by)
    except IntegrityError:  # two at the same instant: the second looks again
        return _settle(queries.latest_answer(response.id, item.id), value)
    keep(facts.QuestionAnswered(
        by=by.id, at=at, patient=response.patient_id, establishment=by.establishment, response=response.id,
        item=item.id, seq=written.seq,
    ))  # fmt: skip
    return written


@transaction.atomic
def score(*, response: QuestionnaireResponse, entry: Entry[Questionnaire], answers: dict[str, Any], at: datetime, by: Actor) -> Score | None:
    """Store the total of an instrument, with the answers it was made from; None when the rule allows no total."""
    found = rules.score(entry.value, answers)
    if found is None:
        return None
    used = {item.id: answers[item.id] for item in entry.value.items if item.id in answers}
    latest = Score.objects.filter(response=response, instrument=entry.id).order_by("-written_at").first()
    if latest and latest.inputs == used:
        return latest
    stored = Score.objects.create(
        id=ids.new(), response=response, patient_id=response.patient_id, instrument=entry.id, version=str(entry.version),
        content_hash=entry.content_hash, total=found.total, inputs=used, happened_at=at, written_at=clock.now(), written_by=by.id,
    )  # fmt: skip
    keep(facts.Scored(
        by=by.id, at=at, patient=response.patient_id, establishment=by.establishment, score=stored.id, instrument=entry.id
    ))  # fmt: skip
    return stored


def _settle(latest: Answer | None, value: Value) -> Answer:
    if latest is None or latest.value != value:
        assert latest is not None
        raise AnsweredMeanwhile(latest)
    return latest


def _write(response: QuestionnaireResponse, item: Item, value: Value, seq: int, at: datetime, by: Actor) -> Answer:
    return Answer.objects.create(
        id=ids.new(), response=response, patient_id=response.patient_id, item=item.id, concept=item.concept, value=value,
        seq=seq, happened_at=at, written_at=clock.now(), written_by=by.id, written_by_name=by.name,
    )  # fmt: skip
