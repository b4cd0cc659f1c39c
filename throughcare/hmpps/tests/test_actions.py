"""The feed: each message once; whatever cannot be taken is parked with the reason, and spoils no other."""

import json
from datetime import timedelta

import pytest

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.custody.models import BedStay, Movement
from throughcare.demo import emulator, people
from throughcare.hmpps import actions as hmpps
from throughcare.hmpps import queries
from throughcare.hmpps.models import FeedMessage
from throughcare.hmpps.tests.test_translate import POISON
from throughcare.patients.models import Patient
from throughcare.screening.models import Screen

FEED = scenes.feed("LEI")


def line(man=people.AMIR, **changes):
    told = {
        "kind": "received",
        "reason": "NEW_ADMISSION",
        "at": clock.now().replace(microsecond=0) - timedelta(hours=1),
    } | changes
    return emulator.event(man, **told)


def take(*lines):
    tally = hmpps.take_lines(lines, search=emulator.prisoner)
    return tally.taken, tally.repeated, tally.parked


def reasons():
    with acting(FEED):
        return list(FeedMessage.objects.filter(status="parked").values_list("reason", flat=True))


def message(**asked):
    with acting(FEED):
        return FeedMessage.objects.get(**asked)


def everything():
    with acting(FEED):
        models = (Movement, BedStay, Patient, Screen, Fact, FeedMessage)
        return {model.__name__: sorted(map(str, model.objects.values_list())) for model in models}


@pytest.mark.parametrize("bare", [False, True], ids=["in its envelope", "bare"])
def test_a_man_comes_in(house, bare):
    said = json.loads(line())["Message"] if bare else line()
    assert take(said) == (1, 0, 0)
    with acting(FEED):
        assert BedStay.objects.open().get().establishment_id == "LEI" and Screen.objects.count() == 1
    assert message().status == "taken"


def test_the_same_event_twenty_times_changes_nothing(house):
    said = line()
    take(said)
    before = everything()
    assert take(*[said] * 20) == (0, 20, 0)
    assert everything() == before


def test_the_same_event_in_another_envelope_changes_nothing_about_anybody(house):
    said = line()
    take(said)
    again = json.dumps(json.loads(said) | {"MessageId": "sent-again", "Timestamp": "later"})
    before = everything()
    assert take(again, json.loads(said)["Message"]) == (0, 2, 0)
    assert everything() == before


@pytest.mark.parametrize("said, why", [
    *((said, why) for said, why in POISON.values() if said),
    (line(prison="XXX"), "no prison with the code XXX"),
    (line(reason="BEAMED_UP"), "BEAMED_UP"),
    (line(reason=""), "not one we know"),
    (line(reason="N\x00"), "not one we know"),
    (line(scenes.OMAR), "does not know A9001MD"),
], ids=[*(name for name in POISON if POISON[name][0]), "which prison", "which reason", "no reason", "NUL", "who"])  # fmt: skip
def test_poison_is_parked_once_with_the_reason_and_moves_nobody(house, said, why):
    assert take(said, line(), said) == (1, 1, 1)
    (reason,) = reasons()
    assert why in reason
    with acting(FEED):
        assert Patient.objects.count() == 1


HOSTILE = {
    "NUL in the line": line().replace("NEW_ADMISSION", "NEW\x00"),
    "NUL in the id": json.dumps(json.loads(line(reason="X")) | {"MessageId": "a\x00b"}),
    "half a character in the id": json.dumps(json.loads(line(reason="X")) | {"MessageId": "\ud800"}),
    "half a character in the reason": line(reason="\ud800"),
    "an id as long as a book": json.dumps(json.loads(line(reason="X")) | {"MessageId": "x" * 5000}),
    "an id that is a list": json.dumps(json.loads(line(reason="X")) | {"MessageId": [1]}),
    "a book of nonsense": "x" * 100_000,
    "a book of brackets": "[" * 100_000,
    "a number as long as a book": "9" * 100_000,
    "half a character as it came": "\udcff{",
}


@pytest.mark.parametrize("said", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_line_is_parked_and_the_next_one_taken(house, said):
    assert take(said, line(people.DANNY)) == (1, 0, 1)
    row = message(status="parked")
    assert len(row.body) <= 20_000 and row.reason


def test_a_long_message_that_can_be_read_is_taken_once_under_its_own_id(house):
    said = json.loads(line())
    padded = json.dumps({"Padding": "x" * 100_000, **said})
    assert take(padded, padded) == (1, 1, 0)
    row = message()
    assert (row.message_id, row.establishment, len(row.body)) == (said["MessageId"], "LEI", 20_000)


def test_an_id_that_was_taken_cannot_say_something_else(house):
    said = json.loads(line())
    other = said | {"Message": json.loads(line(people.DANNY))["Message"]}
    assert take(json.dumps(said), json.dumps(other), json.dumps(other)) == (1, 1, 1)
    assert "said something else" in reasons()[0]
    with acting(FEED):
        assert Patient.objects.get().given_names == "Amir"


def test_a_parked_message_is_taken_when_it_can_be(house):
    said = line(scenes.OMAR)
    assert take(said) == (0, 0, 1)
    tally = hmpps.take_lines([said], search=lambda number: emulator._described(scenes.OMAR, None))
    assert (tally.taken, tally.parked) == (1, 0)


@pytest.mark.parametrize("found", [
    {}, {"prisonerNumber": "A4711KH"}, {"prisonerNumber": "A4711KH", "lastName": "K\x00", "firstName": "A"},
    {"prisonerNumber": "A4711KH", "lastName": "K\ud800", "firstName": "A"},
], ids=["empty", "a number", "NUL", "half a character"])  # fmt: skip
def test_a_search_answer_that_cannot_be_used_parks_the_message(house, found):
    tally = hmpps.take_lines([line()], search=lambda number: found)
    assert (tally.taken, tally.parked) == (0, 1)
    with acting(FEED):
        assert not Movement.objects.exists()


def test_a_prison_sees_its_own_parked_messages_and_those_that_name_none(house):
    take(line(reason="BEAMED_UP"), line(reason="BEAMED_UP", prison="MDI"), "nonsense")
    with acting(house.nurse):
        assert {row.establishment for row in queries.parked("LEI")} == {"LEI", ""}
        assert not queries.parked("MDI") or all(row.establishment == "" for row in queries.parked("MDI"))
        assert (queries.lag().parked, queries.lag().taken) == (2, 0)


def test_blank_lines_are_nothing(house):
    assert take("", "  \n") == (0, 0, 0)
