"""The locked screen: opened by PIN, with what was on it; and the touch that keeps it open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from throughcare.access import locking, signing_in, workstation
from throughcare.access.sight import shows
from throughcare.access.views.door import back
from throughcare.core.refusals import Refused


@shows("public")
@require_safe
def locked(request: HttpRequest) -> HttpResponseBase:
    """The lock screen names who is signed in and shows nothing else."""
    if signing_in.membership_of(request) is None:
        return redirect("sign-in")
    if not locking.is_locked(request):
        return redirect(back(request))
    return _screen(request, "")


@shows("public")
@require_POST
def unlock(request: HttpRequest) -> HttpResponseBase:
    """The PIN brings back the same page; a script that asks keeps what was typed where it is."""
    try:
        workstation.unlock(request, request.POST.get("pin", ""))
    except Refused as refusal:
        return (
            HttpResponse(str(refusal), status=422, content_type="text/plain")
            if _script(request)
            else _screen(request, str(refusal))
        )
    return HttpResponse(status=204) if _script(request) else redirect(back(request))


@shows("public")
@require_POST
def touch(request: HttpRequest) -> HttpResponseBase:
    """The person typed or tapped on an open page. A locked session stays locked; nobody's session is nobody's."""
    if signing_in.membership_of(request) is None:
        return HttpResponse("Sign in again. Your answers are kept on this page.", status=401, content_type="text/plain")
    if locking.is_locked(request):
        return HttpResponse("This screen is locked.", status=401, headers={"X-Throughcare": "locked"}, content_type="text/plain")
    locking.begin(request)
    return HttpResponse(status=204)


def _script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == locking.OURS


def _screen(request: HttpRequest, error: str) -> HttpResponseBase:
    shown = {"name": workstation.whose(request), "next": back(request, ""), "error": error}
    return render(request, "access/locked.jinja", shown, status=422 if error else 200)
