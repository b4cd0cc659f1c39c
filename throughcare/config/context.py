"""What every page gets: who is signed in, the navigation, and whether this is a demo."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from throughcare.access import locking
from throughcare.access.acting import Actor
from throughcare.access.roles import SCOPES
from throughcare.chart import people
from throughcare.patients.opened import OpenedPatient
from throughcare.places.models import Establishment

PAGES = (
    ("Today", "/today/", "care"),
    ("Arrivals", "/establishments/{code}/arrivals/", "care"),
    ("Pathways", "/establishments/{code}/pathways/", "care"),
    ("Referrals", "/establishments/{code}/referrals/", "answer_referral"),
    ("Who looked", "/establishments/{code}/governance/", "review_glass"),
    ("People", "/establishments/{code}/people/", "see_people"),
    ("Staff", "/establishments/{code}/staff/", "confirm_staff"),
    ("Handovers", "/establishments/{code}/handovers/", "make_handover"),
    ("Handovers", "/establishments/{code}/handovers/", "write_handover"),
    ("Wing sheet", "/establishments/{code}/wing-sheet/", "print_wing_sheet"),
    ("Packs", "/establishments/{code}/packs/", "make_pack"),
    ("Packs to approve", "/establishments/{code}/packs/approvals/", "approve_pack"),
    ("Prison feed", "/feed/", "see_feed"),
    ("Roll", "/establishments/{code}/roll/", "see_feed"),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """The shared names of base.jinja."""
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "person": _person(request, actor), "nav": _nav(request, actor), "demo": settings.DEMO, "path": request.path,
        "banner": _banner(request),
    }  # fmt: skip


def _person(request: HttpRequest, actor: Actor | None) -> dict[str, str] | None:
    if actor is None or actor.role is None:
        return None
    place: Establishment = request.membership.establishment  # type: ignore[attr-defined]
    return {
        "id": actor.id, "name": actor.name, "role_title": actor.role.title, "establishment_name": str(place),
        "account": "/account/", "lock_after": str(int(locking.idle().total_seconds())),
        "estate_search": f"/establishments/{actor.establishment}/estate-search/" if actor.may("estate_search") else "",
    }  # fmt: skip


def _banner(request: HttpRequest) -> Any:
    """The patient banner, on every page that opened a patient; a page that needed it itself has made it already."""
    opened = getattr(request, "patient", None)
    made = getattr(request, "banner", None)
    return made or (people.banner(opened) if isinstance(opened, OpenedPatient) else None)


def _nav(request: HttpRequest, actor: Actor | None) -> list[dict[str, Any]]:
    if actor is None or actor.role is None:
        return []
    open_to = [page for page in PAGES if (page[2] == actor.role.scope if page[2] in SCOPES else actor.may(page[2]))]
    links = [(text, href.format(code=actor.establishment)) for text, href, _ in open_to]
    return [{"text": text, "href": href, "current": request.path == href} for text, href in links]
