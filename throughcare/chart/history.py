"""One form over time: each time it was asked, the scores drawn, and what changed between two of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from throughcare.chart.trends import Scored, Trend, trend
from throughcare.core import clock
from throughcare.core.addresses import of_person
from throughcare.core.rulebook import RulebookError
from throughcare.instruments import rules
from throughcare.instruments.models import Answer, QuestionnaireResponse, Score
from throughcare.instruments.rules import Questionnaire
from throughcare.patients.linked import everything_of


@dataclass(frozen=True)
class Asked:
    """One time that a form was asked."""

    response: QuestionnaireResponse
    by: str
    at: datetime
    total: int | None
    band: str
    action: str

    @property
    def href(self) -> str:
        """Where every answer of that time is."""
        return of_person(self.response.patient_id, f"screens/{self.response.occasion}/")


@dataclass(frozen=True)
class History:
    """Everything known of one form of one person."""

    questionnaire: Questionnaire
    asked: tuple[Asked, ...]
    trend: Trend | None

    @property
    def latest_two(self) -> tuple[str, str]:
        """The last two times, the earlier first, for a comparison by one tap; blanks when there are not two."""
        keys = [str(one.response.id) for one in self.asked[:2]]
        return (keys[1], keys[0]) if len(keys) == 2 else ("", "")


@dataclass(frozen=True)
class Scores:
    """The latest total of one instrument and how it moved, for a list of all of them."""

    questionnaire: Questionnaire
    latest: Scored
    before: Scored | None

    @property
    def moved(self) -> str:
        """How it changed since the time before, in words."""
        if self.before is None or self.before.version != self.latest.version:
            return "The only one" if self.before is None else "Not comparable with the one before"
        change = self.latest.total - self.before.total
        return f"{'Up' if change > 0 else 'Down'} {abs(change)} from {self.before.total}" if change else "As before"


def history(patient: UUID, instrument: str) -> History:
    """One form of one person, the latest first, in three statements; raises RulebookError for a form that never was."""
    entry = rules.book().known(instrument, clock.prison_day(clock.now()))
    scores = {row.response_id: row for row in _scores(patient).filter(instrument=instrument)}
    last = _last_answers(patient, instrument)
    rows = QuestionnaireResponse.objects.filter(patient__one_of=everything_of(patient), instrument=instrument)
    asked = [_asked(row, last[row.id], scores.get(row.id)) for row in rows if row.id in last]
    asked.sort(key=lambda one: one.at, reverse=True)
    return History(entry.value, tuple(asked), trend(entry.value, [_scored(row) for row in scores.values()]))


def all_scores(patient: UUID) -> list[Scores]:
    """Every instrument that has a total, the latest taken first, in one statement."""
    told: dict[str, list[Scored]] = {}
    for row in _scores(patient):
        told.setdefault(row.instrument, []).append(_scored(row))
    day = clock.prison_day(clock.now())
    found = [Scores(rules.book().known(id, day).value, rows[-1], rows[-2] if rows[1:] else None) for id, rows in told.items()]
    return sorted(found, key=lambda one: one.latest.at, reverse=True)


def answers_of(response: QuestionnaireResponse) -> dict[str, Any]:
    """The answers of one time that count, by question."""
    return {row.item: row.value for row in Answer.objects.filter(response=response).order_by("seq")}


def questionnaire_of(response: QuestionnaireResponse) -> Questionnaire:
    """The version that was asked; where that file is gone, today's."""
    try:
        return rules.book().version(response.instrument, int(response.version)).value
    except (RulebookError, ValueError):
        return rules.book().known(response.instrument, clock.prison_day(clock.now())).value


def _scores(patient: UUID) -> Any:
    return Score.objects.filter(patient__one_of=everything_of(patient)).order_by("happened_at", "written_at")


def _last_answers(patient: UUID, instrument: str) -> dict[UUID, Answer]:
    """The answer written last in each response: when it was asked, and by whom."""
    rows = Answer.objects.filter(patient__one_of=everything_of(patient), response__instrument=instrument)
    return {row.response_id: row for row in rows.order_by("written_at")}


def _asked(row: QuestionnaireResponse, last: Answer, score: Score | None) -> Asked:
    band = _band(score) if score else None
    total = score.total if score else None
    return Asked(row, last.written_by_name, last.happened_at, total, band.label if band else "", band.action if band else "")


def _scored(row: Score) -> Scored:
    band = _band(row)
    return Scored(row.happened_at, row.total, int(row.version), band.label if band else "")


def _band(row: Score) -> rules.Band | None:
    """The band of the version the total was made with, never of today's."""
    return rules.band(rules.book().version(row.instrument, int(row.version)).value, row.total)


def pair(patient: UUID, instrument: str, keys: Iterable[str]) -> list[QuestionnaireResponse]:
    """The responses to compare, the earlier first; fewer than two when a key names none of this person's."""
    wanted = [key for key in keys if _is_uuid(key)]
    rows = QuestionnaireResponse.objects.filter(
        patient__one_of=everything_of(patient), instrument=instrument, id__in=wanted
    )  # fmt: skip
    return list(rows.order_by("opened_at"))


def _is_uuid(typed: str) -> bool:
    try:
        UUID(typed)
    except ValueError:
        return False
    return True
