"""The demo's button."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from throughcare.access.sight import Request, shows
from throughcare.access.signing_in import is_demo
from throughcare.core.refusals import NotAllowed
from throughcare.demo import emulator
from throughcare.demo.staff import HOME


@shows("staff", may="send_van")
@require_POST
def van(request: Request) -> HttpResponseBase:
    """The evening van drives in: custody events, as HMPPS would send them."""
    if not is_demo():
        raise NotAllowed(why="There is no van to send outside the demo.")
    emulator.send_van(behalf=request.actor.id)
    return redirect("arrivals", code=HOME)
