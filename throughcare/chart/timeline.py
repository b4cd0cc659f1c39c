"""Everything that happened to somebody, as entries with both times, latest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from throughcare.core.shown import uk_datetime
from throughcare.custody import queries as custody
from throughcare.custody.rules import BED
from throughcare.record import queries as record
from throughcare.record.kinds import kinds
from throughcare.screening import queries as screens
from throughcare.screening.models import Step

LATE = timedelta(hours=1)  # an entry written this long after it happened is shown as late; a matter of looks, not of care
AT_MOST = 200
EVER = datetime(2000, 1, 1, tzinfo=UTC)

MOVED = {
    "NEW_ADMISSION": "Came in", "READMISSION": "Came back in", "ADMISSION": "Came in", "TRANSFERRED": "Transferred",
    "RETURN_FROM_COURT": "Back from court", "TEMPORARY_ABSENCE_RETURN": "Back from temporary absence",
    "SENT_TO_COURT": "Out to court", "RELEASED": "Released", "RELEASED_TO_HOSPITAL": "Released to hospital",
    "TEMPORARY_ABSENCE_RELEASE": "Out on temporary absence",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One entry."""

    title: str
    happened_at: datetime
    written_at: datetime
    by: str
    kind: str
    body: tuple[tuple[str, str], ...] = ()
    href: str = ""
    id: str = ""

    @property
    def late(self) -> bool:
        return self.written_at - self.happened_at > LATE


def timeline(patient: Any) -> list[Line]:
    """The entries of a patient opened by `patients.queries.opened`."""
    lines = [*_moves(patient), *_steps(patient), *_stops(patient), *_warnings(patient), *_encounters(patient)]
    return sorted(lines, key=lambda line: line.happened_at, reverse=True)[:AT_MOST]


def _moves(patient: Any) -> Iterator[Line]:
    for move in custody.movements_of(patient.prisoners):
        words = "Moved cell" if move.kind == BED else MOVED.get(move.reason, "Moved")
        yield Line(f"{words}: {move.establishment}", move.happened_at, move.written_at, "the prison's feed", "Custody")


def _steps(patient: Any) -> Iterator[Line]:
    for step in screens.steps_of(patient.id):
        title = f"First-night screen: {Step.Kind(step.kind).label.lower()}"
        body = (("Why", step.detail),) if step.detail else ()
        href = f"/patients/{patient.id}/screens/{step.screen_id}/"
        yield Line(title, step.happened_at, step.written_at, step.written_by_name, "Screen", body, href, f"step-{step.id}")


def _stops(patient: Any) -> Iterator[Line]:
    for met in screens.stop_actions_of(patient.id):
        told = f"{met.told}, {uk_datetime(met.told_at)}"
        body = (("Done", met.action.replace("_", " ").capitalize()), ("Told", told), ("Plan", met.plan))
        href = f"/patients/{patient.id}/screens/{met.screen_id}/"
        yield Line("Stop acted on", met.happened_at, met.written_at, met.written_by_name, "Stop", body, href, f"stop-{met.id}")


def _warnings(patient: Any) -> Iterator[Line]:
    for one in record.warnings_of(patient.id, EVER):
        read = ("Read by", f"{one.read_by}, {uk_datetime(one.read_at)}") if one.read_by else ("Not read", "nobody has signed")
        title = f"{one.get_source_display()} warning: {one.words}"
        yield Line(title, one.happened_at, one.written_at, one.written_by_name, "Warning", (read,), "", f"warning-{one.id}")


def _encounters(patient: Any) -> Iterator[Line]:
    for met in record.encounters_of(patient.id):
        body = (("Done", met.done), *((("Plan", met.plan),) if met.plan else ()))
        title = kinds()[met.kind].title if met.kind in kinds() else met.kind
        yield Line(title, met.happened_at, met.written_at, met.written_by_name, "Contact", body, "", f"encounter-{met.id}")
