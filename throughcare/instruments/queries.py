"""Reads of answers and scores."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from throughcare.instruments import rules
from throughcare.instruments.models import Answer, QuestionnaireResponse, Score


def latest_answers(response: UUID, items: Iterable[str]) -> dict[str, Answer]:
    """The answers that count for several questions of one response."""
    rows = Answer.objects.filter(response=response, item__in=list(items)).order_by("seq")
    return {row.item: row for row in rows}


# By hand, because no page and no action of a visit goes without it: the answers of an instrument share one response.
ANSWERS = """
SELECT answer.*, sheet.occasion, sheet.instrument, sheet.version, sheet.content_hash, sheet.opened_at
  FROM instruments_answer answer JOIN instruments_questionnaireresponse sheet ON sheet.id = answer.response_id
 WHERE sheet.occasion = ANY (%s::uuid[])
 ORDER BY answer.seq
"""
OPENED = ("occasion", "instrument", "version", "content_hash", "opened_at")


def answers_on(occasions: Iterable[UUID]) -> dict[UUID, dict[str, dict[str, Answer]]]:
    """occasion -> instrument -> item -> the answer that counts, in one read however many occasions."""
    found: dict[UUID, dict[str, dict[str, Answer]]] = {}
    responses: dict[UUID, QuestionnaireResponse] = {}
    for row in Answer.objects.raw(ANSWERS, [list(occasions)]):
        if row.response_id not in responses:
            opened = {name: getattr(row, name) for name in OPENED}
            responses[row.response_id] = QuestionnaireResponse(id=row.response_id, patient_id=row.patient_id, **opened)
        row.response = responses[row.response_id]
        found.setdefault(row.response.occasion, {}).setdefault(row.response.instrument, {})[row.item] = row
    return found


def answers_about(patients: Iterable[UUID], concepts: Iterable[str]) -> list[Answer]:
    """Every answer that counts about some concepts, from every occasion and stay, latest first."""
    rows = Answer.objects.filter(patient__in=list(patients), concept__in=list(concepts)).select_related("response")
    latest = {(row.response_id, row.item): row for row in rows.order_by("seq")}
    return sorted(latest.values(), key=lambda row: row.happened_at, reverse=True)


def scores_that_do_not_rederive() -> list[Score]:
    """L7: stored totals that the answers kept with them, under the same version, do not give."""
    return [row for row in Score.objects.all() if _again(row) != row.total]


def _again(row: Score) -> int | None:
    entry = rules.book().version(row.instrument, int(row.version))
    found = rules.score(entry.value, row.inputs)
    return found.total if found else None
