"""The clinical record that every module shares. Rows are written once; a correction is a new row (L1)."""

from throughcare.patients.models.written import Entry
from throughcare.record.models.contacts import Encounter, EpisodeOfCare, Warning, WarningRead
from throughcare.record.models.dangers import Flag, Incident
from throughcare.record.models.documents import Document, DocumentPage
from throughcare.record.models.findings import AllergyIntolerance, Condition, Observation
from throughcare.record.models.handover import Handover
from throughcare.record.models.line import Line
from throughcare.record.models.prevention import Communication, DiagnosticReport, Immunization, Specimen

__all__ = [
    "AllergyIntolerance", "Communication", "Condition", "DiagnosticReport", "Document", "DocumentPage", "Encounter", "Entry",
    "EpisodeOfCare", "Flag", "Handover", "Immunization", "Incident", "Line", "Observation", "Specimen", "Warning", "WarningRead",
]  # fmt: skip
