"""One person, several records: which ones are joined, for reads of every module above.

`filter(patient__one_of=everything_of(key))` reads all that was ever written about somebody, under whichever record.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import ForeignKey, Func, Lookup, OuterRef, QuerySet, UUIDField, Value

from throughcare.patients.models import Merge, MergeProposal


class Linked(Func):
    """The keys of every record of a person, the survivor first; of any of them it is the same list."""

    function = "patients_linked"
    output_field = ArrayField(UUIDField())


class Survivor(Func):
    """The key of the record that a record was joined to, or its own."""

    function = "patients_survivor"
    output_field = UUIDField()


@UUIDField.register_lookup
@ForeignKey.register_lookup
class OneOf(Lookup):
    """`patient__one_of=<a list>`: equals an element of a list that the database works out, so that an index serves."""

    lookup_name = "one_of"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """lhs = ANY (rhs)."""
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} = ANY {right if right.startswith('(') else f'({right})'}", [*left_values, *right_values]


def everything_of(patient: UUID) -> Linked:
    """What `patient` of a row is one of, to read the rows of all linked records."""
    return Linked(Value(patient, UUIDField()))


def linked(patient: UUID) -> tuple[UUID, ...]:
    """The keys of every record of a person, the survivor first. Keys only, even of records out of reach."""
    return tuple(_asked("SELECT patients_linked(%s)", patient))


# Over every record of a person, in one order, so that two people who act at once never wait for each other in a ring.
TURNS = """
SELECT pg_advisory_xact_lock(hashtextextended(one::text, 1))
  FROM (SELECT one FROM unnest(patients_linked(%s)) one ORDER BY one) AS records
"""


def take_turns(patient: UUID) -> None:
    """Two who act on one person do so one after the other, until the transaction ends. Append-only rows cannot be locked, the
    person can."""
    with connection.cursor() as cursor:
        cursor.execute(TURNS, [patient])


def in_turn(patient: UUID) -> tuple[UUID, ...]:
    """Every record of the person, the survivor first, asked for once it is our turn: records may just have been joined."""
    take_turns(patient)
    return linked(patient)


def survivor_of(patient: UUID) -> UUID:
    """The record that this one was joined to, or itself."""
    found: UUID = _asked("SELECT patients_survivor(%s)", patient)
    return found


def merges_into(patient: UUID) -> list[Merge]:
    """The merges that hold for a survivor, the latest first."""
    rows = Merge.objects.filter(survivor=patient, superseded_by=None, undone=False)
    return list(rows.select_related("patient").order_by("-written_at"))


def proposals_about(patient: UUID) -> list[MergeProposal]:
    """What waits for a second person, about any record of somebody."""
    rows = open_proposals().filter(patient__one_of=everything_of(patient)) | open_proposals().filter(
        survivor__one_of=everything_of(patient)
    )
    return list(rows.select_related("patient", "survivor").order_by("written_at"))


def open_proposals() -> QuerySet[MergeProposal]:
    """What waits for a second person, of all that can be seen."""
    return MergeProposal.objects.filter(superseded_by=None, answer="")


def linked_of(column: str = "id") -> Linked:
    """For a subquery: the linked records of the outer row."""
    return Linked(OuterRef(column))


def _asked(statement: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]
