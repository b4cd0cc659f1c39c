"""How samples stand: taken, reported, told. Read from the rows; nothing is stored twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughcare.record.models import Communication, DiagnosticReport, Specimen
from throughcare.record.models.prevention import IN_ERROR


@dataclass(frozen=True)
class Report:
    """One report as it now stands, and when the person was told what it says; None while they were not."""

    row: DiagnosticReport
    told_at: datetime | None


@dataclass(frozen=True)
class Sample:
    """One sample with its reports, the latest first. Without a specimen it was taken elsewhere."""

    specimen: Specimen | None
    reports: tuple[Report, ...]

    @property
    def waits(self) -> bool:
        """Whether the laboratory still owes a final word."""
        return not any(report.row.status == DiagnosticReport.Status.FINAL for report in self.reports)

    @property
    def untold(self) -> list[Report]:
        """What the person has not been told."""
        return [report for report in self.reports if report.told_at is None]


def samples_of(patients: Iterable[UUID]) -> list[Sample]:
    """Every sample of linked records, the latest first, then the reports that came without one; three statements."""
    about = {"patient__in": list(patients)}
    told = _told(DiagnosticReport.objects.filter(**about), Communication.objects.current().filter(**about))
    own = {row.id: row for row in Specimen.objects.filter(**about).order_by("-happened_at")}
    specimens = [row for row in own.values() if not row.superseded_by and row.status != IN_ERROR]
    found = [
        Sample(one, tuple(r for r in told if r.row.specimen_id in own and latest(own[r.row.specimen_id], own).id == one.id))
        for one in specimens
    ]
    return found + [Sample(None, (report,)) for report in told if report.row.specimen_id is None]


def settles(report: DiagnosticReport, samples: Sequence[Sample]) -> bool:
    """Whether nothing of its panel is left to tell once this report is: no other untold one, no later sample on its way."""
    ours = [sample for sample in samples if panel_of(sample) == report.panel]
    untold = [one.row.id for sample in ours for one in sample.untold if one.row.id != report.id]
    its_own = next((s.specimen for s in ours if s.specimen and any(r.row.id == report.id for r in s.reports)), None)
    taken_at = its_own.happened_at if its_own else report.happened_at
    later = [s for s in ours if s.specimen and s.specimen.happened_at > taken_at and not s.reports]
    return not untold and not later


def panel_of(sample: Sample) -> str:
    """What the sample is for."""
    panel: str = sample.specimen.panel if sample.specimen else sample.reports[0].row.panel
    return panel


def latest(row: Specimen, rows: Mapping[UUID, Specimen]) -> Specimen:
    """The version of a specimen that now stands, among all versions by key."""
    while row.superseded_by and row.superseded_by in rows:
        row = rows[row.superseded_by]
    return row


def _told(reports: Iterable[DiagnosticReport], communications: Iterable[Communication]) -> list[Report]:
    """The reports that stand, the latest first. Being told an earlier version counts while the results are the same."""
    every = {row.id: row for row in reports}
    told = {one.report_id: one.happened_at for one in communications if one.status == Communication.Status.COMPLETED}
    standing = [row for row in every.values() if not row.superseded_by and row.status != IN_ERROR]
    return [
        Report(row, _told_at(row, every, told))
        for row in sorted(standing, key=lambda row: (row.happened_at, row.id), reverse=True)
    ]


def _told_at(row: DiagnosticReport, every: dict[UUID, DiagnosticReport], told: dict[UUID | None, datetime]) -> datetime | None:
    one: DiagnosticReport | None = row
    while one is not None and one.results == row.results:
        if one.id in told:
            return told[one.id]
        one = every.get(one.corrects_id) if one.corrects_id else None
    return None
