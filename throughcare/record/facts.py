"""What lands on the record."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughcare.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class EncounterRecorded(Fact):
    """A contact was written."""

    encounter: UUID
    kind: str


@dataclass(frozen=True, kw_only=True)
class WarningWritten(Fact):
    """A warning from outside was written down, line by line."""

    warning: UUID
    source: str


@dataclass(frozen=True, kw_only=True)
class WarningSigned(Fact):
    """A warning was read and signed."""

    warning: UUID


@dataclass(frozen=True, kw_only=True)
class AllergiesAsked(Fact):
    """Allergies were asked; what was said is on the record, not here."""

    entry: UUID


@dataclass(frozen=True, kw_only=True)
class ObservationsTaken(Fact):
    """Measurements were written."""

    entries: tuple[str, ...]
