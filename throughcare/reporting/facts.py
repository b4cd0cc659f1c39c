"""What happens to an inspection pack; never what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughcare.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class PackAsked(Fact):
    """Somebody asked for everything about a person between two dates."""

    request: UUID
    basis: str


@dataclass(frozen=True, kw_only=True)
class PackApproved(Fact):
    """A second person allowed it: from now on it is built."""

    request: UUID
    basis: str


@dataclass(frozen=True, kw_only=True)
class PackDeclined(Fact):
    """A second person said no."""

    request: UUID


@dataclass(frozen=True, kw_only=True)
class PackTriedAgain(Fact):
    """After a failure the building was set off once more."""

    request: UUID


@dataclass(frozen=True, kw_only=True)
class PackBuilt(Fact):
    """The signed bundle lies ready."""

    request: UUID
    sha256: str


@dataclass(frozen=True, kw_only=True)
class PackDownloaded(Fact):
    """The bundle left the house once more."""

    request: UUID
    sha256: str
