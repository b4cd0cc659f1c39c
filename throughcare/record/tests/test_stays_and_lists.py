"""Episodes of care that follow who comes and goes; courses of vaccines; the lists of the rulebook; what facts may keep."""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as some

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.facts import Fact
from throughcare.audit.models import Fact as Kept
from throughcare.core import clock
from throughcare.record import actions as record
from throughcare.record import facts, queries
from throughcare.record.actions.stays import PRISON_HEALTHCARE
from throughcare.record.dangers import document_kinds, flag_kinds, incident_kinds
from throughcare.record.models import EpisodeOfCare
from throughcare.record.rules.courses import Next, next_dose
from throughcare.record.tests.writing import HOUR, NURSE, dose
from throughcare.record.vaccines import most_doses, reasons, sites, vaccine_title, vaccines

ACTIVE, WAITS, ENDED = EpisodeOfCare.Status.ACTIVE, EpisodeOfCare.Status.ON_HOLD, EpisodeOfCare.Status.FINISHED


@dataclass(frozen=True)
class Told:
    """That he came or went, as `patients` says it."""

    by: str
    at: datetime
    patient: UUID
    establishment: str
    kind: str


class TestAnEpisode:
    @pytest.fixture
    def here(self, house, man):
        """He came in; the feed says what follows."""
        with acting(scenes.feed("LEI")) as feed:
            yield lambda kind, ago=0: Told(feed.id, clock.now() - ago * HOUR, man.id, "LEI", kind)

    def stands(self):
        rows = EpisodeOfCare.objects.current().order_by("written_at", "id")
        return [(row.status, row.why) for row in rows]

    def test_begins_with_the_arrival_and_says_so(self, here):
        assert self.stands() == [(ACTIVE, "Came in")]
        assert {row.service for row in EpisodeOfCare.objects.all()} == {PRISON_HEALTHCARE}

    def test_is_one_however_often_the_arrival_is_told(self, here):
        first = record.follow_arrival(here("new"))
        assert record.follow_arrival(here("transfer")).id == first.id
        assert EpisodeOfCare.objects.count() == 1 == Kept.objects.filter(kind="record.EpisodeChanged").count()

    @pytest.mark.parametrize("kind, status, why", [
        ("released", ENDED, "Released"), ("transfer", ENDED, "Moved to another prison"), ("hospital", WAITS, "In hospital"),
        ("court", ACTIVE, "Came in"), ("died", ENDED, "Left"),
    ])  # fmt: skip
    def test_follows_each_way_of_leaving(self, here, kind, status, why):
        record.follow_departure(here(kind))
        assert self.stands() == [(status, why)]

    @pytest.mark.parametrize("kind", ["released", "transfer", "hospital", "court"])
    def test_that_is_over_is_not_ended_again(self, here, kind):
        record.follow_departure(here("released"))
        before = EpisodeOfCare.objects.count()
        assert record.follow_departure(here(kind)) is None
        assert EpisodeOfCare.objects.count() == before

    def test_goes_on_where_it_waited_when_he_comes_back_from_hospital(self, here):
        record.follow_departure(here("hospital"))
        back = record.follow_arrival(here("new"))
        assert back.corrects is not None and self.stands() == [(ACTIVE, "Came in")]

    def test_that_ended_is_followed_by_another(self, here):
        record.follow_departure(here("released"))
        record.follow_arrival(here("court_return"))
        assert self.stands() == [(ENDED, "Released"), (ACTIVE, "Came back")]

    def test_leaves_a_fact_of_each_change_with_no_word_of_why(self, here):
        record.follow_departure(here("hospital"))
        kept = [row.kept for row in Kept.objects.filter(kind="record.EpisodeChanged").order_by("id")]
        assert [one["status"] for one in kept] == [ACTIVE, WAITS] and all(set(one) == {"episode", "status"} for one in kept)

    def test_of_one_service_is_one_at_a_time(self, here, man):
        with pytest.raises(IntegrityError, match="one_current_episode_a_service"), transaction.atomic():
            EpisodeOfCare.objects.create(
                patient_id=man.id, establishment="LEI", happened_at=clock.now(), written_at=clock.now(), written_by="x",
                written_by_name="X", service=PRISON_HEALTHCARE, status=ACTIVE,
            )  # fmt: skip

    def test_says_where_his_care_goes_on(self, here, man):
        assert queries.in_care_at([man.id]) == {"LEI"}
        record.follow_departure(here("hospital"))
        assert queries.in_care_at([man.id]) == {"LEI"}
        record.follow_departure(here("released"))
        assert queries.in_care_at([man.id]) == set()


class TestDosesGiven:
    def test_are_the_latest_of_each_number_on_the_local_day(self, house, man, evening):
        with clock.at(datetime.fromisoformat("2027-07-01T23:30:00+00:00")), acting(house[NURSE]) as by:
            dose(man, by, 0 * HOUR)
            assert queries.doses_given([man.id]) == {"hepb": {1: date(2027, 7, 2)}}, "half past midnight in London"

    def test_of_several_vaccines_are_apart(self, house, man, evening):
        with acting(house[NURSE]) as by:
            dose(man, by, 3 * HOUR)
            dose(man, by, 2 * HOUR, dose=2)
            dose(man, by, vaccine="influenza", dose=7)
            assert {name: set(given) for name, given in queries.doses_given([man.id]).items()} == {
                "hepb": {1, 2},
                "influenza": {7},
            }
            assert queries.doses_given([]) == {}


DAYS = some.lists(some.integers(1, 400), min_size=1, max_size=5, unique=True).map(lambda later: (0, *sorted(later)))
DAY = date(2026, 3, 2)


class TestACourse:
    @given(DAYS, some.integers(0, 900))
    def test_kept_to_the_day_ends_after_its_last_dose(self, course, begun):
        first, given_on = DAY + timedelta(days=begun), {}
        for number, day in enumerate(course, 1):
            follows = next_dose(course, given_on)
            assert follows == Next(number, first + timedelta(days=day) if given_on else None)
            given_on[number] = first + timedelta(days=day)
        assert next_dose(course, given_on) is None

    @given(DAYS, some.integers(1, 5), some.integers(0, 3000))
    def test_interrupted_for_however_long_goes_on_with_the_next_number(self, course, done, later):
        done = min(done, len(course) - 1)
        given_on = {number: DAY + timedelta(days=later if number > 1 else 0) for number in range(1, done + 1)}
        follows = next_dose(course, given_on)
        assert follows.dose == done + 1 and follows.due_on == DAY + timedelta(days=course[done])

    @given(some.dictionaries(some.integers(1, 9), some.dates(), max_size=4))
    def test_where_none_is_followed_up_has_a_next_number_and_no_day(self, given_on):
        assert next_dose((), given_on) == Next(max(given_on, default=0) + 1)


class TestTheLists:
    @pytest.mark.parametrize("read", [flag_kinds, incident_kinds, document_kinds, sites, reasons], ids=lambda read: read.__name__)
    def test_have_words_for_every_code_and_no_two_alike(self, read):
        table = read()
        said = list(table.items())
        assert len(said) >= 4
        assert all(code and words.strip() == words for code, words in said)
        assert len(set(table.values())) == len(table)

    @pytest.mark.parametrize("vaccine", vaccines().values(), ids=vaccines())
    def test_of_vaccines_have_courses_that_begin_on_their_first_day_and_go_on(self, vaccine):
        days = vaccine.course_days
        assert not days or (days[0] == 0 and list(days) == sorted(set(days)) and len(days) <= most_doses())

    def test_say_the_code_where_they_have_no_words(self):
        assert (vaccine_title("hepb"), vaccine_title("luck")) == ("Hepatitis B", "luck")


FACTS = [kind for kind in vars(facts).values() if isinstance(kind, type) and issubclass(kind, Fact) and kind is not Fact]


@pytest.mark.parametrize("kind", FACTS, ids=lambda kind: kind.__name__)
def test_a_fact_of_the_record_keeps_keys_and_kinds_alone(kind):
    """Words and results are carried to those who follow at most, never stored: the trail is read by those who give no care."""
    words = {"words", "done", "plan", "substance", "reaction", "value", "results", "title", "why", "told"}
    stored = {one.name for one in fields(kind) if not one.metadata.get("carried")}
    assert stored - {one.name for one in fields(Fact)}, "it says what it is about"
    assert not stored & words
