"""Which browser this is, and who has signed in on it before. The browser carries its key in a signed, long-lived cookie.

The cookie proves nothing about who sits there: it lifts the waits that other people's failures caused, and it says on
which browser a PIN may be used.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase

from throughcare.access import rules
from throughcare.access.models import Device, Membership, User
from throughcare.core import clock, ids

COOKIE, SALT = "throughcare_browser", "access.browser"
KEPT = timedelta(days=365)
NOBODY = UUID(int=0)  # the key of a browser that has none
LONG_AGO = datetime(2000, 1, 1, tzinfo=clock.LONDON)  # before any full sign-in


def key_of(request: HttpRequest) -> UUID | None:
    """The browser's key; None for a browser that nobody has signed in on, or whose cookie somebody changed."""
    made: UUID | None = getattr(request, "new_browser", None)
    said = request.get_signed_cookie(COOKIE, default=None, salt=SALT, max_age=KEPT)
    try:
        return made or (UUID(said) if said else None)
    except ValueError:
        return None


def known(request: HttpRequest, username: str) -> Device | None:
    """The person of that user name on this browser, if they have signed in here before."""
    browser = key_of(request)
    found = Device.objects.filter(browser=browser, user__username=username.strip().casefold()) if browser else None
    return found.select_related("user").first() if found is not None else None


def fresh(request: HttpRequest, user: UUID | None = None) -> QuerySet[Device]:
    """Who has signed in fully on this browser within the hours in which a PIN is enough; all of them, or one person."""
    since = clock.now() - timedelta(hours=rules.numbers(clock.prison_day(clock.now())).lock.full_hours)
    here = Device.objects.fresh(since).filter(browser=key_of(request) or NOBODY, user__is_active=True)
    return (here.filter(user=user) if user else here).select_related("user")


def people_here(request: HttpRequest) -> list[User]:
    """Those who can sign in with their PIN on this browser now, by name."""
    if key_of(request) is None:
        return []
    working = Membership.objects.at(clock.now()).values("user")
    here = fresh(request).filter(user__in=working, user__signingpin__is_withdrawn=False)
    return [one.user for one in here.order_by("user__name", "id")]


def remember(request: HttpRequest, user: User, at: datetime) -> Device:
    """A full sign-in: the browser knows the person, and failures there are forgotten."""
    browser = key_of(request) or ids.new()
    request.new_browser = browser  # type: ignore[attr-defined]
    clean = {"full_at": at, "wrong_pins": 0, "wrong_passwords": 0, "wrong_at": None}
    device, _ = Device.objects.update_or_create(
        browser=browser, user=user, defaults=clean, create_defaults={**clean, "first_at": at}
    )
    return device


def forget(request: HttpRequest) -> None:
    """The person of the session has gone home: only a full sign-in opens this browser for them again."""
    if request.user.is_authenticated:
        Device.objects.filter(browser=key_of(request) or NOBODY, user=request.user.pk).update(full_at=LONG_AGO)


def leave_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the browser its key, after a sign-in."""
    if made := getattr(request, "new_browser", None):
        response.set_signed_cookie(
            COOKIE, str(made), salt=SALT, max_age=KEPT, httponly=True, secure=settings.SESSION_COOKIE_SECURE,
            samesite=settings.SESSION_COOKIE_SAMESITE,
        )  # fmt: skip
