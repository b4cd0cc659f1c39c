"""The safety core is saved, what could be seen is kept, a visit is signed and countersigned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from throughcare.access.acting import Actor
from throughcare.audit.facts import Fact, keep, keep_all
from throughcare.core import clock
from throughcare.core.refusals import require
from throughcare.core.shown import uk_datetime
from throughcare.core.writing import all_or_nothing
from throughcare.instruments import actions as instruments
from throughcare.instruments.actions import How, HowNotSaid
from throughcare.patients.linked import take_turns
from throughcare.record.actions.entry import fitting
from throughcare.screening import carried, facts, landing, rules
from throughcare.screening.actions.opening import can_sign, goes_on, today
from throughcare.screening.actions.refusals import (
    ActionsNotCarried,
    BeforeArrival,
    CoreNotDone,
    InTheFuture,
    NotEnoughSeen,
    NothingToCountersign,
    QuestionsBlank,
    RestNotAsked,
    StopStands,
    WarningUnread,
    WithdrawalNotSaid,
)
from throughcare.screening.actions.writing import fact, not_signed, responses, row, step
from throughcare.screening.models import ActionCarried, Screen, Step
from throughcare.screening.standing import ASSISTANT, Standing, first_night, standing

WHY = 400  # characters of a reason


@all_or_nothing
def save_core(*, screen: Screen, at: datetime, by: Actor) -> Step | None:
    """The safety core is asked and every stop acted on: he may be located, the rest can wait until noon.

    Raises CoreNotDone or StopStands, naming the first gap, or BegunElsewhere.
    """
    take_turns(screen.patient_id)
    now = standing(screen)
    goes_on(now, by)
    if now.step(Step.Kind.CORE_DONE):
        return None
    _safe(now)
    done = step(now, Step.Kind.CORE_DONE, at, by)
    landing.land(now, at=at, by=by)
    keep_all([_core_done(now, at, by), *_comes_back(now, at, by)])
    return done


@all_or_nothing
def observe_only(*, screen: Screen, why: str, at: datetime, by: Actor) -> Step:
    """He refuses, is drunk or violent: what could be seen is written, and he is asked again. Raises NotEnoughSeen or TooLong."""
    now = standing(screen)
    goes_on(now, by)
    not_signed(now)
    if not rules.observed_enough(now.definition, now.answers):
        raise NotEnoughSeen()
    seen = step(now, Step.Kind.OBSERVED_ONLY, at, by, detail=fitting(why, WHY))
    keep(facts.ObservedOnly(**fact(now, at, by)))
    return seen


@all_or_nothing
def sign(*, screen: Screen, at: datetime, by: Actor, how: How | None = None) -> Step:
    """Sign the whole visit, which took place at `at`. An assistant's signature waits for a registered nurse's.

    `how` is left out only for an arrival. Raises CoreNotDone, StopStands, WarningUnread, RestNotAsked, ActionsNotCarried,
    HowNotSaid, WithdrawalNotSaid, BeforeArrival, BegunElsewhere or AlreadySigned. "No" and "not able to ask" are answers;
    what could not be asked comes back. What each instrument amounts to is on the record from here on.
    """
    take_turns(screen.patient_id)
    now = standing(screen)
    goes_on(now, by)
    not_signed(now)
    lines = carried.lines(now)
    _whole(now, at)
    _said(now, lines, how)
    core = _settled(now, at, by)
    signed = step(now, Step.Kind.SIGNED, at, by, detail="" if can_sign(by, now.plain) else ASSISTANT)
    _carried_on(now, lines, at, by)
    landing.fill(now, at=at, by=by)
    landing.scores_on_record(now, at=at, by=by)
    closed = _completed(now, how or _as_it_went(now), at, by)
    whole = facts.ScreenSigned(**fact(now, at, by), definition=now.screen.definition)
    # What comes back is told last: the very form that is signed here would else finish it at once.
    keep_all([*core, *closed, whole, *_comes_back(now, at, by)])
    return signed


@all_or_nothing
def supervise(*, screen: Screen, at: datetime, by: Actor) -> Step:
    """A registered nurse countersigns an assistant's visit. Raises NothingToCountersign."""
    take_turns(screen.patient_id)
    now = standing(screen)
    require(can_sign(by, now.plain))
    if not now.signed_by_assistant or now.step(Step.Kind.SUPERVISED):
        raise NothingToCountersign()
    done = step(now, Step.Kind.SUPERVISED, at, by)
    keep(facts.ScreenSupervised(**fact(now, at, by)))
    return done


def _safe(now: Standing) -> None:
    """Everything of the core asked, every stop acted on, every warning read."""
    if now.core_left:
        raise CoreNotDone(count=len(now.core_left), first=_words(now.core_left[0]))
    if now.open_stops:
        raise StopStands(action=now.open_stops[0].rule.action)
    if now.unread:
        raise WarningUnread(source=now.unread[0].get_source_display(), words=now.unread[0].words)


def _whole(now: Standing, at: datetime) -> None:
    """Everything is asked, and it happened here, not before he came and not later than now."""
    _safe(now)
    if at > clock.now():
        raise InTheFuture()
    came = _came(now)
    if came and at < came:
        raise BeforeArrival(arrived=uk_datetime(came))
    if now.rest_left and not now.definition.core:
        raise QuestionsBlank(count=len(now.rest_left), first=_words(now.rest_left[0]))


def _came(now: Standing) -> datetime | None:
    """When he came in for the stay in which the visit was begun; None where no arrival here is known."""
    if now.plain.on_arrival:
        return now.screen.arrived_at
    arrival = now.first.screen if now.first else first_night(now.screen)
    return arrival.arrived_at if arrival else None


def _said(now: Standing, lines: Iterable[carried.Line], how: How | None) -> None:
    """What has to be said beside the answers was said: each line carried over, how it was answered, withdrawal."""
    if blank := [one for one in lines if not one.state]:
        raise ActionsNotCarried(count=len(blank), first=blank[0].action)
    if how is None and not now.plain.on_arrival:
        raise HowNotSaid()
    if how and how.withdrawal is None and today().withdrawal_matters(now.books[id] for id in now.covered):
        raise WithdrawalNotSaid()


def _settled(now: Standing, at: datetime, by: Actor) -> list[Fact]:
    """What was said reaches the record: by way of the safety core where there is one. Returns what that is told as."""
    core = bool(now.definition.core)
    if core and now.rest_left:
        raise RestNotAsked(count=len(now.rest_left), first=_words(now.rest_left[0]))
    if core and now.step(Step.Kind.CORE_DONE):
        return []
    if core:
        step(now, Step.Kind.CORE_DONE, at, by)
    landing.land(now, at=at, by=by)
    return [_core_done(now, at, by)] if core else []


def _core_done(now: Standing, at: datetime, by: Actor) -> Fact:
    return facts.CoreDone(**fact(now, at, by), definition=now.screen.definition)


def _completed(now: Standing, how: How, at: datetime, by: Actor) -> list[Fact]:
    """How each instrument that was answered came about; returns that one slot closes it."""
    opened = responses(now, now.covered, at, by)
    instruments.complete_all(responses=[opened[id] for id in now.covered], how=how, at=at, by=by)
    return [facts.FormSigned(**fact(now, at, by), instrument=id, definition=now.screen.definition) for id in now.covered]


def _carried_on(now: Standing, lines: Iterable[carried.Line], at: datetime, by: Actor) -> None:
    """What the record itself showed as done is kept with the signature: later entries do not change what was known then."""
    known = [one for one in lines if one.shown and not one.said]
    kept = [ActionCarried(**row(now, at, by), alert=one.alert, state="done", why=one.shown[:WHY]) for one in known]
    if kept:
        ActionCarried.objects.bulk_create(kept)


def _comes_back(now: Standing, at: datetime, by: Actor) -> list[Fact]:
    """Questions that could not be asked, or were not answered, are asked again. Those of a core saved before came back then."""
    core = now.step(Step.Kind.CORE_DONE)
    again = [one for one in rules.put_again(now.shown, now.answers) if not core or now.row(one.ref).written_at >= core.written_at]
    return [facts.QuestionsNotAsked(**fact(now, at, by), items=tuple(one.item.id for one in again))] if again else []


def _as_it_went(now: Standing) -> How:
    """How a form was answered where nobody has to say: asked, through an interpreter when one was needed."""
    needed = any(answers.get(item.id) == "yes" for id, answers in now.answers.items()
                 for item in now.books[id].items if item.concept == "interpreter_needed")  # fmt: skip
    return How(mode="interpreter" if needed else "interview")


def _words(question: rules.Question) -> str:
    return question.item.short or question.item.text
