"""What is learnt of who somebody is: names, numbers, characteristics, needs, contacts, a photo. Nothing is forgotten."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from throughcare.access.acting import Actor, current
from throughcare.audit.facts import keep
from throughcare.core import clock
from throughcare.core.identifiers import NHSNumber, sort_key
from throughcare.core.refusals import Refused, require
from throughcare.core.writing import all_or_nothing
from throughcare.patients import facts, identity, pictures
from throughcare.patients.models import Characteristic, Contact, Identifier, Name, Need, Patient, Photo
from throughcare.patients.models.written import written_now
from throughcare.patients.opened import OpenedPatient


class NameIsEmpty(Refused):
    """A name without a letter."""

    message = "Enter a family name or a given name."


class AlreadySaid(Refused):
    """The very same is written already."""

    message = "That is written already. Nothing was changed."


class EndsBeforeItStarts(Refused):
    """The end lies before the beginning."""

    message = "It cannot end before it starts. Check both dates."


class NotTheirs(Refused):
    """What was to be corrected is gone, or was corrected by somebody else in the meantime."""

    message = "Somebody has changed this in the meantime. Open the page again: nothing was saved."


class StillTheRecordedName(Refused):
    """The recorded name was to become another kind of name, which would leave none."""

    message = "This is the recorded name. Add the new recorded name instead: this one then stays as an earlier name."


class UnknownCode(Refused):
    """A code that the list does not have."""

    message = "Choose one of the list."


class NHSNumberHeldElsewhere(Refused):
    """The number belongs to somebody who cannot be seen from here."""

    message = "That NHS number is already on another record. Leave it blank, and ask for an estate search."


class HasLeft(Refused):
    """The person has left: this prison reads on for a while and writes no more."""

    message = "{name} has left this prison, so nothing can be changed here. Tell the prison that holds them now."


@all_or_nothing
def add_name(
    *, patient: UUID, use: str, family_name: str, given_names: str, source: str, at: datetime, by: Actor,
    date_of_birth: date | None = None, since: date | None = None, until: date | None = None, corrects: UUID | None = None,
) -> Name:  # fmt: skip
    """Write a name somebody goes by; `corrects` names the row that it sets right or ends.

    A new recorded name takes the place of the one before, which stays as an earlier name. Raises NameIsEmpty,
    AlreadySaid, EndsBeforeItStarts, StillTheRecordedName or NotTheirs, changing nothing.
    """
    require(by.may("record_identity"))
    if not sort_key(family_name) and not sort_key(given_names):
        raise NameIsEmpty()
    _in_order(since, until)
    before = _held(Name, patient, corrects)
    if before and before.use == Name.Use.OFFICIAL != use:
        raise StillTheRecordedName()
    said = {"use": use, "family_name": family_name, "given_names": given_names, "date_of_birth": date_of_birth, "since": since,
            "until": until}  # fmt: skip
    if Name.objects.filter(patient=patient, superseded_by=None, **said).exists():
        raise AlreadySaid()
    return write_name(patient, said, source=source, at=at, by=by.id, establishment=by.establishment, corrects=before)


def write_name(
    patient: UUID, said: dict[str, Any], *, source: str, at: datetime, by: str, establishment: str, corrects: Any = None
) -> Name:
    """Write a name row, and keep the patient's own line in step with the recorded one. For actions of this module."""
    shared: dict[str, Any] = {"source": source, "at": at, "by": by}
    if said["use"] == Name.Use.OFFICIAL:
        _the_old_one_stays(patient, corrects, shared)
        _rename(patient, said)
    row: Name = _write(Name, patient, corrects, **shared, **said)
    keep(facts.NameAdded(by=by, at=at, patient=patient, establishment=establishment, name_row=row.id, use=row.use))
    return row


def first_name(patient: Patient, *, source: str, at: datetime, by: str) -> Name:
    """The recorded name of somebody who has just become a patient. For actions of this module."""
    said: dict[str, Any] = {
        "family_name": patient.family_name,
        "given_names": patient.given_names,
        "date_of_birth": patient.date_of_birth,
    }
    row: Name = _write(Name, patient.id, None, source=source, at=at, by=by, use=Name.Use.OFFICIAL, **said)
    return row


def numbers_of(patient: UUID, system: str) -> set[str]:
    """The numbers of one system that are written for somebody."""
    return set(Identifier.objects.filter(patient=patient, system=system, superseded_by=None).values_list("key", flat=True))


@all_or_nothing
def add_identifier(
    *, patient: UUID, system: str, typed: str, source: str, at: datetime, by: Actor, since: date | None = None,
    until: date | None = None, corrects: UUID | None = None,
) -> Identifier:  # fmt: skip
    """Write a number of somebody, set one right or end it; the patient's own line keeps in step with the NHS number.

    Raises BadIdentifier, AlreadySaid, NotTheirs, NHSNumberHeldElsewhere or HasLeft, changing nothing.
    """
    require(by.may("record_identity"))
    value, before = identity.checked_number(system, typed), _held(Identifier, patient, corrects)
    _in_order(since, until)
    if system == Identifier.System.NHS and until is None:
        _put_on_the_patient(patient, NHSNumber(value))
    elif before and before.system == Identifier.System.NHS:
        _take_off_the_patient(patient, before)
    written: dict[str, Any] = {"source": source, "at": at, "by": by.id, "establishment": by.establishment}
    return write_number(patient, system, value, since=since, until=until, corrects=before, **written)


def write_number(
    patient: UUID, system: str, value: str, *, source: str, at: datetime, by: str, establishment: str,
    corrects: Any = None, **dates: Any,
) -> Identifier:  # fmt: skip
    """Write a number row; the same number twice is refused with AlreadySaid. For actions of this module."""
    key = identity.number_key(value)
    held = Identifier.objects.filter(patient=patient, system=system, key=key, superseded_by=None).first()
    if held and (corrects is None or held.id != corrects.id):
        raise AlreadySaid()
    row: Identifier = _write(
        Identifier, patient, corrects, source=source, at=at, by=by, system=system, value=value, key=key, **dates
    )
    keep(facts.IdentifierAdded(by=by, at=at, patient=patient, establishment=establishment, identifier=row.id, system=system))
    return row


@all_or_nothing
def add_nhs_number(*, patient: Patient | OpenedPatient, typed: str, at: datetime, by: Actor, source: str = "told") -> Patient:
    """Write a patient's NHS number. Raises BadIdentifier, HasLeft or NHSNumberHeldElsewhere, changing nothing."""
    number = NHSNumber(typed)
    _put_on_the_patient(patient.id, number)
    if not Identifier.objects.filter(patient=patient.id, system="nhs", key=number, superseded_by=None).exists():
        write_number(patient.id, "nhs", number, source=source, at=at, by=by.id, establishment=by.establishment)
    keep(facts.NHSNumberAdded(by=by.id, at=at, patient=patient.id, establishment=by.establishment))
    return Patient.objects.get(id=patient.id)


@all_or_nothing
def record_characteristic(*, patient: UUID, kind: str, code: str, source: str, at: datetime, by: Actor) -> Characteristic:
    """Write what somebody says of themselves, in the code of the list; what was said before stays. Raises UnknownCode."""
    require(by.may("record_identity"))
    words = identity.codes_of(kind).get(code)
    if words is None:
        raise UnknownCode()
    held = Characteristic.objects.filter(patient=patient, kind=kind, superseded_by=None).first()
    if held and held.code == code:
        raise AlreadySaid()
    row: Characteristic = _write(
        Characteristic, patient, held, source=source, at=at, by=by.id, kind=kind, code=code, words=words[:120]
    )
    keep(facts.CharacteristicRecorded(by=by.id, at=at, patient=patient, establishment=by.establishment, kind=kind))
    return row


@all_or_nothing
def record_need(
    *, patient: UUID, code: str, detail: str, source: str, at: datetime, by: str, ended: bool = False
) -> Need | None:  # fmt: skip
    """Write what somebody needs to be understood, or that it ended; the same words again change nothing."""
    held = Need.objects.filter(patient=patient, code=code, superseded_by=None).first()
    if (held and (held.detail, held.ended) == (detail, ended)) or (held is None and ended):
        return None
    row: Need = _write(Need, patient, held, source=source, at=at, by=by, code=code, detail=detail, ended=ended)
    keep(facts.NeedRecorded(by=by, at=at, patient=patient, code=code))
    return row


@all_or_nothing
def write_contact(
    *, patient: UUID, relation: str, name: str, source: str, at: datetime, by: Actor, phone: str = "", address: str = "",
    may_be_told: str = "", ended: bool = False, corrects: UUID | None = None,
) -> Contact:  # fmt: skip
    """Write somebody who matters to the person, set it right, or end it. Raises NameIsEmpty or NotTheirs."""
    require(by.may("record_identity"))
    if not name.strip():
        raise NameIsEmpty()
    before = _held(Contact, patient, corrects)
    row: Contact = _write(
        Contact, patient, before, source=source, at=at, by=by.id, relation=relation, name=name, phone=phone, address=address,
        may_be_told=may_be_told, ended=ended,
    )  # fmt: skip
    keep(facts.ContactWritten(
        by=by.id, at=at, patient=patient, establishment=by.establishment, contact=row.id, relation=relation
    ))  # fmt: skip
    return row


@all_or_nothing
def take_photo(*, patient: UUID, upload: bytes, source: str, at: datetime, by: Actor) -> Photo:
    """Keep a photo, drawn anew from the upload. Raises NotAPicture, PictureTooLarge or PictureTooSmall, changing nothing."""
    require(by.may("record_identity"))
    drawn = pictures.redrawn(upload)
    held = Photo.objects.filter(patient=patient, superseded_by=None).first()
    row: Photo = _write(
        Photo, patient, held, source=source, at=at, by=by.id, image=drawn.image, sha256=drawn.sha256, width=drawn.width,
        height=drawn.height,
    )  # fmt: skip
    keep(facts.PhotoTaken(by=by.id, at=at, patient=patient, establishment=by.establishment, photo=row.id))
    return row


def _write(model: Any, patient: UUID, corrects: Any, *, source: str, at: datetime, by: str, **what: Any) -> Any:
    """A row, unless somebody else corrected the same one or wrote the same first: then NotTheirs."""
    try:
        with transaction.atomic():
            return model.objects.create(**_written(patient, at, by), source=source, corrects=corrects, **what)
    except IntegrityError as race:
        raise NotTheirs() from race


def _written(patient: UUID, at: datetime, by: str) -> dict[str, Any]:
    """The fields of every row; `by` may be who set it off, while the feed acts on their behalf."""
    return {**written_now(patient, at, current()), "written_by": by}


def _held(model: Any, patient: UUID, key: UUID | None) -> Any:
    """The row to correct: it must be theirs, and nobody may have corrected it before."""
    if key is None:
        return None
    found = model.objects.filter(id=key, patient=patient, superseded_by=None).first()
    if found is None:
        raise NotTheirs()
    return found


def _the_old_one_stays(patient: UUID, corrects: Any, shared: dict[str, Any]) -> None:
    """The recorded name of before becomes an earlier name, so that search still finds it; one that is set right does not."""
    old: Name | None = Name.objects.filter(patient=patient, use=Name.Use.OFFICIAL, superseded_by=None).first()
    if old and old != corrects:
        said = {field: getattr(old, field) for field in ("family_name", "given_names", "date_of_birth", "since")}
        _write(Name, patient, old, **shared, **said, use=Name.Use.OLD, until=clock.prison_day(shared["at"]))


def _rename(patient: UUID, said: dict[str, Any]) -> None:
    """The patient's own line says the recorded name; the date of birth only when one came with it."""
    born = {"date_of_birth": said["date_of_birth"]} if said.get("date_of_birth") else {}
    keys = {"family_key": sort_key(said["family_name"])[:80], "given_key": sort_key(said["given_names"])[:120]}
    names = {"family_name": said["family_name"], "given_names": said["given_names"]}
    if not Patient.objects.filter(id=patient).update(**names, **keys, **born):
        raise HasLeft(name=f"{said['given_names']} {said['family_name']}".strip())


def _take_off_the_patient(patient: UUID, ended: Identifier) -> None:
    """An NHS number that was wrong or has ended is not theirs any more: the latest that still stands is, or none."""
    if Patient.objects.filter(id=patient, nhs_number=ended.key).exists():
        held = Identifier.objects.filter(patient=patient, system=Identifier.System.NHS, until=None, superseded_by=None)
        latest = held.exclude(id=ended.id).order_by("-written_at").first()
        _put_on_the_patient(patient, NHSNumber(latest.value) if latest else None)


def _put_on_the_patient(patient: UUID, number: NHSNumber | None) -> None:
    try:
        with transaction.atomic():
            changed = Patient.objects.filter(id=patient).update(nhs_number=number)
    except IntegrityError as clash:
        raise NHSNumberHeldElsewhere() from clash
    if not changed:
        known = Patient.objects.filter(id=patient).first()
        raise HasLeft(name=known.spoken_name if known else "This person")


def _in_order(since: date | None, until: date | None) -> None:
    if since and until and until < since:
        raise EndsBeforeItStarts()
