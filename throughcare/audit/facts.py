"""Facts: what an action leaves behind. `keep()` writes the row and tells whoever follows, in the same transaction.

Kept fields (ids, kinds, times) are stored; fields marked `carried()` are handed to followers and never stored.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from throughcare.audit.models import Fact as FactRow
from throughcare.core import clock, ids
from throughcare.core.writing import insert


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened: by whom and when (`at` is the moment it happened, not when it was written)."""

    known_under: ClassVar[str] = ""  # the package it was in when the trail first knew it: names in the trail are for good

    by: str
    at: datetime
    patient: UUID | None = None
    establishment: str = ""
    id: UUID = field(default_factory=ids.new)

    @classmethod
    def name(cls) -> str:
        """Package and name, such as custody.MovementRecorded."""
        return f"{cls.known_under or cls.__module__.split('.')[1]}.{cls.__name__}"

    def kept(self) -> dict[str, Any]:
        """The fields that are stored: ids, kinds and times, nothing clinical."""
        return self._plain(f for f in dataclasses.fields(self) if not f.metadata.get("carried"))

    def told(self) -> dict[str, Any]:
        """Everything that followers hear, carried fields too: what a clock may match on."""
        return self._plain(dataclasses.fields(self))

    def _plain(self, fields: Iterable[dataclasses.Field[Any]]) -> dict[str, Any]:
        return {f.name: _plain(getattr(self, f.name)) for f in fields if f.name not in _COLUMNS}


Follower = Callable[[Any], object]
_COLUMNS = frozenset({"by", "at", "patient", "establishment", "id"})  # these have columns of their own


def carried(**options: Any) -> Any:
    """A field for followers only: names, answers, anything clinical."""
    return field(metadata={"carried": True}, **options)


def keep(fact: Fact) -> UUID:
    """Write the fact and run its followers, depth first, in the transaction of the action. Returns its key."""
    keep_all([fact])
    return fact.id


def keep_all(facts: Sequence[Fact]) -> None:
    """Write several facts in one statement, then run the followers of each in turn, and those of every fact once for all."""
    insert([_row(fact) for fact in facts])
    for fact in facts:
        for follower in followers_of(type(fact)):
            follower(fact)
    for follower in _follows().get(Fact, ()) if facts else ():
        follower(facts)


def _row(fact: Fact) -> FactRow:
    now = clock.now()
    return FactRow(
        id=fact.id, kind=fact.name(), actor=fact.by, happened_at=fact.at, written_at=now, day=now.date(), patient_id=fact.patient,
        establishment=fact.establishment, kept=fact.kept(),
    )  # fmt: skip


def followers_of(kind: type[Fact]) -> Sequence[Follower]:
    """Who follows this kind of fact, as the one page of the house says."""
    return _follows().get(kind, ())


@cache
def _follows() -> Mapping[type[Fact], tuple[Follower, ...]]:
    return {kind: tuple(follows) for kind, follows in import_string(settings.FOLLOWS).items()}


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
