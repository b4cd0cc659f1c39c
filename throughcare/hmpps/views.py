"""The parked messages, for an administrator."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughcare.access.sight import Request, shows
from throughcare.hmpps import queries


@shows("custody", may="see_feed")
@require_safe
def feed(request: Request) -> HttpResponseBase:
    """What was parked and why, and how far the feed has come."""
    request.saw([])  # messages name prisoners by number only; no patient's record is shown
    return render(request, "hmpps/feed.jinja", {"parked": queries.parked(request.actor.establishment), "lag": queries.lag()})
