"""A shared workstation: one person after another on one browser, each with their PIN. The author is whose PIN was last."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from throughcare.access import browsers, locking, pins, signing_in
from throughcare.access.facts import Unlocked
from throughcare.access.models import User
from throughcare.access.pins import NoPinHere
from throughcare.core import clock


def sign_in_by_pin(request: HttpRequest, user: UUID, pin: str) -> User:
    """Somebody who is known on this browser takes it over; whoever was there is signed out and leaves nothing behind.

    Raises NoPinHere, WrongPin or PinBlocked; then the session stays as it was.
    """
    device = browsers.fresh(request, user).first()
    if device is None or not signing_in.memberships_of(device.user):
        raise NoPinHere
    pins.check(device, pin)
    signing_in.enter(request, device.user, how="pin", full_at=device.full_at)
    held = signing_in.memberships_of(device.user)
    if len(held) == 1:
        signing_in.start(request, held[0])
    return device.user


def unlock(request: HttpRequest, pin: str) -> None:
    """The person of a locked session comes back with their PIN. Raises NoPinHere, WrongPin or PinBlocked."""
    held = signing_in.membership_of(request)
    if held is None:
        raise NoPinHere
    pins.check(browsers.fresh(request, held.user_id).first(), pin)
    locking.begin(request)
    signing_in.leave(held, Unlocked(by=str(held.user_id), at=clock.now(), establishment=held.establishment_id))


def whose(request: HttpRequest) -> str:
    """The name on a locked screen."""
    person = request.user
    return person.name if isinstance(person, User) else ""
