"""The safety core is saved, what could be seen is kept, a visit is signed and countersigned."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from throughcare.access.acting import Actor
from throughcare.audit.facts import keep
from throughcare.core import clock
from throughcare.core.refusals import require
from throughcare.core.shown import uk_datetime
from throughcare.instruments import actions as instruments
from throughcare.instruments import rules as asking
from throughcare.instruments.actions import How
from throughcare.screening import carried, facts, landing, rules
from throughcare.screening.actions.opening import can_ask, can_sign, today
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
from throughcare.screening.actions.writing import fact, not_signed, row, step, take_turns
from throughcare.screening.models import ActionCarried, Screen, Step
from throughcare.screening.standing import ASSISTANT, Standing, standing


@transaction.atomic
def save_core(*, screen: Screen, at: datetime, by: Actor) -> Step | None:
    """The safety core is asked and every stop acted on: he may be located, the rest can wait until noon.

    Raises CoreNotDone or StopStands, naming the first gap.
    """
    take_turns(screen.patient_id)
    now = standing(screen)
    require(can_ask(by, now.definition))
    if now.step(Step.Kind.CORE_DONE):
        return None
    _safe(now)
    done = step(now, Step.Kind.CORE_DONE, at, by)
    landing.land(now, at=at, by=by)
    keep(facts.CoreDone(**fact(now, at, by), definition=now.screen.definition))
    _comes_back(now, at, by)
    return done


@transaction.atomic
def observe_only(*, screen: Screen, why: str, at: datetime, by: Actor) -> Step:
    """He refuses, is drunk or violent: what could be seen is written, and he is asked again. Raises NotEnoughSeen."""
    now = standing(screen)
    require(can_ask(by, now.definition))
    not_signed(now)
    if not rules.observed_enough(now.definition, now.answers):
        raise NotEnoughSeen()
    seen = step(now, Step.Kind.OBSERVED_ONLY, at, by, detail=why[:400])
    keep(facts.ObservedOnly(**fact(now, at, by)))
    return seen


@transaction.atomic
def sign(*, screen: Screen, at: datetime, by: Actor, how: How | None = None) -> Step:
    """Sign the whole visit, which took place at `at`. An assistant's signature waits for a registered nurse's.

    Raises CoreNotDone, StopStands, WarningUnread, RestNotAsked, ActionsNotCarried, WithdrawalNotSaid, BeforeArrival or
    AlreadySigned. "No" and "not able to ask" are answers. What each instrument amounts to is on the record from here on.
    """
    take_turns(screen.patient_id)
    now = standing(screen)
    require(can_ask(by, now.definition))
    not_signed(now)
    _whole(now, at, how)
    _settled(now, at, by)
    signed = step(now, Step.Kind.SIGNED, at, by, detail="" if can_sign(by, now.definition) else ASSISTANT)
    _carried_on(now, at, by)
    landing.fill(now, at=at, by=by)
    landing.scores_on_record(now, at=at, by=by)
    for id in now.covered:
        instruments.complete(response=landing.response_of(now, id, at, by), how=how or _as_it_went(now), at=at, by=by)
        keep(facts.FormSigned(**fact(now, at, by), instrument=id, definition=now.screen.definition))
    keep(facts.ScreenSigned(**fact(now, at, by), definition=now.screen.definition))
    return signed


@transaction.atomic
def supervise(*, screen: Screen, at: datetime, by: Actor) -> Step:
    """A registered nurse countersigns an assistant's visit. Raises NothingToCountersign."""
    take_turns(screen.patient_id)
    now = standing(screen)
    require(can_sign(by, now.definition))
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


def _whole(now: Standing, at: datetime, how: How | None) -> None:
    """Nothing stands in the way of a signature."""
    _safe(now)
    if at > clock.now():
        raise InTheFuture()
    if now.first and at < now.first.screen.arrived_at:
        raise BeforeArrival(arrived=uk_datetime(now.first.screen.arrived_at))
    if now.rest_left and not now.definition.core:
        raise QuestionsBlank(count=len(now.rest_left), first=_words(now.rest_left[0]))
    if blank := [one for one in carried.lines(now) if not one.state]:
        raise ActionsNotCarried(count=len(blank), first=blank[0].action)
    if how and how.withdrawal is None and today().withdrawal_matters(now.books[id] for id in now.covered):
        raise WithdrawalNotSaid()


def _settled(now: Standing, at: datetime, by: Actor) -> None:
    """What was said reaches the record: by way of the safety core where there is one."""
    if now.definition.core:
        save_core(screen=now.screen, at=at, by=by)
        if now.rest_left:
            raise RestNotAsked(count=len(now.rest_left), first=_words(now.rest_left[0]))
    else:
        landing.land(now, at=at, by=by)
        _comes_back(now, at, by)


def _carried_on(now: Standing, at: datetime, by: Actor) -> None:
    """What the record itself showed as done is kept with the signature: later entries do not change what was known then."""
    for one in carried.lines(now):
        if one.shown and not one.said:
            ActionCarried.objects.create(**row(now, at, by), alert=one.alert, state=ActionCarried.State.DONE, why=one.shown[:400])


def _comes_back(now: Standing, at: datetime, by: Actor) -> None:
    """Questions that could not be asked, or were not answered, are asked again."""
    unasked = (q.item.id for q in now.shown if q.item in asking.not_asked(now.books[q.instrument], now.answers[q.instrument]))
    if items := tuple(unasked):
        keep(facts.QuestionsNotAsked(**fact(now, at, by), items=items))


def _as_it_went(now: Standing) -> How:
    """How a form was answered where nobody has to say: asked, through an interpreter when one was needed."""
    needed = any(answers.get(item.id) == "yes" for id, answers in now.answers.items()
                 for item in now.books[id].items if item.concept == "interpreter_needed")  # fmt: skip
    return How(mode="interpreter" if needed else "interview")


def _words(question: rules.Question) -> str:
    return question.item.short or question.item.text
