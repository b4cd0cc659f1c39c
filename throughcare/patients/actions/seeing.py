"""Who may see whom, decided by people: break glass in an emergency, review it, bar somebody, lift the bar."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from throughcare.access.acting import Actor
from throughcare.access.models import User
from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.refusals import Refused, require
from throughcare.patients import facts
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


class NotYourOwn(Refused):
    """Somebody reviews what they did themselves."""

    message = "You opened this record yourself, so somebody else must review it."


class AlreadyReviewed(Refused):
    """Two people reviewed at once."""

    message = "Somebody has reviewed this already. Reload the page to see what they said."


@transaction.atomic
def break_glass(*, patient: UUID, reason: str, words: str, at: datetime, by: Actor) -> BreakGlass:
    """Open a record in an emergency, for the minutes that the rulebook allows; somebody else reviews it.

    A bar is outweighed only by a life at risk, for a shorter time. Raises GlassNeedsReason, BarredFromThisPerson or
    NobodyThere, opening nothing.
    """
    require(by.may("break_glass"))
    if reason not in BreakGlass.Reason.values or len(words.strip()) < SAYS_ENOUGH:
        raise GlassNeedsReason()
    barred = Bar.objects.live().filter(patient=patient, barred=by.id).exists()
    if barred and reason != BreakGlass.Reason.LIFE_AT_RISK:
        raise BarredFromThisPerson()
    glass = ids.new()
    _break(glass, patient, reason, words.strip()[:400], by, past_bar=barred, lasts=OVER_BAR if barred else BREAK_GLASS)
    keep(facts.GlassBroken(
        by=by.id, at=at, patient=patient, establishment=by.establishment, glass=glass, reason=reason, over_bar=barred
    ))  # fmt: skip
    return BreakGlass.objects.get(id=glass)


@transaction.atomic
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


@transaction.atomic
def declare_relationship(*, patient: UUID, why: str, at: datetime, by: Actor) -> Bar:
    """I know this person outside: from now on the record is closed to me. Anybody may say so of themselves."""
    return _bar(patient, by.id, by.name, Bar.Kind.DECLARED, why, None, at, by)


@transaction.atomic
def exclude(*, patient: UUID, user: User, why: str, until: datetime | None, at: datetime, by: Actor) -> Bar:
    """Keep a member of the staff out of a record, because the patient or somebody for them asked. It acts at once."""
    require(by.may("exclude_staff"))
    return _bar(patient, str(user.id), user.name, Bar.Kind.EXCLUDED, why, until, at, by)


@transaction.atomic
def lift_bar(*, bar: Bar, why: str, at: datetime, by: Actor) -> Bar:
    """End a bar, saying why. Raises BarNeedsReason; the database refuses everybody but the auditor of the establishment."""
    require(by.may("exclude_staff"))
    if not why.strip():
        raise BarNeedsReason()
    lifted = Bar.objects.create(
        id=ids.new(), patient_id=bar.patient_id, barred=bar.barred, barred_name=bar.barred_name, kind=bar.kind, corrects=bar,
        why=why.strip()[:400], establishment=bar.establishment, lifted=True, happened_at=at, written_at=clock.now(),
        written_by=by.id,
    )  # fmt: skip
    keep(facts.BarLifted(
        by=by.id, at=at, patient=bar.patient_id, establishment=bar.establishment, bar=bar.id, barred=bar.barred
    ))  # fmt: skip
    return lifted


def _bar(
    patient: UUID, barred: str, name: str, kind: str, why: str, until: datetime | None, at: datetime, by: Actor
) -> Bar:  # fmt: skip
    if not why.strip():
        raise BarNeedsReason()
    held = Bar.objects.live().filter(patient=patient, barred=barred).first()
    if held:
        return held
    bar = Bar.objects.create(
        id=ids.new(), patient_id=patient, barred=barred, barred_name=name, kind=kind, why=why.strip()[:400], until=until,
        establishment=by.establishment, happened_at=at, written_at=clock.now(), written_by=by.id,
    )  # fmt: skip
    keep(facts.BarSet(by=by.id, at=at, patient=patient, establishment=by.establishment, bar=bar.id, barred=barred, kind=kind))
    return bar


def _break(glass: UUID, patient: UUID, reason: str, words: str, by: Actor, *, past_bar: bool, lasts: timedelta) -> None:
    """The database writes the row that is reviewed and the reach it opens, together."""
    role = by.role.id if by.role else ""
    minutes = int(lasts.total_seconds() // 60)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(BREAK, [glass, patient, by.name, role, by.establishment, reason, words, past_bar, minutes])
    except IntegrityError as nobody:
        raise NobodyThere() from nobody
