"""What the prison lists of a man: each call brings the whole list, and what is not on it has ended. A change leaves one fact."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from throughcare.access.acting import acting
from throughcare.core import clock, ids
from throughcare.core.clock import on
from throughcare.custody import queries
from throughcare.custody.models import Alert, KeyDate, NonAssociation
from throughcare.custody.tests import said
from throughcare.custody.tests.told import HOUR, came, facts, fed, prisoner
from throughcare.demo import people

pytestmark = pytest.mark.usefixtures("evening")
DAY = timedelta(days=1)
MAN = people.WAYNE
TODAY = date(2027, 3, 2)


@pytest.fixture
def man(house, evening):
    """He came in an hour ago."""
    came(evening - HOUR, man=MAN)
    return MAN


def told(kind, *fields):
    with fed():
        return [tuple(fact.kept[field] for field in fields) for fact in facts(kind)]


class TestAlerts:
    def changes(self):
        return told("AlertChanged", "code", "active")

    def test_that_are_new_are_on_and_each_is_one_fact(self, man):
        assert said.alerts(man, "HA", "XVL") == 2
        assert self.changes() == [("HA", True), ("XVL", True)]
        with fed():
            assert {row.code for row in queries.alerts_of([prisoner(man).id])} == {"HA", "XVL"}

    def test_listed_again_change_nothing(self, man):
        said.alerts(man, "HA")
        assert said.alerts(man, "HA") == 0 and self.changes() == [("HA", True)]

    def test_not_listed_any_more_have_ended_today(self, man):
        said.alerts(man, "HA", "XVL")
        assert said.alerts(man, "XVL") == 1 and self.changes()[-1] == ("HA", False)
        with fed():
            assert [(row.code, row.until) for row in queries.alerts_ended([prisoner(man).id])] == [("HA", TODAY)]

    def test_of_a_list_that_is_not_whole_end_nothing_that_is_not_named(self, man):
        said.alerts(man, "HA")
        assert said.alerts(man, "XVL", whole=False) == 1
        with fed():
            assert Alert.objects.filter(active=True).count() == 2

    def test_keep_the_day_on_which_the_prison_says_that_they_ended(self, man):
        said.alerts(man, said.alert("HA", until=TODAY - 3 * DAY))
        said.alerts(man)
        with fed():
            assert Alert.objects.get().until == TODAY - 3 * DAY

    def test_deleted_and_entered_again_under_another_key_have_not_ended(self, man):
        """An ACCT that was closed by mistake and opened anew within the minute is one that stayed open."""
        said.alerts(man, said.alert("HA", key="first"))
        assert said.alerts(man, said.alert("HA", key="second")) == 0
        assert self.changes() == [("HA", True)]
        with fed():
            assert Alert.objects.filter(active=True).count() == 1

    def test_on_twice_end_when_both_have_ended(self, man):
        said.alerts(man, said.alert("HA", key="first"), said.alert("HA", key="second"))
        assert said.alerts(man, said.alert("HA", key="second")) == 0
        assert said.alerts(man) == 1 and self.changes() == [("HA", True), ("HA", False)]

    def test_told_as_over_from_the_start_are_no_news(self, man):
        assert said.alerts(man, said.alert("HC", active=False, until=TODAY - DAY)) == 0
        assert self.changes() == []

    def test_that_change_together_tell_first_what_ended(self, man):
        """Who follows must not see two open plans for a moment."""
        said.alerts(man, "XVL", "AAA")
        said.alerts(man, "HA")
        assert self.changes()[2:] == [("AAA", False), ("XVL", False), ("HA", True)]

    def test_set_again_after_they_ended_are_on_again(self, man):
        said.alerts(man, "HA")
        said.alerts(man)
        assert said.alerts(man, "HA") == 1
        with fed():
            assert Alert.objects.get().active

    def test_last_through_the_local_day_on_which_they_end(self, man):
        """Also in summer time, when the day in UTC is an hour behind."""
        summer = date(2027, 7, 1)
        said.alerts(man, said.alert("HA", until=summer))
        for moment, is_on in ((on(summer, time(23, 59)), True), (on(summer + DAY, time(0, 1)), False)):
            with clock.at(moment), fed():
                assert bool(queries.alerts_of([prisoner(man).id])) is is_on
                assert bool(queries.alerts_ended([prisoner(man).id])) is not is_on

    def test_end_on_the_local_day_on_which_they_were_missed(self, man):
        with clock.at(on(date(2027, 7, 1), time(0, 30))) as now:
            said.alerts(man, "HA", at=now)
            said.alerts(man, at=now)
            with fed():
                assert Alert.objects.get().until == date(2027, 7, 1)

    def test_of_one_man_are_not_another_ones(self, man, evening):
        came(evening - HOUR, man=people.JOE)
        said.alerts(man, "HA")
        said.alerts(people.JOE)
        with fed():
            assert Alert.objects.get(active=True).prisoner.prison_number == man.prison_number

    def test_are_not_seen_from_another_prison(self, man, house):
        said.alerts(man, "HA")
        with acting(house.other):
            assert not Alert.objects.exists()

    def test_under_one_key_are_one_row_whoever_writes(self, man):
        said.alerts(man, "HA")
        with fed(), pytest.raises(IntegrityError, match="an_alert_once"), transaction.atomic():
            row = Alert.objects.get()
            Alert.objects.create(id=ids.new(), prisoner=row.prisoner, uuid=row.uuid, code="HA", type="H", told_at=clock.now())


LIKELY, FIXED = ("CRD", "release", "likely", date(2027, 5, 1), 3), ("CONF", "release", "fixed", date(2027, 5, 8), 1)


class TestKeyDates:
    def believed(self, man):
        with fed():
            return {kind: (row.certainty, row.date) for kind, row in queries.key_dates_of([prisoner(man).id]).items()}

    def test_of_one_kind_the_lowest_trust_is_believed_whichever_was_listed_first(self, man):
        assert said.dates(man, LIKELY, FIXED) == 1
        assert self.believed(man) == {"release": ("fixed", date(2027, 5, 8))}

    def test_that_are_listed_again_leave_no_fact(self, man):
        said.dates(man, LIKELY)
        assert said.dates(man, LIKELY) == 0 and told("KeyDatesChanged", "kind", "certainty") == [("release", "likely")]

    def test_that_move_keep_the_day_that_was_believed_before(self, man, evening):
        said.dates(man, LIKELY)
        assert said.dates(man, (*LIKELY[:3], date(2027, 5, 3), 3)) == 1
        with fed():
            aside = KeyDate.objects.exclude(superseded_at=None).get()
            assert (aside.date, aside.superseded_at) == (date(2027, 5, 1), evening)
        assert self.believed(man) == {"release": ("likely", date(2027, 5, 3))}

    def test_say_that_one_is_surer_only_when_it_is_the_one_believed(self, man):
        said.dates(man, FIXED)
        assert said.dates(man, FIXED, LIKELY) == 0
        assert said.dates(man, LIKELY) == 1 and self.believed(man)["release"][0] == "likely"

    def test_not_listed_any_more_are_not_known(self, man):
        said.dates(man, LIKELY)
        assert said.dates(man) == 1
        assert told("KeyDatesChanged", "kind", "certainty")[-1] == ("release", "unknown") and self.believed(man) == {}

    def test_leave_the_day_itself_out_of_the_trail(self, man):
        said.dates(man, LIKELY)
        with fed():
            (fact,) = facts("KeyDatesChanged")
            assert set(fact.kept) == {"prisoner", "kind", "certainty"}

    @pytest.mark.parametrize("certainty, day", [("unknown", date(2027, 5, 1)), ("likely", None)])
    def test_are_unknown_without_a_day_and_only_then(self, man, certainty, day):
        with pytest.raises(IntegrityError, match="only_the_unknown_has_no_date"):
            said.dates(man, ("CRD", "release", certainty, day))

    def test_from_one_source_are_one_row(self, man):
        said.dates(man, LIKELY)
        with fed(), pytest.raises(IntegrityError, match="a_key_date_once"), transaction.atomic():
            KeyDate.objects.create(
                id=ids.new(),
                prisoner=prisoner(man),
                kind="release",
                certainty="unknown",
                source="CRD",
                trust=1,
                told_at=clock.now(),
            )

    def test_of_several_kinds_change_each_for_itself(self, man):
        court = ("CRT", "court", "fixed", date(2027, 3, 20), 1)
        said.dates(man, LIKELY, court)
        assert said.dates(man, LIKELY, (*court[:3], date(2027, 3, 21), 1)) == 1
        assert told("KeyDatesChanged", "kind", "certainty")[-1] == ("court", "fixed")


class TestKeptApart:
    def now(self, man):
        with fed():
            return [(row.other_number, row.restriction) for row in queries.kept_apart([prisoner(man).id])]

    def test_are_listed_with_how_far(self, man):
        assert said.apart(man, ("7", people.JOE, "WING"), ("8", people.AMIR, "")) == 2
        assert self.now(man) == [(people.AMIR.prison_number, ""), (people.JOE.prison_number, "WING")]

    def test_again_the_same_is_no_news_and_further_is(self, man):
        said.apart(man, ("7", people.JOE, "LANDING"))
        assert said.apart(man, ("7", people.JOE, "LANDING")) == 0
        assert said.apart(man, ("7", people.JOE, "WING")) == 1
        assert told("NonAssociationChanged", "reference", "open") == [("7", True), ("7", True)]

    @pytest.mark.parametrize("then", [(), (("7", people.JOE, "WING", False),)], ids=["not listed", "listed as over"])
    def test_no_longer_is_said_once_and_the_row_stays(self, man, then):
        said.apart(man, ("7", people.JOE, "WING"))
        assert said.apart(man, *then) == 1 and said.apart(man, *then) == 0
        assert self.now(man) == []
        assert told("NonAssociationChanged", "reference", "open") == [("7", True), ("7", False)]
        with fed():
            assert NonAssociation.objects.count() == 1

    def test_again_after_it_was_over_is_the_same_row(self, man):
        for listed in ((("7", people.JOE, "WING"),), (), (("7", people.JOE, "WING"),)):
            said.apart(man, *listed)
        with fed():
            assert NonAssociation.objects.get().open

    def test_says_nothing_of_why_or_from_whom_in_the_trail(self, man):
        said.apart(man, ("7", people.JOE, "WING"))
        with fed():
            (fact,) = facts("NonAssociationChanged")
            assert people.JOE.prison_number not in str(fact.kept) and "WING" not in str(fact.kept)
