"""PINs for a shared workstation: short, so they are worth something only on a browser that knows the person, for some hours.

The hash is slow and made with the house's key, so that a copy of the database alone gives no PIN away. After a few
wrong tries on a browser the PIN is blocked there until the person signs in fully.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from throughcare.access import rules
from throughcare.access.models import Device, SigningPin, User
from throughcare.core import clock
from throughcare.core.refusals import Refused


class WrongPin(Refused):
    """The PIN is wrong."""

    message = "That PIN is not right. {left}"
    status = 422


class PinBlocked(Refused):
    """Too many wrong PINs on this browser."""

    message = "The PIN is blocked on this computer after too many wrong tries. Sign in with the password or a passkey."
    status = 422


class NoPinHere(Refused):
    """No PIN can be used: none chosen, or no full sign-in on this browser lately."""

    message = "A PIN cannot be used here yet. Sign in on this computer with the password or a passkey first, and choose a PIN."
    status = 422


def hashed(user: User, pin: str) -> str:
    """What is stored of a PIN."""
    return make_password(_peppered(user.pk, pin))


def check(device: Device | None, pin: str) -> None:
    """Raise unless the PIN is right. The try is counted before it is looked at: for pages without a transaction."""
    held = _pin(device)
    assert device
    allowed = _wrong_tries()
    if not Device.objects.filter(id=device.id, wrong_pins__lt=allowed).update(wrong_pins=F("wrong_pins") + 1):
        raise PinBlocked
    if not check_password(_peppered(device.user_id, pin), held.hash):
        raise _wrong(device.wrong_pins + 1)
    Device.objects.filter(id=device.id).update(wrong_pins=0)


def check_inside(request: HttpRequest, device: Device | None, pin: str) -> None:
    """The same inside a request's transaction, which a refusal undoes: the middleware counts the failure after it."""
    held = _pin(device)
    assert device
    locked = Device.objects.select_for_update().get(id=device.id)  # tries at the same moment wait for each other
    if locked.wrong_pins >= _wrong_tries():
        raise PinBlocked
    if not check_password(_peppered(device.user_id, pin), held.hash):
        request.wrong_pins = [*getattr(request, "wrong_pins", ()), device.id]  # type: ignore[attr-defined]
        raise _wrong(locked.wrong_pins + 1)
    Device.objects.filter(id=device.id).update(wrong_pins=0)


def count_wrong(request: HttpRequest) -> None:
    """Write down the wrong PINs of a request, when its transaction is over."""
    for device in getattr(request, "wrong_pins", ()):
        Device.objects.filter(id=device).update(wrong_pins=F("wrong_pins") + 1)


def _pin(device: Device | None) -> SigningPin:
    held = SigningPin.objects.filter(user=device.user_id, is_withdrawn=False).first() if device else None
    if held is None:
        raise NoPinHere
    return held


def _wrong(count: int) -> WrongPin:
    left = max(_wrong_tries() - count, 0)
    return WrongPin(left=f"{left} more {'try' if left == 1 else 'tries'}." if left else "It is now blocked on this computer.")


def _wrong_tries() -> int:
    return rules.numbers(clock.prison_day(clock.now())).pin.wrong_tries


def _peppered(user: UUID, pin: str) -> str:
    return salted_hmac("access.pin", f"{user}:{pin}", algorithm="sha256").hexdigest()
