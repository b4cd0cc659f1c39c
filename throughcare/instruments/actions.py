"""Ask and answer: open an instrument, write answers one by one, store a score with what it was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from throughcare.core.writing import all_or_nothing, insert
from throughcare.instruments import facts, queries, rules
from throughcare.instruments.models import Answer, Completion, QuestionnaireResponse, Score
from throughcare.instruments.rules import Item, Questionnaire, Value
from throughcare.patients.models.written import written_now
from throughcare.record.actions.entry import fitting

LANGUAGE = 60  # characters of a language's name


class AnsweredMeanwhile(Refused):
    """Somebody else answered since this page last looked. Both answers are shown; neither is lost."""

    message = "{name} answered this at {time}. Look at both answers and keep one."

    def __init__(self, theirs: Answer) -> None:
        self.theirs = theirs
        super().__init__(name=theirs.written_by_name, time=f"{clock.local(theirs.written_at):%H:%M}")


@all_or_nothing
def open_response(
    *, patient: UUID, occasion: UUID, entry: Entry[Questionnaire], at: datetime, by: Actor
) -> QuestionnaireResponse:
    """The response of an instrument on an occasion, opened if it is not yet."""
    found = QuestionnaireResponse.objects.filter(occasion=occasion, instrument=entry.id).first()
    return found or open_responses(patient=patient, occasion=occasion, entries=[entry], at=at, by=by)[entry.id]


@all_or_nothing
def open_responses(
    *, patient: UUID, occasion: UUID, entries: Sequence[Entry[Questionnaire]], at: datetime, by: Actor
) -> dict[str, QuestionnaireResponse]:
    """The response of each instrument on an occasion, by its id; those that are not open yet are opened together."""
    mine = [
        QuestionnaireResponse(
            id=ids.new(), patient_id=patient, occasion=occasion, instrument=entry.id, version=str(entry.version),
            content_hash=entry.content_hash, opened_at=at,
        )
        for entry in entries
    ]  # fmt: skip
    QuestionnaireResponse.objects.bulk_create(mine, ignore_conflicts=True)  # whoever was faster opened it for both
    rows = QuestionnaireResponse.objects.filter(occasion=occasion, instrument__in=[entry.id for entry in entries])
    opened, new = {row.instrument: row for row in rows}, {row.id for row in mine}
    told = [_opened(row, at, by) for row in opened.values() if row.id in new]
    if told:
        keep_all(told)
    return opened


@dataclass(frozen=True)
class Given:
    """One answer as it is given. `seen` is the number of the last answer the writer had in view (0: none)."""

    item: Item
    value: Value
    seen: int = 0


@dataclass(frozen=True)
class Sheet:
    """What is given to one response. `latest` are the answers that count now, where whoever writes has just read them."""

    response: QuestionnaireResponse
    given: Sequence[Given]
    latest: Mapping[str, Answer] | None = None


@all_or_nothing
def answer(*, response: QuestionnaireResponse, item: Item, value: Value, seen: int, at: datetime, by: Actor) -> Answer:
    """Write one answer; see `answer_all`."""
    return answer_all(response=response, given=[Given(item, value, seen)], at=at, by=by)[item.id]


@all_or_nothing
def answer_all(*, response: QuestionnaireResponse, given: Sequence[Given], at: datetime, by: Actor) -> dict[str, Answer]:
    """Write several answers of one response; see `answer_sheets`. Returns the answer that now counts for each item."""
    return answer_sheets(sheets=[Sheet(response, given)], at=at, by=by)[0]


@all_or_nothing
def answer_sheets(*, sheets: Sequence[Sheet], at: datetime, by: Actor) -> list[dict[str, Answer]]:
    """Write the answers of several responses, all or none. Returns the answers that now count, sheet by sheet.

    Raises BadAnswer for a value out of range, AnsweredMeanwhile when somebody was faster with something else.
    The same answer again is the same answer.
    """
    known = [queries.latest_answers(one.response.id, _items(one)) if one.latest is None else one.latest for one in sheets]
    fresh = [_fresh(one, latest, at, by) for one, latest in zip(sheets, known, strict=True)]
    if written := [row for rows in fresh for row in rows]:
        try:
            with transaction.atomic():
                insert(written)
        except IntegrityError:  # two at the same instant: the second looks again
            return answer_sheets(sheets=[replace(one, latest=None) for one in sheets], at=at, by=by)
        keep_all([_answered(row, at, by) for row in written])
    return [dict(latest) | {row.item: row for row in rows} for latest, rows in zip(known, fresh, strict=True)]


def _items(sheet: Sheet) -> list[str]:
    return [one.item.id for one in sheet.given]


def _fresh(sheet: Sheet, latest: Mapping[str, Answer], at: datetime, by: Actor) -> list[Answer]:
    """The answers of one response that are new, checked."""
    checked = [replace(one, value=rules.check(one.item, one.value, clock.now())) for one in sheet.given]
    new = [one for one in checked if not _settled(latest.get(one.item.id), one)]
    return [_answer(sheet.response, one, latest.get(one.item.id), at, by) for one in new]


@all_or_nothing
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
        **written_now(response.patient_id, at, by), response=response, instrument=entry.id, version=str(entry.version),
        content_hash=entry.content_hash, total=found.total, inputs=used,
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


@all_or_nothing
def complete(*, response: QuestionnaireResponse, how: How, at: datetime, by: Actor) -> Completion:
    """Keep how a response came about; see `complete_all`."""
    return complete_all(responses=[response], how=how, at=at, by=by)[0]


@all_or_nothing
def complete_all(*, responses: Sequence[QuestionnaireResponse], how: How, at: datetime, by: Actor) -> list[Completion]:
    """Keep how responses came about, once: what was kept before stays. Raises HowNotSaid for a way that is not known, or
    TooLong."""
    if how.mode not in Completion.Mode.values:
        raise HowNotSaid()
    spoken = fitting(how.language, LANGUAGE)
    mine = [
        Completion(
            **written_now(one.patient_id, at, by), response=one, mode=how.mode, language=spoken, withdrawal=how.withdrawal
        )
        for one in responses
    ]  # fmt: skip
    Completion.objects.bulk_create(mine, ignore_conflicts=True)
    kept = list(Completion.objects.filter(response__in=[one.id for one in responses]).select_related("response"))
    new = {one.id for one in mine}
    if told := [_completed(row, at, by) for row in kept if row.id in new]:
        keep_all(told)
    return kept


def _settled(latest: Answer | None, given: Given) -> bool:
    """Whether the very answer stands already. Raises AnsweredMeanwhile when another one came in between."""
    if latest is None:
        return False
    if latest.value != given.value and latest.seq != given.seen:
        raise AnsweredMeanwhile(latest)
    return bool(latest.value == given.value)


def _answer(response: QuestionnaireResponse, given: Given, latest: Answer | None, at: datetime, by: Actor) -> Answer:
    return Answer(
        **written_now(response.patient_id, at, by), response=response, item=given.item.id, concept=given.item.concept,
        value=given.value, seq=(latest.seq if latest else 0) + 1,
    )  # fmt: skip


def _answered(row: Answer, at: datetime, by: Actor) -> facts.QuestionAnswered:
    return facts.QuestionAnswered(
        by=by.id, at=at, patient=row.patient_id, establishment=by.establishment, response=row.response_id,
        item=row.item, seq=row.seq,
    )  # fmt: skip


def _opened(row: QuestionnaireResponse, at: datetime, by: Actor) -> facts.ResponseOpened:
    return facts.ResponseOpened(
        by=by.id, at=at, patient=row.patient_id, establishment=by.establishment, response=row.id, instrument=row.instrument
    )


def _completed(row: Completion, at: datetime, by: Actor) -> facts.ResponseCompleted:
    return facts.ResponseCompleted(
        by=by.id, at=at, patient=row.patient_id, establishment=by.establishment, response=row.response_id,
        instrument=row.response.instrument, mode=row.mode,
    )  # fmt: skip
