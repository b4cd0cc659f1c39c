"""The plan told again: whatever comes late, twice or out of order, the same is due; and an independent opinion agrees."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from throughcare.core.clock import LONDON, local
from throughcare.pathways import register, rules
from throughcare.pathways.rules.plan import Happening
from throughcare.pathways.rules.telling import ALREADY_OPEN, tell
from throughcare.pathways.tests import stays

CALENDARS = rules.calendars()
REAL = register.definitions()
BOTH = stays.definitions()
ARRIVED, LEFT, RAISED, SEEN = "patients.PatientArrived", "patients.PatientLeft", stays.RAISED, stays.ENCOUNTER
SECOND = "second_stage_assessment"
ABLE = frozenset({"countersigns"})


def at(words):
    return datetime.fromisoformat(f"2026-{words}").replace(tzinfo=LONDON)


def one(when, name, place="LEI", heard=None, by="nora", held=frozenset(), **told):
    """One happening; unless said otherwise it was heard as it happened."""
    moment = at(when)
    anchor = f"{name} {when} {sorted(told.items())}"
    return Happening(moment, at(heard) if heard else moment, anchor, name, anchor, told, place, by, by.title(), held)


def told(*happenings, by=BOTH):
    return tell(happenings, by, CALENDARS)


def items(plan, step):
    return [item for item in plan.items if item.key == step]


def how(plan, step):
    return [(item.status, item.because) if item.because else item.status for item in items(plan, step)]


def due(item):
    return f"{local(item.due_at):%m-%d %H:%M}"


IN = one("03-02 18:00", ARRIVED, kind="new")


class TestOrder:
    def test_of_arrival_and_evidence_does_not_matter(self):
        story = [IN, one("03-04 10:00", SEEN, kind=SECOND)]
        assert told(*story) == told(*reversed(story))
        assert how(told(*story), "second_stage") == ["done"]

    def test_evidence_from_before_the_start_ends_nothing(self):
        assert how(told(one("03-01 10:00", SEEN, kind=SECOND), IN), "second_stage") == ["open"]

    def test_what_starts_a_step_does_not_finish_it(self):
        observed = [one("03-02 19:00", "screening.ObservedOnly"), one("03-02 20:00", "screening.ObservedOnly")]
        assert how(told(IN, *observed), "ask_again") == ["done", "open"]

    def test_at_one_moment_what_was_heard_first_comes_first(self):
        core = one("03-02 19:00", "screening.CoreDone", definition="first-night", heard="03-02 19:01")
        signed = one("03-02 19:00", "screening.ScreenSigned", definition="first-night", heard="03-02 19:02")
        assert how(told(IN, signed, core), "screen_rest") == ["done"]

    def test_something_told_twice_is_one_thing(self):
        again = replace(IN, id="again", heard_at=at("03-09 10:00"))
        assert told(IN, again) == told(IN)


class TestComingLate:
    def test_a_start_after_its_step_was_done_wakes_nothing(self):
        story = [one("03-02 19:00", RAISED, alert="fs_sh_now_stop"), one("03-02 21:00", SEEN, kind="mental_health_assessment")]
        late = one("03-02 20:00", RAISED, alert="ecr_8_stop", heard="03-05 09:00")
        (item,) = items(told(*story, late), "mh_same_day")
        assert (item.status, item.joined) == ("done", (late.anchor,))

    def test_a_backdated_second_stage_does_it_at_its_own_time(self):
        (item,) = items(told(IN, one("03-06 10:00", SEEN, kind=SECOND, heard="03-20 10:00")), "second_stage")
        assert (item.status, item.ended_at) == ("done", at("03-06 10:00"))

    def test_an_earlier_start_takes_the_task_along_and_its_earlier_due(self):
        first = one("03-01 18:00", ARRIVED, kind="unbooked", heard="03-03 10:00")
        (item,) = items(told(IN, first), "second_stage")
        assert (item.anchor, item.joined, due(item)) == (first.anchor, (IN.anchor,), "03-08 23:59")

    def test_a_release_told_late_ends_what_was_due_then(self):
        gone = one("03-03 09:00", LEFT, kind="released", heard="03-09 09:00")
        assert how(told(IN, gone), "second_stage") == [("cancelled", "Left: released.")]


class TestMoving:
    GONE = one("03-04 09:00", LEFT, kind="released")

    def test_gone_before_day_3_and_back_on_day_5_begins_again(self):
        back = one("03-07 19:00", ARRIVED, kind="new")
        plan = told(IN, self.GONE, back)
        assert how(plan, "second_stage") == [("cancelled", "Left: released."), "open"]
        assert due(items(plan, "second_stage")[1]) == "03-14 23:59"

    def test_two_receptions_on_one_day_are_one_task(self):
        plan = told(IN, one("03-02 21:00", ARRIVED, kind="new"))
        again = [start for start in plan.starts if start.because == ALREADY_OPEN]
        assert how(plan, "second_stage") == ["open"] and len(again) == 5

    def test_two_receptions_on_one_day_with_a_release_between_are_two(self):
        plan = told(IN, one("03-02 19:00", LEFT, kind="released"), one("03-02 22:00", ARRIVED, kind="new"))
        assert [item.status for item in items(plan, "second_stage")] == ["cancelled", "open"]

    def test_moved_on_day_6_at_ten_to_midnight_is_owed_there_by_the_same_hour(self):
        out = one("03-08 23:50", LEFT, kind="transfer")
        there = one("03-09 01:10", ARRIVED, "MDI", kind="transfer")
        (item,) = items(told(IN, out, there), "second_stage")
        assert (item.establishment, due(item), item.status) == ("MDI", "03-09 23:59", "open")
        assert how(told(IN, out, there), "first_stage_screen") == [("cancelled", "Left: transfer."), "open"]

    def test_a_claim_stays_behind_when_the_task_travels(self):
        claim = one("03-03 09:00", "pathways.TaskClaimed", clock="second_stage", anchor=IN.anchor)
        assert items(told(IN, claim), "second_stage")[0].claim.by == "nora"
        moved = [one("03-04 09:00", LEFT, kind="transfer"), one("03-04 12:00", ARRIVED, "MDI", kind="transfer")]
        assert items(told(IN, claim, *moved), "second_stage")[0].claim is None

    def test_a_second_arrival_after_it_was_done_asks_again(self):
        plan = told(IN, one("03-04 10:00", SEEN, kind=SECOND), one("03-05 09:00", LEFT, kind="transfer"),
                    one("03-05 12:00", ARRIVED, "MDI", kind="transfer"))  # fmt: skip
        assert how(plan, "second_stage") == ["done", "open"]

    def test_leaving_a_prison_that_another_has_taken_over_from_ends_nothing_there(self):
        plan = told(IN, one("03-03 09:00", ARRIVED, "MDI", kind="transfer"), one("03-03 10:00", LEFT, kind="released"))
        assert how(plan, "second_stage") == ["open"]
        assert [stay.left_at for stay in plan.stays if stay.key == "early-days"] == [None]

    def test_what_cannot_be_done_for_somebody_gone_does_not_begin(self):
        late = one("03-04 10:00", RAISED, alert="fs_in_treatment_urgent")
        plan = told(IN, self.GONE, late)
        assert how(plan, "dose_confirmation") == [] and how(plan, "community_service_told") == ["open"]
        assert {start.because for start in plan.starts if start.step.id == "dose_confirmation"} == {"They had left: released."}

    def test_what_is_owed_to_others_is_kept_by_the_one_who_left_for_good(self):
        asked = one("03-02 19:00", RAISED, alert="fs_in_treatment_urgent")
        assert how(told(IN, asked, self.GONE), "community_service_told") == ["open"]


class TestStandingStill:
    START = one("03-02 19:00", RAISED, alert="fs_tb_urgent")
    COURT = one("03-04 08:00", LEFT, kind="court")
    BACK = one("03-04 18:00", ARRIVED, kind="court_return")

    def test_at_court_a_clock_that_pauses_stands_still(self):
        (item,) = items(told(IN, self.START, self.COURT), "still")
        assert item.paused_since == at("03-04 08:00")

    def test_and_goes_on_later_by_as_long(self):
        before, after = (items(told(IN, self.START, *more), "still")[0] for more in ((), (self.COURT, self.BACK)))
        hours = timedelta(hours=10)
        assert (after.paused_since, after.due_at - before.due_at, after.warn_at - before.warn_at) == (None, hours, hours)
        assert after.ladder[0][0] - before.ladder[0][0] == hours

    def test_the_seven_days_never_pause(self):
        (item,) = items(told(IN, self.COURT, self.BACK), "second_stage")
        assert (due(item), item.paused_since) == ("03-09 23:59", None)

    def test_what_starts_during_the_absence_stands_still_from_its_start(self):
        meanwhile = one("03-04 12:00", RAISED, alert="fs_tb_urgent")
        (item,) = items(told(IN, self.COURT, meanwhile), "still")
        assert item.paused_since == at("03-04 12:00")

    def test_told_twice_that_he_went_he_went_once(self):
        again = one("03-04 09:00", LEFT, kind="court")
        assert items(told(IN, self.START, self.COURT, again), "still")[0].paused_since == at("03-04 08:00")

    def test_in_hospital_it_waits_for_him_and_what_cannot_wait_ends(self):
        ward = one("03-04 08:00", LEFT, kind="hospital")
        plan = told(IN, self.START, ward)
        assert items(plan, "still")[0].paused_since == at("03-04 08:00")
        assert how(plan, "second_stage") == [("cancelled", "Left: hospital.")]

    def test_freed_by_the_court_it_ends(self):
        freed = one("03-04 15:00", LEFT, kind="released")
        assert how(told(IN, self.START, self.COURT, freed), "still") == [("cancelled", "Left: released.")]


@pytest.mark.parametrize("when, left, back, expected", [
    ("03-26 19:00", "03-28 20:00", "03-29 20:00", "04-01 23:59"),  # the night that has an hour less
    ("10-22 19:00", "10-24 20:00", "10-25 20:00", "10-28 23:59"),  # the night that has an hour more
])  # fmt: skip
def test_a_clock_change_inside_a_pause_moves_it_by_the_hours_that_passed(when, left, back, expected):
    start = one(when, RAISED, alert="fs_tb_urgent")
    (item,) = items(told(start, one(left, LEFT, kind="court"), one(back, ARRIVED, kind="court_return")), "still")
    hours = 23 if when.startswith("03") else 25
    assert item.due_at == rules.due_at(item.step, start.at, CALENDARS.of("", date(2026, 3, 2))) + timedelta(hours=hours)
    assert abs(item.due_at - at(expected)) <= timedelta(days=1)


@pytest.mark.parametrize("when, expected", [("03-25 20:00", "04-01 23:59"), ("10-22 20:00", "10-29 23:59")])
def test_a_clock_change_inside_seven_days_leaves_the_last_minute_of_the_day(when, expected):
    (item,) = items(told(one(when, ARRIVED, kind="new")), "second_stage")
    assert due(item) == expected


class TestAlerts:
    CHANGED = [("cancelled", "The answer that started it was changed.")]
    BOTH_TASKS = ("mh_same_day", "acct_first_review")

    def up(self, when, alert, screen="first night"):
        return one(when, RAISED, screen=screen, alert=alert)

    def down(self, when, alert, screen="first night", still=()):
        return one(when, stays.STOOD_DOWN, screen=screen, alert=alert, still=list(still))

    def test_that_stand_down_end_what_they_started(self):
        plan = told(IN, self.up("03-02 19:00", "fs_units_urgent"), self.down("03-02 20:00", "fs_units_urgent"))
        assert how(plan, "withdrawal_prescriber") == self.CHANGED

    def test_that_stand_down_leave_what_another_of_the_same_form_started(self):
        signs = self.up("03-02 19:30", "fs_alcohol_signs_urgent")
        story = IN, self.up("03-02 19:00", "fs_units_urgent"), signs, self.down("03-02 20:00", "fs_units_urgent")
        assert how(told(*story), "withdrawal_prescriber") == ["open"]
        assert how(told(*story, self.down("03-02 21:00", signs.told["alert"])), "withdrawal_prescriber") == self.CHANGED

    def test_a_mistap_in_one_form_leaves_the_suicide_tasks_that_another_form_started(self):
        """Tapped and put right on a PHQ-9 of the next day; what was answered on the first night stands."""
        stop = self.up("03-02 23:00", "fs_sh_now_stop")
        tapped = self.up("03-03 09:00", "phq9_9_stop", "PHQ-9"), self.down("03-03 09:01", "phq9_9_stop", "PHQ-9")
        assert [how(told(IN, stop, *tapped), step) for step in self.BOTH_TASKS] == [["open"], ["open"]]
        stop_too = self.down("03-03 09:30", "fs_sh_now_stop")
        assert [how(told(IN, stop, *tapped, stop_too), step) for step in self.BOTH_TASKS] == [self.CHANGED, self.CHANGED]

    def test_the_same_form_asked_twice_is_two(self):
        first, second = (self.up(f"03-0{day} 10:00", "phq9_9_stop", f"PHQ-9 of day {day}") for day in (3, 4))
        put_right = self.down("03-04 10:01", "phq9_9_stop", "PHQ-9 of day 4")
        assert how(told(IN, first, second, put_right), "acct_first_review") == ["open"]
        again = self.up("03-04 10:05", "phq9_9_stop", "PHQ-9 of day 4")  # and after all it was so
        first_too = self.down("03-04 11:00", "phq9_9_stop", "PHQ-9 of day 3")
        assert how(told(IN, first, second, put_right, again, first_too), "acct_first_review") == ["open"]

    @pytest.mark.parametrize("when", ["03-02 20:00", "03-03 08:00"])
    def test_what_is_no_alert_never_stands_down(self, when):
        """An officer's concern, before or after the answer, outlasts it."""
        officer = one(when, "patients.CustodyAlertAdded", code="HA")
        story = self.up("03-02 23:00", "fs_sh_now_stop"), officer, self.down("03-03 09:00", "fs_sh_now_stop")
        assert how(told(IN, *story), "acct_first_review") == ["open"]
        assert how(told(IN, *story), "mh_same_day") == self.CHANGED

    def test_that_stand_down_leave_what_began_after_the_first_task_was_done(self):
        done = one("03-03 08:00", SEEN, kind="acct_contribution")
        again, first = self.up("03-03 09:00", "phq9_9_stop", "PHQ-9"), self.down("03-03 10:00", "fs_sh_now_stop")
        assert how(told(IN, self.up("03-02 23:00", "fs_sh_now_stop"), done, again, first), "acct_first_review") == [
            "done",
            "open",
        ]


class TestCompetence:
    START = one("03-02 19:00", RAISED, alert="fs_units_urgent")
    BY_ANYBODY = one("03-02 20:00", SEEN, kind="tb_review", by="tom")

    def accepted(self, held=ABLE, evidence=BY_ANYBODY.id):
        said = {"clock": "able", "anchor": self.START.anchor, "evidence": evidence}
        return one("03-02 21:00", "pathways.EvidenceAccepted", by="asha", held=held, **said)

    def test_evidence_by_somebody_without_it_is_noted_and_ends_nothing(self):
        (item,) = items(told(self.START, self.BY_ANYBODY), "able")
        assert (item.status, item.noted) == ("open", self.BY_ANYBODY.id)
        assert item.note.startswith("Done by Tom, who does not hold")

    def test_evidence_by_somebody_with_it_does(self):
        assert how(told(self.START, replace(self.BY_ANYBODY, competences=ABLE)), "able") == ["done"]

    def test_accepted_it_is_done_by_what_the_colleague_did(self):
        plan = told(self.START, self.BY_ANYBODY, self.accepted())
        (item,) = items(plan, "able")
        assert (item.status, item.evidence, item.ended_by, item.note) == ("done", self.BY_ANYBODY.id, "asha", "")
        assert how(plan, "next") == ["open"]  # and what comes after it begins

    @pytest.mark.parametrize("given", [{"held": frozenset()}, {"evidence": "something else"}])
    def test_accepted_by_somebody_without_it_or_for_something_else_it_is_not(self, given):
        assert how(told(self.START, self.BY_ANYBODY, self.accepted(**given)), "able") == ["open"]


class TestDecisions:
    def decided(self, name, when="03-03 09:00", step="second_stage", anchor=IN.anchor, **more):
        return one(when, f"pathways.{name}", clock=step, anchor=anchor, **more)

    def test_cancelled_by_a_person_it_ends_with_their_words(self):
        plan = told(IN, self.decided("TaskCancelled", words="Refused. He said no twice.", because="Refused"))
        assert how(plan, "second_stage") == [("cancelled", "Refused. He said no twice.")]
        assert items(plan, "second_stage")[0].by_a_person

    def test_given_back_it_is_nobodys(self):
        plan = told(IN, self.decided("TaskClaimed"), self.decided("TaskReleased", "03-03 10:00"))
        assert items(plan, "second_stage")[0].claim is None

    def test_covered_it_is_the_colleagues(self):
        plan = told(IN, self.decided("TaskClaimed"), self.decided("TaskCovered", "03-03 10:00", by="tom"))
        assert items(plan, "second_stage")[0].claim.name == "Tom"

    @pytest.mark.parametrize("given", [{"step": "mh_urgent"}, {"anchor": "another"}])
    def test_about_what_is_not_due_changes_nothing(self, given):
        assert told(IN, self.decided("TaskCancelled", words="No.", because="No", **given)).items == told(IN).items


class TestPathways:
    def test_somebody_is_on_it_from_entry_until_it_ends(self):
        plan = told(IN, one("03-08 10:00", SEEN, kind=SECOND))
        (stay,) = [stay for stay in plan.stays if stay.key == "early-days"]
        assert (stay.entered_at, stay.left_at, stay.because, stay.stage) == (
            IN.at, at("03-08 10:00"), "The pathway came to its end.", "first-week",
        )  # fmt: skip

    def test_entered_again_while_on_it_is_one_stay_that_travels(self):
        plan = told(IN, one("03-04 09:00", LEFT, kind="transfer"), one("03-04 12:00", ARRIVED, "MDI", kind="transfer"))
        (stay,) = [stay for stay in plan.stays if stay.key == "early-days"]
        assert (stay.entered_at, stay.establishment, len(stay.joined)) == (IN.at, "MDI", 1)

    def test_left_on_leaving_prison_and_entered_again_later(self):
        plan = told(IN, TestMoving.GONE, one("03-07 19:00", ARRIVED, kind="new"))
        assert [stay.because for stay in plan.stays if stay.key == "early-days"] == ["Left: released.", ""]

    def test_a_stage_that_ended_is_no_stage(self):
        assert register.pathway("stabilisation", 1).stage_on(-1) is None
        gap = replace(stays.trial(), stages=(rules.Stage("first", "First", 0, 1),))
        assert [gap.stage_on(day) and gap.stage_on(day).id for day in (0, 1, 2)] == ["first", "first", None]
        some = rules.Definitions([(date(2026, 1, 1), gap)])
        (stay,) = told(IN, one("03-06 10:00", LEFT, kind="released"), by=some).stays
        assert stay.stage == ""


class TestDeath:
    DIED = one("03-03 04:00", "patients.PatientDied")
    ASKED = one("03-02 19:00", RAISED, alert="fs_in_treatment_urgent")

    def test_ends_what_is_due_for_him_and_keeps_what_is_owed_to_others(self):
        plan = told(IN, self.ASKED, self.DIED)
        assert how(plan, "second_stage") == [("cancelled", "They have died.")]
        assert how(plan, "community_service_told") == ["open"]
        assert {stay.because for stay in plan.stays} == {"They have died."}

    def test_lets_nothing_begin_but_what_is_owed_to_others(self):
        late = one("03-03 09:00", RAISED, alert="fs_in_treatment_urgent")
        plan = told(IN, self.DIED, late, one("03-03 10:00", ARRIVED, kind="new"))
        assert how(plan, "dose_confirmation") == [] and how(plan, "community_service_told") == ["open"]
        assert {start.because for start in plan.starts if start.step.id == "dose_confirmation"} == {"They have died."}


def test_a_task_from_before_happenings_were_kept_goes_on_under_its_anchor():
    adopted = one("03-02 18:00", "pathways.TaskAdopted", clock="second_stage", anchor="as it was")
    (item,) = items(told(adopted, one("03-04 10:00", SEEN, kind=SECOND)), "second_stage")
    assert (item.anchor, item.status) == ("as it was", "done")


def test_a_new_version_of_a_pathway_counts_for_what_is_heard_from_then_on():
    early = register.pathway("early-days", 1)
    second = {"second_stage": {"due": rules.Window(days=3), "version": 2}}
    sooner = tuple(replace(step, **second.get(step.id, {})) for step in early.steps)
    both = rules.Definitions([(date(2026, 1, 1), early), (date(2026, 3, 5), replace(early, version=2, steps=sooner))])
    later = one("03-06 18:00", ARRIVED, kind="new")
    assert [due(items(told(story, by=both), "second_stage")[0]) for story in (IN, later)] == ["03-09 23:59", "03-09 23:59"]
    assert [items(told(story, by=both), "second_stage")[0].step.version for story in (IN, later)] == [1, 2]
