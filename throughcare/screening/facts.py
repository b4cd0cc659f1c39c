"""What happens on a first-night screen; never what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughcare.audit.facts import Fact, carried


@dataclass(frozen=True, kw_only=True)
class ScreenOpened(Fact):
    """Somebody who arrived is to be screened."""

    screen: UUID


@dataclass(frozen=True, kw_only=True)
class AlertRaised(Fact):
    """An answer set off an alert."""

    screen: UUID
    change: UUID
    alert: str = carried()
    severity: str = carried()


@dataclass(frozen=True, kw_only=True)
class AlertStoodDown(Fact):
    """An answer was changed and an alert no longer holds; `still` are those that do."""

    screen: UUID
    change: UUID
    alert: str = carried()
    still: tuple[str, ...] = carried()


@dataclass(frozen=True, kw_only=True)
class StopSatisfied(Fact):
    """Somebody acted on a stop."""

    screen: UUID
    action: UUID
    alert: str = carried()


@dataclass(frozen=True, kw_only=True)
class CoreDone(Fact):
    """The safety core has its answers, and every stop its action."""

    screen: UUID


@dataclass(frozen=True, kw_only=True)
class QuestionsNotAsked(Fact):
    """Some questions could not be asked; they come back."""

    screen: UUID
    items: tuple[str, ...] = carried()


@dataclass(frozen=True, kw_only=True)
class ObservedOnly(Fact):
    """Somebody would not or could not talk: what could be seen was written."""

    screen: UUID


@dataclass(frozen=True, kw_only=True)
class LocationAdvised(Fact):
    """Officers may be told some of the closed list: the advice says what."""

    screen: UUID
    advice: UUID


@dataclass(frozen=True, kw_only=True)
class SlipPrinted(Fact):
    """A slip left healthcare: which one, the fields on it, and the basis for telling."""

    screen: UUID
    slip: str
    fields: tuple[str, ...]
    basis: str


@dataclass(frozen=True, kw_only=True)
class ScreenSigned(Fact):
    """The screen was signed."""

    screen: UUID


@dataclass(frozen=True, kw_only=True)
class ScreenSupervised(Fact):
    """A registered nurse countersigned an assistant's screen."""

    screen: UUID
