"""Looking across the estate: needs enough to ask, gives little, is always traced, and opens nothing by itself."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests import scenes
from throughcare.access.acting import Actor, acting
from throughcare.audit.models import Access, Fact
from throughcare.core import clock, ids
from throughcare.core.refusals import NotAllowed
from throughcare.demo.people import Character
from throughcare.patients import actions, estate
from throughcare.patients.models import Patient, Reach

OMAR = scenes.OMAR
RAW = "SELECT * FROM patients_estate_search(%s, 'Me', 'reception_nurse', %s, %s, %s, %s, %s, %s)"


@pytest.fixture
def omar(house):
    """At Moorland, with an alias."""
    man = scenes.received(OMAR, prison="MDI")
    with acting(house.other) as other:
        actions.add_name(
            patient=man.id, use="alias", family_name="Reilly", given_names="Owen", source="told", at=clock.now(), by=other
        )
    return man


def raw(place="LEI", family="", given="", sound="", born=None, number="", actor=None):
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(RAW, [ids.new(), place, family, given, sound, born, number])
        return cursor.fetchall()


class TestFinds:
    @pytest.mark.parametrize("asked", [
        {"family": "Khan", "given": "Omar", "born": OMAR.born}, {"family": "KHAN", "born": OMAR.born},
        {"family": "Omar", "given": "Khan", "born": OMAR.born}, {"number": "a 9001 md"},
        {"family": "Riley", "given": "Owen", "born": OMAR.born}, {"family": "Reilly", "born": OMAR.born},
    ], ids=["whole", "family", "swapped", "number", "alias by sound", "alias"])  # fmt: skip
    def test_somebody_of_another_prison(self, house, omar, asked):
        with acting(house.nurse) as nurse:
            (hit,) = estate.search(by=nurse, **asked)
        assert hit.patient == omar.id

    @pytest.mark.parametrize("asked", [
        {"family": "Khan", "born": OMAR.born + timedelta(days=1)}, {"family": "Smith", "born": OMAR.born}, {"number": "A9001ME"},
        {"family": "Khan", "given": "Zed", "born": OMAR.born}, {"number": "A9001M"},
    ])  # fmt: skip
    def test_nobody_who_does_not_fit_whole(self, house, omar, asked):
        with acting(house.nurse) as nurse:
            assert estate.search(by=nurse, **asked) == []

    def test_masked_and_nothing_else(self, house, omar):
        with acting(house.nurse) as nurse:
            (hit,) = estate.search(by=nurse, number="A9001MD")
            assert (hit.initials, hit.born_year, hit.last_prison, hit.last_three) == ("O.K.", 1990, "MDI", "1MD")
            assert not Patient.objects.exists(), "looking opens nothing"
        for secret in ("Khan", "Omar", "A9001MD", "03"):
            assert secret not in str(hit).replace(str(hit.patient), "")


class TestAsksForEnough:
    @pytest.mark.parametrize("asked", [
        {}, {"family": "Khan"}, {"born": OMAR.born}, {"family": "K", "born": OMAR.born}, {"number": "A9001"}, {"given": "Omar"},
    ])  # fmt: skip
    def test_or_says_so(self, house, omar, asked):
        with acting(house.nurse) as nurse, pytest.raises(estate.AskForMore):
            estate.search(by=nurse, **asked)

    def test_and_the_database_asks_the_same(self, house, omar):
        for asked in ({}, {"family": "khan"}, {"born": OMAR.born}, {"number": "A9001"}):
            with pytest.raises(DatabaseError, match="a full number, or a name"), transaction.atomic():
                raw(actor=house.nurse, **asked)

    def test_only_some_roles_ask(self, house, omar):
        with acting(house["LEI prescriber"]) as by, pytest.raises(NotAllowed):
            estate.search(by=by, number="A9001MD")

    @pytest.mark.parametrize("actor, place", [
        (Actor("system:job", "Job", more_scopes=("establishment:LEI",)), "LEI"),
        (Actor(str(ids.new()), "Auditor", more_scopes=("audit:LEI",)), "LEI"), (None, "MDI"),
    ], ids=["the system", "an auditor", "in the name of another prison"])  # fmt: skip
    def test_the_database_answers_only_somebody_who_gives_care_there(self, house, omar, actor, place):
        with pytest.raises(DatabaseError, match="only somebody who gives care"), transaction.atomic():
            raw(actor=actor or house.nurse, place=place, number="A9001MD")


def test_never_more_than_five(house):
    for number in range(7):
        scenes.received(Character(f"A90{number:02d}ZZ", "Twin", f"T{chr(97 + number)}", OMAR.born), prison="MDI")
    assert len(raw(actor=house.nurse, family="twin", born=OMAR.born)) == estate.AT_MOST == 5


class TestTrace:
    @pytest.mark.parametrize("asked, page, found", [
        ({"number": "A9001MD"}, "estate-search:number", 1),
        ({"family": "khan", "born": OMAR.born}, "estate-search:name and birth", 1),
        ({"number": "A0000AA"}, "estate-search:number", 0),
    ])  # fmt: skip
    def test_every_look_leaves_one_even_by_sql(self, house, omar, asked, page, found):
        raw(actor=house.nurse, **asked)
        with acting(house.nurse):
            look = Access.objects.get(page=page)
        assert (look.actor, look.establishment, len(look.patients)) == (house.nurse.id, "LEI", found)

    def test_says_whom_it_showed_and_not_what_was_typed(self, house, omar):
        raw(actor=house.nurse, number="A9001MD")
        with acting(house.nurse):
            look = Access.objects.get(page__startswith="estate-search")
        assert look.patients == [omar.id] and "A9001MD" not in str(vars(look))


class TestHeIsHere:
    def test_the_one_who_found_him_lets_the_prison_prepare(self, house, omar):
        with acting(house.nurse) as nurse:
            estate.search(by=nurse, number="A9001MD")
            found = actions.claim_known(patient=omar.id, at=clock.now(), by=nurse)
            assert found.id == omar.id and Reach.objects.get(scope="establishment:LEI").kind == "inbound"
            fact = Fact.objects.get(kind="patients.KnownPersonClaimed")
            assert (fact.actor, fact.patient_id, fact.establishment) == (nurse.id, omar.id, "LEI")

    def test_a_key_alone_opens_nothing(self, house, omar):
        with acting(house.nurse) as nurse, pytest.raises(actions.NotFoundByYou):
            actions.claim_known(patient=omar.id, at=clock.now(), by=nurse)

    def test_nor_does_what_a_colleague_found_or_what_was_found_long_ago(self, house, omar):
        with clock.at(clock.now()), acting(house["LEI nurse_in_charge"]) as ruth:
            estate.search(by=ruth, number="A9001MD")
        with acting(house.nurse) as nurse, pytest.raises(actions.NotFoundByYou):
            actions.claim_known(patient=omar.id, at=clock.now(), by=nurse)
        much_later = clock.at(clock.now() + timedelta(minutes=31))
        with much_later, acting(house["LEI nurse_in_charge"]) as ruth, pytest.raises(actions.NotFoundByYou):
            actions.claim_known(patient=omar.id, at=clock.now(), by=ruth)

    def test_a_bar_stays_shut_and_says_nothing(self, house, omar):
        with acting(house.other) as other:
            actions.declare_relationship(patient=omar.id, why="My cousin, from home.", at=clock.now(), by=other)
        with acting(house.other) as other:
            estate.search(by=other, number="A9001MD")
            with pytest.raises(actions.NotFoundByYou):
                actions.claim_known(patient=omar.id, at=clock.now(), by=other)
