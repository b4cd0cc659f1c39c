"""What is done about who may see whom."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughcare.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class GlassBroken(Fact):
    """A record was opened in an emergency; `over_bar` is the loudest kind."""

    glass: UUID
    reason: str
    over_bar: bool


@dataclass(frozen=True, kw_only=True)
class GlassReviewed(Fact):
    """Somebody said whether breaking the glass was right."""

    glass: UUID
    verdict: str


@dataclass(frozen=True, kw_only=True)
class BarSet(Fact):
    """Somebody of the staff may no longer see this patient."""

    bar: UUID
    barred: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class BarLifted(Fact):
    """A bar was lifted."""

    bar: UUID
    barred: str


@dataclass(frozen=True, kw_only=True)
class PatientDied(Fact):
    """Somebody died; the trail is sealed at once, and what is written from now on is an addendum."""
