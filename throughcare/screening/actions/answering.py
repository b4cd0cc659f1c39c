"""Answers are written, alerts begin and stand down, stops are acted on, actions of the first night are carried over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from throughcare.access.acting import Actor
from throughcare.audit.facts import keep, keep_all
from throughcare.core.writing import all_or_nothing, insert
from throughcare.instruments import actions as instruments
from throughcare.instruments import rules as asking
from throughcare.instruments.models import Answer
from throughcare.instruments.rules import Value
from throughcare.patients.linked import take_turns
from throughcare.record.actions.entry import fitting
from throughcare.screening import carried, facts, landing
from throughcare.screening.actions.opening import goes_on
from throughcare.screening.actions.refusals import ActionIncomplete, NoSuchQuestion, NotNeededWhy
from throughcare.screening.actions.writing import fact, not_signed, responses, row
from throughcare.screening.models import ActionCarried, AlertChange, Screen, Step, StopAction
from throughcare.screening.standing import Standing, standing

TOLD, PLAN, WHY = 200, 2000, 400  # characters that fit


@all_or_nothing
def answer(*, screen: Screen, ref: str, value: Value, seen: int, at: datetime, by: Actor) -> Answer:
    """Write one answer ("instrument:item") and raise or stand down what follows from it.

    Raises BadAnswer, AnsweredMeanwhile, NoSuchQuestion, AlreadySigned; nothing else changes then.
    """
    return answer_all(screen=screen, given={ref: value}, seen={ref: seen}, at=at, by=by).row(ref)


@all_or_nothing
def answer_all(
    *, screen: Screen, given: Mapping[str, Value], at: datetime, by: Actor, seen: Mapping[str, int] | None = None
) -> Standing:
    """Write several answers, checked like single ones, and look at the alerts once. Returns the screen as it now stands,
    warnings from outside left out."""
    take_turns(screen.patient_id)
    before = standing(screen, with_warnings=False)
    goes_on(before, by)
    not_signed(before)
    written = _write(before, given, seen or {}, at, by)
    after = _with(before, written)
    _note_alerts(before, after, at, by)
    if before.step(Step.Kind.CORE_DONE):
        landing.land(after, at=at, by=by)  # what is told after the core was saved must reach the record too
    return after


@all_or_nothing
def act_on_stop(
    *, screen: Screen, alert: str, action: str, told: str, told_at: datetime | None, plan: str, at: datetime, by: Actor
) -> StopAction:
    """Write what was done about a stop. Raises ActionIncomplete unless action, who was told, when and plan are there; TooLong."""
    now = standing(screen)
    goes_on(now, by)
    rule = next((one.rule for one in now.alerts if one.id == alert and one.severity == "stop"), None)
    if rule is None:
        raise NoSuchQuestion()
    if action not in {one.code for one in rule.actions} or not told.strip() or told_at is None or not plan.strip():
        raise ActionIncomplete()
    met = StopAction.objects.create(
        **row(now, at, by), alert=alert, action=action, told=fitting(told, TOLD), told_at=told_at, plan=fitting(plan, PLAN)
    )
    keep(facts.StopSatisfied(**fact(now, at, by), action=met.id, alert=alert))
    return met


@all_or_nothing
def carry(*, screen: Screen, alert: str, state: str, why: str = "", at: datetime, by: Actor) -> ActionCarried:
    """Say what became of an action that the first night asked for. The same again is the same; the latest counts.

    Raises NotNeededWhy for "not needed" without a reason, NoSuchQuestion for what the first night did not set off.
    """
    take_turns(screen.patient_id)
    now = standing(screen)
    goes_on(now, by)
    not_signed(now)
    line = next((one for one in carried.lines(now) if one.alert == alert), None)
    if line is None or state not in ActionCarried.State.values:
        raise NoSuchQuestion()
    if state == ActionCarried.State.NOT_NEEDED and not why.strip():
        raise NotNeededWhy()
    said_why = fitting(why, WHY)
    if line.said and (line.said.state, line.said.why) == (state, said_why):
        return ActionCarried.objects.filter(screen=now.screen, alert=alert).latest("written_at")
    said = ActionCarried.objects.create(**row(now, at, by), alert=alert, state=state, why=said_why)
    keep(facts.ActionCarried(**fact(now, at, by), said=said.id, state=state, alert=alert))
    return said


def _write(now: Standing, given: Mapping[str, Value], seen: Mapping[str, int], at: datetime, by: Actor) -> dict[str, Answer]:
    """Write answers, those of every instrument together; the reference of each to the answer that now counts."""
    asked: dict[str, list[instruments.Given]] = {}
    for ref, value in given.items():
        asked.setdefault(ref.partition(":")[0], []).append(instruments.Given(_item(now, ref), value, seen.get(ref, 0)))
    opened = responses(now, asked, at, by)
    sheets = [instruments.Sheet(opened[id], mine, now.rows.get(id, {})) for id, mine in asked.items()]
    written = instruments.answer_sheets(sheets=sheets, at=at, by=by)
    return {
        f"{id}:{one.item.id}": rows[one.item.id] for (id, mine), rows in zip(asked.items(), written, strict=True) for one in mine
    }


def _item(now: Standing, ref: str) -> asking.Item:
    instrument, _, item_id = ref.partition(":")
    found = [one for one in now.books[instrument].items if one.id == item_id] if instrument in now.books else []
    if not found:
        raise NoSuchQuestion()
    return found[0]


def _with(now: Standing, written: Mapping[str, Answer]) -> Standing:
    """The standing after these answers, without reading it again."""
    rows = {id: dict(items) for id, items in now.rows.items()}
    for ref, one in written.items():
        rows.setdefault(ref.partition(":")[0], {})[one.item] = one
    return replace(now, rows=rows)


def _note_alerts(before: Standing, after: Standing, at: datetime, by: Actor) -> None:
    """Write each alert that began or stood down, with the rule that decided and what it decided on."""
    was, now = {alert.id: alert for alert in before.alerts}, {alert.id: alert for alert in after.alerts}
    began = [_change(after, alert, True, at, by) for alert in now.values() if alert.id not in was]
    ended = [_change(after, alert, False, at, by) for alert in was.values() if alert.id not in now]
    if not began and not ended:
        return
    insert([*began, *ended])
    shared = {**fact(after, at, by), "definition": after.screen.definition}
    keep_all([
        *(facts.AlertRaised(**shared, change=one.id, alert=one.alert, severity=one.severity) for one in began),
        *(facts.AlertStoodDown(**shared, change=one.id, alert=one.alert, still=tuple(now)) for one in ended),
    ])  # fmt: skip


def _change(now: Standing, alert: asking.Alert, raised: bool, at: datetime, by: Actor) -> AlertChange:
    entry = now.entries[alert.questionnaire]
    return AlertChange(
        **row(now, at, by), alert=alert.id, severity=alert.severity, raised=raised, instrument=entry.id,
        version=str(entry.version), content_hash=entry.content_hash, inputs=now.answers[entry.id],
    )  # fmt: skip
