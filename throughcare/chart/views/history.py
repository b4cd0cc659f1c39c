"""Scores of a person and one form over time; and what changed between two times."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughcare.access.sight import Request, shows
from throughcare.chart import history, people
from throughcare.core.rulebook import RulebookError
from throughcare.instruments import rules
from throughcare.patients import queries as patients


@shows("patient")
@require_safe
def scores(request: Request, patient: UUID) -> HttpResponseBase:
    """Every instrument with a total, and how each moved."""
    opened = patients.opened(request, patient)
    request.banner = people.banner(opened)
    return render(request, "chart/scores.jinja", {"patient": opened, "scores": history.all_scores(opened.id)})


@shows("patient")
@require_safe
def form(request: Request, patient: UUID, instrument: str) -> HttpResponseBase:
    """Each time one form was asked; drawn when it has a total. `with` names two times to compare."""
    opened = patients.opened(request, patient)
    request.banner = people.banner(opened)
    try:
        told = history.history(opened.id, instrument)
    except RulebookError:
        raise Http404
    chosen = request.GET.getlist("with")
    shown = {"patient": opened, "history": told, "chosen": chosen, **_compared(opened.id, instrument, chosen)}
    return render(request, "chart/form_history.jinja", shown)


def _compared(patient: UUID, instrument: str, chosen: list[str]) -> dict[str, object]:
    """What changed between the two times chosen; a sentence when two were not chosen."""
    found = history.pair(patient, instrument, chosen) if chosen else []
    problem = "Choose two of the times below to compare." if chosen and len(found) != 2 else ""
    if len(found) != 2:
        return {"difference": None, "problem": problem, "compared": []}
    was, now = (history.questionnaire_of(one) for one in found)
    before, after = (history.answers_of(one) for one in found)
    return {"difference": rules.difference(now, before, after, was), "problem": "", "compared": found}
