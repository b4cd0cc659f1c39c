"""The feed's pages for an administrator, and the signed door for machines."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from throughcare.access.sight import Request, shows
from throughcare.core import clock
from throughcare.core.refusals import Refused
from throughcare.hmpps import actions, book, door, queries
from throughcare.hmpps.actions.reconciling import SAYS
from throughcare.hmpps.models import RollAnswer, RollDifference


@shows("custody", may="see_feed")
@require_safe
def feed(request: Request) -> HttpResponseBase:
    """What was parked and why, what is not taken, and how far the feed has come."""
    request.saw([])  # messages name prisoners by number only; no patient's record is shown
    return render(request, "hmpps/feed.jinja", {
        "parked": queries.parked(request.actor.establishment), "lag": queries.lag(), "not_taken": queries.not_taken(),
    })  # fmt: skip


@shows("custody", may="see_feed")
@require_safe
def roll(request: Request, code: str) -> HttpResponseBase:
    """Where the prison's roll and our list differ, each with what to do. Nothing clinical is on it."""
    report = queries.roll_report(code)
    request.saw({row.patient for row in report.waiting if row.patient})
    return render(request, "hmpps/roll.jinja", {
        "report": report, "kinds": book.differences(), "says": SAYS, "labels": dict(RollAnswer.Says.choices), "code": code,
    })  # fmt: skip


@shows("custody", may="see_feed", writes=True)
@require_POST
def answer_roll(request: Request, code: str, difference: UUID) -> HttpResponseBase:
    """Say which list is right about one person."""
    row = RollDifference.objects.filter(id=difference, establishment=code).first()
    if row is None:
        raise Http404
    request.saw({row.patient} if row.patient else set())
    actions.answer_difference(difference=row, says=request.POST.get("says", ""), at=clock.now(), by=request.actor)
    return redirect("roll", code)


@csrf_exempt
@shows("public")
@require_POST
def events(request: HttpRequest) -> HttpResponseBase:
    """Messages, one a line, from whoever holds the secret. A message sent twice changes nothing, so a sender may repeat."""
    try:
        tally = actions.take_lines(_let_in(request))
    except Refused as refusal:
        return HttpResponse(str(refusal), status=getattr(refusal, "status", 400), content_type="text/plain; charset=utf-8")
    told = {name: getattr(tally, name) for name in ("taken", "repeated", "parked", "not_taken")}
    return JsonResponse(told)


def _let_in(request: HttpRequest) -> list[str]:
    """The lines of a signed body. No more of it is read than one message may hold."""
    if not door.usable(settings.HMPPS_SECRETS):
        raise door.Shut()
    body = request.read(book.door().largest + 1)
    door.check(
        secrets=settings.HMPPS_SECRETS, timestamp=request.headers.get("X-Throughcare-Timestamp", ""),
        signature=request.headers.get("X-Throughcare-Signature", ""), body=body, now=clock.now(),
    )  # fmt: skip
    return body.decode("utf-8", "replace").splitlines()
