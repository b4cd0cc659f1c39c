"""Who a person is, and who can be seen."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, Subquery, UUIDField, Value
from django.db.models.functions import JSONObject
from django.http import Http404

from throughcare.access.sight import Request
from throughcare.core.identifiers import sort_key
from throughcare.core.refusals import Elsewhere
from throughcare.custody import queries as custody
from throughcare.custody.models import Prisoner
from throughcare.patients import naming, seeing
from throughcare.patients.linked import Linked, Survivor, linked, linked_of
from throughcare.patients.models import Match, Need, Patient, Photo, Reach
from throughcare.patients.opened import OpenedPatient


class JoinedTo(Elsewhere):
    """The record was joined to another, which has its own address."""


def opened(request: Request, patient: UUID) -> OpenedPatient:
    """The patient of a page, said to the trace; 404 for one that does not exist or is out of reach, alike.

    A record that was joined to another opens the other: a page by way of its own address (JoinedTo), a form at once, so
    that what was typed into it is written to the survivor. `.linked` is the keys of all records, the survivor first.
    """
    people = with_custody(Patient.objects.seen_by(request.actor)).annotate(
        names=naming.names_of(),
        needs=_needs(),
        prison_alerts=_prison_alerts(),
        photo_hash=_photo(),
        held_nhs=_nhs(),
        under_glass=seeing.under_glass(request.actor),
    )
    row = people.filter(id=Survivor(Value(patient, UUIDField()))).first()
    if row is None:
        raise Http404
    if row.id != patient and request.method in ("GET", "HEAD"):
        raise JoinedTo(to=f"{request.path.replace(str(patient), str(row.id), 1)}?{_and_joined(request)}")
    found = OpenedPatient.of(
        row, came_by_other="joined" in request.GET or row.id != patient, same_name=_same_name(row, request.actor.establishment)
    )
    request.saw(found.linked)
    if found.under_glass:
        request.purpose = seeing.BROKEN
    request.patient = found  # every page about a person shows the banner
    return found


def opened_by(request: Request) -> OpenedPatient:
    """The patient whom the view of this request opened. Raises LookupError where it opened none."""
    found = request.patient
    if not isinstance(found, OpenedPatient):
        raise LookupError(f"{request.path} has opened no patient yet: patients.queries.opened comes first.")
    return found


def patient_of(prisoner: UUID) -> UUID | None:
    """The patient matched to a prisoner, even one that cannot be seen from here: only the key comes back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT patients_matched_to(%s)", [prisoner])
        found: UUID | None = cursor.fetchone()[0]
    return found


def with_custody(people: QuerySet[Any], patient: str = "id") -> QuerySet[Any]:
    """Adds to each row its patient's prisoners, prison numbers, place and interpreter need, in the same statement.

    They are those of all records of the person, whose keys are `.linked`, the survivor first.
    """
    every = linked_of(patient)
    matched = Match.objects.filter(patient__one_of=every, superseded_by=None).order_by("made_at")
    needed = Need.objects.filter(patient__one_of=every, code="interpreter", superseded_by=None, ended=False)
    return people.annotate(
        linked=Linked(patient),
        prisoners=ArraySubquery(matched.values("prisoner_id")),
        numbers=ArraySubquery(matched.values("prisoner__prison_number")),
        interpreter=Subquery(needed.values("detail")[:1]),
        place=custody.place(prisoner__match__patient__one_of=every, prisoner__match__superseded_by=None),
    )


def place_of(row: Any) -> custody.Place | None:
    """The place of a row read `with_custody`, or None."""
    return custody.Place(**row.place) if row.place else None


def reached(request: Request, patient: UUID) -> tuple[UUID, ...]:
    """The keys of somebody's records, said to the trace, for a part of a page such as the photo; 404 out of reach."""
    seen = Patient.objects.seen_by(request.actor).annotate(under_glass=seeing.under_glass(request.actor))
    row: Any = seen.filter(id=patient).only("id").first()
    if row is None:
        raise Http404
    if row.under_glass:
        request.purpose = seeing.BROKEN
    found = linked(patient)
    request.saw(found)
    return found


# The bookings first, as a list: joined the other way round, every open stay of the estate would be asked whether it may be seen.
PLACES = """
SELECT DISTINCT establishment_id FROM custody_bedstay
 WHERE until IS NULL AND superseded_at IS NULL AND prisoner_id = ANY (ARRAY(
   SELECT prisoner_id FROM patients_match
    WHERE patient_id = ANY (patients_linked(%s)) AND superseded_by IS NULL AND prisoner_id IS DISTINCT FROM %s))
"""


def other_places(patient: UUID, prisoner: UUID | None = None) -> set[str]:
    """The prisons that hold somebody under the bookings of their records, one prisoner left out."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES, [patient, prisoner])
        return {place for (place,) in cursor.fetchall()}


def _same_name(row: Any, establishment: str) -> tuple[dict[str, Any], ...]:
    """Others here who could be taken for him, for the banner's warning."""
    return tuple(naming.others_alike(naming.known(row.names, row.date_of_birth), row.linked, _here(establishment)))


def _needs() -> ArraySubquery:
    rows = Need.objects.filter(patient__one_of=linked_of(), superseded_by=None, ended=False).order_by("written_at")
    return ArraySubquery(rows.values(told=JSONObject(code="code", detail="detail")))


def _prison_alerts() -> ArraySubquery:
    """The alerts of the prison's that are on, under every booking in sight."""
    return custody.alerts_on(prisoner__one_of=OuterRef("prisoners"))


def _nhs() -> Subquery:
    """The NHS number under any of the records: a number is on one of them only."""
    return Subquery(Patient.objects.filter(id__one_of=linked_of(), nhs_number__isnull=False).values("nhs_number")[:1])


def _and_joined(request: Request) -> str:
    """The query of the address, with the mark that the reader asked for the other record."""
    asked = request.GET.copy()
    asked["joined"] = "1"
    return asked.urlencode()


def _photo() -> Subquery:
    """The content hash of the latest photo, or None: it is in the photo's address, so that a new one is shown at once."""
    rows = Photo.objects.filter(patient__one_of=linked_of(), superseded_by=None).order_by("-happened_at")
    return Subquery(rows.values("sha256")[:1])


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
