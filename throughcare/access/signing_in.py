"""Whose session this is: how it starts, under which role it works, how it ends; and proof by PIN that it is they who sign.

For other modules: `confirm_pin(request, pin)` before a signature of the person of the session, and
`second_person(request, username, pin)` for a signature of somebody else at the same workstation.

A demo's card is only possible where two things agree: the setting THROUGHCARE_DEMO, and the mark that the demo command
wrote into the database as its owner. A real site has neither, and its app role cannot write the mark.
"""

from __future__ import annotations

from datetime import datetime

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import login, logout
from django.db import connection
from django.http import HttpRequest

from throughcare.access import browsers, locking, pins
from throughcare.access.acting import Actor, acting, current
from throughcare.access.facts import PinConfirmed, SignedIn, SignedOut
from throughcare.access.models import Membership, User
from throughcare.audit.facts import Fact, keep
from throughcare.core import clock
from throughcare.core.refusals import NotAllowed, Refused

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FULL_AT, VOUCHED, HOW = "full_at", "vouched", "how"
STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class NotASecondPerson(Refused):
    """The second signature would be the first person's."""

    message = "A second person has to confirm this with their own user name and PIN."
    status = 422


class NotHere(Refused):
    """The second person cannot confirm here."""

    message = "That person cannot confirm here: they must work at this prison now, and have signed in on this computer today."
    status = 422


def membership_of(request: HttpRequest) -> Membership | None:
    """The membership this session works under, if it still holds at this moment."""
    chosen = request.session.get("membership")
    if not chosen or not request.user.is_authenticated:
        return None
    now = clock.now()
    held = Membership.objects.at(now).with_competence(clock.prison_day(now)).select_related("user", "establishment")
    return held.filter(id=chosen, user=request.user.pk).first()


def memberships_of(user: User) -> list[Membership]:
    """What a person may work as now."""
    now = clock.now()
    held = Membership.objects.at(now).with_competence(clock.prison_day(now)).filter(user=user)
    return list(held.select_related("user", "organisation", "establishment").order_by("establishment", "id"))


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
    held = Membership.objects.at(clock.now())
    return list(held.select_related("user", "organisation", "establishment").order_by("id"))


def sign_in_by_card(request: HttpRequest, card: str) -> Membership:
    """Start a session as the person on a demo card. Raises NotAllowed where this is not a demo."""
    membership = next((held for held in cards() if str(held.id) == card), None)
    if membership is None:
        raise NotAllowed(why="Sign-in cards work in the demo only. Ask your administrator how people sign in here.")
    enter(request, membership.user, how="card")
    start(request, membership)
    return membership


def enter(request: HttpRequest, user: User, *, how: str, full_at: datetime | None = None) -> None:
    """Put the person into the session, and nobody else: what was there before is gone.

    `full_at` is when they last signed in fully on this browser; without it, this is that sign-in.
    """
    sign_out(request)
    login(request, user, backend=BACKEND)
    request.session[HOW] = how
    if full_at:
        request.session[FULL_AT] = full_at.isoformat()


def start(request: HttpRequest, membership: Membership) -> None:
    """The session works under this membership from now on, until it is idle or the full sign-in is too old."""
    user, now = membership.user, clock.now()
    if FULL_AT not in request.session:
        request.session[FULL_AT] = now.isoformat()
        browsers.remember(request, user, now)
    request.session["membership"] = str(membership.id)
    request.session.set_expiry(datetime.fromisoformat(request.session[FULL_AT]) + locking.full())
    locking.begin(request)
    leave(membership, SignedIn(by=str(user.pk), at=now, establishment=membership.establishment_id, role=membership.role_code,
                               how=_how(request, user)))  # fmt: skip


def needs_second_factor(request: HttpRequest, user: User) -> bool:
    """Whether the person must set up a second factor before any record opens.

    Not in a demo; not in the session that two colleagues opened with a one-time code; not when the organisation's own
    sign-in asks for one; not after a PIN, which works only where a full sign-in settled it some hours ago.
    """
    how = _how(request, user)
    if request.session.get(VOUCHED) or how == "pin" or (settings.OIDC_SECOND_FACTOR and how == "provider") or is_demo():
        return False
    return not Authenticator.objects.filter(user=user, type__in=STRONG).exists()


def sign_out(request: HttpRequest) -> None:
    """End the session and leave a fact of it."""
    membership = membership_of(request)
    if membership:
        leave(membership, SignedOut(by=str(membership.user_id), at=clock.now(), establishment=membership.establishment_id))
    logout(request)


def confirm_pin(request: HttpRequest, pin: str) -> None:
    """The person of the session proves that it is they who sign now. Call it inside a view, before the action.

    Raises a Refused that says what to do: WrongPin, PinBlocked, NoPinHere.
    """
    actor = current()
    pins.check_inside(browsers.fresh(request, actor.user_id).first(), pin)
    keep(PinConfirmed(by=actor.id, at=clock.now(), establishment=actor.establishment))


def second_person(request: HttpRequest, username: str, pin: str, *, may: str = "") -> Membership:
    """Somebody else at the same workstation confirms with their user name and PIN; returns what they work as here.

    `may` names an action that their role, or what they were found able to do, must allow.
    `Actor.of(membership)` is who then acts, inside `acting(…)`.
    Raises NotASecondPerson for oneself, NotHere for who does not work here now or has not signed in on this browser
    lately, WrongPin, PinBlocked, NotAllowed for the wrong role.
    """
    actor = current()
    person = User.objects.filter(username=username.strip().casefold(), is_active=True).first()
    if person and person.pk == actor.user_id:
        raise NotASecondPerson
    held = [one for one in memberships_of(person) if one.establishment_id == actor.establishment] if person else []
    device = browsers.fresh(request, person.pk).first() if person else None
    if not held or device is None:
        raise NotHere
    pins.check_inside(device, pin)
    allowed = [one for one in held if not may or Actor.of(one).may(may)]
    if not allowed:
        raise NotAllowed(why=f"{device.user.name} may not confirm this. Ask the nurse in charge.")
    keep(PinConfirmed(by=str(device.user_id), at=clock.now(), establishment=actor.establishment, asked_by=actor.id))
    return allowed[0]


def leave(membership: Membership, fact: Fact) -> None:
    """Keep a fact of somebody who is not inside `acting()` yet, or no longer."""
    with acting(Actor.of(membership)):
        keep(fact)


def _how(request: HttpRequest, user: User) -> str:
    """How the person came in, for the trace."""
    if said := request.session.get(HOW):
        return str(said)
    records = get_authentication_records(request, user)
    ways = {"socialaccount": "provider", "mfa": "passkey"}
    return ways.get(records[0]["method"], str(records[0]["method"])) if records else "session"
