"""Who a page is about: frozen values read in one statement, so that no page holds a row that could be saved or that asks more."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Self, TypedDict
from uuid import UUID

from throughcare.core.identifiers import NHSNumber
from throughcare.custody.queries import AlertOn, Place
from throughcare.patients.rules import listed_name, spoken_name


class NameSaid(TypedDict):
    """One name somebody goes by; `born` is an ISO day where the name came with its own."""

    use: str
    family: str
    given: str
    born: str | None


class NeedSaid(TypedDict):
    """What somebody needs to be understood, such as `interpreter` with a language."""

    code: str
    detail: str


@dataclass(frozen=True)
class PlacedPatient:
    """A person with all their bookings and where they are: a row of `queries.with_custody`.

    `linked` are the keys of all records of the person, the survivor first; `interpreter` is None where none is needed, blank
    where the language is not known.
    """

    id: UUID
    family_name: str
    given_names: str
    date_of_birth: date | None
    sex: str
    nhs_number: str | None
    provisional: bool
    died_at: datetime | None
    linked: tuple[UUID, ...]
    prisoners: tuple[UUID, ...]
    numbers: tuple[str, ...]
    interpreter: str | None
    place: Place | None

    @classmethod
    def of(cls, row: Any, **more: Any) -> Self:
        """From a patient read `with_custody`; lists become tuples, and the place a Place. `more` are fields of its own."""
        told = {one.name: getattr(row, one.name) for one in fields(cls) if one.name not in more}
        frozen = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
        return cls(**{**frozen, "place": Place(**row.place) if row.place else None, **more})

    @property
    def name(self) -> str:
        """FAMILY, Given: as lists in the NHS write it."""
        return listed_name(self.family_name, self.given_names)

    @property
    def spoken_name(self) -> str:
        """Given Family: as people say it."""
        return spoken_name(self.family_name, self.given_names)

    @property
    def nhs(self) -> str:
        """The NHS number of this record in three groups, or blank."""
        return NHSNumber(self.nhs_number).spaced if self.nhs_number else ""


@dataclass(frozen=True)
class NamedPatient(PlacedPatient):
    """A person with every name they go by, to be compared with another."""

    names: tuple[NameSaid, ...]


@dataclass(frozen=True)
class OpenedPatient(NamedPatient):
    """The patient of a page, as `queries.opened` read them for one reader.

    `held_nhs` is the NHS number under any of the records; `under_glass`: seen only because glass was broken; `came_by_other`:
    by way of a record that was joined to this one; `same_name`: others here who could be taken for them, for the banner.
    """

    needs: tuple[NeedSaid, ...]
    prison_alerts: tuple[AlertOn, ...]
    photo_hash: str | None
    held_nhs: str | None
    under_glass: bool
    came_by_other: bool
    same_name: tuple[dict[str, Any], ...]
