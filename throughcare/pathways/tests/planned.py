"""Things that happen to somebody, as facts of other modules, and the task that comes of them."""

from throughcare.access.acting import acting
from throughcare.core import clock, ids
from throughcare.pathways import actions
from throughcare.pathways.models import Task
from throughcare.record.facts import EncounterRecorded
from throughcare.screening.facts import AlertRaised

SCREEN = ids.new()


def follow(man, by, fact, **more):
    """Something happens, now unless said otherwise."""
    told = {"by": by.id, "at": more.pop("at", clock.now()), "patient": man.id, "establishment": more.pop("place", "LEI")}
    with acting(by):
        actions.follow(fact(**told, **more))


def raised(man, by, alert, **more):
    follow(man, by, AlertRaised, screen=SCREEN, change=ids.new(), alert=alert, severity="urgent", **more)


def seen(man, by, kind, **more):
    follow(man, by, EncounterRecorded, encounter=ids.new(), kind=kind, **more)


def only(man, by, step, **more):
    with acting(by):
        return Task.objects.get(patient=man.id, clock=step, **more)
