"""Tests, vaccinations and recalls as pathways: through, interrupted, late, repeated, put right, in several prisons."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.demo import people
from throughcare.pathways import register, rules
from throughcare.pathways.models import Enrolment, Task
from throughcare.pathways.rules import Happening
from throughcare.record import actions as record

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HEPB = ("hepb_dose_2", "hepb_dose_3", "hepb_dose_4")


# Told purely: what the days of a course come to


def told(*events):
    """A plan from (day, fact, fields of it)."""
    story = [
        Happening(NOON + day * DAY, NOON + n * HOUR + 400 * DAY, f"f{n}", name, f"a{n}", said, "LEI")
        for n, (day, name, said) in enumerate(events)
    ]
    return rules.tell(story, register.definitions(), rules.calendars())


def dose(day, number, **more):
    return day, "record.ImmunizationGiven", {"vaccine": "hepb", "dose": number, **more}


def came(day, kind="new"):
    return day, "patients.PatientArrived", {"kind": kind}


def left(day, kind="released"):
    return day, "patients.PatientLeft", {"kind": kind}


def open_days(plan, ids=HEPB):
    """The open steps with the day on which each is due, counted from the first noon."""
    return {item.key: (item.due_at - NOON).days for item in plan.items if item.status == "open" and item.key in ids}


def test_the_first_dose_begins_all_that_follow_counted_from_it():
    assert open_days(told(came(0), dose(0, 1))) == {"hepb_dose_2": 7, "hepb_dose_3": 21, "hepb_dose_4": 365}


def test_each_dose_ends_its_own_step_and_an_interrupted_course_goes_on_as_it_was():
    assert open_days(told(came(0), dose(0, 1), dose(100, 2))) == {"hepb_dose_3": 21, "hepb_dose_4": 365}
    assert open_days(told(came(0), dose(0, 1), dose(100, 2), dose(101, 3))) == {"hepb_dose_4": 365}
    assert open_days(told(came(0), dose(0, 1), dose(7, 2), dose(21, 3), dose(365, 4))) == {}


def test_a_dose_nobody_wrote_holds_nothing_up():
    assert open_days(told(came(0), dose(0, 1), dose(30, 3))) == {"hepb_dose_4": 365}
    assert open_days(told(came(0), dose(5, 2))) == {"hepb_dose_3": 26, "hepb_dose_4": 370}, "counted from what is on the record"


def test_a_course_begun_outside_is_gone_on_with():
    assert open_days(told(dose(-300, 1), came(0))) == {"hepb_dose_2": -293, "hepb_dose_3": -279, "hepb_dose_4": 65}


def test_release_sets_the_course_aside_and_coming_back_takes_it_up():
    assert open_days(told(came(0), dose(0, 1), left(3))) == {}
    assert open_days(told(came(0), dose(0, 1), left(3), came(200))) == {"hepb_dose_2": 7, "hepb_dose_3": 21, "hepb_dose_4": 365}
    assert open_days(told(came(0), dose(0, 1), left(3), dose(7, 2), came(200))) == {"hepb_dose_3": 21, "hepb_dose_4": 365}
    assert open_days(told(came(0), left(1), dose(2, 1), came(200))) == {"hepb_dose_2": 9, "hepb_dose_3": 23, "hepb_dose_4": 367}


def test_while_released_nothing_of_it_is_owed_and_the_reason_stands():
    plan = told(came(0), dose(0, 1), left(3))
    assert {(item.status, item.because) for item in plan.items if item.key in HEPB} == {("cancelled", "Left: released.")}
    again = told(came(0), dose(0, 1), left(3), came(200), left(210), came(220))
    assert len([item for item in again.items if item.key in HEPB]) == 3, "one item a dose, however often somebody comes and goes"


def test_death_ends_what_was_set_aside_for_good():
    plan = told(came(0), dose(0, 1), left(3), (4, "patients.PatientDied", {}))
    assert open_days(plan) == {}


def test_the_order_in_which_it_is_told_does_not_matter():
    events = [came(0), dose(0, 1), left(3), dose(20, 2), came(40, "new")]
    plans = {str(sorted(open_days(told(*order)).items())) for order in permutations(events)}
    assert plans == {str([("hepb_dose_3", 21), ("hepb_dose_4", 365)])}


def corrected(entry):
    return 0, "record.EntryCorrected", {"entry": entry}


def test_what_was_put_right_counts_as_it_now_stands():
    wrong = dose(0, 2, entry="one")
    right = dose(0, 1, entry="two")
    plan = told(came(0), wrong, corrected("one"), right)
    assert open_days(plan) == {"hepb_dose_2": 7, "hepb_dose_3": 21, "hepb_dose_4": 365}
    assert open_days(told(came(0), wrong, corrected("one"))) == {}, "a mistake starts nothing"


def reported(day, *results, **more):
    return day, "record.ResultReported", {"panel": "bbv", "results": list(results), **more}


def said(day, *results, settled=True):
    return day, "record.ResultGiven", {"panel": "bbv", "results": list(results), "settled": settled, "onward": bool(results)}


@pytest.mark.parametrize("results, begins", [
    (("to_treat",), True), (("something", "to_treat"), True), ((), False), (("to_tell_today",), False),
])  # fmt: skip
def test_treatment_is_due_two_weeks_after_the_result_that_asks_for_it(results, begins):
    assert open_days(told(came(0), reported(2, *results)), ("test_treatment",)) == ({"test_treatment": 16} if begins else {})


TODAY = ("bbv_result_today",)


def test_a_result_for_today_is_owed_the_same_evening_and_by_the_nurse_in_charge():
    (item,) = [item for item in told(came(0), reported(2, "to_tell_today")).items if item.key in TODAY]
    assert clock.prison_day(item.due_at) == clock.prison_day(NOON + 2 * DAY) and item.due_at > NOON + 2 * DAY
    assert (item.step.owner_role, item.step.tier) == ("nurse_in_charge", 1)


@pytest.mark.parametrize("hour", range(24))
def test_a_result_for_today_is_never_owed_tomorrow(hour):
    at = NOON.replace(hour=hour, minute=40)
    due = rules.due_at(register.step_of("bbv_result_today", 1), at, rules.calendars().of("", clock.prison_day(at)))
    assert at < due < at + DAY
    assert clock.local(due).date() == clock.local(at).date() or due - at <= HOUR, "an hour where the evening is over"


@pytest.mark.parametrize("events, owed", [
    ([reported(2, "to_tell_today")], True),
    ([reported(2)], False),
    ([reported(2, "to_treat")], False),
    ([reported(2, "to_tell_today"), said(2, "to_tell_today")], False),
    ([reported(2, "to_tell_today"), said(2, "to_tell_today", settled=False)], False),  # another sample is on its way
    ([reported(1), reported(2, "to_tell_today"), said(2, settled=False)], True),  # told the earlier one, which asked for nothing
    ([reported(2, "to_tell_today"), reported(2, "to_tell_today")], True),
])  # fmt: skip
def test_only_being_told_that_result_ends_it(events, owed):
    assert bool(open_days(told(came(0), *events), TODAY)) is owed


def test_a_result_put_right_is_owed_today_or_no_more():
    wrong, right = reported(2, entry="one"), reported(3, "to_tell_today", entry="two")
    assert open_days(told(came(0), wrong, corrected("one"), right), TODAY) == {"bbv_result_today": 3}
    assert (
        open_days(told(came(0), reported(2, "to_tell_today", entry="one"), corrected("one"), reported(2, entry="two")), TODAY)
        == {}
    )


def test_after_the_conversation_the_referral_is_owed_until_it_is_written():
    story = [came(0), reported(2, "to_tell_today"), said(2, "to_tell_today")]
    referred = (3, "record.EncounterRecorded", {"kind": "specialist_referred"})
    assert open_days(told(*story), ("bbv_result_referred",)) == {"bbv_result_referred": 3}
    assert open_days(told(*story, referred), ("bbv_result_referred",)) == {}
    assert open_days(told(*story, left(2), came(9)), ("bbv_result_referred",)) == {"bbv_result_referred": 3}, "taken up again"


@pytest.mark.parametrize("alert", ["ss_tb_stop", "ss_tb_urgent", "ss_tb_recheck_urgent", "ss_tb_unable_urgent"])
def test_the_second_tuberculosis_questions_book_the_recall(alert):
    raised = (5, "screening.AlertRaised", {"alert": alert})
    moved = [left(6, "transfer"), came(6, "transfer")]
    reviewed = (6, "record.EncounterRecorded", {"kind": "tb_review"})
    assert open_days(told(came(0), raised, *moved, reviewed), ("tb_recall",)) == {"tb_recall": 26}, "a review is not the recall"
    asked = (26, "record.EncounterRecorded", {"kind": "tb_recall"})
    assert open_days(told(came(0), raised, asked), ("tb_recall",)) == {}


# As it runs


@pytest.fixture
def man(house):
    return scenes.received(people.JOE, clock.now() - 60 * DAY)


def owed(house, man, prison="LEI"):
    with acting(house[f"{prison} nurse_in_charge"]):
        return {row.clock: row for row in Task.objects.open().filter(patient=man)}


def by(house, prison="LEI"):
    return acting(house[f"{prison} nurse_in_charge"])


def gives(house, man, number, ago, prison="LEI", **more):
    with by(house, prison) as nurse:
        return record.record_immunization(
            patient=man.id, vaccine="hepb", dose=number, at=clock.now() - ago, by=nurse, **{"status": "completed", **more}
        )


def takes(house, man, ago):
    with by(house) as nurse:
        return record.record_specimen(
            patient=man.id, panel="bbv", method="dried_blood_spot", agreed="active", at=clock.now() - ago, by=nurse
        )


def reports(house, man, sample, ago, **results):
    with by(house) as nurse:
        return record.record_result(
            patient=man.id, specimen=sample, panel="bbv", results=results or {"hiv": "negative"}, status="final",
            at=clock.now() - ago, by=nurse,
        )  # fmt: skip


def tells(house, report, ago, **more):
    with by(house) as nurse:
        said = {"status": "completed", "words": "Told.", **more}
        return record.tell_result(report=report, at=clock.now() - ago, by=nurse, **said)


@pytest.mark.django_db
class TestTheResult:
    def test_from_the_offer_to_being_told(self, house, man):
        with by(house) as nurse:
            record.record_encounter(patient=man.id, kind="bbv_offer", done="Yes.", plan="", at=clock.now() - 9 * DAY, by=nurse)
        assert "bbv_offer" not in owed(house, man) and "bbv_result_given" not in owed(house, man)
        sample = takes(house, man, 8 * DAY)
        with acting(house.nurse):
            assert Enrolment.objects.get(patient=man, pathway="blood-borne-viruses").left_at is None
        due = owed(house, man)["bbv_result_given"].due_at
        report = reports(house, man, sample, 2 * DAY)
        assert owed(house, man)["bbv_result_given"].due_at == due, "counted from the sample"
        tells(house, report, HOUR)
        assert "bbv_result_given" not in owed(house, man)
        with acting(house.nurse):
            assert Enrolment.objects.get(patient=man, pathway="blood-borne-viruses").left_at

    def test_of_one_sample_does_not_settle_the_next(self, house, man):
        first, second = takes(house, man, 8 * DAY), takes(house, man, 3 * DAY)
        tells(house, reports(house, man, first, 2 * DAY), 2 * HOUR)
        assert "bbv_result_given" in owed(house, man), "the second sample is on its way"
        tells(house, reports(house, man, second, HOUR), timedelta(0))
        assert "bbv_result_given" not in owed(house, man)

    def test_of_a_later_sample_settles_one_that_was_lost(self, house, man):
        takes(house, man, 8 * DAY)
        tells(house, reports(house, man, takes(house, man, 3 * DAY), 2 * DAY), HOUR)
        assert "bbv_result_given" not in owed(house, man)

    def test_that_nobody_could_tell_stays_owed(self, house, man):
        tells(house, reports(house, man, takes(house, man, 3 * DAY), 2 * DAY), HOUR, status="not-done", words="At court.")
        assert "bbv_result_given" in owed(house, man)

    def test_that_was_put_right_is_owed_again(self, house, man):
        report = reports(house, man, takes(house, man, 3 * DAY), 2 * DAY)
        tells(house, report, HOUR)
        with by(house) as nurse:
            record.record_result(
                patient=man.id,
                panel="bbv",
                results={"hiv": "positive"},
                status="final",
                at=report.happened_at,
                by=nurse,
                corrects=report,
            )
        assert "bbv_result_given" in owed(house, man)

    def test_with_active_hepatitis_c_goes_on_to_treatment(self, house, man):
        report = reports(house, man, takes(house, man, 3 * DAY), 2 * DAY, hcv_rna="positive")
        tells(house, report, HOUR)
        task = owed(house, man)["test_treatment"]
        assert task.owner_role == "prescriber" and task.due_at > report.happened_at + 13 * DAY
        with acting(house.nurse):
            assert Enrolment.objects.get(patient=man, pathway="blood-borne-viruses").left_at is None
        with by(house) as nurse:
            record.record_encounter(
                patient=man.id, kind="test_treatment_started", done="First dose.", plan="", at=clock.now(), by=nurse
            )
        assert "test_treatment" not in owed(house, man)

    def test_changes_nothing_but_what_is_due(self, house, man):
        before = set(owed(house, man))
        reports(house, man, None, HOUR, hcv_rna="positive", hiv="positive")
        due = {"bbv_result_given", "bbv_result_today", "bbv_result_referred", "test_treatment"}
        assert set(owed(house, man)) - before == due

    def test_that_is_to_be_told_today_is_told_and_referred(self, house, man):
        report = reports(house, man, takes(house, man, 3 * DAY), 2 * HOUR, hiv="positive")
        later = takes(house, man, HOUR)
        assert owed(house, man)["bbv_result_today"].owner_role == "nurse_in_charge"
        tells(house, report, timedelta(0), status="not-done", words="Asleep.")
        assert "bbv_result_today" in owed(house, man), "a try does not end it"
        tells(house, report, timedelta(0))
        left_over = owed(house, man)
        assert "bbv_result_today" not in left_over and {"bbv_result_given", "bbv_result_referred"} <= set(left_over)
        with by(house) as nurse:
            record.record_encounter(patient=man.id, kind="specialist_referred", done="Rung.", plan="", at=clock.now(), by=nurse)
        assert "bbv_result_referred" not in owed(house, man)
        tells(house, reports(house, man, later, timedelta(0)), timedelta(0))
        assert not {clock_id for clock_id in owed(house, man) if clock_id.startswith("bbv_result")}


@pytest.mark.django_db
class TestTheCourse:
    def test_goes_on_in_another_prison(self, house, man):
        gives(house, man, 1, 30 * DAY)
        due = {clock_id: row.due_at for clock_id, row in owed(house, man).items() if clock_id in HEPB}
        scenes.released(people.JOE, clock.now() - 20 * DAY, reason="TRANSFERRED")
        scenes.received(people.JOE, clock.now() - 20 * DAY + HOUR, prison="MDI", reason="TRANSFERRED")
        there = owed(house, man, "MDI")
        assert {clock_id: there[clock_id].due_at for clock_id in HEPB} == due
        assert {there[clock_id].establishment for clock_id in HEPB} == {"MDI"}
        gives(house, man, 2, DAY, "MDI")
        assert set(owed(house, man, "MDI")) & set(HEPB) == {"hepb_dose_3", "hepb_dose_4"}

    def test_waits_while_he_is_out_and_is_taken_up_when_he_is_back(self, house, man):
        gives(house, man, 1, 30 * DAY)
        tasks = {row.id for clock_id, row in owed(house, man).items() if clock_id in HEPB}
        scenes.released(people.JOE, clock.now() - 20 * DAY)
        assert not set(owed(house, man)) & set(HEPB)
        scenes.received(people.JOE, clock.now() - DAY)
        back = owed(house, man)
        assert {row.id for clock_id, row in back.items() if clock_id in HEPB} == tasks, "the same tasks, none doubled"

    def test_with_a_dose_that_was_written_late_is_as_if_it_came_in_time(self, house, man):
        gives(house, man, 2, 2 * DAY)
        gives(house, man, 1, 30 * DAY)
        assert set(owed(house, man)) & set(HEPB) == {"hepb_dose_3", "hepb_dose_4"}
        with acting(house.nurse):
            assert Task.objects.filter(patient=man, clock="hepb_dose_2").values_list("status", flat=True).get() == "done"

    def test_of_joined_records_is_one(self, house, man):
        other = scenes.received(people.AMIR, clock.now() - 60 * DAY)
        gives(house, other, 1, 30 * DAY)
        scenes.joined(house, other, man)
        assert set(owed(house, man)) & set(HEPB) == set(HEPB)
        gives(house, man, 2, DAY)
        assert set(owed(house, man)) & set(HEPB) == {"hepb_dose_3", "hepb_dose_4"}

    def test_whose_dose_was_a_mistake_owes_it_again(self, house, man):
        gives(house, man, 1, 30 * DAY)
        second = gives(house, man, 2, DAY)
        gives(house, man, 2, DAY, status="entered-in-error", corrects=second)
        assert set(owed(house, man)) & set(HEPB) == set(HEPB)

    def test_is_still_owed_when_he_did_not_want_it_today(self, house, man):
        gives(house, man, 1, 30 * DAY)
        gives(house, man, 2, DAY, status="not-done", reason="PATOBJ")
        assert set(owed(house, man)) & set(HEPB) == set(HEPB)
