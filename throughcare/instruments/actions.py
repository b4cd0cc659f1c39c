"""Ask and answer: open an instrument, write answers one by one, store a score with what it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from throughcare.access.acting import Actor
from throughcare.audit.facts import keep, keep_all
from throughcare.core import clock, ids
from throughcare.core.refusals import Refused
from throughcare.core.rulebook import Entry
from throughcare.instruments import facts, queries, rules
from throughcare.instruments.models import Answer, Completion, QuestionnaireResponse, Score
from throughcare.instruments.rules import Item, Questionnaire, Value


class AnsweredMeanwhile(Refused):
    """Somebody else answered since this page last looked. Both answers are shown; neither is lost."""

    message = "{name} answered this at {time}. Look at both answers and keep one."

    def __init__(self, theirs: Answer) -> None:
        self.theirs = theirs
        super().__init__(name=theirs.written_by_name, time=f"{clock.local(theirs.written_at):%H:%M}")


@transaction.atomic
def open_response(
    *, patient: UUID, occasion: UUID, entry: Entry[Questionnaire], at: datetime, by: Actor
) -> QuestionnaireResponse:
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


@dataclass(frozen=True)
class Given:
    """One answer as it is given. `seen` is the number of the last answer the writer had in view (0: none)."""

    item: Item
    value: Value
    seen: int = 0


@transaction.atomic
def answer(*, response: QuestionnaireResponse, item: Item, value: Value, seen: int, at: datetime, by: Actor) -> Answer:
    """Write one answer; see `answer_all`."""
    return answer_all(response=response, given=[Given(item, value, seen)], at=at, by=by)[item.id]


@transaction.atomic
def answer_all(*, response: QuestionnaireResponse, given: Sequence[Given], at: datetime, by: Actor) -> dict[str, Answer]:
    """Write several answers of one response, all or none. Returns the answer that now counts for each item.

    Raises BadAnswer for a value out of range, AnsweredMeanwhile when somebody was faster with something else.
    The same answer again is the same answer.
    """
    latest = queries.latest_answers(response.id, [one.item.id for one in given])
    checked = [replace(one, value=rules.check(one.item, one.value, clock.now())) for one in given]
    fresh = [one for one in checked if not _settled(latest.get(one.item.id), one)]
    written = [_answer(response, one, latest.get(one.item.id), at, by) for one in fresh]
    try:
        with transaction.atomic():
            Answer.objects.bulk_create(written)
    except IntegrityError:  # two at the same instant: the second looks again
        return answer_all(response=response, given=given, at=at, by=by)
    keep_all([_answered(response, row, at, by) for row in written])
    return latest | {row.item: row for row in written}


@transaction.atomic
def score(
    *, response: QuestionnaireResponse, entry: Entry[Questionnaire], answers: dict[str, Any], at: datetime, by: Actor
) -> Score | None:
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


@dataclass(frozen=True)
class How:
    """How a form was answered: mode as in Completion; `withdrawal` None where nobody had to say."""

    mode: str = Completion.Mode.INTERVIEW
    language: str = ""
    withdrawal: bool | None = None


class HowNotSaid(Refused):
    """A signature leaves out how the form was answered."""

    message = "Say how the form was answered: filled in, asked, or through an interpreter."


@transaction.atomic
def complete(*, response: QuestionnaireResponse, how: How, at: datetime, by: Actor) -> Completion:
    """Keep how a response came about, once. Raises HowNotSaid for a way that is not known."""
    if how.mode not in Completion.Mode.values:
        raise HowNotSaid()
    made, new = Completion.objects.get_or_create(
        response=response, defaults={
            "id": ids.new(), "patient_id": response.patient_id, "mode": how.mode, "language": how.language[:60],
            "withdrawal": how.withdrawal, "happened_at": at, "written_at": clock.now(), "written_by": by.id,
            "written_by_name": by.name,
        },
    )  # fmt: skip
    if new:
        keep(facts.ResponseCompleted(
            by=by.id, at=at, patient=response.patient_id, establishment=by.establishment, response=response.id,
            instrument=response.instrument, mode=how.mode,
        ))  # fmt: skip
    return made


def _settled(latest: Answer | None, given: Given) -> bool:
    """Whether the very answer stands already. Raises AnsweredMeanwhile when another one came in between."""
    if latest is None:
        return False
    if latest.value != given.value and latest.seq != given.seen:
        raise AnsweredMeanwhile(latest)
    return bool(latest.value == given.value)


def _answer(response: QuestionnaireResponse, given: Given, latest: Answer | None, at: datetime, by: Actor) -> Answer:
    return Answer(
        id=ids.new(), response=response, patient_id=response.patient_id, item=given.item.id, concept=given.item.concept,
        value=given.value, seq=(latest.seq if latest else 0) + 1, happened_at=at, written_at=clock.now(), written_by=by.id,
        written_by_name=by.name,
    )  # fmt: skip


def _answered(response: QuestionnaireResponse, row: Answer, at: datetime, by: Actor) -> facts.QuestionAnswered:
    return facts.QuestionAnswered(
        by=by.id, at=at, patient=response.patient_id, establishment=by.establishment, response=response.id,
        item=row.item, seq=row.seq,
    )  # fmt: skip
