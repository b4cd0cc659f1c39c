"""What a nurse prints for officers: the wing sheet, from a closed list, each fact on it kept as told."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughcare.access.sight import Request, shows
from throughcare.chart import custody
from throughcare.core import clock


@shows("establishment", may="print_wing_list", writes=True)
@require_safe
def custody_list(request: Request, code: str) -> HttpResponseBase:
    """Choose a wing; then its sheet, whose opening is already telling: it is written down as it is drawn."""
    wings, wing = dict(custody.wings(code)), request.GET.get("wing", "")
    if not wing:
        request.saw([])
        return render(request, "chart/custody_wings.jinja", {"wings": wings, "code": code})
    if wing not in wings:
        raise Http404
    lines = custody.sheet(code, wing, request.actor)
    request.saw(lines)
    custody.told(lines, wing=wing, at=clock.now(), by=request.actor)
    shown = {"lines": [custody.serialised(line) for line in lines.values()], "words": custody.words, "wing": wing, "code": code}
    return render(request, "chart/custody_list.jinja", shown)
