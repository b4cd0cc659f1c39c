"""What happens to people in healthcare's eyes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughcare.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class PatientMade(Fact):
    """Somebody became a patient; provisional when nothing yet proves who they are."""

    provisional: bool


@dataclass(frozen=True, kw_only=True)
class PrisonerMatched(Fact):
    """A patient was said to be a prisoner."""

    prisoner: UUID
    basis: str


@dataclass(frozen=True, kw_only=True)
class PatientInbound(Fact):
    """Somebody is on their way here."""


@dataclass(frozen=True, kw_only=True)
class PatientArrived(Fact):
    """Somebody came in: new, transfer, court_return or unbooked."""

    kind: str


@dataclass(frozen=True, kw_only=True)
class PatientLeft(Fact):
    """Somebody went out: released, hospital, transfer or court; of one who comes back `absence` says what for, if known:
    court, hospital or other."""

    kind: str
    absence: str = ""


@dataclass(frozen=True, kw_only=True)
class NeedRecorded(Fact):
    """What somebody needs to be understood was written down."""

    code: str


@dataclass(frozen=True, kw_only=True)
class NHSNumberAdded(Fact):
    """A patient's NHS number was written down."""
