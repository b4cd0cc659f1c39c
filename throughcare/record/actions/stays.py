"""Episodes of care: opened when somebody comes in, set waiting or ended when they go."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.writing import all_or_nothing
from throughcare.record import facts
from throughcare.record.models import EpisodeOfCare

PRISON_HEALTHCARE = "prison_healthcare"
STATUS = EpisodeOfCare.Status
COMES_BACK = {"hospital": STATUS.ON_HOLD}  # how a departure leaves the episode; from court nothing changes
WHY = {"released": "Released", "transfer": "Moved to another prison", "hospital": "In hospital"}
ARRIVED = {"new": "Came in", "transfer": "Came from another prison", "court_return": "Came back", "unbooked": "Came in"}


class CameOrWent(Protocol):
    """The fact that somebody came in or left, as `patients` keeps it."""

    by: str
    at: datetime
    patient: UUID
    establishment: str
    kind: str


@all_or_nothing
def follow_arrival(fact: CameOrWent) -> EpisodeOfCare:
    """He came in: his care here begins, or goes on where it waited. The same arrival twice is one episode."""
    held = _current(fact)
    if held and held.status == STATUS.ACTIVE:
        return held
    return _write(fact, STATUS.ACTIVE, ARRIVED.get(fact.kind, "Came in"), held)


@all_or_nothing
def follow_departure(fact: CameOrWent) -> EpisodeOfCare | None:
    """He left: his care here ends, or waits while he is in hospital. At court it goes on."""
    held = _current(fact)
    if held is None or fact.kind == "court":
        return held
    return _write(fact, COMES_BACK.get(fact.kind, STATUS.FINISHED), WHY.get(fact.kind, "Left"), held)


def _current(fact: CameOrWent) -> EpisodeOfCare | None:
    rows = EpisodeOfCare.objects.current().filter(
        patient=fact.patient, establishment=fact.establishment, service=PRISON_HEALTHCARE
    )
    return rows.exclude(status=STATUS.FINISHED).first()


def _write(fact: CameOrWent, status: str, why: str, corrects: EpisodeOfCare | None) -> EpisodeOfCare:
    said: dict[str, Any] = {"service": PRISON_HEALTHCARE, "status": status, "why": why, "corrects": corrects}
    episode: EpisodeOfCare = EpisodeOfCare.objects.create(
        id=ids.new(), patient_id=fact.patient, establishment=fact.establishment, happened_at=fact.at, written_at=clock.now(),
        written_by=fact.by, written_by_name="Throughcare, as he moved", **said,
    )  # fmt: skip
    kept: dict[str, Any] = {"by": fact.by, "at": fact.at, "patient": fact.patient, "establishment": fact.establishment}
    keep(facts.EpisodeChanged(**kept, episode=episode.id, status=status))
    return episode
