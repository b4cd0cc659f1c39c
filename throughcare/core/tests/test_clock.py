"""Time is stored in UTC and counted in London; nothing vanishes or doubles when the clocks change (T23)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from throughcare.core import clock

SPRING = [date(2026, 3, 29), date(2027, 3, 28)]
AUTUMN = [date(2026, 10, 25), date(2027, 10, 31)]
MOMENTS = some.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001 - bounds


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize("moment, day", [
    (utc(2026, 1, 1, 23, 59), date(2026, 1, 1)),
    (utc(2026, 7, 1, 22, 59), date(2026, 7, 1)),    # 23:59 on the wing
    (utc(2026, 7, 1, 23, 0), date(2026, 7, 2)),     # midnight on the wing
    (utc(2026, 3, 28, 23, 59), date(2026, 3, 28)),
    (utc(2026, 3, 29, 0, 0), date(2026, 3, 29)),    # the last midnight of winter
    (utc(2026, 3, 29, 23, 0), date(2026, 3, 30)),   # the first of summer, an hour early in UTC
    (utc(2026, 10, 24, 23, 0), date(2026, 10, 25)),
    (utc(2026, 10, 25, 23, 59), date(2026, 10, 25)),
    (utc(2026, 10, 26, 0, 0), date(2026, 10, 26)),
])  # fmt: skip
def test_the_prison_day_is_the_local_date(moment, day):
    assert clock.prison_day(moment) == day


@pytest.mark.parametrize("arrived, moment, days", [
    (utc(2026, 3, 2, 20, 10), utc(2026, 3, 2, 20, 10), 0),
    (utc(2026, 3, 2, 20, 10), utc(2026, 3, 3, 0, 1), 1),
    (utc(2026, 3, 28, 23, 30), utc(2026, 3, 29, 22, 59), 1),
    (utc(2026, 3, 28, 23, 30), utc(2026, 3, 29, 23, 0), 2),
    (utc(2026, 10, 24, 22, 59), utc(2026, 10, 25, 23, 59), 1),
    (utc(2026, 10, 24, 22, 59), utc(2026, 10, 26, 0, 0), 2),
])  # fmt: skip
def test_a_stay_counts_local_dates_from_0(arrived, moment, days):
    assert clock.stay_day(arrived, moment) == days


@pytest.mark.parametrize("day, hours", [(day, 23) for day in SPRING] + [(day, 25) for day in AUTUMN] + [(date(2026, 6, 1), 24)])
def test_a_day_has_as_many_hours_as_it_really_has(day, hours):
    midnight, next_one = clock.on(day, time(0)), clock.on(day + timedelta(days=1), time(0))
    assert next_one - midnight == timedelta(hours=hours)


@pytest.mark.parametrize("day", SPRING + AUTUMN)
def test_eight_in_the_morning_is_eight_on_the_wing(day):
    assert clock.local(clock.on(day, time(8))).time() == time(8)


@pytest.mark.parametrize("day", AUTUMN)
def test_half_past_one_that_comes_twice_is_the_earlier_one(day):
    assert clock.on(day, time(1, 30)) == utc(day.year, day.month, day.day, 0, 30)


@pytest.mark.parametrize("day", AUTUMN)
def test_two_entries_at_half_past_one_are_an_hour_apart(day):
    first, second = utc(day.year, day.month, day.day, 0, 30), utc(day.year, day.month, day.day, 1, 30)
    assert clock.local(first).time() == clock.local(second).time() == time(1, 30)
    assert clock.local(first).utcoffset() != clock.local(second).utcoffset()


@pytest.mark.parametrize("day", SPRING)
def test_half_past_one_that_never_comes_still_has_a_moment_of_that_day(day):
    assert clock.prison_day(clock.on(day, time(1, 30))) == day


@given(MOMENTS)
def test_there_and_back_is_the_same_moment(moment):
    assert clock.aware(clock.local(moment)) == moment


@given(MOMENTS, some.integers(0, 60 * 48))
def test_a_later_moment_is_never_on_an_earlier_day(moment, minutes):
    assert clock.prison_day(moment) <= clock.prison_day(moment + timedelta(minutes=minutes))


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        clock.aware(datetime(2026, 3, 2, 20, 10))  # noqa: DTZ001 - what is refused


@pytest.mark.parametrize("born, moment, years", [
    (date(2000, 3, 2), utc(2026, 3, 1, 23, 59), 25),
    (date(2000, 3, 2), utc(2026, 3, 2, 0, 0), 26),
    (date(2000, 7, 2), utc(2026, 7, 1, 23, 0), 26),    # already the 2nd in London
    (date(2004, 2, 29), utc(2026, 2, 28, 12, 0), 21),
    (date(2004, 2, 29), utc(2026, 3, 1, 12, 0), 22),
    (date(2026, 3, 2), utc(2026, 3, 2, 12, 0), 0),
])  # fmt: skip
def test_age_is_completed_years_on_the_local_date(born, moment, years):
    assert clock.age(born, moment) == years


def test_now_can_be_said_and_is_given_back():
    moment = utc(2026, 3, 2, 20, 10)
    with clock.at(moment):
        with clock.at(moment + timedelta(hours=1)):
            assert clock.now() == moment + timedelta(hours=1)
        assert clock.now() == moment
    assert abs(clock.now() - clock.machine()) < timedelta(seconds=5)
