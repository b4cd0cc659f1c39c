"""What signing in and out leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughcare.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class SignedIn(Fact):
    """Somebody started a session in a role."""

    role: str


@dataclass(frozen=True, kw_only=True)
class SignedOut(Fact):
    """Somebody ended their session."""


@dataclass(frozen=True, kw_only=True)
class StaffAdded(Fact):
    """Somebody was given a role."""

    user: UUID
    role: str


@dataclass(frozen=True, kw_only=True)
class MembershipEnded(Fact):
    """Somebody's role ended."""

    user: UUID
