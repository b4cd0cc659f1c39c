"""Planned observations, without a database: what is expected, what was taken, and how many in a row were not."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.nonempty import nonempty
from throughcare.core.clock import local
from throughcare.core.rulebook import RulebookError
from throughcare.observations.rules import (
    Excuse,
    ObservationBook,
    PlanRule,
    Slot,
    Taken,
    build_observing,
    expected,
    observation_plans,
    observing_problems,
    runs,
    standings,
)

MORNING = Slot("morning", "Morning", time(7, 30), time(12))
EVENING = Slot("evening", "Evening", time(15, 30), time(21))
TWICE = PlanRule("withdrawal", "Withdrawal", "somebody", ("cows", "news2"), (MORNING, EVENING), 5, 2, "S6")
COURT, REFUSED = Excuse("at_court", "At court", excuses=True), Excuse("refused", "He did not want it")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
AT_NINE_PM = datetime(2026, 6, 5, 20, 0, tzinfo=UTC)  # 21:00 on the wing: the evening slot is just closing


def both(at):
    return [Taken("cows", at), Taken("news2", at + timedelta(minutes=5))]


def states(taken=(), said=None, now=AT_NINE_PM + 9 * DAY, since=AT_NINE_PM - 2 * HOUR):
    sets = expected(TWICE, since)
    return [one.state for one in standings(sets, TWICE.instruments, taken, said or {}, now)]


class TestWhatIsExpected:
    def test_five_days_of_twice_a_day_counted_in_24_hours_from_the_start(self):
        sets = expected(TWICE, AT_NINE_PM - 2 * HOUR)  # starts at 19:00, so that evening's slot counts
        assert len(sets) == 11  # the evening of the start, four whole days, and the last day until 19:00
        assert (sets[0].slot.id, sets[-1].slot.id) == ("evening", "evening")

    def test_a_slot_that_is_over_at_the_start_is_not_expected(self):
        assert expected(TWICE, AT_NINE_PM)[0].day == date(2026, 6, 6)

    def test_nothing_is_expected_after_the_plan_was_ended(self):
        ended = AT_NINE_PM + DAY
        assert all(one.opens < ended for one in nonempty(expected(TWICE, AT_NINE_PM, ended)))

    def test_a_plan_ended_at_once_expects_nothing(self):
        assert expected(TWICE, AT_NINE_PM, AT_NINE_PM) == ()

    @pytest.mark.parametrize("night", [datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)])
    def test_slots_are_wall_times_whatever_the_clocks_do(self, night):
        sets = expected(TWICE, night)
        assert {local(one.opens).time() for one in sets} == {time(7, 30), time(15, 30)}
        assert len({one.key for one in sets}) == len(sets) == 10

    @given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
    def test_sets_never_overlap_and_come_in_order(self, since):
        sets = expected(TWICE, since)
        assert all(left.closes <= right.opens for left, right in pairwise(sets))
        assert all(one.closes > since and one.opens < since + 5 * DAY for one in sets)


class TestHowASetStands:
    def test_what_nobody_took_is_a_gap_and_what_is_to_come_is_not(self):
        now = AT_NINE_PM + timedelta(minutes=1)
        assert states(now=now)[:2] == ["gap", "to_come"]

    def test_an_open_slot_is_due_until_it_closes(self):
        assert states(now=AT_NINE_PM)[0] == "due"

    def test_one_of_two_instruments_is_a_part(self):
        assert states([Taken("cows", AT_NINE_PM - HOUR)])[0] == "part"

    def test_both_are_taken(self):
        assert states(both(AT_NINE_PM - HOUR))[0] == "taken"

    def test_a_set_taken_late_counts_for_the_slot_it_is_late_for(self):
        next_morning = AT_NINE_PM + 11 * HOUR
        assert states(both(AT_NINE_PM + HOUR) + both(next_morning))[:2] == ["taken", "taken"]

    def test_what_was_taken_before_the_plan_began_fills_nothing(self):
        assert states(both(AT_NINE_PM - DAY))[0] == "gap"

    @pytest.mark.parametrize(("reason", "state"), [(COURT, "excused"), (REFUSED, "not_taken")])
    def test_a_reason_says_why_and_only_some_excuse(self, reason, state):
        assert states(said={(date(2026, 6, 5), "evening"): reason})[0] == state

    def test_a_set_taken_after_all_outweighs_the_reason(self):
        assert states(both(AT_NINE_PM - HOUR), {(date(2026, 6, 5), "evening"): REFUSED})[0] == "taken"


class TestARun:
    def run_of(self, *taken_or_said, **said):
        sets = expected(TWICE, AT_NINE_PM - 2 * HOUR)
        taken = [row for number in taken_or_said for row in both(sets[number].opens)]
        told = {sets[int(number[1:])].key: reason for number, reason in said.items()}
        found = runs(standings(sets, TWICE.instruments, taken, told, sets[4].closes + HOUR))
        return [found.get(one.key) for one in sets[:5]]

    def test_counts_the_sets_missed_in_a_row(self):
        assert self.run_of(1) == [1, None, 1, 2, 3]

    def test_a_day_at_court_neither_counts_nor_breaks_it(self):
        assert self.run_of(0, n2=COURT) == [None, 1, None, 2, 3]

    def test_a_refusal_counts(self):
        assert self.run_of(0, n1=REFUSED) == [None, 1, 2, 3, 4]


class TestTheFile:
    def test_of_the_house_can_be_kept(self):
        assert [observing_problems(entry.value, _instruments()) for entry in observation_plans()] == [[]]

    def test_every_plan_says_for_whom_and_alerts_after_two_gaps(self):
        plans = [plan for entry in observation_plans() for plan in entry.value.plans]
        assert plans
        assert {plan.gaps_alert for plan in plans} == {2} and all(plan.for_whom and plan.source for plan in plans)

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"instruments": ("cows", "tea-leaves")}, "withdrawal names the instrument tea-leaves, which does not exist."),
            ({"slots": ()}, "needs an instrument, a slot"),
            ({"days": 0}, "needs an instrument, a slot"),
            ({"slots": (replace(MORNING, closes=time(7)),)}, "the slot morning closes before it opens."),
            ({"slots": (MORNING, replace(EVENING, opens=time(11)))}, "the slot evening opens before the one before it closes."),
        ],
    )
    def test_a_plan_that_cannot_be_kept_is_refused(self, change, sentence):
        found = observing_problems(ObservationBook((replace(TWICE, **change),), ()), ("cows", "news2"))
        assert any(sentence in one for one in found)

    def test_a_plan_twice_is_refused(self):
        assert "the plan withdrawal is there twice." in observing_problems(ObservationBook((TWICE, TWICE), ()), TWICE.instruments)

    @pytest.mark.parametrize(
        ("data", "words"),
        [({"plan": []}, "'plan' is not known"), ({"plans": [{"id": "x", "slots": [{"opens": "8 o'clock"}]}]}, "such as 08:00")],
    )
    def test_a_file_that_cannot_be_read_says_where(self, data, words):
        with pytest.raises(RulebookError, match=words):
            build_observing(data)


def _instruments():
    return {"cows", "news2", "ciwa-ar"}
