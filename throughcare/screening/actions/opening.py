"""A visit is opened: by an arrival, or by somebody who is going to ask."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from throughcare.access.acting import Actor
from throughcare.access.roles import title
from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.refusals import ALLOW, Verdict, deny, require
from throughcare.core.rulebook import NotInUse, RulebookError
from throughcare.core.writing import all_or_nothing
from throughcare.instruments import rules as asking
from throughcare.patients.facts import PatientArrived
from throughcare.patients.linked import take_turns
from throughcare.places import queries as places
from throughcare.screening import facts, queries, rules
from throughcare.screening.actions.refusals import BegunElsewhere, FormNotInUse, NoSuchForm
from throughcare.screening.models import Screen
from throughcare.screening.standing import Standing

SCREENED = frozenset({"new", "transfer", "unbooked"})
A_VISIT = "visit"  # what stands for the kind of arrival where nobody arrived


def follow_arrival(fact: PatientArrived) -> Screen | None:
    """Somebody came in: open the screen of this arrival, unless he only came back from court.

    A first-night screen that two people have not signed is not opened; the arrival is taken all the same. The doctor, the
    clinical lead's Today and the arrivals board say so.
    """
    if fact.patient is None or fact.kind not in SCREENED:
        return None
    try:
        definition = rules.on(rules.FIRST_NIGHT, clock.prison_day(clock.now()))
    except NotInUse:
        return None
    screen, new = Screen.objects.get_or_create(
        patient_id=fact.patient, establishment=fact.establishment, definition=definition.id, arrived_at=fact.at, defaults={
            "id": ids.new(), "arrival": fact.kind, "opened_at": clock.now(), "version": str(definition.version),
        },
    )  # fmt: skip
    if new:
        keep(facts.ScreenOpened(by=fact.by, at=fact.at, patient=fact.patient, establishment=fact.establishment, screen=screen.id))
    return screen


@all_or_nothing
def open_visit(*, patient: UUID, definition: str, at: datetime, by: Actor) -> Screen:
    """Begin a form, or go on with the one that somebody began here a short while ago. Raises NoSuchForm."""
    form = _form(definition)
    require(can_ask(by, form))
    take_turns(patient)
    if begun := queries.begun(patient, by.establishment, form.id, at - today().continues(form)):
        return begun
    screen = Screen.objects.create(
        id=ids.new(), patient_id=patient, establishment=by.establishment, arrival=A_VISIT, arrived_at=at, opened_at=at,
        definition=form.id, version=str(form.version),
    )  # fmt: skip
    keep(facts.ScreenOpened(
        by=by.id, at=at, patient=patient, establishment=by.establishment, screen=screen.id, definition=form.id
    ))  # fmt: skip
    return screen


def can_ask(by: Actor, form: rules.Screen) -> Verdict:
    """Whether this person may ask this form: by an action of the rulebook, else as one of those who administer it."""
    if form.may:
        return by.may(form.may)
    wanted = asking.may_administer(_main(form))
    if by.role and by.role.id in wanted:
        return ALLOW
    return deny(f"This form is asked by: {', '.join(sorted(title(role).lower() for role in wanted))}. Ask one of them.")


def can_go_on(by: Actor, screen: Screen, form: rules.Screen) -> Verdict:
    """Whether this person may ask this form, in this visit: one that another prison began is begun anew."""
    asks = can_ask(by, form)
    return asks if not asks or screen.establishment == by.establishment else deny(str(elsewhere(screen)))


def goes_on(now: Standing, by: Actor) -> None:
    """Raise NotAllowed or BegunElsewhere unless this person may go on with this visit."""
    require(can_ask(by, now.plain))
    if now.screen.establishment != by.establishment:
        raise elsewhere(now.screen)


def elsewhere(screen: Screen) -> BegunElsewhere:
    """Why a visit of another prison is not gone on with here."""
    return BegunElsewhere(place=places.names().get(screen.establishment, screen.establishment))


def can_sign(by: Actor, form: rules.Screen) -> Verdict:
    """Whether this person's signature stands alone."""
    if form.signs:
        return by.may(form.signs)
    alone = bool(by.role and by.role.id in today().alone(_main(form)))
    return ALLOW if alone else deny("A registered nurse countersigns what you sign here.")


def today() -> rules.Visits:
    """What holds for every visit today."""
    return rules.visits().on("visits", clock.prison_day(clock.now())).value


def _main(form: rules.Screen) -> asking.Questionnaire:
    """The instrument that a visit is for, as it is today."""
    return asking.book().known(form.instruments[0], clock.prison_day(clock.now())).value


def _form(definition: str) -> rules.Screen:
    try:
        form = rules.on(definition, clock.prison_day(clock.now()))
    except NotInUse:
        raise FormNotInUse()
    except RulebookError:
        raise NoSuchForm()
    if form.on_arrival:
        raise NoSuchForm()
    return form
