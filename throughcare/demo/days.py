"""The days after the first night, for those who live here: observations, triage, second stage, referrals. Through real actions,
each at its own moment, by the role that owes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from throughcare.access.acting import Actor, acting
from throughcare.core import clock, ids
from throughcare.core.clock import on, prison_day
from throughcare.demo import answers
from throughcare.demo.people import Character
from throughcare.instruments import rules as asking
from throughcare.instruments.actions import How
from throughcare.observations import actions as observations
from throughcare.observations import queries as watched
from throughcare.observations.models import ObservationPlan
from throughcare.observations.rules import Expected, expected
from throughcare.patients.models import Patient
from throughcare.referrals import actions as referrals
from throughcare.screening import actions as screening
from throughcare.screening import carried
from throughcare.screening.models import Screen
from throughcare.screening.standing import standing

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WATCHED_FROM = 90 * timedelta(minutes=1)  # after he came in
SHOWN_SETS = 3  # for those who came long ago: withdrawal, and the two sets in the lowest band that settled it
ASKED_EVERY = 4  # one resident in four was asked the whole form; of the others an entry says that they were seen
TRIAGED_ON, SECOND_STAGE_ON = 3, 5  # the day of the stay
MISSED_EVERY = 7  # one set in seven was not taken
DOMAINS = ("ww_physical_health", "ww_mental_health", "ww_substance_misuse", "ww_relationships", "ww_resettlement")
LOWEST = 3  # of ten

# How withdrawal goes: the worked examples of the instrument, moderate on the first evening, then nothing, and nothing again.
COURSE = (1, 0, 0)


def live(man: Character, patient: Patient, arrived: datetime, number: int, *, behind: bool, by: Mapping[str, Actor]) -> None:
    """What happened to one resident since the first night. `by` is who is on: "nurse", "keyworker" and the rest."""
    if plan := _plan_for(man):
        _watched(patient, plan, arrived + WATCHED_FROM, number, by)
    asked = number % ASKED_EVERY == 2 and not behind
    if plan and asked:
        _visited(patient, "triage", on(prison_day(arrived + TRIAGED_ON * DAY), time(14, 10)), by["keyworker"])
    if asked:
        _visited(patient, "second-stage", on(prison_day(arrived + SECOND_STAGE_ON * DAY), time(10, 20)), by["nurse"])
    if number % 5 == 1:
        _referred(patient, arrived + 2 * DAY, number, by)


def visit(patient: UUID, definition: str, says: Mapping[str, Any], by: Actor, at: datetime, *, sign: bool = True) -> Screen:
    """Ask a form from the first question to the signature, as the script says, in one go."""
    screen = screening.open_visit(patient=patient, definition=definition, at=at, by=by)
    now = standing(screen)
    while given := answers.next_answers(now, says):
        now = screening.answer_all(screen=screen, given=given, at=at, by=by)
    for stop in now.open_stops:
        screening.act_on_stop(
            screen=screen, alert=stop.id, action=stop.rule.actions[0].code, told="Nurse in charge", told_at=at,
            plan="Seen again before lock-up.", at=at, by=by,
        )  # fmt: skip
    for line in carried.lines(now):
        if not line.state:
            screening.carry(screen=screen, alert=line.alert, state="pending", at=at, by=by)
    if sign:
        screening.sign(screen=screen, at=at, by=by, how=How(mode="interview", withdrawal=False))
    return screen


def slices(number: int) -> dict[str, int]:
    """How one resident scores the domains of his wheel: each resident his own way, nobody so low that a stop is set off."""
    return {domain: LOWEST + (number * 3 + place * 5) % 8 for place, domain in enumerate(DOMAINS)}


def _plan_for(man: Character) -> str:
    if man.says.get("fs_drugs") == "yes":
        return "opioid_stabilisation"
    return "alcohol_withdrawal" if man.says.get("fs_alcohol") == "yes" else ""


def _watched(patient: Patient, plan: str, since: datetime, number: int, by: Mapping[str, Actor]) -> None:
    """Sets were planned on the first night and taken, all but one now and then; who came long ago had them all and is settled."""
    with clock.at(since), acting(by["nurse"]) as nurse:
        planned = observations.plan_observations(
            patient=patient.id, plan=plan, why="Withdrawal expected from tonight.", at=since, by=nurse
        )
    sets = [one for one in expected(watched.book_of(planned).plan(plan), since) if one.closes < clock.now()]
    long_ago = clock.now() - since > 6 * DAY
    for place, one in enumerate(sets[:SHOWN_SETS] if long_ago else sets):
        if long_ago or not place or (number + place) % MISSED_EVERY:
            _set(patient, planned, one, COURSE[min(place, len(COURSE) - 1)], by["nurse"])
    if long_ago:
        _settled(planned, sets[SHOWN_SETS - 1].closes + HOUR, by["prescriber"])


def _set(patient: Patient, plan: ObservationPlan, one: Expected, example: int, by: Actor) -> None:
    """One set of all instruments of the plan, a third into its slot, and never before the plan began."""
    at = max(one.opens + (one.closes - one.opens) / 3, plan.happened_at + HOUR / 12)
    for place, instrument in enumerate(watched.book_of(plan).plan(plan.plan).instruments):
        moment = at + place * timedelta(minutes=4)
        with clock.at(moment), acting(by):
            visit(patient.id, f"form:{instrument}", _example(instrument, example if place == 0 else 0), by, moment)


def _settled(plan: ObservationPlan, at: datetime, by: Actor) -> None:
    with clock.at(at), acting(by):
        observations.end_plan(plan=plan, why="Stable: two scores in a row in the lowest band.", at=at, by=by)


def _example(instrument: str, place: int) -> dict[str, Any]:
    """The answers of a worked example of the rulebook, so that the demo invents no score."""
    book = asking.book().on(instrument, prison_day(clock.now())).value
    return dict(book.examples[place]["answers"])


def _visited(patient: Patient, definition: str, at: datetime, by: Actor) -> None:
    if at < clock.now():
        with clock.at(at), acting(by):
            visit(patient.id, definition, {}, by, at)


# Who is asked, what is answered, and what became of it; each resident referred takes the next.
REFERRED: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("mental_health", "substance_misuse"), "routine", ""), (("substance_misuse",), "5wd", "redirect"),
    (("mental_health",), "5wd", "accept"), (("primary_care",), "48h", "decline"), (("primary_care", "mental_health"), "24h", ""),
)  # fmt: skip
REASON = "Sleeps badly since he came in, worries about his case, asked for somebody to talk to."


def _referred(patient: Patient, at: datetime, number: int, by: Mapping[str, Actor]) -> None:
    """The nurse in charge refers; the service answers the next morning."""
    services, urgency, decision = REFERRED[number // 5 % len(REFERRED)]
    if at > clock.now():
        return
    with clock.at(at), acting(by["in_charge"]) as referrer:
        made = referrals.refer(
            patient=patient.id, requisition=ids.new(), services=services, urgency=urgency, reason=REASON, at=at, by=referrer
        )
    answered = at + 16 * HOUR
    if decision and answered < clock.now():
        _answered(made[0], decision, answered, by)


def _answered(request: Any, decision: str, at: datetime, by: Mapping[str, Actor]) -> None:
    told = {"accept": {"tier": 2}, "decline": {"instead": "Sleep group on Tuesday; ask again if it is no better in two weeks."},
            "redirect": {"to_service": "mental_health", "reason": "No drug or drink behind it; low mood is."}}  # fmt: skip
    with clock.at(at), acting(by[request.service]) as service:
        referrals.answer_referral(request=request, decision=decision, at=at, by=service, **told[decision])  # type: ignore[arg-type]
    if decision == "accept":
        later = at + 3 * HOUR
        with clock.at(later), acting(by[request.service]) as service:
            referrals.reply_to_patient(
                patient=request.patient_id, requisition=request.requisition, words="You will be seen on Thursday morning.",
                how="told", at=later - 2 * HOUR, by=service,
            )  # fmt: skip
            referrals.record_attendance(request=request, attended=False, reason="no_escort", at=later, by=service)
