"""Who the session belongs to, and the demo's sign-in cards.

A card is only possible where two things agree: the setting THROUGHCARE_DEMO, and the mark that the demo command wrote
into the database as its owner. A real site has neither, and its app role cannot write the mark.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login, logout
from django.db import connection
from django.http import HttpRequest

from throughcare.access.acting import Actor, acting
from throughcare.access.facts import SignedIn, SignedOut
from throughcare.access.models import Membership
from throughcare.audit.facts import keep
from throughcare.core import clock
from throughcare.core.refusals import NotAllowed

BACKEND = "django.contrib.auth.backends.ModelBackend"


def membership_of(request: HttpRequest) -> Membership | None:
    """The membership this session works under, if it still holds today."""
    chosen = request.session.get("membership")
    if not chosen or not request.user.is_authenticated:
        return None
    today = clock.prison_day(clock.now())
    held = Membership.objects.on(today).select_related("user", "establishment")
    return held.filter(id=chosen, user=request.user.pk).first()


def is_demo() -> bool:
    """Whether this installation is a demo, by setting and by the database's own mark."""
    if not settings.DEMO:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT exists (SELECT 1 FROM access_installation WHERE kind = 'demo')")
        return bool(cursor.fetchone()[0])


def cards() -> list[Membership]:
    """The memberships a newcomer may pick in a demo; none anywhere else."""
    if not is_demo():
        return []
    today = clock.prison_day(clock.now())
    return list(Membership.objects.on(today).select_related("user", "organisation", "establishment").order_by("id"))


def sign_in_by_card(request: HttpRequest, card: str) -> Membership:
    """Start a session as the person on a demo card. Raises NotAllowed where this is not a demo."""
    membership = next((held for held in cards() if str(held.id) == card), None)
    if membership is None:
        raise NotAllowed(why="Sign-in cards work in the demo only. Ask your administrator how people sign in here.")
    login(request, membership.user, backend=BACKEND)
    request.session["membership"] = str(membership.id)
    with acting(Actor.of(membership)) as actor:
        keep(SignedIn(by=actor.id, at=clock.now(), establishment=actor.establishment, role=membership.role_code))
    return membership


def sign_out(request: HttpRequest) -> None:
    """End the session and leave a fact of it."""
    membership = membership_of(request)
    if membership:
        with acting(Actor.of(membership)) as actor:
            keep(SignedOut(by=actor.id, at=clock.now(), establishment=actor.establishment))
    logout(request)
