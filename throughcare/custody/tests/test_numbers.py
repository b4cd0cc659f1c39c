"""Two prison numbers are one man: his story is read from both, and what was believed under the removed one is set aside."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.custody import actions as custody
from throughcare.custody import queries, rules
from throughcare.custody.models import Alert, Alias, BedStay, CustodyPeriod, KeyDate, Movement, NonAssociation, Prisoner, Sight
from throughcare.custody.tests import said
from throughcare.custody.tests.told import BOTH, CELL, HOUR, at_once, beds, came, facts, fed, joined, prisoner, slept, went
from throughcare.demo import people

pytestmark = pytest.mark.usefixtures("evening")
OLD, NEW, THIRD = people.DANNY, people.AMIR, people.COLIN


def counted():
    with fed(*BOTH):
        return {model.__name__: model.objects.count() for model in (Alias, Prisoner, Movement, BedStay, CustodyPeriod, Fact)}


class TestWhatIsNotJoined:
    def test_a_number_with_itself_with_the_sentence_that_says_what_to_ask(self, house):
        came(man=NEW)
        before = counted()
        with pytest.raises(custody.SameNumber) as refusal:
            joined(NEW, NEW)
        assert str(refusal.value) == (
            f"The message joins {NEW.prison_number} to itself, so nothing was changed. Ask the prison which two numbers it meant."
        )
        assert counted() == before

    def test_two_that_never_came_here(self, house):
        assert joined(OLD, NEW) is None and counted()["Prisoner"] == 0

    def test_what_was_joined_before(self, house):
        came(man=NEW)
        assert joined(OLD, NEW)
        before = counted()
        assert joined(OLD, NEW) is None
        assert counted() == before

    def test_what_was_joined_the_other_way_round(self, house, evening):
        """The prison joins them back: to us they are one man already, and nothing is turned round by a machine."""
        came(evening - 2 * HOUR, man=OLD)
        came(evening - HOUR, man=NEW)
        assert joined(OLD, NEW)
        before = counted()
        assert joined(NEW, OLD) is None
        assert counted() == before


class TestOneWhoCameUnderBoth:
    @pytest.fixture
    def man(self, house, evening):
        """Here in the morning under one number, out at noon, in again under the other at eight."""
        came(evening - 12 * HOUR, man=OLD, location=CELL, booking="1")
        went(evening - 8 * HOUR, man=OLD)
        came(evening, man=NEW, booking="2")
        joined(OLD, NEW)

    def test_has_one_story_under_the_number_that_stays(self, man, evening):
        with fed():
            assert beds(OLD) == [] and [bed[2:] for bed in beds(NEW)] == [
                (evening - 12 * HOUR, evening - 8 * HOUR), (evening, None)
            ]  # fmt: skip
            assert [row.booking for row in CustodyPeriod.objects.current().order_by("since")] == ["1", "2"]

    def test_keeps_what_was_believed_set_aside_and_each_movement_where_it_was_written(self, man):
        with fed():
            assert BedStay.objects.exclude(superseded_at=None).filter(prisoner=prisoner(OLD)).count() == 1
            assert {row.prisoner.prison_number for row in Movement.objects.select_related("prisoner")} == {
                OLD.prison_number, NEW.prison_number
            }  # fmt: skip

    def test_leaves_one_fact_of_both_keys(self, man):
        with fed():
            (fact,) = facts("PrisonersMerged")
            assert fact.kept == {"prisoner": str(prisoner(NEW).id), "removed": str(prisoner(OLD).id)}
            assert OLD.prison_number not in str(fact.kept) and fact.establishment == "LEI"

    def test_is_found_by_either_number(self, man, evening):
        with fed():
            assert queries.number_now(OLD.prison_number) == NEW.prison_number == queries.number_now(NEW.prison_number)
            assert {queries.latest_of_number(one.prison_number) for one in (OLD, NEW)} == {evening}

    def test_is_told_of_under_the_old_number_and_it_is_his_story(self, man, evening):
        slept("LEI-C-1-001", evening, man=OLD, message="late")
        with fed():
            assert Movement.objects.get(message="late").prisoner.prison_number == NEW.prison_number
            assert BedStay.objects.open().get().location == "LEI-C-1-001"

    def test_is_described_as_the_prison_describes_him_now_whichever_number_it_names(self, man, evening):
        went(evening, man=scenes.renamed(OLD, family_name="Price"), reason="SENT_TO_COURT")
        with fed():
            assert prisoner(NEW).family_name == "Price" and prisoner(OLD).family_name == "Pryce"


def test_the_story_of_a_number_that_we_knew_alone_goes_to_the_man_who_is_new(house, evening):
    came(evening - HOUR, man=OLD, location=CELL)
    alias = joined(OLD, NEW)
    with fed():
        assert alias.removed.prison_number == OLD.prison_number
        assert beds(NEW) == [("LEI", CELL, evening - HOUR, None)] and beds(OLD) == []


def test_of_a_removed_number_that_never_came_only_the_alias_is_written(house, evening):
    came(evening - HOUR, man=NEW)
    with fed():
        before = beds(NEW)
    alias = joined(OLD, NEW)
    with fed():
        assert alias.removed is None and beds(NEW) == before
        assert not Prisoner.objects.filter(prison_number=OLD.prison_number).exists()


def test_what_is_told_later_of_a_number_that_never_came_makes_no_second_man(house, evening):
    came(evening - HOUR, man=NEW)
    joined(OLD, NEW)
    went(evening, man=OLD)
    with fed():
        assert Prisoner.objects.count() == 1 and beds(NEW)[-1][3] == evening


def test_a_number_joined_to_one_that_is_itself_joined_leads_to_the_last(house, evening):
    for place, man in enumerate((THIRD, OLD, NEW)):
        came(evening - (9 - place) * HOUR, man=man, prison=("LEI", "MDI", "LEI")[place])
    joined(THIRD, OLD)
    joined(OLD, NEW)
    with fed(*BOTH):
        assert {queries.number_now(one.prison_number) for one in (THIRD, OLD, NEW)} == {NEW.prison_number}
        assert [bed[0] for bed in beds(NEW)] == ["LEI", "MDI", "LEI"]
        assert {alias.prisoner.prison_number for alias in Alias.objects.select_related("prisoner")} == {NEW.prison_number}


def test_both_in_custody_at_once_is_one_place_and_the_later_movement_says_which(house, evening):
    came(evening - 3 * HOUR, man=OLD, prison="LEI")
    came(evening - HOUR, man=NEW, prison="MDI")
    joined(OLD, NEW)
    with fed(*BOTH):
        assert [(bed[0], bed[3]) for bed in beds(NEW)] == [("LEI", evening - HOUR), ("MDI", None)]


def test_who_sees_the_one_sees_the_other_as_long(house, evening):
    came(evening - 3 * HOUR, man=OLD, prison="LEI")
    came(evening - HOUR, man=NEW, prison="MDI")
    joined(OLD, NEW)
    with fed(*BOTH):
        ends = {(row.prisoner_id, row.scope): row.until for row in Sight.objects.all()}
        left = evening - HOUR + rules.AFTER_LEAVING
        for man in (OLD, NEW):
            assert ends[prisoner(man).id, "establishment:LEI"] == left
            assert ends[prisoner(man).id, "establishment:MDI"] is None


class TestWhatThePrisonWarnsOf:
    def alerts_on(self, man):
        return sorted(Alert.objects.filter(prisoner__prison_number=man.prison_number, active=True).values_list("code", flat=True))

    def test_goes_with_him_and_is_news_only_where_it_was_not_known(self, house, evening):
        for man in (OLD, NEW):
            came(evening - HOUR, man=man)
        said.alerts(OLD, "HA", "XVL")
        said.alerts(NEW, "XVL")
        with fed():
            before = len(facts("AlertChanged"))
        joined(OLD, NEW)
        with fed():
            assert (self.alerts_on(NEW), self.alerts_on(OLD)) == (["HA", "XVL"], [])
            news = facts("AlertChanged")[before:]
            assert [(one.kept["code"], one.kept["active"], one.kept["prisoner"]) for one in news] == [
                ("HA", True, str(prisoner(NEW).id))
            ]  # fmt: skip

    def test_of_his_days_is_that_of_the_number_that_stays(self, house, evening):
        for man in (OLD, NEW):
            came(evening - HOUR, man=man)
        said.dates(OLD, ("CRD", "release", "likely", date(2027, 5, 1)))
        said.dates(NEW, ("CRD", "release", "fixed", date(2027, 6, 1)))
        joined(OLD, NEW)
        with fed():
            assert KeyDate.objects.filter(superseded_at=None).get().date == date(2027, 6, 1)

    def test_whom_he_is_kept_apart_from_goes_with_him_once(self, house, evening):
        for man in (OLD, NEW):
            came(evening - HOUR, man=man)
        said.apart(OLD, ("7", people.JOE, "WING"), ("8", people.PETER, "LANDING"))
        said.apart(NEW, ("7", people.JOE, "WING"))
        joined(OLD, NEW)
        with fed():
            open_now = NonAssociation.objects.filter(open=True).values_list("prisoner__prison_number", "reference")
            assert sorted(open_now) == [(NEW.prison_number, "7"), (NEW.prison_number, "8")]


class TestInTheDatabase:
    def test_nobody_is_joined_to_himself(self, house):
        came()
        with fed(), pytest.raises(IntegrityError, match="nobody_joins_himself"), transaction.atomic():
            him = prisoner()
            Alias.objects.create(number="A0000AA", prisoner=him, removed=him, told_at=clock.now())

    def test_one_number_leads_to_one_man(self, house, evening):
        for man in (NEW, THIRD):
            came(evening - HOUR, man=man)
        joined(OLD, NEW)
        with fed(), pytest.raises(IntegrityError, match="custody_alias"), transaction.atomic():
            Alias.objects.create(number=OLD.prison_number, prisoner=prisoner(THIRD), told_at=clock.now())

    def test_an_alias_of_somebody_elsewhere_is_not_seen(self, house, evening):
        came(evening - HOUR, man=NEW)
        joined(OLD, NEW)
        with acting(house.other):
            assert not Alias.objects.exists()
            assert queries.number_now(OLD.prison_number) == OLD.prison_number


def test_the_same_joining_told_twice_at_once_is_one(committing_db, house, evening):
    came(evening - 2 * HOUR, man=OLD)
    came(evening - HOUR, man=NEW)
    first, second = at_once(lambda: joined(OLD, NEW), lambda: joined(OLD, NEW))
    assert [first, second].count(None) == 1
    with fed():
        assert Alias.objects.count() == 1 and len(facts("PrisonersMerged")) == 1


def test_two_joinings_that_cross_wait_for_each_other_and_leave_one_man(committing_db, house, evening):
    """A into B and B into A at the same moment: locks are taken in the order of the numbers, so that neither waits for ever."""
    came(evening - 2 * HOUR, man=OLD)
    came(evening - HOUR, man=NEW)
    came_to = at_once(lambda: joined(OLD, NEW), lambda: joined(NEW, OLD))
    assert not [one for one in came_to if isinstance(one, Exception)] and came_to.count(None) == 1
    with fed(), connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT prisoner_id) FROM custody_bedstay WHERE superseded_at IS NULL")
        assert cursor.fetchone() == (1,)


def test_a_movement_told_while_two_are_joined_is_in_the_story(committing_db, house, evening):
    came(evening - 2 * HOUR, man=OLD)
    came(evening - HOUR, man=NEW)
    came_to = at_once(lambda: joined(OLD, NEW), lambda: slept(CELL, evening, man=OLD))
    assert not [one for one in came_to if isinstance(one, Exception)]
    with fed():
        assert BedStay.objects.open().get().location == CELL
        assert BedStay.objects.open().get().prisoner.prison_number == NEW.prison_number
