"""Planned observations on the database: planned, taken, not taken with a reason, and gaps found once (practice: a red gap)."""

import threading
from dataclasses import fields
from datetime import timedelta

import pytest
from django.db import connection, connections

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock, ids
from throughcare.demo import people
from throughcare.instruments import actions as instruments
from throughcare.instruments import rules as asking
from throughcare.observations import actions, queries
from throughcare.observations.facts import ObservationGapFound
from throughcare.observations.models import ObservationGap, ObservationPlan
from throughcare.observations.rules import expected
from throughcare.pathways.models import Task

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TONIGHT = clock.on(
    clock.prison_day(clock.now()) - 3 * DAY, queries.observation_plans().entries[-1].value.plans[0].slots[-1].opens
)


@pytest.fixture
def nurse(house):
    return house["LEI nurse_in_charge"]


@pytest.fixture
def man(house):
    return scenes.received(people.PETER, TONIGHT - HOUR)


def planned(man, by, at=TONIGHT, plan="opioid_stabilisation"):
    with clock.at(at), acting(by):
        return actions.plan_observations(patient=man.id, plan=plan, why="Opioid withdrawal.", at=at, by=by)


def scored(man, by, instrument, at):
    """A score of that instrument, from its first worked example that has a total."""
    with clock.at(at), acting(by):
        entry = asking.book().on(instrument, clock.prison_day(at))
        answers = dict(next(one for one in entry.value.examples if one.get("total") is not None)["answers"])
        response = instruments.open_response(patient=man.id, occasion=ids.new(), entry=entry, at=at, by=by)
        assert instruments.score(response=response, entry=entry, answers=answers, at=at, by=by)


def stands(man, by, at):
    with clock.at(at), acting(by):
        return [one.state for one in queries.watches(man.id)[0].sets]


class TestAPlan:
    def test_expects_sets_from_its_start(self, man, nurse):
        planned(man, nurse)
        assert stands(man, nurse, TONIGHT)[:2] == ["due", "to_come"]

    def test_is_filled_by_scores_wherever_they_were_taken(self, man, nurse):
        planned(man, nurse)
        for instrument in ("cows", "news2"):
            scored(man, nurse, instrument, TONIGHT + HOUR)
        assert stands(man, nurse, TONIGHT + 2 * HOUR)[0] == "taken"

    def test_twice_is_refused_with_the_name_of_the_first(self, man, nurse):
        planned(man, nurse)
        with pytest.raises(actions.AlreadyPlanned, match="days 1 to 5"):
            planned(man, nurse, TONIGHT + HOUR)

    @pytest.mark.parametrize(("plan", "why"), [("tea_leaves", "Because."), ("unwell", "  ")])
    def test_without_a_name_or_a_reason_is_refused(self, man, nurse, plan, why):
        with acting(nurse), pytest.raises(actions.ObservationNeedsReason):
            actions.plan_observations(patient=man.id, plan=plan, why=why, at=TONIGHT, by=nurse)

    def test_ends_once(self, man, nurse):
        plan = planned(man, nurse)
        with acting(nurse):
            actions.end_plan(plan=plan, why="Settled.", at=TONIGHT + DAY, by=nurse)
            with pytest.raises(actions.AlreadyEnded):
                actions.end_plan(plan=plan, why="Settled.", at=TONIGHT + DAY, by=nurse)

    def test_ends_when_he_is_free_and_goes_on_when_he_is_moved(self, man, house, nurse):
        planned(man, nurse)
        scenes.released(people.PETER, TONIGHT + DAY, reason="TRANSFERRED")
        scenes.received(people.PETER, TONIGHT + DAY + HOUR, scenes.MDI, reason="TRANSFERRED")
        there = house["MDI nurse_in_charge"]
        with acting(there):
            assert queries.watches(man.id)[0].until is None
        with clock.at(TONIGHT + 2 * DAY):
            scenes.released(people.PETER, TONIGHT + 2 * DAY, scenes.MDI)
        with acting(there):
            assert queries.watches(man.id)[0].until == TONIGHT + 2 * DAY

    def test_is_read_in_one_statement_however_many_sets(self, man, nurse, django_assert_num_queries):
        planned(man, nurse)
        scored(man, nurse, "cows", TONIGHT + HOUR)
        with acting(nurse), django_assert_num_queries(1):
            assert queries.watches(man.id)


class TestASetNotTaken:
    def said(self, plan, by, reason="refused", number=0, at=TONIGHT + 6 * HOUR):
        one = expected(queries.book_of(plan).plan(plan.plan), plan.happened_at)[number]
        with clock.at(at), acting(by):
            return actions.say_missed(plan=plan, day=one.day, slot=one.slot.id, reason=reason, words="", at=at, by=by)

    def test_has_a_reason_once(self, man, nurse):
        plan = planned(man, nurse)
        self.said(plan, nurse)
        assert stands(man, nurse, TONIGHT + 6 * HOUR)[0] == "not_taken"
        with pytest.raises(actions.NoSuchSet):
            self.said(plan, nurse, reason="no_nurse")

    def test_of_the_future_has_none(self, man, nurse):
        with pytest.raises(actions.NoSuchSet):
            self.said(planned(man, nurse), nurse, number=5)

    def test_needs_a_reason_of_the_list(self, man, nurse):
        with pytest.raises(actions.ObservationNeedsReason):
            self.said(planned(man, nurse), nurse, reason="could not be bothered")


class TestGaps:
    def found(self, at):
        with clock.at(at):
            return actions.find_gaps("LEI")

    def gaps(self, by):
        with acting(by):
            return list(ObservationGap.objects.order_by("happened_at").values_list("run", flat=True))

    def test_are_written_once_however_often_and_late_they_are_looked_for(self, man, nurse):
        planned(man, nurse)
        later = TONIGHT + DAY + 8 * HOUR  # tonight's and both of tomorrow's have closed
        assert (self.found(TONIGHT + HOUR), self.found(later), self.found(later)) == (0, 3, 0)
        assert self.gaps(nurse) == [1, 2, 3]

    def test_two_in_a_row_reach_the_nurse_in_charge(self, man, nurse):
        planned(man, nurse)
        self.found(TONIGHT + DAY)
        with acting(nurse):
            due = Task.objects.open().filter(clock="observation_gaps")
            assert [task.owner_role for task in due] == ["nurse_in_charge"]

    def test_one_does_not(self, man, nurse):
        planned(man, nurse)
        self.found(TONIGHT + 8 * HOUR)
        with acting(nurse):
            assert self.gaps(nurse) == [1] and not Task.objects.filter(clock="observation_gaps").exists()

    def test_of_another_prison_are_not_this_prisons(self, man, nurse):
        planned(man, nurse)
        with clock.at(TONIGHT + 2 * DAY):
            assert actions.find_gaps("MDI") == 0

    def test_the_fact_holds_nothing_that_was_measured(self, man, nurse):
        planned(man, nurse)
        self.found(TONIGHT + 8 * HOUR)
        kept = {field.name for field in fields(ObservationGapFound)}
        assert kept == {"by", "at", "patient", "establishment", "id", "of", "plan", "run", "alerts"}


def test_two_people_planning_at_once_make_one_plan(committing_db):
    house = scenes.house()
    man = scenes.received(people.PETER, TONIGHT - HOUR)
    nurse, told = house["LEI nurse_in_charge"], []

    def plan():
        try:
            planned(man, nurse)
            told.append("planned")
        except actions.AlreadyPlanned:
            told.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=plan) for _ in range(2)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert sorted(told) == ["planned", "refused"]
    with acting(nurse):
        assert ObservationPlan.objects.count() == 1


def test_another_prison_sees_no_plan_even_by_sql(man, house, nurse):
    planned(man, nurse)
    with acting(house.other), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pathways_observationplan")
        assert cursor.fetchone()[0] == 0
