"""What the answers of a signed visit say of a sample: taken, what it came to, that the person was told. Each is written once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from throughcare.access.acting import Actor
from throughcare.audit.facts import keep
from throughcare.core import clock
from throughcare.core.writing import all_or_nothing
from throughcare.patients.linked import linked
from throughcare.record import facts
from throughcare.record.actions.entry import fact, write
from throughcare.record.actions.testing import how_told
from throughcare.record.models import Communication, DiagnosticReport, Specimen
from throughcare.record.models.prevention import IN_ERROR
from throughcare.record.panels import is_first_reading, panels, read_here
from throughcare.record.samples import Sample, latest, samples_of

NOT_TESTED = "not_tested"
AS_ASKED = "As answered on a visit."
Rows = Mapping[UUID, Specimen]


@dataclass(frozen=True)
class Tested:
    """What a visit says of one panel, answered at `asked_at`. `taken_at` and `told_at` are None when nobody gave a time."""

    panel: str
    method: str
    asked_at: datetime
    taken_at: datetime | None = None
    results: Mapping[str, str] = field(default_factory=dict)
    told_at: datetime | None = None

    @property
    def found(self) -> dict[str, str]:
        """What was tested, and what it came to."""
        return {test: one for test, one in self.results.items() if one != NOT_TESTED}


@all_or_nothing
def record_tested(*, patient: UUID, said: Tested, by: Actor) -> None:
    """Write the sample, the result and the telling that a visit speaks of; what is on the record already is left as it is.

    It asks for no permission of its own: who may ask the form may say this, and a result must not be lost for it. What was
    withdrawn as a mistake, or put right since, is not written again.
    """
    people = linked(patient)
    rows = {row.id: row for row in Specimen.objects.filter(patient__in=list(people), panel=said.panel)}
    specimen = _written(rows, said) or _meant(people, said) or _taken(patient, said, by)
    if specimen.status == IN_ERROR or not said.found:
        return
    report = _report(specimen, rows, said) or _reported(specimen, said, by)
    if said.told_at and _is_untold(report, people, said.told_at):
        _told(report, said.told_at, by)


def _written(rows: Rows, said: Tested) -> Specimen | None:
    """The very sample, whatever became of it since: of that moment, taken in that way."""
    at = said.taken_at or said.asked_at
    very = (row for row in rows.values() if row.method == said.method and row.happened_at == at)
    return next((latest(row, rows) for row in very), None)


def _meant(people: Iterable[UUID], said: Tested) -> Specimen | None:
    """A sample that somebody wrote of in other words; None when nobody did."""
    alike = (one for one in samples_of(people) if one.specimen and one.specimen.panel == said.panel)
    return next(
        (one.specimen for one in alike if one.specimen and one.specimen.method == said.method and _means(one, said)), None
    )


def _means(sample: Sample, said: Tested) -> bool:
    """Whether a visit speaks of this sample. With a time: one of that day, not reported before it. Without: that of which the
    laboratory's word has come, or one of today whose report says nothing else."""
    assert sample.specimen
    if said.taken_at is None and said.found and sample.waits and said.method not in read_here():
        return True
    at = said.taken_at or said.asked_at
    if clock.prison_day(sample.specimen.happened_at) != clock.prison_day(at):
        return False
    if said.taken_at:
        return all(one.row.happened_at >= at for one in sample.reports)
    return all(one.row.results.get(test, came_to) == came_to for one in sample.reports for test, came_to in said.found.items())


def _taken(patient: UUID, said: Tested, by: Actor) -> Specimen:
    at = min(said.taken_at or said.asked_at, clock.now())
    written: Specimen = write(
        Specimen, patient=patient, at=at, by=by, status=Specimen.Status.AVAILABLE, panel=said.panel, method=said.method,
        agreed=Specimen.Agreed.YES, words=AS_ASKED,
    )  # fmt: skip
    keep(facts.SpecimenTaken(**fact(patient, at, by), entry=written.id, panel=said.panel))
    return written


def _report(specimen: Specimen, rows: Rows, said: Tested) -> DiagnosticReport | None:
    """The report of this sample that says the same, the one that stands first; also one that was put right since."""
    own = [specimen.id, *(row.id for row in rows.values() if latest(row, rows).id == specimen.id)]
    reports = DiagnosticReport.objects.filter(specimen__in=own).order_by("-written_at")
    alike = [row for row in reports if said.found.items() <= row.results.items()]
    return next((row for row in alike if not row.superseded_by), alike[0] if alike else None)


def _reported(specimen: Specimen, said: Tested, by: Actor) -> DiagnosticReport:
    """Reported when it was answered, or when the person was told if that was sooner; never before the sample."""
    at = max(min(filter(None, (said.asked_at, said.told_at, clock.now()))), specimen.happened_at)
    first = is_first_reading(said.method, said.results)
    written: DiagnosticReport = write(
        DiagnosticReport, patient=specimen.patient_id, at=at, by=by, specimen=specimen, panel=said.panel,
        results=dict(said.results), words=AS_ASKED,
        status=DiagnosticReport.Status.PRELIMINARY if first else DiagnosticReport.Status.FINAL,
    )  # fmt: skip
    asks = panels()[said.panel].told(said.results)
    keep(facts.ResultReported(**fact(specimen.patient_id, at, by), entry=written.id, panel=said.panel, results=asks))
    return written


def _is_untold(report: DiagnosticReport, people: Iterable[UUID], told_at: datetime) -> bool:
    """Whether the telling is news: of the report that stands, not before it, and nobody wrote or withdrew the same."""
    if report.superseded_by or told_at < report.happened_at or Communication.objects.filter(report=report, happened_at=told_at):
        return False
    return any(one.row.id == report.id for sample in samples_of(people) for one in sample.untold)


def _told(report: DiagnosticReport, told_at: datetime, by: Actor) -> None:
    at = min(told_at, clock.now())
    written: Communication = write(
        Communication, patient=report.patient_id, at=at, by=by, status=Communication.Status.COMPLETED, report=report,
        panel=report.panel, words=AS_ASKED,
    )  # fmt: skip
    keep(how_told(written, report, by))
