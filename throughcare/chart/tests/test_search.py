"""Search finds anybody in sight by anything known of them, says why, and never anybody out of sight (T9)."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests import scenes
from throughcare.access.acting import acting
from throughcare.chart import search
from throughcare.chart.typed import taken_apart
from throughcare.core import clock
from throughcare.demo import people
from throughcare.demo.people import Character
from throughcare.patients import actions

TODAY = date(2026, 3, 2)
RILEY = Character("A3030RY", "Riley", "Sean Patrick", date(1988, 12, 24))
BERG = Character("A4040BG", "van den Berg", "Jan", date(1975, 6, 5))


@pytest.fixture
def wing(house):
    """Amir, who is also Tony Reid; Riley; van den Berg; and Omar Khan at the other prison."""
    amir = scenes.received(people.AMIR)
    for man in (RILEY, BERG):
        scenes.received(man)
    scenes.received(scenes.OMAR, prison="MDI")
    with acting(house.nurse) as nurse:
        shared = {"patient": amir.id, "source": "told", "at": clock.now(), "by": nurse}
        actions.add_name(**shared, use="alias", family_name="Reid", given_names="Tony", date_of_birth=date(1989, 1, 2))
        for system, typed in (("pnc", "2019/0012345X"), ("cro", "00321/19T"), ("crn", "X123456"), ("book", "91234K"),
                              ("nhs", "9991000003")):  # fmt: skip
            actions.add_identifier(**shared, system=system, typed=typed)
    return amir


def found(house, typed):
    with acting(house.nurse) as nurse:
        return [(one.patient.spoken_name, one.why) for one in search.search(typed, nurse)]


@pytest.mark.parametrize("typed, name, why", [
    ("khan", "Amir Khan", ""), ("AMIR", "Amir Khan", ""), ("khan amir", "Amir Khan", ""), ("amir khan", "Amir Khan", ""),
    ("kh am", "Amir Khan", ""), ("van den be", "Jan Van Den Berg", ""), ("jan van den", "Jan Van Den Berg", ""),
    ("reid", "Amir Khan", "alias: Tony Reid"), ("tony re", "Amir Khan", "alias: Tony Reid"),
    ("reilly", "Sean Patrick Riley", "sounds like Sean Patrick Riley"),
    ("reilly shaun", "Sean Patrick Riley", "sounds like Sean Patrick Riley"),
    ("a 4711 kh", "Amir Khan", "Prison number A4711KH"), ("a4711", "Amir Khan", "Prison number A4711KH"),
    ("999 100 0003", "Amir Khan", "NHS number 9991000003"), ("2019/0012345x", "Amir Khan", "PNC number 2019/0012345X"),
    ("00321/19T", "Amir Khan", "CRO number 00321/19T"), ("x 123456", "Amir Khan", "Probation number (CRN) X123456"),
    ("91234k", "Amir Khan", "Book number 91234K"),
    ("2/4/1991", "Amir Khan", ""), ("02.04.1991", "Amir Khan", ""), ("2 April 1991", "Amir Khan", ""),
    ("1991-04-02", "Amir Khan", ""),
    ("2nd apr 1991", "Amir Khan", ""), ("2/4/91", "Amir Khan", ""), ("2/1/1989", "Amir Khan", "alias: Tony Reid"),
    ("khan 1991", "Amir Khan", ""), ("1991 khan", "Amir Khan", ""), ("khan 2/4/1991", "Amir Khan", ""),
])  # fmt: skip
def test_finds_and_says_why(house, wing, typed, name, why):
    assert found(house, typed) == [(name, why)]


@pytest.mark.parametrize(
    "typed", ["", "  ", "khan 1990", "khan 3/4/1991", "omar", "a9001md", "zzz", "31/2/1991", "9", "%", "_", "'"]
)
def test_finds_nobody(house, wing, typed):
    assert found(house, typed) == []


def test_by_cell(house):
    scenes.hmpps.take_lines(
        [scenes.emulator.event(people.residents(1)[0], kind="received", reason="NEW_ADMISSION", at=clock.now())],
        search=scenes.emulator.prisoner,
    )
    who = people.residents(1)[0].name
    for typed in ("B-1-001", "b1-001", "b-1"):
        assert found(house, typed) == [(who, "cell B-1" + ("-001" if "001" in typed else ""))]
    assert found(house, "C-1") == []


def test_sounds_come_last_and_only_when_few_fit(house):
    for number, family in enumerate(["Riley", "Rileys", "Rileyson", "Rileyman", "Rileyd"]):
        scenes.received(Character(f"A70{number:02d}RY", family, "Sean", date(1980, 1, 1 + number)))
    scenes.received(Character("A7099RY", "Reilly", "Sean", date(1980, 2, 1)))
    assert not [why for _, why in found(house, "riley") if why.startswith("sounds")]
    whys = [why for _, why in found(house, "reilly")]
    assert whys[0] == "" and whys[1].startswith("sounds like")


def test_a_record_that_was_joined_is_found_as_the_one_that_stays(house, wing):
    tony = scenes.received(scenes.renamed(RILEY, prison_number="A1234TR", family_name="Quill", given_names="Tom"))
    with acting(house["LEI nurse_in_charge"]) as by:
        asked = actions.propose_merge(patient=tony.id, survivor=wing.id, why="The same man, he says.", at=clock.now(), by=by)
    with acting(house["LEI administrator"]) as by:
        actions.merge(proposal=asked, at=clock.now(), by=by)
    assert [name for name, _ in found(house, "quill")] == ["Amir Khan"]


def test_people_who_could_be_taken_for_each_other_are_marked(house, wing):
    scenes.received(scenes.renamed(people.AMIR, prison_number="A1234ZZ", born=date(1970, 1, 1)))
    with acting(house.nurse) as nurse:
        assert [one.alike for one in search.search("khan", nurse)] == ["same name", "same name"]


@pytest.mark.parametrize("typed", ["khan", "reilly", "a4711kh", "2/4/1991", "B-2-014", "khan 1991"])
def test_few_statements(house, wing, typed):
    with acting(house.nurse) as nurse, CaptureQueriesContext(connection) as seen:
        search.search(typed, nurse)
    assert len(seen) <= 5, [one["sql"] for one in seen]


@given(st.text(max_size=40))
def test_whatever_is_typed_can_be_taken_apart(typed):
    asked = taken_apart(typed, TODAY)
    assert len(list(asked.splits)) <= 12 and not (asked.number and asked.words)
