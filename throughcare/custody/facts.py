"""What custody actions leave behind. No follower may learn anything clinical from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughcare.audit.facts import Fact, carried
from throughcare.custody.rules import Whereabouts


@dataclass(frozen=True, kw_only=True)
class ArrivalExpected(Fact):
    """Somebody is on the list of a prison for tonight."""

    prisoner: UUID
    expected: UUID
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class MovementRecorded(Fact):
    """A movement was written; `before` and `after` say what it changed, which for a late message is nothing."""

    prisoner: UUID
    movement: UUID
    kind: str
    reason: str
    before: Whereabouts = carried()  # noqa: RUF009
    after: Whereabouts = carried()  # noqa: RUF009
