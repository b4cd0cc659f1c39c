"""What the prison says in these tests, a line at a time, and what is believed afterwards."""

from datetime import datetime, timedelta

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.demo import emulator, people
from throughcare.hmpps import actions as hmpps
from throughcare.hmpps.search import Source

HOUR = timedelta(hours=1)
FEED = scenes.feed("LEI")
AMIR, DANNY = people.AMIR, people.DANNY


def described(man, **said):
    return emulator._described(man, "B-2-014") | {"prisonId": "LEI"} | said


def take(*lines, **asked):
    """Take lines while the prison's systems answer as given, by number."""
    found = asked.pop("found", {man.prison_number: described(man) for man in (AMIR, DANNY)})
    return hmpps.take_lines(lines, search=Source(person=found.get, **asked))


def event(kind, reason, hours, man=AMIR, prison="LEI"):
    return emulator.event(man, kind=kind, reason=reason, at=began() + hours * HOUR, prison=prison)


def began():
    return clock.now().replace(microsecond=0) - 40 * HOUR


def updated(hours, *categories, man=AMIR):
    return emulator.message(
        "prisoner-offender-search.prisoner.updated", began() + hours * HOUR, nomsNumber=man.prison_number,
        categoriesChanged=list(categories),
    )  # fmt: skip


def joined(removed, man=AMIR, hours=30):
    return emulator.message(
        "prison-offender-events.prisoner.merged", began() + hours * HOUR, nomsNumber=man.prison_number, removedNomsNumber=removed,
        bookingId="1", reason="MERGE",
    )  # fmt: skip


def seen(model, *fields, **asked):
    with acting(FEED):
        return sorted(model.objects.filter(**asked).values_list(*fields), key=_in_time)


def _in_time(row):
    """Moments by when they are: as Python spells them, nine o'clock comes after nineteen."""
    return [one.isoformat() if isinstance(one, datetime) else str(one) for one in row]
