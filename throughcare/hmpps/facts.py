"""What became of a message."""

from __future__ import annotations

from dataclasses import dataclass

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
