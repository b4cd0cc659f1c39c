"""The page of a visit: found, saved as a whole where no script runs, drawn with what stands in the way of a signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from throughcare.access.sight import Request
from throughcare.core import clock
from throughcare.core.refusals import Refused, require
from throughcare.instruments.actions import HowNotSaid
from throughcare.patients import queries as patients
from throughcare.record.models import Warning
from throughcare.screening import actions, carried, forms, outcomes, present, queries, slips
from throughcare.screening.actions.opening import today
from throughcare.screening.models import Screen, Step
from throughcare.screening.standing import Standing, standing

# Where the error of a signature leads on the page.
LEADS_TO: dict[type[Refused], str] = {
    actions.WithdrawalNotSaid: "withdrawal", actions.InTheFuture: "when", actions.BeforeArrival: "when", HowNotSaid: "mode",
}  # fmt: skip


@dataclass(frozen=True)
class Here:
    """The addresses of one visit. The first night of the latest arrival has its own, shorter ones: `visit` is then None."""

    patient: UUID
    visit: UUID | None = None

    @property
    def page(self) -> str:
        return self._at("")

    @property
    def answers(self) -> str:
        return self._at("-answers")

    @property
    def steps(self) -> str:
        return self._at("-steps")

    def stop(self, alert: str) -> str:
        """Where what was done about a stop is written."""
        return self._at("-stop", alert)

    def _at(self, name: str, *more: str) -> str:
        if self.visit is None:
            return reverse(f"first-night{name}", args=[self.patient, *more])
        return reverse(f"visit{name}", args=[self.patient, self.visit, *more])


def found(request: Request, patient: UUID, screen: UUID | None) -> tuple[Screen, Here]:
    """A visit of somebody who may be seen, and its addresses; without a key the first night of the latest arrival."""
    opened = patients.opened(request, patient)
    row = queries.visit_of(opened.id, screen) if screen else queries.current_of(opened.id, request.actor.establishment)
    if row is None:
        raise Http404
    return row, Here(opened.id, screen)


def save_form(request: Request, screen: Screen) -> dict[str, str]:
    """Save what the form holds; returns the sentence for each item that could not be."""
    now = standing(screen)
    require(actions.can_ask(request.actor, now.plain))
    if now.step(Step.Kind.SIGNED):
        return {}
    given, wrong = forms.whole_form(now, request.POST)
    return wrong | _save_answers(request, screen, given, forms.seen_map(request.POST, now)) | _save_carried(request, screen)


def first_gap(screen: Screen, refusal: Refused) -> str:
    """Where the error leads: the first question still to ask, the line to carry over, or the top of the page."""
    now = standing(screen)
    gaps = now.core_left if isinstance(refusal, actions.CoreNotDone) else ()
    gaps = now.rest_left if isinstance(refusal, actions.RestNotAsked) else gaps
    if gaps:
        return gaps[0].item.id
    if isinstance(refusal, actions.ActionsNotCarried):
        return next(f"{forms.CARRY}{line.alert}" for line in carried.lines(now) if not line.state)
    return LEADS_TO.get(type(refusal), "visit")


def page(
    request: Request, screen: Screen, here: Here, errors: dict[str, str], typed: dict[str, Any] | None = None
) -> HttpResponseBase:
    """The visit as it stands, with the errors at their questions."""
    now = standing(screen, with_history=True)
    verdict = actions.can_go_on(request.actor, screen, now.plain)
    shown: dict[str, Any] = {
        "standing": now, "patient": now.patient, "here": here, "core": present.groups(now, "core"),
        "rest": present.groups(now, "rest"), "errors": errors, "typed": typed or {}, "seen": seen_map(now),
        "may_sign": bool(actions.can_sign(request.actor, now.plain)), "may_screen": bool(verdict), "why_not": verdict.why,
        "sources": Warning.Source.choices, **(_after(now) if now.step(Step.Kind.SIGNED) else _before(request, now)),
    }  # fmt: skip
    slips.put_errors(shown["core"] + shown["rest"], errors, request.POST)
    return render(request, "screening/visit.jinja", shown, status=422 if errors else 200)


def seen_map(now: Standing) -> dict[str, int]:
    """item -> the number of the answer that the page shows."""
    return {item: row.seq for id in now.books for item, row in now.rows.get(id, {}).items()}


def _before(request: Request, now: Standing) -> dict[str, Any]:
    """What the signature asks for, beside the questions."""
    visits = today()
    likely = "interpreter" if any(need["code"] == "interpreter" for need in patients.opened_by(request).needs) else "interview"
    return {
        "carried": carried.lines(now), "modes": visits.modes, "mode": request.POST.get("mode", likely), "outcomes": (),
        "asks_withdrawal": visits.withdrawal_matters(now.books.values()), "said": request.POST,
    }  # fmt: skip


def _after(now: Standing) -> dict[str, Any]:
    """What it came to."""
    return {"outcomes": outcomes.of(now), "carried": carried.lines(now), "how": outcomes.how(now)}


def _save_answers(request: Request, screen: Screen, given: dict[str, Any], seen: dict[str, int]) -> dict[str, str]:
    """All at once; where one of them is refused, each by itself, so that the others are saved."""
    wrong = {}
    try:
        if given:
            actions.answer_all(screen=screen, given=given, seen=seen, at=clock.now(), by=request.actor)
    except Refused:
        for ref, value in given.items():
            try:
                actions.answer(screen=screen, ref=ref, value=value, seen=seen.get(ref, 0), at=clock.now(), by=request.actor)
            except Refused as refusal:
                wrong[ref.partition(":")[2]] = str(refusal)
    return wrong


def _save_carried(request: Request, screen: Screen) -> dict[str, str]:
    """What the form says about the first night's actions."""
    wrong = {}
    for alert, state, why in forms.carried(request.POST):
        try:
            actions.carry(screen=screen, alert=alert, state=state, why=why, at=clock.now(), by=request.actor)
        except Refused as refusal:
            wrong[f"{forms.CARRY}{alert}"] = str(refusal)
    return wrong
