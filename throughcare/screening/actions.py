"""The first-night screen, as it is done: asked, answered, acted on, advised, signed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from throughcare.access.acting import Actor
from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.refusals import Refused, require
from throughcare.instruments import actions as instruments
from throughcare.instruments import rules as asking
from throughcare.instruments.models import Answer
from throughcare.instruments.rules import Value
from throughcare.patients import actions as patients
from throughcare.patients.facts import PatientArrived
from throughcare.screening import facts, landing, rules
from throughcare.screening.models import Advice, AlertChange, Screen, Step, StopAction
from throughcare.screening.standing import ASSISTANT, Standing, standing, unread

SCREENED = frozenset({"new", "transfer", "unbooked"})


class NoSuchQuestion(Refused):
    """The answer names a question that this screen does not have."""

    message = "This screen has no such question. Reload the page: your other answers are saved."
    status = 422


class CoreNotDone(Refused):
    """Something of the safety core is missing."""

    message = "{count} of the safety core still to ask: {first}."


class RestNotAsked(Refused):
    """The core is done, and something of the rest is still blank."""

    message = "{count} of the rest still to ask: {first}. “Not able to ask” is an answer too."


class StopStands(Refused):
    """A stop has not been acted on."""

    message = "Stop: {action}. Write what was done, who was told and the plan, then go on."


class WarningUnread(Refused):
    """Somebody outside wrote a warning that nobody here has signed for."""

    message = "{source} warning to read and sign first: {words}"


class NotEnoughSeen(Refused):
    """The observed-only path needs at least a look."""

    message = "Tick what you can see, even if it is only that he could not be seen, then save."


class ActionIncomplete(Refused):
    """A stop's action lacks one of its three parts."""

    message = "Say what was done, who was told, when, and the plan until somebody takes over."


class AlreadySigned(Refused):
    """The screen was signed before."""

    message = "{by} signed this screen at {time}. Add anything new as an entry on the record."


class NothingToCountersign(Refused):
    """Only an assistant's signature waits for another, once."""

    message = "Nothing here waits for a countersignature. Open the screen to see who signed it."


def follow_arrival(fact: PatientArrived) -> Screen | None:
    """Somebody came in: open the screen of this arrival, unless he only came back from court."""
    if fact.patient is None or fact.kind not in SCREENED:
        return None
    definition = rules.screens().on("first-night", clock.prison_day(clock.now()))
    screen, new = Screen.objects.get_or_create(
        patient_id=fact.patient, establishment=fact.establishment, arrived_at=fact.at, defaults={
            "id": ids.new(), "arrival": fact.kind, "opened_at": clock.now(), "version": str(definition.version),
        },
    )  # fmt: skip
    if new:
        keep(facts.ScreenOpened(by=fact.by, at=fact.at, patient=fact.patient, establishment=fact.establishment, screen=screen.id))
    return screen


@transaction.atomic
def answer(*, screen: Screen, ref: str, value: Value, seen: int, at: datetime, by: Actor) -> Answer:
    """Write one answer ("instrument:item") and raise or stand down what follows from it.

    Raises BadAnswer, AnsweredMeanwhile, NoSuchQuestion, AlreadySigned; nothing else changes then.
    """
    return answer_all(screen=screen, given={ref: value}, seen={ref: seen}, at=at, by=by).row(ref)


@transaction.atomic
def answer_all(
    *, screen: Screen, given: Mapping[str, Value], at: datetime, by: Actor, seen: Mapping[str, int] | None = None
) -> Standing:
    """Write several answers, checked like single ones, and look at the alerts once. Returns the screen as it now stands."""
    require(by.may("screen"))
    _take_turns(screen.patient_id)
    before = standing(screen)
    _not_signed(before)
    written = _write(before, given, seen or {}, at, by)
    after = _with(before, written)
    _note_alerts(before, after, at, by)
    if before.step(Step.Kind.CORE_DONE):
        landing.land(after, at=at, by=by)  # what is told after the core was saved must reach the record too
    return after


@transaction.atomic
def save_core(*, screen: Screen, at: datetime, by: Actor) -> Step | None:
    """The safety core is asked and every stop acted on: he may be located, the rest can wait until noon.

    Raises CoreNotDone or StopStands, naming the first gap.
    """
    require(by.may("screen"))
    _take_turns(screen.patient_id)
    now = standing(screen)
    if now.step(Step.Kind.CORE_DONE):
        return None
    _core_complete(now)
    step = _step(now, Step.Kind.CORE_DONE, at, by)
    landing.land(now, at=at, by=by)
    keep(facts.CoreDone(**_fact(now, at, by)))
    if unasked := tuple(
        q.item.id for q in now.shown if q.item in asking.not_asked(now.books[q.instrument], now.answers[q.instrument])
    ):
        keep(facts.QuestionsNotAsked(**_fact(now, at, by), items=unasked))
    return step


@transaction.atomic
def observe_only(*, screen: Screen, why: str, at: datetime, by: Actor) -> Step:
    """He refuses, is drunk or violent: what could be seen is written, and he is asked again. Raises NotEnoughSeen."""
    require(by.may("screen"))
    now = standing(screen)
    _not_signed(now)
    if not rules.observed_enough(now.definition, now.answers):
        raise NotEnoughSeen()
    step = _step(now, Step.Kind.OBSERVED_ONLY, at, by, detail=why[:400])
    keep(facts.ObservedOnly(**_fact(now, at, by)))
    return step


@transaction.atomic
def act_on_stop(
    *, screen: Screen, alert: str, action: str, told: str, told_at: datetime | None, plan: str, at: datetime, by: Actor
) -> StopAction:
    """Write what was done about a stop. Raises ActionIncomplete unless action, who was told, when and plan are there."""
    require(by.may("screen"))
    now = standing(screen)
    rule = next((one.rule for one in now.alerts if one.id == alert and one.severity == "stop"), None)
    if rule is None:
        raise NoSuchQuestion()
    if action not in {one.code for one in rule.actions} or not told.strip() or told_at is None or not plan.strip():
        raise ActionIncomplete()
    met = StopAction.objects.create(
        **_row(now, at, by), alert=alert, action=action, told=told.strip()[:200], told_at=told_at, plan=plan.strip()
    )
    keep(facts.StopSatisfied(**_fact(now, at, by), action=met.id, alert=alert))
    return met


@transaction.atomic
def advise(*, screen: Screen, codes: Collection[str], at: datetime, by: Actor) -> Advice:
    """Choose what officers are told. Raises NotOnTheList for anything outside the closed list."""
    require(by.may("screen"))
    now = standing(screen)
    rules.advice(now.definition, now.books, now.answers, codes)
    chosen = [line.code for line in now.definition.location_advice if line.code in codes]
    advice = Advice.objects.create(**_row(now, at, by), codes=chosen)
    keep(facts.LocationAdvised(**_fact(now, at, by), advice=advice.id))
    return advice


@transaction.atomic
def print_slip(*, screen: Screen, slip: str, fields: Collection[str], basis: str, at: datetime, by: Actor) -> None:
    """A slip leaves healthcare: what is on it, and on which basis, is kept. The officers' slip is a disclosure."""
    if slip == "officer":
        patients.disclose(
            patient=screen.patient_id, document="location_slip", recipient="Officers", basis="agreed_list", fields=fields, at=at,
            by=by,
        )  # fmt: skip
    keep(facts.SlipPrinted(**_fact(unread(screen), at, by), slip=slip, fields=tuple(fields), basis=basis))


@transaction.atomic
def sign(*, screen: Screen, at: datetime, by: Actor) -> Step:
    """Sign the whole screen. An assistant's signature waits for a registered nurse's.

    Raises CoreNotDone, StopStands, WarningUnread, RestNotAsked or AlreadySigned. "No" and "not able to ask" are answers.
    """
    require(by.may("screen"))
    _take_turns(screen.patient_id)
    now = standing(screen)
    _not_signed(now)
    _core_complete(now)
    save_core(screen=screen, at=at, by=by)
    if now.rest_left:
        raise RestNotAsked(count=len(now.rest_left), first=_words(now.rest_left[0]))
    step = _step(now, Step.Kind.SIGNED, at, by, detail="" if by.may("sign_screen") else ASSISTANT)
    landing.fill(now, at=at, by=by)
    keep(facts.ScreenSigned(**_fact(now, at, by)))
    return step


@transaction.atomic
def supervise(*, screen: Screen, at: datetime, by: Actor) -> Step:
    """A registered nurse countersigns an assistant's screen. Raises NothingToCountersign."""
    require(by.may("sign_screen"))
    _take_turns(screen.patient_id)
    now = standing(screen)
    if not now.signed_by_assistant or now.step(Step.Kind.SUPERVISED):
        raise NothingToCountersign()
    step = _step(now, Step.Kind.SUPERVISED, at, by)
    keep(facts.ScreenSupervised(**_fact(now, at, by)))
    return step


def _write(now: Standing, given: Mapping[str, Value], seen: Mapping[str, int], at: datetime, by: Actor) -> dict[str, Answer]:
    """Write answers by instrument; the reference of each to the answer that now counts."""
    written: dict[str, Answer] = {}
    asked = [(ref, _item(now, ref), value) for ref, value in given.items()]
    for id in dict.fromkeys(ref.partition(":")[0] for ref in given):
        mine = [instruments.Given(item, value, seen.get(ref, 0)) for ref, item, value in asked if ref.startswith(f"{id}:")]
        rows = instruments.answer_all(response=landing.response_of(now, id, at, by), given=mine, at=at, by=by)
        written |= {f"{id}:{one.item.id}": rows[one.item.id] for one in mine}
    return written


def _item(now: Standing, ref: str) -> asking.Item:
    instrument, _, item_id = ref.partition(":")
    found = [one for one in now.books[instrument].items if one.id == item_id] if instrument in now.books else []
    if not found:
        raise NoSuchQuestion()
    return found[0]


def _with(now: Standing, written: Mapping[str, Answer]) -> Standing:
    """The standing after these answers, without reading it again."""
    rows = {id: dict(items) for id, items in now.rows.items()}
    for ref, row in written.items():
        rows.setdefault(ref.partition(":")[0], {})[row.item] = row
    return replace(now, rows=rows)


def _note_alerts(before: Standing, after: Standing, at: datetime, by: Actor) -> None:
    """Write each alert that began or stood down, with the rule that decided and what it decided on."""
    was, now = {alert.id: alert for alert in before.alerts}, {alert.id: alert for alert in after.alerts}
    for alert in now.values():
        if alert.id not in was:
            change = _change(after, alert, True, at, by)
            keep(facts.AlertRaised(**_fact(after, at, by), change=change.id, alert=alert.id, severity=alert.severity))
    for alert in was.values():
        if alert.id not in now:
            change = _change(after, alert, False, at, by)
            keep(facts.AlertStoodDown(**_fact(after, at, by), change=change.id, alert=alert.id, still=tuple(now)))


def _change(now: Standing, alert: asking.Alert, raised: bool, at: datetime, by: Actor) -> AlertChange:
    entry = now.entries[alert.questionnaire]
    return AlertChange.objects.create(
        **_row(now, at, by), alert=alert.id, severity=alert.severity, raised=raised, instrument=entry.id,
        version=str(entry.version), content_hash=entry.content_hash, inputs=now.answers[entry.id],
    )  # fmt: skip


def _core_complete(now: Standing) -> None:
    if now.core_left:
        raise CoreNotDone(count=len(now.core_left), first=_words(now.core_left[0]))
    if now.open_stops:
        raise StopStands(action=now.open_stops[0].rule.action)
    if now.unread:
        raise WarningUnread(source=now.unread[0].get_source_display(), words=now.unread[0].words)


def _not_signed(now: Standing) -> None:
    if signed := now.step(Step.Kind.SIGNED):
        raise AlreadySigned(by=signed.written_by_name, time=f"{clock.local(signed.happened_at):%H:%M}")


def _step(now: Standing, kind: str, at: datetime, by: Actor, detail: str = "") -> Step:
    return Step.objects.create(**_row(now, at, by), kind=kind, detail=detail)


def _words(question: rules.Question) -> str:
    return question.item.short or question.item.text


def _take_turns(patient: UUID) -> None:
    """Two nurses on one man take turns; append-only rows cannot be locked, the person can."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [str(patient)])


def _row(now: Standing, at: datetime, by: Actor) -> dict[str, Any]:
    return {
        "id": ids.new(), "screen": now.screen, "patient_id": now.screen.patient_id, "happened_at": at,
        "written_at": clock.now(), "written_by": by.id, "written_by_name": by.name,
    }  # fmt: skip


def _fact(now: Standing, at: datetime, by: Actor) -> dict[str, Any]:
    return {
        "by": by.id, "at": at, "patient": now.screen.patient_id, "establishment": now.screen.establishment,
        "screen": now.screen.id,
    }  # fmt: skip
