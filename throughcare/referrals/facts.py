"""What becomes of referrals: made, answered, told to the person, come to or not. Never the reason for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from throughcare.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ReferralMade(Fact):
    """One service was asked to see somebody; `redirects` counts how often it was passed on before."""

    known_under: ClassVar = "pathways"
    request: UUID
    requisition: UUID
    service: str
    urgency: str
    redirects: int


@dataclass(frozen=True, kw_only=True)
class ReferralAnswered(Fact):
    """A service answered. `open_left` counts what is still unanswered in the same decision to refer: at none, he is told."""

    known_under: ClassVar = "pathways"
    request: UUID
    requisition: UUID
    service: str
    urgency: str
    redirects: int
    decision: str
    open_left: int


@dataclass(frozen=True, kw_only=True)
class ReferralReplied(Fact):
    """The person was told. `untold_left` counts other decisions of theirs that are answered and not told yet."""

    known_under: ClassVar = "pathways"
    requisition: UUID
    untold_left: int


@dataclass(frozen=True, kw_only=True)
class ReferralReplyPrinted(Fact):
    """The reply left healthcare on paper, for the person to keep."""

    known_under: ClassVar = "pathways"
    requisition: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReferralAttended(Fact):
    """They came, or did not; then on which side it lay: regime, person or health."""

    known_under: ClassVar = "pathways"
    request: UUID
    service: str
    attended: bool
    side: str
