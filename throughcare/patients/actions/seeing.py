"""Who may see whom, decided by people: break glass in an emergency, review it, bar somebody, lift the bar."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from throughcare.access.acting import Actor
from throughcare.access.models import User
from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.refusals import NotAllowed, Refused, require
from throughcare.core.writing import all_or_nothing
from throughcare.patients import facts
from throughcare.patients.linked import everything_of
from throughcare.patients.models import BREAK_GLASS, OVER_BAR, Bar, BreakGlass, GlassReview

SAYS_ENOUGH = 10  # letters: "asdf" explains nothing to the person who reviews it
BREAK = "SELECT patients_break_glass(%s, %s, %s, %s, %s, %s, %s, %s, %s)"


class GlassNeedsReason(Refused):
    """No reason, or none that somebody could review."""

    message = "Choose a reason, and say in a few words what is happening. Somebody will read it tomorrow."


class BarredFromThisPerson(Refused):
    """There is a bar, and the reason given is not the one that outweighs it."""

    message = "This record is closed to you: you know each other, or were kept out. Ask a colleague, unless a life is at risk."


class NobodyThere(Refused):
    """No such record; the same words as for one that cannot be shown."""

    status = 404
    message = "There is nothing here for you. Check the link, or search again."


class BarNeedsReason(Refused):
    """A bar without a reason."""

    message = "Say in a few words why. Only you and the information governance lead will read it."


class BarIsOver(Refused):
    """The end of a bar lies before it begins."""

    message = "That end has passed, so nobody would be kept out. Give a later one, or leave it blank."


class AlreadyLifted(Refused):
    """Two people lifted at once."""

    message = "Somebody has ended this already. Reload the page to see how it stands."


class LiftedByAnother(NotAllowed):
    """Somebody wants to end what keeps themselves out."""

    message = "This closes the record to you yourself. Somebody else who may end it has to decide."


class NotYourOwn(Refused):
    """Somebody reviews what they did themselves."""

    message = "You opened this record yourself, so somebody else must review it."


class AlreadyReviewed(Refused):
    """Two people reviewed at once."""

    message = "Somebody has reviewed this already. Reload the page to see what they said."


@all_or_nothing
def break_glass(*, patient: UUID, reason: str, words: str, at: datetime, by: Actor) -> BreakGlass:
    """Open a record in an emergency, for the minutes that the rulebook allows; somebody else reviews it.

    A bar is outweighed only by a life at risk, for a shorter time. Raises GlassNeedsReason, BarredFromThisPerson or
    NobodyThere, opening nothing.
    """
    require(by.may("break_glass"))
    if reason not in BreakGlass.Reason.values or len(words.strip()) < SAYS_ENOUGH:
        raise GlassNeedsReason()
    barred = Bar.objects.live().filter(patient__one_of=everything_of(patient), barred=by.id)
    if barred.exists() and reason != BreakGlass.Reason.LIFE_AT_RISK:
        raise BarredFromThisPerson()
    glass = ids.new()
    _break(glass, patient, reason, words.strip()[:400], by)
    broken = BreakGlass.objects.get(id=glass)
    keep(facts.GlassBroken(
        by=by.id, at=at, patient=patient, establishment=by.establishment, glass=glass, reason=reason, over_bar=broken.over_bar
    ))  # fmt: skip
    return broken


@all_or_nothing
def review_glass(*, glass: BreakGlass, verdict: str, words: str, at: datetime, by: Actor) -> GlassReview:
    """Say whether an emergency look was right. Raises NotYourOwn, or AlreadyReviewed when somebody was faster."""
    require(by.may("review_glass"))
    if glass.actor == by.id:
        raise NotYourOwn()
    try:
        with transaction.atomic():
            review = GlassReview.objects.create(
                id=ids.new(), glass=glass, establishment=glass.establishment, verdict=verdict, words=words.strip()[:400], at=at,
                written_by=by.id, written_by_name=by.name,
            )  # fmt: skip
    except IntegrityError as twice:
        raise AlreadyReviewed() from twice
    keep(facts.GlassReviewed(
        by=by.id, at=at, patient=glass.patient_id, establishment=glass.establishment, glass=glass.id, verdict=verdict
    ))  # fmt: skip
    return review


@all_or_nothing
def declare_relationship(*, patient: UUID, why: str, at: datetime, by: Actor) -> Bar:
    """I know this person outside: from now on the record is closed to me. Anybody may say so of themselves."""
    return _bar(patient, by.id, by.name, Bar.Kind.DECLARED, why, None, at, by)


@all_or_nothing
def exclude(*, patient: UUID, user: User, why: str, until: datetime | None, at: datetime, by: Actor) -> Bar:
    """Keep a member of the staff out of a record, because the patient or somebody for them asked. It acts at once.

    `until`: when it ends by itself; None: when somebody lifts it. Raises BarNeedsReason or BarIsOver.
    """
    require(by.may("exclude_staff"))
    if until and until <= at:
        raise BarIsOver()
    return _bar(patient, str(user.id), user.name, Bar.Kind.EXCLUDED, why, until, at, by)


@all_or_nothing
def lift_bar(*, bar: Bar, why: str, at: datetime, by: Actor) -> Bar:
    """End a bar, saying why: the auditor of its establishment, and nobody for themselves; the database holds that too.

    Raises BarNeedsReason, LiftedByAnother or AlreadyLifted.
    """
    require(by.may("exclude_staff"))
    if bar.barred == by.id:
        raise LiftedByAnother()
    if not why.strip():
        raise BarNeedsReason()
    lifted = _lifted(bar, why.strip()[:400], at, by)
    keep(facts.BarLifted(
        by=by.id, at=at, patient=bar.patient_id, establishment=bar.establishment, bar=bar.id, barred=bar.barred
    ))  # fmt: skip
    return lifted


def _lifted(bar: Bar, why: str, at: datetime, by: Actor) -> Bar:
    same = {name: getattr(bar, name) for name in ("barred", "barred_name", "kind", "establishment")}
    try:
        with transaction.atomic():
            return Bar.objects.create(**_written(bar.patient_id, at, by), **same, why=why, lifted=True, corrects=bar)
    except IntegrityError as twice:
        raise AlreadyLifted() from twice


def _written(patient: UUID, at: datetime, by: Actor) -> dict[str, Any]:
    return {"id": ids.new(), "patient_id": patient, "happened_at": at, "written_at": clock.now(), "written_by": by.id}


def _bar(
    patient: UUID, barred: str, name: str, kind: str, why: str, until: datetime | None, at: datetime, by: Actor
) -> Bar:  # fmt: skip
    if not why.strip():
        raise BarNeedsReason()
    for held in Bar.objects.live().filter(patient=patient, barred=barred):
        if held.until is None or (until and held.until >= until):
            return held
    bar = Bar.objects.create(
        **_written(patient, at, by), barred=barred, barred_name=name, kind=kind, why=why.strip()[:400], until=until,
        establishment=by.establishment,
    )  # fmt: skip
    keep(facts.BarSet(by=by.id, at=at, patient=patient, establishment=by.establishment, bar=bar.id, barred=barred, kind=kind))
    return bar


def _break(glass: UUID, patient: UUID, reason: str, words: str, by: Actor) -> None:
    """The database writes the row that is reviewed and the reach it opens, together; whether past a bar, it sees for itself."""
    role = by.role.id if by.role else ""
    lasts = _minutes(BREAK_GLASS), _minutes(OVER_BAR)
    asked: list[UUID | str | int] = [glass, patient, by.name, role, by.establishment, reason, words, *lasts]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(BREAK, asked)
    except IntegrityError as nobody:
        raise NobodyThere() from nobody


def _minutes(lasts: timedelta) -> int:
    return int(lasts.total_seconds() // 60)
