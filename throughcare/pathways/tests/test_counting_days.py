"""Steps that count from a day that the prison gives: known early or late, moved, taken away; and what holds for a while."""

from datetime import timedelta

import pytest

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.demo import people
from throughcare.pathways import queries, register, rules
from throughcare.pathways.models import ClockStart, Task
from throughcare.pathways.rules.telling import NO_DAY, NOT_ON_SITE, PASSED, STILL_HOLDS, tell
from throughcare.pathways.tests import stays
from throughcare.pathways.tests.planned import follow, seen
from throughcare.pathways.tests.test_telling import ARRIVED, IN, LEFT, at, due, how, items, one, told
from throughcare.patients.facts import KeyDateChanged, LongStayExpected

DATED, SEEN, LONG = stays.DATED, stays.ENCOUNTER, "patients.LongStayExpected"
RAISED, SIGNED = stays.RAISED, "screening.FormSigned"
BEFORE, PLAN = "pre_release_assessment", "acct_immediate_plan"
AUGUST, SEPTEMBER = "2026-08-31", "2026-09-30"


def dated(when, day, kind="release", **more):
    """The prison gives a day, or none."""
    return one(when, DATED, kind=kind, certainty="likely", day=day, **more)


def assessed(when):
    return one(when, SEEN, kind=BEFORE)


def why_not(plan, step=BEFORE):
    return [start.because for start in plan.starts if start.step.id == step and start.because]


class TestTheDay:
    def test_it_is_due_four_weeks_before_and_stands_in_lists_twelve_weeks_before(self):
        (item,) = items(told(IN, dated("03-04 09:00", AUGUST)), BEFORE)
        assert due(item) == "08-03 23:59" and item.anchored_at == at("06-08 00:00")

    def test_known_late_it_begins_at_once_and_leaves_a_working_day(self):
        (item,) = items(told(IN, dated("03-06 15:00", "2026-03-11")), BEFORE)  # a Friday, for the Wednesday after
        assert (due(item), item.anchored_at) == ("03-09 17:00", at("03-06 15:00"))

    @pytest.mark.parametrize("days", [(AUGUST, SEPTEMBER), (SEPTEMBER, AUGUST)])
    def test_the_latest_word_is_the_day_whether_sooner_or_later(self, days):
        first, last = dated("03-04 09:00", days[0]), dated("03-05 09:00", days[1])
        (item,) = items(told(IN, first, last), BEFORE)
        assert due(item) == {AUGUST: "08-03 23:59", SEPTEMBER: "09-02 23:59"}[days[1]] and item.joined == (last.anchor,)

    def test_heard_in_the_wrong_order_the_later_word_is_still_the_later(self):
        first, last = dated("03-04 09:00", AUGUST, heard="03-20 09:00"), dated("03-05 09:00", SEPTEMBER)
        assert due(items(told(IN, last, first), BEFORE)[0]) == "09-02 23:59"

    def test_taken_away_it_ends_and_says_why(self):
        plan = told(IN, dated("03-04 09:00", AUGUST), dated("03-05 09:00", None))
        assert how(plan, BEFORE) == [("cancelled", NO_DAY)] and why_not(plan) == [NO_DAY]

    def test_given_again_it_begins_again(self):
        plan = told(IN, dated("03-04 09:00", AUGUST), dated("03-05 09:00", None), dated("03-06 09:00", SEPTEMBER))
        assert how(plan, BEFORE) == [("cancelled", NO_DAY), "open"]

    def test_a_day_that_has_passed_begins_nothing_and_is_no_silence(self):
        plan = told(IN, dated("03-04 09:00", "2026-03-03"))
        assert how(plan, BEFORE) == [] and why_not(plan) == [PASSED]

    def test_today_has_not_passed(self):
        assert how(told(IN, dated("03-04 23:30", "2026-03-04")), BEFORE) == ["open"]

    def test_on_the_night_the_clocks_change_today_is_londons(self):
        assert how(told(IN, dated("03-29 00:30", "2026-03-29")), BEFORE) == ["open"]
        assert why_not(told(IN, dated("10-25 00:30", "2026-10-24"))) == [PASSED]

    def test_another_kind_of_day_starts_nothing_of_release(self):
        assert items(told(IN, dated("03-04 09:00", AUGUST, kind="court")), BEFORE) == []

    def test_freed_sooner_it_ends(self):
        freed = one("03-05 15:00", LEFT, kind="released")
        assert how(told(IN, dated("03-04 09:00", AUGUST), freed), BEFORE) == [("cancelled", "Left: released.")]


class TestDoneHolds:
    def test_what_was_done_within_eight_weeks_of_the_new_time_need_not_be_done_again(self):
        plan = told(IN, dated("03-04 09:00", AUGUST), assessed("07-20 10:00"), dated("07-25 09:00", SEPTEMBER))
        assert how(plan, BEFORE) == ["done"] and why_not(plan) == [STILL_HOLDS]

    def test_what_was_done_long_before_is_done_again(self):
        plan = told(IN, dated("03-04 09:00", AUGUST), assessed("06-20 10:00"), dated("06-25 09:00", SEPTEMBER))
        assert how(plan, BEFORE) == ["done", "open"]

    def test_a_health_check_holds_for_years(self):
        expected = [one(when, LONG, day=day) for when, day in (("03-03 09:00", "2026-03-03"), ("09-01 09:00", "2026-09-01"))]
        checked = one("05-01 10:00", SEEN, kind="physical_health_check")
        assert how(told(IN, expected[0], checked, expected[1]), "physical_health_check") == ["done"]

    def test_cancelled_is_not_done(self):
        gone, back = one("03-05 15:00", LEFT, kind="released"), one("03-06 18:00", ARRIVED, kind="new")
        plan = told(IN, dated("03-04 09:00", AUGUST), gone, back, dated("03-07 09:00", AUGUST))
        assert how(plan, BEFORE) == [("cancelled", "Left: released."), "open"]


class TestOnSite:
    WITH = stays.calendars(stays.regime("MDI", at("01-01 00:00").date(), on_site=("chest_xray",)))
    THERE = one("03-02 18:00", ARRIVED, "MDI", kind="new")

    def test_an_xray_is_owed_where_there_is_one(self):
        assert how(tell([self.THERE], stays.definitions(), self.WITH), "tb_xray") == ["open"]

    def test_where_there_is_none_the_start_says_so(self):
        plan = tell([IN], stays.definitions(), self.WITH)
        assert how(plan, "tb_xray") == [] and why_not(plan, "tb_xray") == [NOT_ON_SITE]


class TestTheOthers:
    """Steps whose facts a built module records run."""

    @pytest.mark.parametrize("step, start, end, when", [
        ("acct_immediate", (RAISED, {"alert": "fs_sh_now_stop"}), (SEEN, {"kind": PLAN}), "03-03 10:00"),
        ("acct_immediate", ("patients.CustodyAlertAdded", {"code": "HA"}), (SEEN, {"kind": PLAN}), "03-03 10:00"),
        ("mha_first_assessment", (SEEN, {"kind": "hospital_report_requested"}), (SEEN, {"kind": "hospital_report_received"}),
         "03-17 23:59"),
        ("mha_transfer", (SEEN, {"kind": "hospital_report_received"}), (SEEN, {"kind": "hospital_admitted"}), "03-17 23:59"),
        ("mha_total", (SEEN, {"kind": "hospital_report_requested"}), (SEEN, {"kind": "hospital_admitted"}), "03-31 23:59"),
        ("mha_referral_notice", (SEEN, {"kind": "hospital_report_requested"}), (SEEN, {"kind": "hospital_notice_given"}),
         "03-04 17:00"),
        ("wheel", (SEEN, {"kind": "second_stage_assessment"}), (SIGNED, {"instrument": "wellbeing-wheel"}),
         "03-03 23:59"),
        ("top_review", (SIGNED, {"instrument": "top-secure"}), (SIGNED, {"instrument": "top-secure"}),
         "09-01 23:59"),
    ])  # fmt: skip
    def test_it_begins_is_due_and_is_done(self, step, start, end, when):
        began, ended = one("03-03 09:00", start[0], **start[1]), one("03-03 16:00", end[0], **end[1])
        (item,) = items(told(IN, began), step)
        assert due(item) == when
        assert items(told(IN, began, ended), step)[0].status == "done"

    def test_a_stay_in_a_ward_does_not_end_the_wait_for_a_hospital_bed(self):
        asked, ward = one("03-03 09:00", SEEN, kind="hospital_report_requested"), one("03-05 09:00", LEFT, kind="hospital")
        back = one("03-09 18:00", ARRIVED, kind="new")
        assert how(told(IN, asked, ward, back), "mha_total") == ["open"]
        assert due(items(told(IN, asked, ward, back), "mha_total")[0]) == "03-31 23:59", "the 28 days do not stand still"


class TestMistakesInAFile:
    def wrong(self, **change):
        (release,) = (one for one in register.definitions().on(at("03-02 00:00").date()).pathways if one.id == "release")
        steps = [{**vars(step), **change} if step.id == BEFORE else vars(step) for step in release.steps]
        steps = [{key: value for key, value in step.items() if key != "facts"} for step in steps]
        made = rules.Pathway(**{**vars(release), "steps": tuple(rules.Step(**step) for step in steps)})
        return rules.problems([made], register.known())

    @pytest.mark.parametrize("change, said", [
        ({"counts_from": ""}, "at_least or opens, which are for a step that counts from a day"),
        ({"counts_from": "moon"}, "counts from moon, which patients.KeyDateChanged does not tell"),
        ({"after": ("naloxone_training",)}, "so it cannot come after another step"),
        ({"needs": "a_pool"}, "needs a_pool, which no prison can say that it has"),
    ])  # fmt: skip
    def test_it_is_found(self, change, said):
        assert any(said in one for one in self.wrong(**change)), self.wrong(**change)

    def test_as_shipped_nothing_is_wrong(self):
        assert self.wrong() == []


class TestOnTheDatabase:
    @pytest.fixture
    def man(self, house):
        return scenes.received(people.PETER, clock.now() - 5 * scenes.HOUR)

    def listed(self, house, role="nurse_in_charge"):
        with acting(house[f"LEI {role}"]):
            return [task.clock for task in queries.due_for_role("LEI", role)]

    def day(self, ahead):
        return clock.prison_day(clock.now()) + timedelta(days=ahead)

    def stored(self, by, man, step=BEFORE):
        with acting(by):
            return list(Task.objects.filter(patient=man.id, clock=step).values_list("status", "cancelled_because"))

    def test_a_day_far_off_stands_on_his_page_and_in_no_list_yet(self, house, man):
        follow(man, house.nurse, KeyDateChanged, kind="release", certainty="likely", day=self.day(120))
        assert self.stored(house.nurse, man) == [("open", "")] and BEFORE not in self.listed(house)
        with acting(house.nurse):
            assert BEFORE in [task.clock for task in queries.due_for_patients([man.id])[man.id]]
        with clock.at(clock.now() + 37 * scenes.DAY):
            assert BEFORE in self.listed(house)

    def test_a_day_near_by_stands_in_the_list_at_once(self, house, man):
        follow(man, house.nurse, KeyDateChanged, kind="release", certainty="likely", day=self.day(20))
        assert BEFORE in self.listed(house)

    def test_a_day_that_moves_moves_the_one_task(self, house, man):
        for ahead, certainty in ((120, "likely"), (60, "fixed")):
            follow(man, house.nurse, KeyDateChanged, kind="release", certainty=certainty, day=self.day(ahead))
        assert self.stored(house.nurse, man) == [("open", "")] and BEFORE in self.listed(house)
        with acting(house.nurse):
            task = Task.objects.get(patient=man.id, clock=BEFORE)
        assert clock.prison_day(task.due_at) == self.day(32)

    def test_a_day_taken_away_ends_it_with_a_reason_and_the_start_says_so(self, house, man):
        follow(man, house.nurse, KeyDateChanged, kind="release", certainty="likely", day=self.day(20))
        follow(man, house.nurse, KeyDateChanged, kind="release", certainty="unknown", day=None)
        assert self.stored(house.nurse, man) == [("cancelled", NO_DAY)]
        with acting(house.nurse):
            said = set(ClockStart.objects.filter(patient=man.id, clock=BEFORE).values_list("no_task_because", flat=True))
        assert said == {"", NO_DAY}

    def test_a_written_contact_is_the_evidence(self, house, man):
        follow(man, house.nurse, LongStayExpected, day=self.day(0))
        seen(man, house.nurse, "physical_health_check")
        assert self.stored(house.nurse, man, "physical_health_check") == [("done", "")]
