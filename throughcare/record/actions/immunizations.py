"""Vaccinations: a dose that was given, here or elsewhere, or was not, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from throughcare.access.acting import Actor
from throughcare.audit.facts import keep
from throughcare.core.refusals import Refused, require
from throughcare.core.shown import uk_date
from throughcare.core.writing import all_or_nothing
from throughcare.patients.linked import in_turn
from throughcare.record import facts
from throughcare.record.actions.entry import fact, fitting, write
from throughcare.record.models import Immunization
from throughcare.record.vaccines import most_doses, reasons, sites, vaccines

STATUS = Immunization.Status


class NameTheDose(Refused):
    """A vaccine or a site that is not known, or a dose without a number."""

    message = "Choose the vaccine and say which dose of it this is: 1 for the first, 2 for the second."


class SayWhyNotGiven(Refused):
    """A dose was not given, and nobody says why."""

    message = "Say why the dose was not given."


class AlreadyGiven(Refused):
    """The same dose is on the record, from here or from another place."""

    message = (
        "Dose {dose} is on the record: given {on} ({place}). A course goes on with the dose that comes next; it is never begun "
        "again. If this dose really was given a second time, say so below and save again."
    )


@all_or_nothing
def record_immunization(
    *, patient: UUID, vaccine: str, dose: int, status: str, at: datetime, by: Actor, product: str = "", lot_number: str = "",
    site: str = "", primary_source: bool = True, reason: str = "", words: str = "", again: bool = False,
    corrects: Immunization | None = None,
) -> Immunization:  # fmt: skip
    """Write a dose given, or not given; with `primary_source` false it was given elsewhere, and `at` is when.

    Raises NameTheDose, SayWhyNotGiven, AlreadyGiven, InTheFuture or AlreadyCorrected, changing nothing.
    """
    require(by.may("record_immunization"))
    _check(vaccine, dose, status, site, reason, corrects)
    given = status == STATUS.COMPLETED
    if given and not again:
        _refuse_twice(patient, vaccine, dose, corrects)
    written = _written(
        patient=patient, at=at, by=by, corrects=corrects, vaccine=vaccine, dose=dose, status=status,
        product=fitting(product, 120), lot_number=fitting(lot_number, 40), site=site if given else "",
        primary_source=primary_source, reason="" if given else reason, words=fitting(words, 400), again=again,
    )  # fmt: skip
    _keep(written, by)
    return written


def _check(vaccine: str, dose: int, status: str, site: str, reason: str, corrects: Immunization | None) -> None:
    known = vaccine in vaccines() and site in ("", *sites()) and 1 <= dose <= most_doses() and status in STATUS.values
    if not known or (status == STATUS.IN_ERROR and corrects is None):
        raise NameTheDose()
    if status == STATUS.NOT_DONE and reason not in reasons():
        raise SayWhyNotGiven()


def _refuse_twice(patient: UUID, vaccine: str, dose: int, corrects: Immunization | None) -> None:
    """Two prisons, or two nurses, may not start the same course twice without knowing it."""
    rows = Immunization.objects.current().filter(
        patient__in=in_turn(patient), vaccine=vaccine, dose=dose, status=STATUS.COMPLETED
    )
    if corrects:  # what put the same version right a moment ago is told by `write`, as a correction and not as a dose
        rows = rows.exclude(id=corrects.id).exclude(corrects=corrects.id)
    held = rows.first()
    if held:
        raise AlreadyGiven(dose=dose, on=uk_date(held.happened_at), place=held.establishment)


def _written(**row: Any) -> Immunization:
    try:
        written: Immunization = write(Immunization, **row)
    except IntegrityError as refusal:  # somebody else wrote the same dose at the same moment
        if "a_dose_once" in str(refusal):
            raise AlreadyGiven(dose=row["dose"], on="a moment ago", place=row["by"].establishment) from refusal
        raise
    return written


def _keep(written: Immunization, by: Actor) -> None:
    """What was told of the version before counts no more; a mistake tells nothing else."""
    about = fact(written.patient_id, written.happened_at, by)
    if written.corrects_id:
        keep(facts.EntryCorrected(**about, entry=written.corrects_id))
    if written.status == STATUS.COMPLETED:
        keep(facts.ImmunizationGiven(**about, entry=written.id, vaccine=written.vaccine, dose=written.dose))
    elif written.status == STATUS.NOT_DONE:
        keep(facts.ImmunizationNotGiven(**about, entry=written.id, vaccine=written.vaccine))
