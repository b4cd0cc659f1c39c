"""Waits after failed sign-ins, so made that nobody can lock a shift out.

- From a browser the person has signed in on, only failures on that browser count; passkeys never wait.
- From elsewhere, failures count for the user name and the network they came from, never for the user name alone.
- A count is a row of a table with a fixed number of slots, so no flood fills it. The slot is a keyed hash: nobody can
  aim at somebody else's. Two networks in one slot make a stranger wait a little longer, at worst.

A try is counted before the password is looked at and taken back when it was right, so that tries at the same moment
cannot slip past the count. A user name that does not exist is counted like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from throughcare.access import browsers, rules
from throughcare.access.models import Device, Tries, User
from throughcare.access.rules import Patience
from throughcare.core import clock, shown
from throughcare.core.refusals import Refused

NETWORKS, NAMES = 4096, 256
PEOPLE = 2**20  # slots of second-factor codes, after those of names and networks
PREFIX = {4: 24, 6: 48}  # what counts as one network
AT_THE_SAME_MOMENT = 5  # times that a count is tried again when others count too


class TooManyTries(Refused):
    """Too many failures: the next try has to wait."""

    message = "Too many tries. Wait {wait}, then try again. A passkey, or a browser you have signed in on before, works at once."
    status = 429


@dataclass(frozen=True)
class Try:
    """One try, already counted; `was_right()` takes it back."""

    slot: int | None = None
    device: Device | None = None

    def was_right(self) -> None:
        """The proof was good: forget the failures before it."""
        if self.device:
            Device.objects.filter(id=self.device.id).update(wrong_passwords=0, wrong_at=None)
        elif self.slot is not None:
            Tries.objects.filter(slot=self.slot).delete()


def password(request: HttpRequest, username: str) -> Try:
    """Count a try with a password. Raises TooManyTries while the person, or the stranger, has to wait."""
    patience = rules.numbers(clock.prison_day(clock.now()))
    if device := browsers.known(request, username):
        return _on_browser(device, patience.known_browser)
    network = _hash("network", network_of(request), NETWORKS)
    return _in_slot(network * NAMES + _hash("name", username.strip().casefold(), NAMES), patience.unknown_browser)


def code(user: User) -> Try:
    """Count a try with a code of the second factor, by person: whoever tries has the password already."""
    patience = rules.numbers(clock.prison_day(clock.now())).second_factor
    return _in_slot(NETWORKS * NAMES + _hash("code", str(user.pk), PEOPLE), patience)


def network_of(request: HttpRequest) -> str:
    """The network of the browser. Behind proxies of ours it is what the outermost of them wrote down."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted = settings.PROXIES
    address = hops[-min(trusted, len(hops))] if trusted and hops else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_network(f"{address}/{PREFIX[ip_address(address).version]}", strict=False))
    except ValueError:
        return "unknown"


def prune(at: datetime) -> int:
    """Remove counts that count no more; returns how many."""
    now = rules.numbers(clock.prison_day(at))
    hours = max(now.unknown_browser.forgotten_after_hours, now.second_factor.forgotten_after_hours)
    return Tries.objects.filter(last_at__lt=at - timedelta(hours=hours)).delete()[0]


def _on_browser(device: Device, patience: Patience) -> Try:
    for _ in range(AT_THE_SAME_MOMENT):
        device.refresh_from_db(fields=["wrong_passwords", "wrong_at"])
        now, was, count = clock.now(), device.wrong_at, device.wrong_passwords
        _wait(rules.wait_after(count, was, patience, now))
        anew = was is None or rules.is_forgotten(was, patience, now)
        as_it_was = Device.objects.filter(id=device.id, wrong_passwords=count, wrong_at=was)
        if as_it_was.update(wrong_passwords=1 if anew else count + 1, wrong_at=now):
            return Try(device=device)
    raise TooManyTries(wait=shown.duration(timedelta(seconds=patience.first_wait_seconds)))


def _in_slot(slot: int, patience: Patience) -> Try:
    for _ in range(AT_THE_SAME_MOMENT):
        row, now = Tries.objects.filter(slot=slot).first(), clock.now()
        if row:
            _wait(rules.wait_after(row.count, row.last_at, patience, now))
        if _counted(slot, row, now, anew=row is None or rules.is_forgotten(row.last_at, patience, now)):
            return Try(slot=slot)
    raise TooManyTries(wait=shown.duration(timedelta(seconds=patience.first_wait_seconds)))


# Nothing changes when somebody else has counted since the row was read.
_COUNT = """INSERT INTO access_tries AS t (slot, count, last_at) VALUES (%(slot)s, 1, %(now)s)
            ON CONFLICT (slot) DO UPDATE SET count = %(count)s, last_at = %(now)s
            WHERE t.count = %(was)s AND t.last_at = %(last_at)s"""


def _counted(slot: int, row: Tries | None, now: datetime, *, anew: bool) -> bool:
    values: dict[str, int | datetime] = {"slot": slot, "now": now, "count": 1 if anew or row is None else row.count + 1}
    values |= {"was": row.count if row else -1, "last_at": row.last_at if row else now}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        return bool(cursor.rowcount)


def _wait(length: timedelta) -> None:
    if length:
        raise TooManyTries(wait=shown.duration(length))


def _hash(salt: str, value: str, slots: int) -> int:
    return int.from_bytes(salted_hmac(f"access.lockout.{salt}", value, algorithm="sha256").digest()[:8]) % slots
