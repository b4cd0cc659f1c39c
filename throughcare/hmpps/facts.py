"""What became of a message, and of a difference from the roll."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughcare.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class MessageTaken(Fact):
    """A message was read and acted on."""

    message: str


@dataclass(frozen=True, kw_only=True)
class MessageParked(Fact):
    """A message could not be acted on; an administrator sees why."""

    message: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class MessageNotTaken(Fact):
    """A message is nothing to health care; its type is counted, and nothing of it is kept."""

    message: str
    event_type: str


@dataclass(frozen=True, kw_only=True)
class RollAnswered(Fact):
    """Somebody looked at a difference from the roll and said which list is right."""

    difference: UUID
    kind: str
    says: str
