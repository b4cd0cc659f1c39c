"""What custody actions leave behind. No follower may learn anything clinical from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
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
    absence: str = ""
    before: Whereabouts = carried()  # noqa: RUF009
    after: Whereabouts = carried()  # noqa: RUF009


@dataclass(frozen=True, kw_only=True)
class PrisonersMerged(Fact):
    """The prison joined two numbers: what it told of `removed` is the story of `prisoner` from now on."""

    prisoner: UUID
    removed: UUID | None
    number: str = carried()  # the number that is no more
    before: Whereabouts = carried()  # noqa: RUF009
    removed_before: Whereabouts = carried()  # noqa: RUF009
    after: Whereabouts = carried()  # noqa: RUF009


@dataclass(frozen=True, kw_only=True)
class AlertChanged(Fact):
    """The prison opened or ended an alert about somebody."""

    prisoner: UUID
    alert: UUID
    code: str
    active: bool


@dataclass(frozen=True, kw_only=True)
class KeyDatesChanged(Fact):
    """What the prison believes of a date changed: which, and how sure it now is. The date itself is only carried."""

    prisoner: UUID
    kind: str
    certainty: str
    day: date | None = carried(default=None)  # noqa: RUF009


@dataclass(frozen=True, kw_only=True)
class NonAssociationChanged(Fact):
    """Two people are to be kept apart, differently, or no longer."""

    prisoner: UUID
    reference: str
    open: bool


@dataclass(frozen=True, kw_only=True)
class RollDiffers(Fact):
    """What a prison holds and what we hold are not the same; a person is to look."""

    differences: int
