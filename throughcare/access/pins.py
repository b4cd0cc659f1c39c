"""PINs for a shared workstation: short, so they are worth something only on a browser that knows the person, for some hours.

The hash is slow and made with the house's key, so that a copy of the database alone gives no PIN away. After a few
wrong tries on a browser the PIN is blocked there until the person signs in fully.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.utils.crypto import salted_hmac

from throughcare.access import apart, rules
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


# Counted before the PIN is looked at, in one statement: tries at the same moment cannot slip past the count.
COUNT = "UPDATE access_device SET wrong_pins = wrong_pins + 1 WHERE id = %s AND wrong_pins < %s RETURNING wrong_pins"
CLEAR = "UPDATE access_device SET wrong_pins = 0 WHERE id = %s RETURNING wrong_pins"


def check(device: Device | None, pin: str) -> None:
    """Raise unless the PIN is right, on a page that has no transaction."""
    _check(device, pin, apart.here)


def check_inside(device: Device | None, pin: str) -> None:
    """The same inside a request's transaction, which a refusal undoes: the count stands beside it."""
    _check(device, pin, apart.beside)


def _check(device: Device | None, pin: str, run: apart.Run) -> None:
    held = _pin(device)
    assert device
    counted = run(COUNT, [device.id, _wrong_tries()])
    if counted is None:
        raise PinBlocked
    if not check_password(_peppered(device.user_id, pin), held.hash):
        raise _wrong(counted[0])
    run(CLEAR, [device.id])


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
