"""What other packages read of the mirror: a place in the words of the wing, the latest first, and never one statement a man."""

from datetime import time, timedelta

import pytest
from django.db.models import OuterRef
from hypothesis import given
from hypothesis import strategies as some

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.core.clock import on, prison_day
from throughcare.custody import queries
from throughcare.custody.models import Prisoner
from throughcare.custody.queries import Place
from throughcare.custody.tests import said
from throughcare.custody.tests.told import BOTH, CELL, HOUR, OTHER_CELL, came, fed, prisoner, slept, went
from throughcare.demo import people

pytestmark = pytest.mark.usefixtures("evening")


@pytest.mark.parametrize("place, words", [
    (Place("LEI", "LEI-B-2-014"), "B-2-014"),
    (Place("LEI", "B-2-014"), "B-2-014"),
    (Place("LEI", "RECP"), "Reception"),
    (Place("LEI", "CSWAP"), "Between two cells"),
    (Place("LEI", "LEI-B-2-014", out=True), "B-2-014 (out)"),
    (Place("LEI", "RECP", out=True), "Reception (out)"),
    (Place("MDI", "LEI-B-2-014"), "LEI-B-2-014"),
])  # fmt: skip
def test_a_place_is_said_as_the_wing_says_it(place, words):
    assert place.words == words


@given(some.text(alphabet="ABC-0123456789", min_size=1, max_size=12))
def test_the_code_of_the_prison_is_said_once_at_most(cell):
    assert Place("LEI", f"LEI-{cell}").words == Place("LEI", cell).words or cell.startswith("LEI-")


def where(man=people.AMIR):
    found = Prisoner.objects.annotate(there=queries.place(prisoner__prison_number=man.prison_number)).filter(
        prison_number=man.prison_number
    )
    told = found.values_list("there", flat=True).get()
    return Place(**told) if told else None


class TestWhereHeIs:
    def test_is_his_open_stay(self, house, evening):
        came(evening - 3 * HOUR, location=CELL)
        slept(OTHER_CELL, evening - HOUR)
        with fed():
            assert where() == Place("LEI", OTHER_CELL, False)

    def test_is_said_to_be_out_while_he_is_at_court_and_his_cell_is_kept(self, house, evening):
        came(evening - 3 * HOUR, location=CELL)
        went(evening - HOUR, reason="SENT_TO_COURT")
        with fed():
            assert where().words == "B-2-014 (out)"
        came(evening, reason="RETURN_FROM_COURT")
        with fed():
            assert where().words == "B-2-014"

    def test_is_nowhere_once_he_left(self, house, evening):
        came(evening - 3 * HOUR)
        went(evening - HOUR)
        with fed():
            assert where() is None

    def test_is_not_told_to_a_prison_that_never_saw_him(self, house, evening):
        came(evening - HOUR)
        with acting(house.other):
            assert not Prisoner.objects.exists()

    def test_is_read_for_a_whole_wing_in_one_statement(self, house, evening, django_assert_num_queries):
        for number in range(5):
            came(evening - HOUR, man=scenes.plain(number), location=f"LEI-B-2-{number:03d}")
        with fed(), django_assert_num_queries(1):
            rows = Prisoner.objects.annotate(there=queries.place(prisoner=OuterRef("id"))).order_by("prison_number")
            assert [Place(**row.there).words for row in rows] == [f"B-2-{number:03d}" for number in range(5)]


class TestTheList:
    def test_of_a_prison_stands_in_the_order_of_the_evening_and_leaves_out_what_has_gone_by(self, house, evening):
        with fed(*BOTH) as feed:
            for man, hours, prison in (
                (people.AMIR, 2, "LEI"), (people.JOE, 1, "LEI"), (people.PETER, -5, "LEI"), (people.COLIN, 1, "MDI"),
            ):  # fmt: skip
                scenes.expected(man, by=feed, prison=prison, due_at=evening + hours * HOUR)
            listed = queries.expected_at("LEI", evening - HOUR)
        assert [line.prisoner.prison_number for line in listed] == [people.JOE.prison_number, people.AMIR.prison_number]

    def test_is_read_in_one_statement(self, house, evening, django_assert_num_queries):
        with fed() as feed:
            for man in (people.AMIR, people.JOE, people.PETER):
                scenes.expected(man, by=feed, due_at=evening + HOUR)
            with django_assert_num_queries(1):
                assert len({line.prisoner.family_name for line in queries.expected_at("LEI", evening)}) == 3


class TestTheLifeOfTwo:
    @pytest.fixture
    def keys(self, house, evening):
        came(evening - 9 * HOUR, location=CELL)
        slept(OTHER_CELL, evening - 4 * HOUR)
        came(evening - 6 * HOUR, man=people.JOE)
        came(evening - 5 * HOUR, man=people.PETER)
        with fed():
            return [prisoner().id, prisoner(people.JOE).id]

    def test_stays_stand_the_latest_first_and_are_theirs_alone(self, keys, evening):
        with fed():
            assert [row.since for row in queries.stays_of(keys)] == [evening - ago * HOUR for ago in (4, 6, 9)]

    def test_movements_stand_the_latest_first_and_are_theirs_alone(self, keys, evening):
        with fed():
            rows = queries.movements_of(keys)
            assert [(row.kind, row.happened_at) for row in rows] == [
                ("bed", evening - 4 * HOUR), ("received", evening - 6 * HOUR), ("received", evening - 9 * HOUR)
            ]  # fmt: skip

    def test_each_is_one_statement_with_the_names_of_its_prisons(self, keys, django_assert_num_queries):
        with fed(), django_assert_num_queries(2):
            assert {row.establishment.name for row in (*queries.stays_of(keys), *queries.movements_of(keys))} == {"Leeds"}

    def test_of_nobody_is_nothing(self, house):
        with fed():
            assert queries.stays_of([]) == queries.movements_of([]) == queries.alerts_of([]) == queries.kept_apart([]) == []
            assert queries.key_dates_of([]) == {}


class TestNumbers:
    def test_that_nobody_joined_lead_to_themselves(self, house):
        with fed():
            assert queries.number_now("A0000AA") == "A0000AA" and queries.latest_of_number("A0000AA") is None

    def test_lead_to_the_latest_movement_though_it_was_told_first(self, house, evening):
        went(evening - HOUR)
        came(evening - 9 * HOUR)
        with fed():
            assert queries.latest_of_number(people.AMIR.prison_number) == evening - HOUR


class TestAlertsOnALargerPage:
    def test_are_those_that_are_on_the_newest_first_in_one_statement(self, house, evening, django_assert_num_queries):
        today = prison_day(evening)
        came(evening - HOUR)
        said.alerts(
            people.AMIR, said.alert("HA", since=today - timedelta(days=9)), said.alert("XVL", since=today),
            said.alert("HC", since=today, active=False), said.alert("MAS", since=today - timedelta(days=99), until=today),
        )  # fmt: skip
        with fed(), django_assert_num_queries(1):
            row = Prisoner.objects.annotate(on=queries.alerts_on(prisoner__prison_number=people.AMIR.prison_number)).get()
        assert [one["code"] for one in row.on] == ["XVL", "HA", "MAS"]
        assert row.on[0]["since"] == today.isoformat()

    def test_are_gone_after_midnight_of_their_last_day(self, house, evening):
        today = prison_day(evening)
        came(evening - HOUR)
        said.alerts(people.AMIR, said.alert("HA", until=today))
        for moment, count in ((on(today, time(23, 59)), 1), (on(today + timedelta(days=1), time(0)), 0)):
            with clock.at(moment), fed():
                row = Prisoner.objects.annotate(on=queries.alerts_on(prisoner__prison_number=people.AMIR.prison_number)).get()
                assert len(row.on) == count
