"""What happens to agreement and to what is told; never what was said or why."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughcare.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class CapacityAssessed(Fact):
    """Whether somebody could decide one thing was written down."""

    capacity: UUID


@dataclass(frozen=True, kw_only=True)
class ConsentAnswered(Fact):
    """Somebody was asked about one purpose and answered, or could not."""

    consent: UUID
    purpose: str
    status: str


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Fact):
    """Somebody took their agreement back: it ends with this."""

    consent: UUID
    purpose: str


@dataclass(frozen=True, kw_only=True)
class DisclosureAsked(Fact):
    """Somebody wants to tell without consent; a second person answers."""

    request: UUID
    document: str
    basis: str


@dataclass(frozen=True, kw_only=True)
class DisclosureDeclined(Fact):
    """A second person said that nothing is told."""

    request: UUID


@dataclass(frozen=True, kw_only=True)
class Disclosed(Fact):
    """Something was told: which paper, on which ground, and the names of its fields."""

    disclosure: UUID
    document: str
    basis: str
    fields: tuple[str, ...]
