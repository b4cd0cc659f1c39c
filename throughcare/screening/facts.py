"""What happens on a visit, the first-night screen among them; never what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughcare.audit.facts import Fact, carried


@dataclass(frozen=True, kw_only=True)
class ScreenOpened(Fact):
    """A visit was opened: somebody arrived and is to be screened, or a form was begun."""

    screen: UUID
    definition: str = "first-night"


@dataclass(frozen=True, kw_only=True)
class AlertRaised(Fact):
    """An answer set off an alert."""

    screen: UUID
    change: UUID
    alert: str = carried()
    severity: str = carried()
    definition: str = "first-night"


@dataclass(frozen=True, kw_only=True)
class AlertStoodDown(Fact):
    """An answer was changed and an alert no longer holds; `still` are those that do."""

    screen: UUID
    change: UUID
    alert: str = carried()
    still: tuple[str, ...] = carried()
    definition: str = "first-night"


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
    definition: str = "first-night"


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
    """The visit was signed, whole."""

    screen: UUID
    definition: str = "first-night"


@dataclass(frozen=True, kw_only=True)
class ScreenSupervised(Fact):
    """A registered nurse countersigned an assistant's screen."""

    screen: UUID


@dataclass(frozen=True, kw_only=True)
class FormSigned(Fact):
    """An instrument was answered in a visit that is signed now: one slot closes what it covers."""

    screen: UUID
    instrument: str
    definition: str = "first-night"


@dataclass(frozen=True, kw_only=True)
class ActionCarried(Fact):
    """Somebody said what became of an action that an earlier visit asked for: done, pending, not_needed."""

    screen: UUID
    said: UUID
    state: str
    alert: str = carried()
