"""The record as a whole: its timeline, and what could kill."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughcare.access.sight import Request, shows
from throughcare.chart import danger, people, timeline
from throughcare.chart.digest import digest
from throughcare.chart.timeline import Filters
from throughcare.core import clock
from throughcare.core.days import day_after
from throughcare.custody import queries as custody
from throughcare.patients import queries as patients


@shows("patient")
@require_safe
def timeline_page(request: Request, patient: UUID) -> HttpResponseBase:
    """Everything, latest first, a page at a time."""
    opened = patients.opened(request, patient)
    request.banner = people.banner(opened)
    stays = timeline.stays(custody.stays_of(opened.prisoners))
    filters = _filters(request.GET, stays)
    page = timeline.timeline(opened, filters, timeline.after(request.GET.get("after", "")))
    query = request.GET.copy()
    query["after"] = page.next
    return render(request, "chart/timeline.jinja", {
        "patient": opened, "page": page, "filters": filters, "stays": stays, "labels": timeline.labels(),
        "asked": request.GET.dict(), "next": "?" + query.urlencode() if page.next else "",
    })  # fmt: skip


@shows("patient")
@require_safe
def dangers_page(request: Request, patient: UUID) -> HttpResponseBase:
    """What could kill, whole: every place, what is to be read, and what was set aside."""
    opened = patients.opened(request, patient)
    said = danger.said_of(opened.linked)
    request.banner = people.banner(opened, said)
    stays = timeline.stays(custody.stays_of(opened.prisoners))
    found = digest(opened.linked, said)
    return render(request, "chart/digest.jinja", {"patient": opened, "digest": found, "stays": len(stays)})


def _filters(asked: Any, stays: list[timeline.Stay]) -> Filters:
    chosen = asked.get("stay", "")
    until = _day(asked.get("until", ""))
    kind = asked.get("kind", "")
    return Filters(
        kind=kind if kind in timeline.labels() else "", author=asked.get("author", "")[:120].strip(),
        words=asked.get("words", "")[:120].strip(),
        since=_day(asked.get("since", "")), until=day_after(until) if until else None, corrected="corrected" in asked,
        stay=stays[int(chosen)] if chosen.isdecimal() and len(chosen) < 4 and int(chosen) < len(stays) else None,
    )  # fmt: skip


def _day(typed: str) -> datetime | None:
    try:
        return clock.aware(datetime.fromisoformat(typed[:10]).replace(tzinfo=clock.LONDON)) if typed else None
    except (ValueError, OverflowError):
        return None  # half a date filters nothing; the field keeps what was typed
