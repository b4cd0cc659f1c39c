"""The numbers of signing in, and what follows from them: how long to wait, which PIN is too easy. Pure; no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from throughcare.core.rulebook import Book, whole

DIRECTORY = Path(__file__).parent / "rulebook"
ID = "signing-in"
RUNS = "0123456789" * 2, "9876543210" * 2


@dataclass(frozen=True)
class Lock:
    """When an idle session asks for the PIN, and for how long a PIN is enough."""

    idle_minutes: int
    mark_every_seconds: int
    full_hours: int


@dataclass(frozen=True)
class Pin:
    """How long a PIN is, and how often one may be wrong on a browser."""

    shortest: int
    longest: int
    wrong_tries: int


@dataclass(frozen=True)
class Patience:
    """How many tries are free, and how the wait grows after them."""

    free_tries: int
    first_wait_seconds: int
    longest_wait_seconds: int
    forgotten_after_hours: int


@dataclass(frozen=True)
class Inviting:
    """One-time codes, and what may be given for a shift."""

    code_minutes: int
    code_letters: int
    longest_shift_hours: int
    roles: tuple[str, ...]


@dataclass(frozen=True)
class SigningIn:
    """Every number of signing in."""

    lock: Lock
    pin: Pin
    unknown_browser: Patience
    known_browser: Patience
    second_factor: Patience
    invitation: Inviting


BOOK = Book(DIRECTORY, whole(SigningIn), only=(ID,))


def numbers(day: date) -> SigningIn:
    """The numbers that apply on a day; raises RulebookError when the file cannot be read."""
    return BOOK.on(day)


def wait_after(count: int, last_at: datetime | None, patience: Patience, now: datetime) -> timedelta:
    """How long the next try has to wait: nothing at first, then twice as long each time, up to a longest wait."""
    over = count - patience.free_tries
    if over < 0 or last_at is None or is_forgotten(last_at, patience, now):
        return timedelta(0)
    seconds = min(patience.first_wait_seconds * 2 ** min(over, 30), patience.longest_wait_seconds)
    return max(last_at + timedelta(seconds=seconds) - now, timedelta(0))


def is_forgotten(last_at: datetime, patience: Patience, now: datetime) -> bool:
    """Whether failures of that time count no more."""
    return now - last_at > timedelta(hours=patience.forgotten_after_hours)


def weak_pin(typed: str, pin: Pin) -> str:
    """Why a PIN will not do, as a sentence; empty when it will."""
    if not (typed.isascii() and typed.isdigit() and pin.shortest <= len(typed) <= pin.longest):
        return f"Choose a PIN of {pin.shortest} to {pin.longest} digits."
    if len(set(typed)) == 1 or any(typed in run for run in RUNS):
        return "Choose a PIN that is harder to guess: not one digit repeated, and not digits in a row."
    return ""
