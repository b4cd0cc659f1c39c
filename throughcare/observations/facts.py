"""What becomes of planned observations; never what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from throughcare.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ObservationsPlanned(Fact):
    """Sets of observations are expected from now on."""

    known_under: ClassVar = "pathways"
    of: UUID
    plan: str


@dataclass(frozen=True, kw_only=True)
class ObservationsEnded(Fact):
    """Nothing more is expected under a plan."""

    known_under: ClassVar = "pathways"
    of: UUID
    plan: str


@dataclass(frozen=True, kw_only=True)
class ObservationsMissed(Fact):
    """A set was not taken, and somebody said why."""

    known_under: ClassVar = "pathways"
    of: UUID
    plan: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ObservationGapFound(Fact):
    """A slot closed without a set; `alerts` when so many in a row are missing that the nurse in charge must know."""

    known_under: ClassVar = "pathways"
    of: UUID
    plan: str
    run: int
    alerts: bool
