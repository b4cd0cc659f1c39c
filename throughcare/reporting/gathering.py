"""Everything a pack is made from, read in one transaction as the system, within the reach of one prison."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughcare.access.models import User
from throughcare.patients.linked import linked
from throughcare.patients.models import Match, Patient
from throughcare.places.models import Establishment
from throughcare.reporting import about
from throughcare.reporting.about import LOOKS, Row, Table
from throughcare.reporting.proving import Proofs, proofs_of
from throughcare.reporting.rules import Shown, in_period


@dataclass(frozen=True)
class Person:
    """Whose record it is, under every key that was joined to it."""

    linked: tuple[UUID, ...]
    seen: tuple[UUID, ...]  # the records that this prison reaches
    prisoners: tuple[UUID, ...]
    prisoners_seen: tuple[UUID, ...]
    name: str
    born: str
    numbers: tuple[str, ...]
    died_at: datetime | None


@dataclass(frozen=True)
class Gathered:
    """The rows of the period, what was left outside it, proofs, and the names of those who acted."""

    person: Person
    tables: tuple[Table, ...]
    rows: tuple[Row, ...]
    outside: dict[str, int]
    proofs: Proofs
    staff: dict[str, str]
    place: str

    def of(self, table: str) -> list[Row]:
        """The rows of one table."""
        return [row for row in self.rows if row.table == table]

    @property
    def counts(self) -> dict[str, int]:
        """table -> rows."""
        found: dict[str, int] = {}
        for row in self.rows:
            found[row.table] = found.get(row.table, 0) + 1
        return dict(sorted(found.items()))

    @property
    def looks(self) -> list[Shown]:
        """Every look, the earliest first."""
        told = [row.said for row in self.of(LOOKS)]
        shown = [Shown(datetime.fromisoformat(x["at"]), x["actor"], x["actor_name"], x["role"], x["page"]) for x in told]
        return sorted(shown, key=lambda look: look.at)


def gather(patient: UUID, establishment: str, since: datetime, until: datetime) -> Gathered:
    """Read it all. Call it while the system acts for that prison; row security leaves out what the prison does not reach."""
    about.spell()
    person, kinds = _person(patient), about.tables()
    rows, outside = _rows(kinds, person, since, until)
    place = Establishment.objects.filter(code=establishment).values_list("name", flat=True).first()
    return Gathered(person, tuple(kinds), tuple(rows), outside, proofs_of(rows), _staff(rows), place or establishment)


def _person(patient: UUID) -> Person:
    keys = linked(patient)
    seen = {one.id: one for one in Patient.objects.filter(id__in=keys)}
    matches = list(
        Match.objects.filter(patient__in=keys, superseded_by=None)
        .order_by("made_at")
        .values_list("prisoner", "prisoner__prison_number")
    )
    first = next((seen[key] for key in keys if key in seen), None)
    if first is None:
        raise LookupError("No record of this person is within the reach of this prison any more.")
    return Person(
        keys, tuple(key for key in keys if key in seen), tuple(key for key, _ in matches),
        tuple(key for key, number in matches if number), first.spoken_name, str(first.date_of_birth or ""),
        tuple(number for _, number in matches if number), first.died_at,
    )  # fmt: skip


def _rows(kinds: list[Table], person: Person, since: datetime, until: datetime) -> tuple[list[Row], dict[str, int]]:
    kept: list[Row] = []
    outside: dict[str, int] = {}
    changing: list[UUID] = []
    for table in kinds:
        found = table.rows(person.linked, person.prisoners, changing)
        chosen = _with_versions(found, {row.key for row in found if in_period(row.moments, since, until, stands=not table.once)})
        kept += chosen
        changing += [row.key for row in chosen if table.law.history]
        if left := len(found) - len(chosen):
            outside[table.name] = left
    return kept, outside


def _with_versions(rows: list[Row], chosen: set[UUID]) -> list[Row]:
    """The chosen rows, and every row that they correct or that corrects them, whenever it was written."""
    pairs = [(row.key, UUID(other)) for row in rows if (other := row.said.get("corrects_id"))]
    grown = True
    while grown:
        before = len(chosen)
        for one, other in pairs:
            if one in chosen or other in chosen:
                chosen |= {one, other}
        grown = len(chosen) > before
    return [row for row in rows if row.key in chosen]


ACTS = (
    "actor",
    "written_by",
    "made_by",
    "asked_by",
    "approved_by",
    "proposed_by",
    "confirmed_by",
    "answered_by",
    "barred",
    "ended_by",
)


def _staff(rows: list[Row]) -> dict[str, str]:
    """The names behind the keys of those who acted."""
    said = {str(value) for row in rows for name in ACTS if (value := row.said.get(name))}
    keys = {UUID(one) for one in said if len(one) == 36 and one.count("-") == 4}
    return {str(key): name for key, name in User.objects.filter(id__in=keys).order_by("id").values_list("id", "name")}
