"""Clocks as they run: once each, done by evidence, cancelled with a reason, travelling with the person (L11)."""

import random
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count

from tests import scenes
from tests.rows import filled
from throughcare.access.acting import acting
from throughcare.audit.facts import keep
from throughcare.audit.models import Fact
from throughcare.core import clock, ids
from throughcare.core.writing import insert
from throughcare.demo import people
from throughcare.pathways import actions as pathways
from throughcare.pathways import register
from throughcare.pathways.actions import writing
from throughcare.pathways.models import ClockStart, Task
from throughcare.patients.facts import PatientArrived, PatientLeft
from throughcare.record import actions as record
from throughcare.record.facts import EncounterRecorded
from throughcare.screening.facts import AlertRaised, AlertStoodDown, CoreDone, ObservedOnly, ScreenSigned

SCREEN, OTHER_SCREEN = ids.new(), ids.new()


@pytest.fixture
def nurse(house):
    with acting(house.nurse) as nurse:
        yield nurse


@pytest.fixture
def man(nurse):
    return scenes.received(people.PETER, clock.now() - 5 * scenes.HOUR)


def raised(man, nurse, alert="fs_sh_now_stop", **more):
    return AlertRaised(
        by=nurse.id, at=more.pop("at", clock.now()), patient=man.id, establishment="LEI", screen=SCREEN, alert=alert,
        severity="stop", change=ids.new(), **more,
    )  # fmt: skip


def tasks(man, clock_id):
    return list(Task.objects.filter(patient=man.id, clock=clock_id).order_by("id"))


def open_clocks(man):
    return set(Task.objects.open().filter(patient=man.id).values_list("clock", flat=True))


class TestAStart:
    def test_has_a_task_that_says_who_when_and_why(self, man, nurse):
        pathways.follow(raised(man, nurse))
        (task,) = tasks(man, "mh_same_day")
        rule = register.step_of("mh_same_day", task.clock_version)
        assert (task.owner_role, task.why, task.status) == (rule.owner_role, "fs_sh_now_stop", "open")
        assert task.anchored_at <= task.warn_at <= task.due_at

    def test_of_a_replayed_fact_is_nothing_new(self, man, nurse):
        fact = raised(man, nurse)
        for again in (fact, fact, replace(fact, id=ids.new())):
            pathways.follow(again)
        assert len(tasks(man, "mh_same_day")) == 1
        assert ClockStart.objects.filter(patient=man.id, clock="mh_same_day").count() == 1

    def test_of_a_replayed_fact_does_not_wake_what_was_done(self, man, nurse):
        fact = raised(man, nurse, at=clock.now() - scenes.HOUR)
        pathways.follow(fact)
        self.assessed(man, nurse)
        pathways.follow(fact)
        assert "mh_same_day" not in open_clocks(man)

    def assessed(self, man, nurse):
        pathways.follow(EncounterRecorded(
            by=nurse.id, at=clock.now(), patient=man.id, establishment="LEI", encounter=ids.new(), kind="mental_health_assessment"
        ))  # fmt: skip

    def test_for_another_reason_joins_the_open_task(self, man, nurse):
        for alert in ("fs_sh_now_stop", "ecr_8_stop"):
            pathways.follow(raised(man, nurse, alert))
        (task,) = tasks(man, "mh_same_day")
        first, second = ClockStart.objects.filter(patient=man.id, clock="mh_same_day").order_by("id")
        assert first.task_id == task.id and (second.task_id, bool(second.no_task_because)) == (None, True)

    @pytest.mark.parametrize(
        "given", [{"task_id": None, "no_task_because": ""}, {"no_task_because": "both"}], ids=["neither", "both"]
    )
    def test_has_a_task_or_a_reason_and_not_both(self, man, nurse, given):
        pathways.follow(raised(man, nurse))
        row = {"task_id": tasks(man, "mh_same_day")[0].id} | given
        with pytest.raises(IntegrityError, match="a_task_or_a_reason"), transaction.atomic():
            filled(ClockStart, patient_id=man.id, **row).save(force_insert=True)

    @pytest.mark.parametrize("model", [Task, ClockStart])
    def test_that_fails_half_way_leaves_neither(self, man, nurse, monkeypatch, model):
        def refuse(rows):
            if rows and isinstance(rows[0], model):
                raise IntegrityError("refused by the test")
            insert(rows)

        before = Task.objects.count(), ClockStart.objects.count(), Fact.objects.count()
        monkeypatch.setattr(writing, "insert", refuse)
        with pytest.raises(IntegrityError, match="refused"), transaction.atomic():
            keep(raised(man, nurse))
        assert (Task.objects.count(), ClockStart.objects.count(), Fact.objects.count()) == before


class TestEvidence:
    def test_ends_the_task_and_is_named_in_it(self, man, house):
        with acting(house["LEI mental_health_nurse"]) as by:
            pathways.follow(raised(man, by, at=clock.now() - scenes.HOUR))
            record.record_encounter(patient=man.id, kind="mental_health_assessment", done="Seen.", plan="", at=clock.now(), by=by)
            (task,) = tasks(man, "mh_same_day")
            fact = Fact.objects.get(id=task.evidence)
        assert (task.status, fact.kind, task.ended_by) == ("done", "record.EncounterRecorded", by.id)

    def test_from_before_the_clock_started_ends_nothing(self, man, house):
        with acting(house["LEI mental_health_nurse"]) as by:
            pathways.follow(raised(man, by))
            record.record_encounter(
                patient=man.id, kind="mental_health_assessment", done="Seen.", plan="", at=clock.now() - 2 * scenes.HOUR, by=by
            )
            assert "mh_same_day" in open_clocks(man)

    def test_of_another_kind_ends_nothing(self, man, house):
        with acting(house["LEI mental_health_nurse"]) as by:
            pathways.follow(raised(man, by))
            record.record_encounter(patient=man.id, kind="acct_contribution", done="Sent.", plan="", at=clock.now(), by=by)
            assert "mh_same_day" in open_clocks(man) and "acct_first_review" not in open_clocks(man)

    @pytest.mark.parametrize("said", [
        {"status": "done", "ended_at": None, "evidence": None},
        {"status": "cancelled", "ended_at": None},
        {"status": "open", "ended_at": "2026-03-02T20:00Z"},
        {"status": "cancelled", "ended_at": "2026-03-02T20:00Z", "cancelled_because": ""},
    ])  # fmt: skip
    def test_or_a_reason_is_what_the_database_asks_for(self, man, nurse, said):
        pathways.follow(raised(man, nurse))
        with pytest.raises(IntegrityError), transaction.atomic():
            Task.objects.filter(id=tasks(man, "mh_same_day")[0].id).update(**said)


class TestLeaving:
    @pytest.fixture(autouse=True)
    def troubled(self, man, nurse):
        for alert in ("fs_sh_now_stop", "fs_in_treatment_urgent"):
            pathways.follow(raised(man, nurse, alert))
        assert {"mh_same_day", "acct_first_review", "community_service_told"} <= open_clocks(man)

    def test_for_good_cancels_what_makes_no_sense_elsewhere_and_keeps_what_is_still_owed(self, man):
        scenes.released(people.PETER)
        assert open_clocks(man) == {"community_service_told"}
        assert {task.cancelled_because for task in Task.objects.filter(status="cancelled")} == {"Left: released."}

    def test_freed_by_the_court_does_the_same(self, man):
        scenes.released(people.PETER, clock.now() - scenes.HOUR, reason="SENT_TO_COURT")
        scenes.released(people.PETER)
        assert open_clocks(man) == {"community_service_told"}

    def test_for_court_cancels_nothing(self, man):
        before = open_clocks(man)
        scenes.released(people.PETER, reason="SENT_TO_COURT")
        assert open_clocks(man) == before

    def test_for_another_prison_takes_along_what_travels(self, man, house):
        scenes.released(people.PETER, clock.now() - scenes.HOUR, reason="TRANSFERRED")
        assert open_clocks(man) >= {"acct_first_review", "community_service_told"} and "mh_same_day" not in open_clocks(man)
        scenes.moved(people.PETER, "received", "TRANSFERRED", clock.now(), "MDI")
        with acting(house.other):
            there = Task.objects.open().filter(patient=man.id)
            assert {task.establishment for task in there} == {"MDI"}
            assert {"acct_first_review", "first_stage_screen"} <= {task.clock for task in there}


def invariants(man):
    """L11 as one question: every start has a task or a reason, every open task a start, no clock two open tasks."""
    starts = ClockStart.objects.filter(patient=man.id)
    assert all((start.task_id is None) == bool(start.no_task_because) for start in starts)
    opened = Task.objects.open().filter(patient=man.id)
    assert set(opened.values_list("id", flat=True)) <= set(starts.exclude(task=None).values_list("task_id", flat=True))
    assert not opened.values("clock").annotate(n=Count("id")).filter(n__gt=1).exists()
    assert not starts.values("clock", "anchor").annotate(n=Count("id")).filter(n__gt=1).exists()
    ended = Task.objects.filter(patient=man.id).exclude(status="open")
    assert all(task.evidence if task.status == "done" else task.cancelled_because for task in ended)


ALERTS = ("fs_sh_now_stop", "ecr_8_stop", "fs_units_urgent", "fs_alcohol_signs_urgent", "fs_in_treatment_urgent", "fs_tb_urgent")


def some_fact(chance, told, shared):
    if told and chance.random() < 0.25:
        return chance.choice(told)
    alert, screen = chance.choice(ALERTS), chance.choice([SCREEN, OTHER_SCREEN])
    return chance.choice([
        lambda: AlertRaised(**shared, screen=screen, alert=alert, severity="urgent", change=ids.new()),
        lambda: AlertRaised(**shared, screen=screen, alert=alert, severity="urgent", change=ids.new()),
        lambda: AlertStoodDown(**shared, screen=screen, alert=alert, still=tuple(chance.sample(ALERTS, 2)), change=ids.new()),
        lambda: EncounterRecorded(**shared, encounter=ids.new(), kind=chance.choice(["acct_contribution", "prescriber_review"])),
        lambda: PatientArrived(**shared, kind=chance.choice(["new", "transfer", "court_return"])),
        lambda: PatientLeft(**shared, kind=chance.choice(["released", "transfer", "court"])),
        lambda: CoreDone(**shared, screen=SCREEN),
        lambda: ScreenSigned(**shared, screen=SCREEN),
        lambda: ObservedOnly(**shared, screen=SCREEN),
    ])()  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_whatever_happens_nothing_due_is_only_in_somebodys_head(man, nurse, seed):
    chance, told = random.Random(seed), []
    for _ in range(25):
        moment = clock.now() + chance.randint(-60, 60) * scenes.HOUR / 60
        shared = {"by": nurse.id, "at": moment, "patient": man.id, "establishment": chance.choice(["LEI", "MDI"])}
        fact = some_fact(chance, told, shared)
        told.append(fact)
        try:
            with transaction.atomic():
                pathways.follow(fact)
                if chance.random() < 0.1:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        invariants(man)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert Task.objects.filter(patient=man.id).count() > 3
