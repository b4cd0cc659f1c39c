"""What the prison tells custody in these tests: one movement, one list, in one line each. Through the real actions."""

from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

from django.db import connection

from tests import scenes
from throughcare.access.acting import Actor, acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.core.identifiers import PrisonNumber
from throughcare.custody import actions as custody
from throughcare.custody.models import BedStay, Prisoner
from throughcare.demo import people

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CELL, OTHER_CELL = "LEI-B-2-014", "LEI-C-1-003"
BOTH = ("LEI", "MDI")


@contextmanager
def fed(*prisons):
    """The feed acts for these prisons, Leeds where none is named."""
    with acting(Actor.system("custody feed", establishments=prisons or ("LEI",))) as feed:
        yield feed


def said(kind, reason="", at=None, *, man=people.AMIR, prison="LEI", message="", **more):
    """The prison says that he moved; the key is that of the movement, unless another is given."""
    when = at or clock.now()
    key = message or f"{man.prison_number}-{kind}-{reason}-{prison}-{when.isoformat()}-{more.get('location', '')}"
    with fed(prison) as feed:
        return custody.record_movement(
            person=scenes.person(man), kind=kind, reason=reason, establishment=prison, at=when, message=key, by=feed.id, **more
        )


def came(at=None, **more):
    return said("received", more.pop("reason", "NEW_ADMISSION"), at, **more)


def went(at=None, **more):
    return said("released", more.pop("reason", "RELEASED"), at, **more)


def slept(location, at=None, **more):
    return said("bed", "", at, location=location, **more)


def joined(removed, kept, *, prison="LEI", at=None):
    """The prison says that the number of one man is no more: he is the other."""
    with fed(*BOTH) as feed:
        return custody.join_numbers(
            person=scenes.person(kept), removed=PrisonNumber(removed.prison_number), establishment=prison, at=at or clock.now(),
            by=feed.id,
        )  # fmt: skip


def prisoner(man=people.AMIR):
    return Prisoner.objects.get(prison_number=man.prison_number)


def beds(man=people.AMIR):
    """Where he slept, as we now believe: prison, cell, since, until; the first stay first."""
    rows = BedStay.objects.current().filter(prisoner__prison_number=man.prison_number).order_by("since")
    return [(row.establishment_id, row.location, row.since, row.until) for row in rows]


def facts(kind):
    """The facts of one kind, the first first."""
    return list(Fact.objects.filter(kind=f"custody.{kind}").order_by("id"))


def at_once(*tasks):
    """Each in a thread and a connection of its own, all at the same frozen moment; what each came to, refusals too."""
    moment, came_to = clock.now(), [None] * len(tasks)

    def runs(place):
        try:
            with clock.at(moment):
                came_to[place] = tasks[place]()
        except Exception as refusal:
            came_to[place] = refusal
        finally:
            connection.close()

    threads = [Thread(target=runs, args=[place]) for place in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return came_to
