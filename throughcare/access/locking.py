"""The idle lock. The session is locked by the clock of the server, whatever the browser does.

A touch of the person keeps it open: a page they went to, or the signal that our script sends when they type or tap.
Saving in the background and asking for news are neither.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest

from throughcare.access import rules
from throughcare.core import clock

SEEN = "seen_at"
OURS = "throughcare"  # X-Requested-With of every fetch of our scripts


def begin(request: HttpRequest) -> None:
    """The person is here: at sign-in, at unlocking, at a touch."""
    request.session[SEEN] = clock.now().isoformat()


def is_locked(request: HttpRequest) -> bool:
    """Whether nobody has touched this session for too long."""
    seen = _seen(request)
    return seen is not None and clock.now() - seen >= idle()


def note(request: HttpRequest) -> None:
    """Write down that the person did something, at most once a minute: an ordinary page costs no statement more."""
    seen = _seen(request)
    if seen is None or (_by_person(request) and clock.now() - seen >= timedelta(seconds=_lock().mark_every_seconds)):
        begin(request)


def idle() -> timedelta:
    """How long a session may be left alone."""
    return timedelta(minutes=_lock().idle_minutes)


def full() -> timedelta:
    """How long a full sign-in lasts."""
    return timedelta(hours=_lock().full_hours)


def _by_person(request: HttpRequest) -> bool:
    """A page that somebody went to; not a fetch, a picture or a poll."""
    navigates = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    return navigates and request.headers.get("X-Requested-With") is None


def _seen(request: HttpRequest) -> datetime | None:
    written = request.session.get(SEEN)
    return datetime.fromisoformat(written) if written else None


def _lock() -> rules.Lock:
    return rules.numbers(clock.prison_day(clock.now())).lock
