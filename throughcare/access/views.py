"""Signing in and out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from throughcare.access import signing_in
from throughcare.access.sight import shows


@shows("public")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """The demo's cards; on a real site, who to ask."""
    if request.method == "POST":
        signing_in.sign_in_by_card(request, request.POST.get("card", ""))
        return redirect(_back(request))
    return render(request, "access/sign_in.jinja", {"cards": signing_in.cards(), "next": request.GET.get("next", "")})


@shows("public")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Ends the session and shows nothing of it."""
    signing_in.sign_out(request)
    return redirect("sign-in")


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and safe else "/"
