"""What a person signs in with: choosing a PIN, and the trace of every other change."""

from __future__ import annotations

from datetime import datetime

from throughcare.access import pins, rules
from throughcare.access.facts import PinChosen, ProofChanged
from throughcare.access.models import SigningPin, User
from throughcare.audit.facts import keep
from throughcare.core import clock
from throughcare.core.refusals import Refused
from throughcare.core.writing import all_or_nothing


class WeakPin(Refused):
    """The PIN is too easy, or not a PIN."""

    message = "{why}"
    status = 422


@all_or_nothing
def choose_pin(*, user: User, pin: str, at: datetime) -> None:
    """A person chooses the PIN they sign with. Raises WeakPin with what to do."""
    if why := rules.weak_pin(pin, rules.numbers(clock.prison_day(at)).pin):
        raise WeakPin(why=why)
    chosen = {"hash": pins.hashed(user, pin), "set_at": at, "is_withdrawn": False}
    SigningPin.objects.update_or_create(user=user, defaults=chosen)
    keep(PinChosen(by=str(user.id), at=at))


@all_or_nothing
def note_proof(*, user: User, what: str, at: datetime) -> None:
    """Leave a trace that a password, an app, a passkey or codes changed: `totp_activated`, `password_changed` and the like."""
    keep(ProofChanged(by=str(user.id), at=at, what=what))
