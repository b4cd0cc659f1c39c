"""Who will be here for long: ages, years to serve, birthdays of a leap year; and what is said when the prison gives a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock, ids
from throughcare.custody.facts import KeyDatesChanged
from throughcare.demo import people
from throughcare.pathways.models import Task
from throughcare.patients import actions
from throughcare.patients.long_stay import BOOK, LongStay, birthday
from throughcare.patients.models import Match

SAID = date(2026, 3, 2)
RULE = LongStay(years_to_serve=2, from_age=35, to_age=74)
DATES = st.dates(date(1900, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize("born, release, offered", [
    (date(1980, 6, 1), date(2028, 3, 2), SAID),  # two years to the day
    (date(1980, 6, 1), date(2028, 3, 1), None),
    (date(1991, 3, 2), date(2030, 1, 1), SAID),  # 35 today
    (date(1991, 3, 3), date(2030, 1, 1), date(2026, 3, 3)),  # 35 tomorrow
    (date(1994, 1, 1), date(2030, 1, 1), date(2029, 1, 1)),  # while he is here
    (date(1995, 1, 1), date(2030, 1, 1), None),  # on the day he goes: no more
    (date(2005, 1, 1), date(2030, 1, 1), None),
    (date(1951, 3, 3), date(2030, 1, 1), SAID),  # 74 until tomorrow
    (date(1951, 3, 2), date(2030, 1, 1), None),  # 75 today
    (None, date(2030, 1, 1), SAID),
    (None, date(2027, 1, 1), None),
])  # fmt: skip
def test_from_which_day_on_a_check_is_offered(born, release, offered):
    assert RULE.check_from(born, SAID, release) == offered


@pytest.mark.parametrize("day, years, then", [
    (date(1992, 2, 29), 35, date(2027, 3, 1)),
    (date(1992, 2, 29), 36, date(2028, 2, 29)),
    (date(2000, 2, 29), 100, date(2100, 3, 1)),  # no leap year
    (date(2026, 2, 28), 2, date(2028, 2, 28)),
])  # fmt: skip
def test_a_birthday_of_a_leap_year_is_on_the_first_of_march(day, years, then):
    assert birthday(day, years) == then


@given(DATES, DATES, DATES, st.integers(0, 400))
def test_longer_to_serve_never_takes_the_offer_away_and_it_falls_within_the_stay(born, said_on, release, longer):
    offered, then = RULE.check_from(born, said_on, release), RULE.check_from(born, said_on, release + timedelta(days=longer))
    assert offered is None or then == offered
    assert offered is None or said_on <= offered < release


@given(DATES, DATES, DATES)
def test_whoever_is_offered_it_is_of_the_age_on_that_day(born, said_on, release):
    offered = RULE.check_from(born, said_on, release)
    if offered:
        age = offered.year - born.year - ((offered.month, offered.day) < (born.month, born.day))
        assert RULE.from_age <= age <= RULE.to_age


def test_the_shipped_rule_is_that_of_the_programme():
    assert BOOK.on(date(2026, 6, 1)) == LongStay(years_to_serve=2, from_age=35, to_age=74)


class TestWhatThePrisonSays:
    """Peter was born in 1958 and is here."""

    @pytest.fixture
    def man(self, house):
        return scenes.received(people.PETER, clock.now() - 5 * scenes.HOUR)

    def says(self, man, years, kind="release", certainty="likely"):
        with acting(scenes.feed("LEI")):
            prisoner = Match.objects.get(patient_id=man.id).prisoner_id
        today = clock.prison_day(clock.now())
        actions.follow_key_dates(KeyDatesChanged(
            id=ids.new(), by="system:custody feed", at=clock.now(), prisoner=prisoner, establishment="LEI", kind=kind,
            certainty=certainty, day=None if years is None else birthday(today, years),
        ))  # fmt: skip

    def check(self, house, man):
        with acting(house.nurse):
            return list(Task.objects.filter(patient=man.id, clock="physical_health_check").values_list("status", flat=True))

    def said(self, man):
        with acting(scenes.feed("LEI")):
            return Fact.objects.filter(kind="patients.LongStayExpected", patient_id=man.id).count()

    def test_many_years_start_the_offer(self, house, man):
        self.says(man, 5)
        assert self.check(house, man) == ["open"] and self.said(man) == 1

    def test_a_year_starts_none(self, house, man):
        self.says(man, 1)
        assert self.check(house, man) == [] and self.said(man) == 0

    @pytest.mark.parametrize("years, kind", [(None, "release"), (5, "court")])
    def test_no_day_and_another_kind_of_day_start_none(self, house, man, years, kind):
        self.says(man, years, kind)
        assert self.check(house, man) == []

    def test_said_again_it_is_one_task(self, house, man):
        self.says(man, 5)
        self.says(man, 6, certainty="fixed")
        assert self.check(house, man) == ["open"] and self.said(man) == 2

    def test_the_trail_keeps_no_day(self, house, man):
        self.says(man, 5)
        with acting(scenes.feed("LEI")):
            kept = Fact.objects.get(kind="patients.LongStayExpected", patient_id=man.id).kept
        assert kept == {}
