"""Builds the invented prison through real actions: staff, residents with their history, and tonight's list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import psycopg

from throughcare.access import actions as access
from throughcare.access.acting import Actor, acting
from throughcare.access.models import Installation, Membership
from throughcare.chart import today
from throughcare.core import clock, ids
from throughcare.core.clock import on, prison_day
from throughcare.demo import answers, days, emulator, faces, people, staff
from throughcare.demo.people import Character
from throughcare.hmpps import actions as hmpps
from throughcare.observations import actions as observations
from throughcare.pathways import queries as pathways
from throughcare.pathways.models import Task
from throughcare.patients import actions as patients
from throughcare.patients import queries as patients_here
from throughcare.patients.models import Patient
from throughcare.patients.opened import PlacedPatient
from throughcare.record import actions as record
from throughcare.screening import actions as screening
from throughcare.screening import queries as screens
from throughcare.screening import slips
from throughcare.screening.standing import standing

Progress = Callable[[str], Any]
AFTERNOON, EVENING, NIGHT = time(15, 20), time(20, 10), time(22)
BEHIND = 9  # one resident in nine is behind with what is due, so that Today has something late to show
# Who does what in the days after the first night.
ON_DUTY = {
    "nurse": "reception_nurse", "in_charge": "nurse_in_charge", "keyworker": "substance_misuse_keyworker",
    "prescriber": "prescriber", "primary_care": "nurse_in_charge", "substance_misuse": "substance_misuse_keyworker",
    "mental_health": "mental_health_nurse",
}  # fmt: skip
EARLIER = timedelta(hours=1)  # the rest was done this long before it was due


def build(owner_url: str, *, progress: Progress = lambda words: None, seed: int = 2026) -> bool:
    """Build the demo unless this database has one. Returns whether it was built now."""
    if Installation.objects.exists():
        return False
    _mark(owner_url)
    with ids.seeded(seed):
        progress("Taking on staff…")
        _staff()
        progress("Bringing in the people who live here…")
        _residents(progress)
        progress("Remembering earlier stays…")
        _earlier_stays()
        emulator.expect_van(tonight())
        _warnings()
        observations.find_gaps(staff.HOME)
        progress("Drawing faces, because nobody here was photographed…")
        _faces()
    return True


def tonight() -> datetime:
    """Ten past eight this evening, or in half an hour when that has gone by."""
    return max(on(prison_day(clock.now()), EVENING), clock.now() + timedelta(minutes=30))


def actor(username: str) -> Actor:
    """A member of the invented staff, ready to act."""
    held = Membership.objects.select_related("user", "establishment").get(user__username=username)
    return Actor.of(held)


def screen_whole(man: Character, says: Mapping[str, Any], by: Actor, at: datetime, *, sign: bool = True) -> None:
    """Screen a man from the first question to the signature, as the script says, in one go."""
    screen = screens.current_of(_patient(man).id, by.establishment)
    assert screen
    now = standing(screen)
    while given := answers.next_answers(now, says):
        now = screening.answer_all(screen=screen, given=given, at=at, by=by)
    for stop in now.open_stops:
        screening.act_on_stop(
            screen=screen, alert=stop.id, action=stop.rule.actions[0].code, told="Senior officer", told_at=at,
            plan="Not left alone until handed over.", at=at, by=by,
        )  # fmt: skip
    for warning in standing(screen).unread:
        record.sign_warning(warning=warning, at=at, by=by)
    screening.save_core(screen=screen, at=at, by=by)
    if sign:
        screening.sign(screen=screen, at=at, by=by)


def _patient(man: Character) -> Patient:
    found: Patient = Patient.objects.get(family_name=man.family_name, given_names=man.given_names, date_of_birth=man.born)
    return found


def _mark(owner_url: str) -> None:
    with psycopg.connect(owner_url) as owner:
        owner.execute("INSERT INTO access_installation (kind, made_at) VALUES ('demo', core_now())")


def _staff() -> None:
    since = prison_day(clock.now()) - timedelta(days=400)
    with acting(Actor.system("demo")) as system:
        agreed = {
            name: access.agree_contract(
                organisation=name, establishment=staff.HOME, service=service, tiers=tiers, team=team, since=since, by=system.id
            )
            for name, service, tiers, team in staff.CONTRACTS
        }
        for member in staff.STAFF:
            held = access.add_staff(
                username=member.username, name=member.name, organisation=member.organisation, since=since,
                establishment=member.establishment, role=member.role, by=system.id,
            )  # fmt: skip
            if under := agreed.get(member.organisation) if member.establishment == staff.HOME else None:
                access.join_team(membership=held, contract=under, team=under.team_set.get(), by=system.id)


def _residents(progress: Progress) -> None:
    men, on_duty = people.residents(), {duty: actor(_owner(role)) for duty, role in ON_DUTY.items()}
    for number, man in enumerate(men):
        arrived = clock.now().replace(microsecond=0) - timedelta(days=1 + number % 27, hours=number % 5)
        _stay(man, man.says, arrived)
        behind = number % BEHIND == 0
        with acting(on_duty["nurse"]):
            patient = _patient(man)
        days.live(man, patient, arrived, number, behind=behind, by=on_duty)
        if not behind:
            _keep_up(man, number)
        if number % 12 == 11:
            progress(f"  {number + 1} of {len(men)}")


def _keep_up(man: Character, number: int) -> None:
    """What came due for a resident was done in time, by the role that owes it; and what that began in its turn."""
    with acting(actor("asha")):
        patient = _patient(man)
    written: dict[str, datetime] = {}
    tried: set[UUID] = set()
    while due := [task for task in _overdue(patient) if task.id not in tried]:
        for task in due:
            tried.add(task.id)
            _do(task, written, number)


def _overdue(patient: Patient) -> list[Task]:
    with acting(actor("asha")):
        return [task for task in pathways.due_for_patients([patient.id]).get(patient.id, []) if task.due_at < clock.now()]


def _do(task: Task, written: dict[str, datetime], number: int) -> None:
    """The contact that is asked for, or else the form; one of them closes all that it is evidence of."""
    kind, form = today.evidence_kind(task), today.form_asked_for(task)
    asked = kind or form
    if not asked or written.get(asked, task.anchored_at) > task.anchored_at:
        return
    with clock.at(_in_good_time(task)) as then, acting(actor(_owner(task.owner_role))) as by:
        written[asked] = then
        if kind:
            done = DONE.get(kind, "Done.")
            record.record_encounter(patient=task.patient_id, kind=kind, done=done, plan="", at=then, by=by)
        else:
            days.visit(task.patient_id, asked, days.slices(number), by, then)


def _in_good_time(task: Any) -> datetime:
    """A while before it was due; what may be done until midnight, in the afternoon."""
    then = task.due_at - EARLIER
    return max(task.anchored_at, on(prison_day(then), AFTERNOON) if clock.local(then).time() > NIGHT else then)


def _warnings() -> None:
    """What police, escort and families wrote about the men of the van, one line each, waiting to be read."""
    with acting(actor("ruth")) as ruth:
        for man in people.BOOKED:
            for source, words in man.warnings:
                record.write_warning(patient=_patient(man).id, source=source, words=words, at=clock.now(), by=ruth)


def _faces() -> None:
    """A drawn face for each man of the van whom somebody has booked."""
    with acting(actor("asha")) as asha:
        for man in people.BOOKED:
            patients.take_photo(
                patient=_patient(man).id, upload=faces.face_of(man), source="drawn, not photographed", at=clock.now(), by=asha
            )  # fmt: skip


def _owner(role: str) -> str:
    return next(member.username for member in staff.STAFF if member.role == role)


DONE = {
    "prescriber_review": "Seen and examined. Symptomatic relief prescribed tonight.",
    "medicines_reconciliation": "GP record and what he brought compared. Nothing differs.",
    "second_stage_assessment": "Seen for the second stage. Weight stable, no new concern.",
    "bbv_offer": "Tested by dried blood spot.",
    "gp_record_requested": "Practice asked by secure mail.",
    "keyworker_named": "Carys Bevan is his keyworker, and he knows.",
    "substance_misuse_triage": "Triage done. Wants to stop; group sessions agreed.",
    "acct_immediate_plan": "Plan seen: checked five times an hour, shares a cell, nothing sharp left with him.",
    "pre_release_assessment": "Seen before release. Medicines, appointments and his naloxone kit gone through.",
    "physical_health_check": "Blood pressure, weight and bloods taken. Risk of heart disease talked over.",
    "chest_xray": "X-ray taken on site, read as normal.",
    "night_observation": "Asleep, breathing regular, rousable.",
}


def _earlier_stays() -> None:
    for man in people.VAN:
        if man.before is not None:
            left = clock.now().replace(microsecond=0) - timedelta(days=man.days_since_left)
            _stay(man, man.before, left - timedelta(days=40))
            with clock.at(left):
                hmpps.take_lines([emulator.event(man, kind="released", reason="RELEASED", at=left)], search=emulator.prisoner)


def _stay(man: Character, says: Mapping[str, Any], arrived: datetime) -> None:
    """He came in, and a nurse screened him an hour later."""
    with clock.at(arrived):
        line = emulator.event(man, kind="received", reason="NEW_ADMISSION", at=arrived)
        hmpps.take_lines([line], search=emulator.prisoner)
    with clock.at(arrived + timedelta(hours=1)), acting(actor("asha")) as asha:
        screen_whole(man, says, asha, clock.now())
        _slip(man, asha)


def _slip(man: Character, by: Actor) -> None:
    """The officers' slip went to the wing with him."""
    patient = _patient(man)
    screen = screens.current_of(patient.id, by.establishment)
    assert screen
    placed = PlacedPatient.of(patients_here.with_custody(Patient.objects.filter(id=patient.id)).get())
    slip = slips.for_officers(standing(screen), placed)
    screening.print_slip(screen=screen, slip="officer", fields=slip.fields, basis=slip.basis, at=clock.now(), by=by)
