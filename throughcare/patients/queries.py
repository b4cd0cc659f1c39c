"""Who a person is, and who can be seen."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404

from throughcare.access.sight import Request
from throughcare.core.identifiers import sort_key
from throughcare.custody import queries as custody
from throughcare.custody.models import Prisoner
from throughcare.patients.models import Match, Need, Patient, Reach


def opened(request: Request, patient: UUID) -> Patient:
    """The patient of a page, said to the trace; 404 for one that does not exist or is out of reach, alike."""
    people = with_custody(Patient.objects.seen_by(request.actor)).annotate(same_name=_same_name(request.actor.establishment))
    found: Patient | None = people.filter(id=patient).first()
    if found is None:
        raise Http404
    request.saw([found.id])
    request.patient = found  # every page about a person shows the banner
    return found


def patient_of(prisoner: UUID) -> UUID | None:
    """The patient matched to a prisoner, even one that cannot be seen from here: only the key comes back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT patients_matched_to(%s)", [prisoner])
        found: UUID | None = cursor.fetchone()[0]
    return found


def with_custody(people: QuerySet[Any], patient: str = "id") -> QuerySet[Any]:
    """Adds to each row its patient's prisoners, prison numbers, place and interpreter need, in the same statement."""
    matched = Match.objects.filter(patient=OuterRef(patient), superseded_by=None).order_by("made_at")
    needed = Need.objects.filter(patient=OuterRef(patient), code="interpreter", superseded_by=None)
    return people.annotate(
        prisoners=ArraySubquery(matched.values("prisoner_id")),
        numbers=ArraySubquery(matched.values("prisoner__prison_number")),
        interpreter=Subquery(needed.values("detail")[:1]),
        place=custody.place(prisoner__match__patient=OuterRef(patient), prisoner__match__superseded_by=None),
    )


def place_of(row: Any) -> custody.Place | None:
    """The place of a row read `with_custody`, or None."""
    return custody.Place(**row.place) if row.place else None


def _same_name(establishment: str) -> ArraySubquery:
    """Others here with the same family name, for the banner's warning."""
    others = Patient.objects.filter(family_key=OuterRef("family_key"), id__in=_here(establishment)).exclude(id=OuterRef("id"))
    told = JSONObject(given="given_names", family="family_name", born="date_of_birth")
    return ArraySubquery(others.order_by("given_key").values(told=told)[:5])


def here_by_name_and_birth(establishment: str, family: str, given: str, born: date | None) -> Patient | None:
    """Somebody here with exactly this name and date of birth."""
    rows: QuerySet[Patient] = Patient.objects.filter(
        family_key=sort_key(family), given_key=sort_key(given), date_of_birth=born, id__in=_here(establishment)
    )
    return rows.first()


def provisional_like(prisoner: Prisoner, establishment: str) -> QuerySet[Patient]:
    """Provisional patients here whom this booking may belong to: same family name, or same date of birth."""
    here: QuerySet[Patient] = Patient.objects.filter(provisional=True, id__in=_here(establishment))
    same_family = here.filter(family_key=sort_key(prisoner.family_name))
    if prisoner.date_of_birth is None:
        return same_family
    return same_family | here.filter(date_of_birth=prisoner.date_of_birth)


def unmatched_here(establishment: str) -> list[Prisoner]:
    """Prisoners in this prison whom nobody has yet matched to a patient."""
    matched = Match.objects.filter(prisoner=OuterRef("id"), superseded_by=None)
    rows = Prisoner.objects.filter(bedstay__establishment=establishment, bedstay__until=None, bedstay__superseded_at=None)
    return list(rows.exclude(Exists(matched)).distinct())


def _here(establishment: str) -> QuerySet[Reach]:
    rows = Reach.objects.live().filter(scope=f"establishment:{establishment}", kind="here")
    return rows.values("patient_id")  # type: ignore[return-value]
