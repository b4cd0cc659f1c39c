"""What is learnt of who somebody is, and what is done when two records turn out to be one person."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughcare.audit.facts import Fact, carried


@dataclass(frozen=True, kw_only=True)
class NameAdded(Fact):
    """Somebody goes by another name, or one was corrected or ended."""

    name_row: UUID
    use: str


@dataclass(frozen=True, kw_only=True)
class IdentifierAdded(Fact):
    """A number of somebody was written down, corrected or ended."""

    identifier: UUID
    system: str


@dataclass(frozen=True, kw_only=True)
class CharacteristicRecorded(Fact):
    """What somebody said of themselves was written down: which kind, never what."""

    kind: str


@dataclass(frozen=True, kw_only=True)
class ContactWritten(Fact):
    """Somebody who matters to the person was written down, corrected or ended."""

    contact: UUID
    relation: str


@dataclass(frozen=True, kw_only=True)
class PhotoTaken(Fact):
    """There is a new photo of the person."""

    photo: UUID


@dataclass(frozen=True, kw_only=True)
class KnownPersonClaimed(Fact):
    """Somebody found across the estate was said to be the one who stands here now."""

    basis: str


@dataclass(frozen=True, kw_only=True)
class MergeProposed(Fact):
    """Somebody says that two records are one person, or two after all; a second person is to answer."""

    proposal: UUID
    survivor: UUID
    kind: str


@dataclass(frozen=True, kw_only=True)
class MergeTurnedDown(Fact):
    """The answer to a proposal was no, or the one who asked took it back."""

    proposal: UUID
    survivor: UUID
    kind: str


@dataclass(frozen=True, kw_only=True)
class RecordsMerged(Fact):
    """Two people said so: this record is joined to the survivor's. A module that cannot live with it refuses here."""

    merge: UUID
    survivor: UUID
    linked: tuple[UUID, ...] = carried()


@dataclass(frozen=True, kw_only=True)
class RecordsUnmerged(Fact):
    """Two people said so: these records are two persons after all."""

    merge: UUID
    survivor: UUID


@dataclass(frozen=True, kw_only=True)
class SamePersonInTwoPlaces(Fact):
    """Two bookings of one person are live in two prisons at once: one of them is somebody else, or one is wrong."""

    places: tuple[str, ...]
