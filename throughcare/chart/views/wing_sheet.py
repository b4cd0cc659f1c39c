"""What a nurse prints for officers: the wing sheet, from a closed list, each fact on it kept as told."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughcare.access.sight import Request, shows
from throughcare.chart import wing_sheet as sheets
from throughcare.core import clock


@shows("establishment", may="print_wing_sheet", writes=True)
@require_safe
def wing_sheet(request: Request, code: str) -> HttpResponseBase:
    """Choose a wing; then its sheet, whose opening is already telling: it is written down as it is drawn."""
    wings, wing = dict(sheets.wings(code)), request.GET.get("wing", "")
    if not wing:
        request.saw([])
        return render(request, "chart/wing_sheets.jinja", {"wings": wings, "code": code})
    if wing not in wings:
        raise Http404
    sheet = sheets.sheet(code, wing, request.actor)
    request.saw(sheet.lines)
    sheets.told(sheet.lines, wing=wing, at=clock.now(), by=request.actor)
    lines = [sheets.serialised(line) for line in sheet.lines.values()]
    shown = {"lines": lines, "more": sheet.more, "words": sheets.words, "wing": wing, "code": code}
    return render(request, "chart/wing_sheet.jinja", shown)
