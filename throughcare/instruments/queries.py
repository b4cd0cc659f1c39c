"""Reads of answers and scores."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from throughcare.instruments import rules
from throughcare.instruments.models import Answer, QuestionnaireResponse, Score
from throughcare.patients.linked import everything_of


def latest_answers(response: UUID, items: Iterable[str]) -> dict[str, Answer]:
    """The answers that count for several questions of one response."""
    rows = Answer.objects.filter(response=response, item__in=list(items)).order_by("seq")
    return {row.item: row for row in rows}


def answers_on(occasions: Iterable[UUID]) -> dict[UUID, dict[str, dict[str, Answer]]]:
    """occasion -> instrument -> item -> the answer that counts, in one read however many occasions."""
    rows = Answer.objects.filter(response__occasion__in=list(occasions)).select_related("response").order_by("seq")
    found: dict[UUID, dict[str, dict[str, Answer]]] = {}
    for row in rows:
        found.setdefault(row.response.occasion, {}).setdefault(row.response.instrument, {})[row.item] = row
    return found


def answers_about(patients: Iterable[UUID], concepts: Iterable[str]) -> list[Answer]:
    """Every answer that counts about some concepts, from every occasion and stay, latest first."""
    rows = Answer.objects.filter(patient__in=list(patients), concept__in=list(concepts)).select_related("response")
    latest = {(row.response_id, row.item): row for row in rows.order_by("seq")}
    return sorted(latest.values(), key=lambda row: row.happened_at, reverse=True)


def answers_before(patient: UUID, occasion: UUID) -> dict[str, Answer]:
    """item -> what was last answered on an earlier occasion: shown beside the blank question, never put into it."""
    rows = Answer.objects.filter(patient__one_of=everything_of(patient)).exclude(response__occasion=occasion)
    return {row.item: row for row in rows.order_by("happened_at", "seq")}


def latest_scores(patient: UUID) -> dict[str, Score]:
    """The latest score of each instrument."""
    rows = Score.objects.filter(patient__one_of=everything_of(patient)).order_by("happened_at")
    return {row.instrument: row for row in rows}


def scores_that_do_not_rederive() -> list[Score]:
    """L7: stored totals that the answers kept with them, under the same version, do not give."""
    return [row for row in Score.objects.all() if _again(row) != row.total]


def _again(row: Score) -> int | None:
    entry = rules.book().version(row.instrument, int(row.version))
    found = rules.score(entry.value, row.inputs)
    return found.total if found else None


def responses_of(occasion: UUID) -> dict[str, QuestionnaireResponse]:
    """The responses of an occasion by instrument."""
    return {row.instrument: row for row in QuestionnaireResponse.objects.filter(occasion=occasion)}
