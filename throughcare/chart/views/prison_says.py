"""What the prison says of somebody, on a page of its own."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughcare.access.sight import Request, shows
from throughcare.chart import prison_says
from throughcare.patients import queries as patients


@shows("patient")
@require_safe
def page(request: Request, patient: UUID) -> HttpResponseBase:
    """Alerts, key dates and whom to keep apart from, for staff."""
    opened = patients.opened(request, patient)
    says = prison_says.says_of(opened.prisoners)
    return render(request, "chart/prison_says.jinja", {"patient": opened, "says": says})
