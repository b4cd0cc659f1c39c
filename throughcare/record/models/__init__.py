"""The clinical record that every module shares. Rows are written once; a correction is a new row (L1)."""

from throughcare.record.models.contacts import Encounter, EpisodeOfCare, Warning, WarningRead
from throughcare.record.models.dangers import Flag, Incident
from throughcare.record.models.documents import Document, DocumentPage
from throughcare.record.models.entry import Entry
from throughcare.record.models.findings import AllergyIntolerance, Condition, Observation
from throughcare.record.models.handover import Handover

__all__ = [
    "AllergyIntolerance", "Condition", "Document", "DocumentPage", "Encounter", "Entry", "EpisodeOfCare", "Flag", "Handover",
    "Incident", "Observation", "Warning", "WarningRead",
]  # fmt: skip
