"""Healthcare's person, who they are, who may see them, and what they agreed to."""

from throughcare.patients.models.consent import Capacity, Consent, Disclosure, DisclosureRequest
from throughcare.patients.models.identity import (
    Characteristic,
    Contact,
    Identifier,
    Merge,
    MergeProposal,
    Name,
    Need,
    Photo,
)
from throughcare.patients.models.person import Match, Patient, PatientQuerySet
from throughcare.patients.models.reach import (
    AFTER_LEAVING,
    BREAK_GLASS,
    OVER_BAR,
    WHILE_INBOUND,
    Bar,
    BreakGlass,
    GlassReview,
    Reach,
)

__all__ = [
    "AFTER_LEAVING", "BREAK_GLASS", "OVER_BAR", "WHILE_INBOUND", "Bar", "BreakGlass", "Capacity", "Characteristic", "Consent",
    "Contact", "Disclosure", "DisclosureRequest", "GlassReview", "Identifier", "Match", "Merge",
    "MergeProposal", "Name", "Need", "Patient",
    "PatientQuerySet", "Photo", "Reach",
]  # fmt: skip
