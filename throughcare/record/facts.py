"""What lands on the record."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughcare.audit.facts import Fact, carried


@dataclass(frozen=True, kw_only=True)
class EncounterRecorded(Fact):
    """A contact was written."""

    encounter: UUID
    kind: str


@dataclass(frozen=True, kw_only=True)
class WarningWritten(Fact):
    """A warning from outside was written down, line by line."""

    warning: UUID
    source: str


@dataclass(frozen=True, kw_only=True)
class WarningSigned(Fact):
    """A warning was read and signed."""

    warning: UUID


@dataclass(frozen=True, kw_only=True)
class AllergiesAsked(Fact):
    """Allergies were asked; what was said is on the record, not here."""

    entry: UUID


@dataclass(frozen=True, kw_only=True)
class ObservationsTaken(Fact):
    """Measurements were written."""

    entries: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ConditionRecorded(Fact):
    """A problem was added, or how it stands changed."""

    condition: UUID
    status: str


@dataclass(frozen=True, kw_only=True)
class FlagRaised(Fact):
    """A flag was put up."""

    flag: UUID
    kind: str


@dataclass(frozen=True, kw_only=True)
class FlagEnded(Fact):
    """A flag was taken down, with a reason."""

    flag: UUID
    kind: str


@dataclass(frozen=True, kw_only=True)
class IncidentRecorded(Fact):
    """Something that went wrong was written."""

    incident: UUID
    kind: str
    harm: str


@dataclass(frozen=True, kw_only=True)
class DocumentAdded(Fact):
    """A paper was added to the record."""

    document: UUID
    kind: str
    pages: int


@dataclass(frozen=True, kw_only=True)
class PagesAdded(Fact):
    """Pages of a paper were typed up, or put right."""

    document: UUID
    pages: int


@dataclass(frozen=True, kw_only=True)
class EpisodeChanged(Fact):
    """An episode of care was opened, set waiting or ended."""

    episode: UUID
    status: str


@dataclass(frozen=True, kw_only=True)
class EntryCorrected(Fact):
    """An entry was put right: what was told when it was first written counts no more."""

    entry: UUID


@dataclass(frozen=True, kw_only=True)
class ImmunizationGiven(Fact):
    """A dose of a vaccine was given, here or elsewhere."""

    entry: UUID
    vaccine: str
    dose: int = carried()


@dataclass(frozen=True, kw_only=True)
class ImmunizationNotGiven(Fact):
    """A dose was to be given and was not."""

    entry: UUID
    vaccine: str


@dataclass(frozen=True, kw_only=True)
class SpecimenTaken(Fact):
    """A sample was taken for a panel of tests."""

    entry: UUID
    panel: str


@dataclass(frozen=True, kw_only=True)
class ResultReported(Fact):
    """Tests came to something. `results`: what that asks for, such as to_tell_today; never what they came to."""

    entry: UUID
    panel: str
    results: tuple[str, ...] = carried()


@dataclass(frozen=True, kw_only=True)
class ResultGiven(Fact):
    """The person was told. `results`: what they ask for; `settled`: nothing of this panel waits to be told; `onward`:
    something has to follow."""

    entry: UUID
    panel: str
    report: UUID
    settled: bool = carried()
    onward: bool = carried()
    results: tuple[str, ...] = carried(default=())


@dataclass(frozen=True, kw_only=True)
class ResultNotGiven(Fact):
    """It was tried to tell the person, without success."""

    entry: UUID
    panel: str
    report: UUID
