"""What a plan is made of: what happened, and what it adds up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from throughcare.pathways.rules.pathways import Pathway, Step

ItemStatus = Literal["open", "done", "cancelled"]


@dataclass(frozen=True)
class Happening:
    """One thing that happened to somebody. `anchor` is its fingerprint: the same however often it is told."""

    at: datetime
    heard_at: datetime
    id: str
    name: str
    anchor: str
    told: Mapping[str, Any] = field(default_factory=dict)
    establishment: str = ""
    by: str = ""
    by_name: str = ""
    competences: frozenset[str] = frozenset()

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        return self.at, self.heard_at, self.id


@dataclass(frozen=True)
class Claim:
    """Somebody said that they will do it."""

    by: str
    name: str
    at: datetime


@dataclass(frozen=True)
class Item:
    """One thing due, or done, or no longer needed. `joined` are the starts that found it open already."""

    step: Step
    anchor: str
    anchored_at: datetime
    establishment: str
    why: str
    warn_at: datetime
    due_at: datetime
    ladder: tuple[tuple[datetime, str], ...] = ()
    joined: tuple[str, ...] = ()
    paused_since: datetime | None = None
    claim: Claim | None = None
    note: str = ""
    noted: str = ""  # the happening that somebody without the competence brought as evidence
    status: ItemStatus = "open"
    evidence: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""
    because: str = ""
    by_a_person: bool = False  # a person cancelled it, and left a fact of their own

    @property
    def key(self) -> str:
        return self.step.id

    @property
    def starts(self) -> tuple[str, ...]:
        """The anchors of all that started it: its own, and those that joined it."""
        return (self.anchor, *self.joined)

    def covers(self, anchor: str) -> bool:
        """Whether a start is this item's own, or joined it."""
        return anchor in self.starts


@dataclass(frozen=True)
class Start:
    """A step started once for its anchor: it made an item, or says why none was needed (L11)."""

    step: Step
    anchor: str
    at: datetime
    because: str = ""


@dataclass(frozen=True)
class Stay:
    """Somebody on a pathway, from entry until they leave it."""

    pathway: Pathway
    anchor: str
    establishment: str
    entered_at: datetime
    joined: tuple[str, ...] = ()
    left_at: datetime | None = None
    because: str = ""
    stage: str = ""

    @property
    def key(self) -> str:
        return self.pathway.id


@dataclass(frozen=True)
class Plan:
    """What all happenings of one person add up to, each list in the order in which things began."""

    items: tuple[Item, ...] = ()
    starts: tuple[Start, ...] = ()
    stays: tuple[Stay, ...] = ()
