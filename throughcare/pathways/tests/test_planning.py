"""The plan on the database: what is stored stands as the story says, however it was told; and what people do about a task."""

import random
import threading
from datetime import date, time
from importlib import import_module
from types import SimpleNamespace
from uuid import NAMESPACE_OID, uuid5

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock, ids
from throughcare.demo import people
from throughcare.pathways import actions, facts, queries, register, rules
from throughcare.pathways.actions import planning, tasks, writing
from throughcare.pathways.models import ClockStart, Enrolment, Happening, Task
from throughcare.pathways.rules import tell
from throughcare.pathways.tests import stays
from throughcare.pathways.tests.independent import Opinion
from throughcare.pathways.tests.planned import SCREEN, follow, only, raised, seen
from throughcare.pathways.tests.test_actions import invariants
from throughcare.patients import actions as patients
from throughcare.patients.facts import CustodyAlertAdded, KeyDateChanged, PatientArrived, PatientDied, PatientLeft
from throughcare.record.facts import (
    EncounterRecorded,
    EntryCorrected,
    ImmunizationGiven,
    ResultGiven,
    ResultReported,
    SpecimenTaken,
)
from throughcare.screening.facts import AlertRaised, AlertStoodDown, CoreDone, ObservedOnly, ScreenSigned

HOUR, DAY = scenes.HOUR, scenes.DAY


@pytest.fixture
def man(house):
    return scenes.received(people.PETER, clock.now() - 5 * HOUR)


@pytest.fixture
def man_of_later(house):
    """He comes in when every random stay is over, whatever the hour of the run."""
    with clock.at(stays.AFTERWARDS):
        return scenes.received(people.PETER, clock.now() - 5 * HOUR)


# Thirty random stays, told badly


def real(one, man, by):
    """A happening of a random stay as the fact that a module would keep."""
    shared = {"by": by.id, "at": one.at, "patient": man.id, "establishment": one.establishment or "LEI", "id": ids.new()}
    told = {key: uuid5(NAMESPACE_OID, value) if key in ("entry", "screen") else value for key, value in one.told.items()}
    task = {"task": SCREEN}
    return {
        "patients.PatientArrived": lambda: PatientArrived(**shared, **told),
        "patients.PatientLeft": lambda: PatientLeft(**shared, **told),
        "patients.PatientDied": lambda: PatientDied(**shared),
        "screening.AlertRaised": lambda: AlertRaised(**shared, **told, change=SCREEN, severity="urgent"),
        "screening.AlertStoodDown": lambda: AlertStoodDown(**shared, **told | {"still": tuple(told["still"])}, change=SCREEN),
        "patients.CustodyAlertAdded": lambda: CustodyAlertAdded(**shared, **told),
        "patients.KeyDateChanged": lambda: KeyDateChanged(**shared, **told | {"day": day_of(told["day"])}),
        "record.EncounterRecorded": lambda: EncounterRecorded(**shared, encounter=SCREEN, **told),
        "record.ImmunizationGiven": lambda: ImmunizationGiven(**shared, **told),
        "record.SpecimenTaken": lambda: SpecimenTaken(**shared, **told),
        "record.ResultReported": lambda: ResultReported(**shared, **told),
        "record.ResultGiven": lambda: ResultGiven(**shared, **told, report=SCREEN, onward=False),
        "record.EntryCorrected": lambda: EntryCorrected(**shared, **told),
        "screening.CoreDone": lambda: CoreDone(**shared, screen=SCREEN),
        "screening.ScreenSigned": lambda: ScreenSigned(**shared, screen=SCREEN),
        "screening.ObservedOnly": lambda: ObservedOnly(**shared, screen=SCREEN),
        "pathways.TaskClaimed": lambda: facts.TaskClaimed(**shared, **task, **told),
        "pathways.TaskCovered": lambda: facts.TaskCovered(**shared, **task, **told),
        "pathways.TaskReleased": lambda: facts.TaskReleased(**shared, **task, **told),
        "pathways.TaskCancelled": lambda: facts.TaskCancelled(**shared, **task, **told, reason="not_needed"),
        "pathways.EvidenceAccepted": lambda: facts.EvidenceAccepted(**shared, **task, **told | {"evidence": SCREEN}),
    }[one.name]()  # fmt: skip


def day_of(said):
    """The day that a happening tells, as a fact has it."""
    return date.fromisoformat(said) if said else None


def stored(man):
    """The stored tasks as the other opinion sees them; those that a later message took out of the plan left aside."""
    rows = Task.objects.filter(patient=man.id).exclude(cancelled_because=writing.LATER)
    return {
        (row.clock, row.anchor): (
            row.status, str(row.evidence or ""), row.cancelled_because, row.due_at if row.status == "open" else None,
            row.establishment if row.status == "open" else "", row.paused_since, row.claimed_by if row.status == "open" else "",
        )
        for row in rows
    }  # fmt: skip


def opined(man):
    found = Opinion(planning.happened([man.id]), stays.STEPS, rules.calendars()).all()
    return {
        (one.step, one.anchor): (
            one.status, one.evidence, one.because, one.due_at if one.status == "open" else None,
            one.place if one.status == "open" else "", one.stands_still, one.holder if one.status == "open" else "",
        )
        for one in found
    }  # fmt: skip


def needless(man):
    """What was done before a later message showed that it need not have begun: he had left by then, or the entry that began it
    was put right. Done stays done."""
    story = planning.happened([man.id])
    plan = tell(story, register.definitions(), rules.calendars())
    wrong = {one.told["entry"] for one in story if one.name == "record.EntryCorrected"}
    begun_wrongly = {(step.id, one.anchor) for one in story if one.told.get("entry") in wrong for step in stays.STEPS}
    return begun_wrongly | {(start.step.id, start.anchor) for start in plan.starts if start.because.startswith("They ha")}


@pytest.mark.parametrize("seed", range(30))
def test_thirty_random_stays_on_the_database_miss_double_and_orphan_nothing(trial, man_of_later, plain, able, seed):
    man = man_of_later
    chance = random.Random(seed)
    told = stays.told_badly(stays.Stay(chance).live(22), chance)
    for one in told:
        by = able if one.competences else plain
        with acting(by), clock.at(one.heard_at):
            actions.follow(real(one, man, by))
    with acting(plain):
        now, expected = stored(man), opined(man)
        done_all_the_same = {key: row for key, row in now.items() if key not in expected}
        assert now == expected | done_all_the_same
        assert {row[0] for row in done_all_the_same.values()} <= {"done"}
        assert set(done_all_the_same) <= needless(man)
        invariants(man)


# What comes late changes the story


class TestALateMessage:
    def test_cancels_what_it_shows_to_be_needless(self, man, plain):
        raised(man, plain, "fs_sh_now_stop", at=clock.now() - HOUR)
        follow(man, plain, PatientLeft, kind="released", at=clock.now() - 2 * HOUR)
        assert only(man, plain, "mh_same_day").cancelled_because == writing.LATER

    def test_of_an_earlier_start_keeps_the_task_with_its_claim(self, man, house):
        by = house["LEI mental_health_nurse"]
        raised(man, by, "fs_sh_now_stop", at=clock.now() - HOUR)
        before = only(man, by, "mh_same_day")
        with acting(by):
            tasks.claim(task=before.id, at=clock.now(), by=by)
        raised(man, by, "ecr_8_stop", at=clock.now() - 2 * HOUR)
        after = only(man, by, "mh_same_day")
        assert (after.id, after.claimed_by, after.anchored_at < before.anchored_at) == (before.id, by.id, True)
        with acting(by):
            invariants(man)

    def test_that_splits_what_was_joined_gives_each_its_task(self, man, plain):
        raised(man, plain, "fs_sh_now_stop", at=clock.now() - 3 * HOUR)
        raised(man, plain, "ecr_8_stop", at=clock.now() - HOUR)
        seen(man, plain, "mental_health_assessment", at=clock.now() - 2 * HOUR)
        with acting(plain):
            statuses = (
                Task.objects.filter(patient=man.id, clock="mh_same_day").order_by("anchored_at").values_list("status", flat=True)
            )
            assert list(statuses) == ["done", "open"]
            invariants(man)

    def test_of_evidence_is_named_with_its_own_time(self, man, plain):
        raised(man, plain, "fs_sh_now_stop", at=clock.now() - 3 * HOUR)
        when = clock.now() - 2 * HOUR
        seen(man, plain, "mental_health_assessment", at=when)
        assert only(man, plain, "mh_same_day").ended_at == when

    def test_changes_who_is_on_a_pathway(self, man, plain):
        follow(man, plain, PatientLeft, kind="released", at=clock.now() - HOUR)
        with acting(plain):
            row = Enrolment.objects.get(patient=man.id, pathway="early-days")
        assert (row.left_because, row.stage) == ("Left: released.", "first-days")

    def test_of_an_earlier_entry_takes_the_enrolment_along(self, man, plain):
        yesterday = clock.on(clock.prison_day(clock.now()) - DAY, time(12))
        follow(man, plain, PatientArrived, kind="unbooked", at=yesterday)
        with acting(plain):
            (row,) = Enrolment.objects.filter(patient=man.id, pathway="early-days")
            (now,) = [one for one in queries.enrolments_here("LEI", pathway="early-days") if one.row.patient_id == man.id]
        assert row.left_at is None and now.day >= 1 and now.stage.id == "first-days"

    def test_of_an_end_before_the_entry_ends_nothing(self, man, plain):
        follow(man, plain, PatientLeft, kind="released", at=clock.now() - 6 * HOUR)
        with acting(plain):
            assert list(Enrolment.objects.filter(patient=man.id).values_list("left_at", flat=True)) == [None] * 3

    def test_and_telling_again_without_news_changes_nothing(self, man, plain):
        raised(man, plain, "fs_sh_now_stop")
        with acting(plain):
            before = list(Task.objects.filter(patient=man.id).order_by("id").values())
            actions.replan(patient=man.id)
            assert list(Task.objects.filter(patient=man.id).order_by("id").values()) == before


def test_two_threads_at_once_start_a_clock_once(committing_db, house):
    man = scenes.received(people.PETER, clock.now() - 5 * HOUR)
    by, ready = house.nurse, threading.Barrier(4)

    def attempt(alert):
        ready.wait()
        raised(man, by, alert)
        connection.close()

    threads = [threading.Thread(target=attempt, args=(alert,)) for alert in ("fs_sh_now_stop", "ecr_8_stop") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with acting(by):
        assert Task.objects.open().filter(patient=man.id, clock="mh_same_day").count() == 1
        assert ClockStart.objects.filter(patient=man.id, clock="mh_same_day").count() == 4
        invariants(man)


def test_evidence_and_a_new_start_at_once_leave_a_whole_plan(committing_db, house):
    man = scenes.received(people.PETER, clock.now() - 5 * HOUR)
    by, ready = house.nurse, threading.Barrier(2)
    raised(man, by, "fs_sh_now_stop", at=clock.now() - HOUR)

    def attempt(act):
        ready.wait()
        act()
        connection.close()

    threads = [threading.Thread(target=attempt, args=(act,)) for act in (
        lambda: seen(man, by, "mental_health_assessment"), lambda: raised(man, by, "ecr_8_stop"))]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with acting(by):
        assert {key: row for key, row in stored(man).items() if key[0] == "mh_same_day"} == {
            key: row for key, row in opined(man).items() if key[0] == "mh_same_day"
        }
        invariants(man)


class TestTheCost:
    @pytest.fixture
    def sixty(self, man, plain):
        for n in range(58):
            raised(man, plain, "fs_sh_now_stop", at=clock.now() - 4 * HOUR + n * HOUR / 60)
        with acting(plain):
            assert Happening.objects.filter(patient=man.id).count() >= 59
        return man

    def test_of_telling_again_is_at_most_eight_statements(self, sixty, plain):
        with acting(plain), CaptureQueriesContext(connection) as asked:
            actions.replan(patient=sixty.id)
        assert len(asked) <= 8

    def test_of_evidence_for_somebody_with_sixty_happenings(self, sixty, plain):
        fact = EncounterRecorded(
            by=plain.id, at=clock.now(), patient=sixty.id, establishment="LEI", encounter=ids.new(),
            kind="mental_health_assessment",
        )  # fmt: skip
        with acting(plain), CaptureQueriesContext(connection) as asked:
            actions.follow(fact)
        assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) <= 10

    def test_of_a_fact_that_no_pathway_names_is_nothing(self, man, plain):
        fact = EncounterRecorded(
            by=plain.id, at=clock.now(), patient=man.id, establishment="LEI", encounter=ids.new(), kind="a chat"
        )
        with acting(plain), CaptureQueriesContext(connection) as asked:
            actions.follow(fact)
        assert [one for one in asked if "SAVEPOINT" not in one["sql"]] == []


def test_a_task_from_before_happenings_were_kept_is_taken_over(man, plain):
    taking_over = import_module("throughcare.pathways.migrations.0005_take_over_tasks")
    long_ago = clock.now() - 2 * HOUR
    old = {"patient_id": man.id, "clock": "mh_urgent", "clock_version": "1"}
    with acting(plain):
        task = Task.objects.create(
            **old, establishment="LEI", owner_role="mental_health_nurse", why="fs_mh_psychosis_urgent", anchored_at=long_ago,
            due_at=long_ago + 48 * HOUR,
        )  # fmt: skip
        ClockStart.objects.create(**old, anchor="as it was", started_at=long_ago, task=task)
        taking_over.fill(apps, SimpleNamespace(connection=connection))
        actions.replan(patient=man.id)
        again = Task.objects.get(id=task.id)
        assert (again.status, again.anchor, again.pathway, again.why) == ("open", "as it was", "mental-health", task.why)
    seen(man, plain, "mental_health_assessment")
    assert only(man, plain, "mh_urgent").status == "done"


# Records joined


class TestJoinedRecords:
    WHY = "Same face, same tattoo, he says both names are his."
    TONY = scenes.renamed(people.AMIR, prison_number="A1234TR", family_name="Reid", given_names="Tony")

    @pytest.fixture
    def two(self, house):
        return scenes.received(self.TONY, clock.now() - 2 * HOUR), scenes.received(people.AMIR, clock.now() - 3 * HOUR)

    def joined(self, house, two):
        with acting(house["LEI nurse_in_charge"]) as by:
            asked = patients.propose_merge(patient=two[0].id, survivor=two[1].id, why=self.WHY, at=clock.now(), by=by)
        with acting(house["LEI administrator"]) as by:
            return patients.merge(proposal=asked, at=clock.now(), by=by)

    def parted(self, house, merge):
        with acting(house["LEI nurse_in_charge"]) as by:
            asked = patients.propose_unmerge(merge=merge, why="Another man: the fingerprints differ.", at=clock.now(), by=by)
        with acting(house["LEI administrator"]) as by:
            patients.unmerge(proposal=asked, at=clock.now(), by=by)

    def open(self, house, man):
        with acting(house.nurse):
            return set(Task.objects.open().filter(patient=man.id).values_list("clock", flat=True))

    def test_what_is_due_stands_once_on_the_survivor(self, house, two):
        raised(two[0], house.nurse, "fs_sh_now_stop")
        self.joined(house, two)
        assert self.open(house, two[0]) == set()
        assert {"mh_same_day", "second_stage", "bbv_offer"} <= self.open(house, two[1])
        with acting(house.nurse):
            assert {row.cancelled_because for row in Task.objects.filter(patient=two[0].id, status="cancelled")} == {
                writing.JOINED
            }
            assert Enrolment.objects.filter(pathway="early-days", left_at=None).count() == 1

    def test_evidence_on_either_ends_it(self, house, two):
        self.joined(house, two)
        seen(two[0], house.nurse, "second_stage_assessment")
        assert "second_stage" not in self.open(house, two[0]) | self.open(house, two[1])

    def test_parted_again_each_has_their_own(self, house, two):
        raised(two[0], house.nurse, "fs_sh_now_stop")
        merge = self.joined(house, two)
        self.parted(house, merge)
        assert {"mh_same_day", "second_stage"} <= self.open(house, two[0])
        assert "second_stage" in self.open(house, two[1]) and "mh_same_day" not in self.open(house, two[1])
        with acting(house.nurse):
            for man in two:
                invariants(man)

    def test_joined_a_second_time_nothing_is_doubled(self, house, two):
        self.parted(house, self.joined(house, two))
        self.joined(house, two)
        assert self.open(house, two[0]) == set() and "second_stage" in self.open(house, two[1])
