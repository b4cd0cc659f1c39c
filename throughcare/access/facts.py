"""What signing in and out, and letting people in, leave behind. Role codes, ids and kinds; no name, no code, no PIN."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughcare.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class SignedIn(Fact):
    """Somebody started a session in a role; how: password, passkey, provider, code, pin, or card in a demo."""

    role: str
    how: str = ""


@dataclass(frozen=True, kw_only=True)
class SignedOut(Fact):
    """Somebody ended their session."""


@dataclass(frozen=True, kw_only=True)
class Unlocked(Fact):
    """Somebody opened a locked session again with their PIN."""


@dataclass(frozen=True, kw_only=True)
class PinConfirmed(Fact):
    """Somebody proved with their PIN that it is they who sign; `asked_by` is whose session it is, when another person's."""

    asked_by: str = ""


@dataclass(frozen=True, kw_only=True)
class PinChosen(Fact):
    """Somebody chose a PIN."""


@dataclass(frozen=True, kw_only=True)
class ProofChanged(Fact):
    """Somebody's password, authenticator app, passkey or recovery codes changed; `what` says which and how."""

    what: str


@dataclass(frozen=True, kw_only=True)
class StaffAdded(Fact):
    """Somebody was given a role; `until_at` when it is for one shift."""

    user: UUID
    role: str
    until_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class MembershipEnded(Fact):
    """Somebody's role ended."""

    user: UUID


@dataclass(frozen=True, kw_only=True)
class StaffInvited(Fact):
    """One person asked that somebody be let in: for a shift, or back into an account."""

    invitation: UUID
    kind: str
    role: str


@dataclass(frozen=True, kw_only=True)
class InvitationConfirmed(Fact):
    """A second person confirmed it; from now on there is a one-time code."""

    invitation: UUID
    invited_by: str


@dataclass(frozen=True, kw_only=True)
class InvitationCancelled(Fact):
    """It was taken back before it was used."""

    invitation: UUID


@dataclass(frozen=True, kw_only=True)
class InvitationUsed(Fact):
    """The one-time code was used by the person it was made for."""

    invitation: UUID
    invited_by: str
    confirmed_by: str


@dataclass(frozen=True, kw_only=True)
class ContractAgreed(Fact):
    """An organisation starts a service."""

    contract: UUID
    service: str


@dataclass(frozen=True, kw_only=True)
class ContractEnded(Fact):
    """A contract ends, and with it what everybody under it may do."""

    contract: UUID


@dataclass(frozen=True, kw_only=True)
class JoinedTeam(Fact):
    """Somebody works under a contract."""

    user: UUID
    contract: UUID


@dataclass(frozen=True, kw_only=True)
class CompetenceFound(Fact):
    """Somebody was found able to do something."""

    user: UUID
    code: str


@dataclass(frozen=True, kw_only=True)
class CompetenceEnded(Fact):
    """What somebody was found able to do ended."""

    user: UUID
    code: str


@dataclass(frozen=True, kw_only=True)
class TooManyRecords(Fact):
    """Somebody opened more people's records in an hour than their role opens, and was stopped."""

    opened: int
