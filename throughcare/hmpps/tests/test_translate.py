"""Their words into ours: an envelope or a bare event, and a plain sentence for whatever cannot be read."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from throughcare.core import clock
from throughcare.demo import emulator, people
from throughcare.hmpps import translate
from throughcare.hmpps.translate import Unreadable

AT = datetime(2026, 3, 2, 20, 10, tzinfo=UTC)
LINE = emulator.event(people.AMIR, kind="received", reason="NEW_ADMISSION", at=AT)
BARE = json.loads(LINE)["Message"]


def changed(**changes):
    """The bare event with something else in it; `told_` is for additionalInformation."""
    said = json.loads(BARE)
    for name, value in changes.items():
        where = said["additionalInformation"] if name.startswith("told_") else said
        where[name.removeprefix("told_")] = value
    return json.dumps(said)


@pytest.mark.parametrize("line", [LINE, BARE], ids=["in its envelope", "bare"])
def test_a_message_is_one_movement(line):
    event = translate.event(line)
    assert (event.does, event.reason, event.establishment) == ("received", "NEW_ADMISSION", "LEI")
    assert (event.prison_number, event.at) == (people.AMIR.prison_number, AT)


def test_an_envelope_has_its_id_and_a_bare_event_its_hash():
    assert translate.message_id(LINE) == json.loads(LINE)["MessageId"]
    assert translate.message_id(BARE) == translate.content_hash(BARE)


def test_what_is_said_has_one_hash_however_it_is_wrapped_spaced_or_ordered():
    spaced = json.dumps(dict(reversed(json.loads(BARE).items())), indent=3)
    again = json.dumps({**json.loads(LINE), "MessageId": "other", "Timestamp": "later"})
    assert len({translate.content_hash(line) for line in (LINE, BARE, spaced, again)}) == 1


@pytest.mark.parametrize("said, moment", [
    ("2026-03-02T20:10:00+00:00", AT),
    ("2026-03-02T20:10:00Z", AT),
    ("2026-03-02T20:10:00", AT),                                                # winter: London is UTC
    ("2026-07-02T20:10:00", datetime(2026, 7, 2, 19, 10, tzinfo=UTC)),          # summer wall time
    ("2026-07-02T20:10:00+01:00", datetime(2026, 7, 2, 19, 10, tzinfo=UTC)),
])  # fmt: skip
def test_a_time_without_a_zone_is_what_the_wing_clock_showed(said, moment):
    assert translate.event(changed(occurredAt=said)).at == moment


POISON = {
    "not JSON": ("{", "not JSON"),
    "nothing": ("", "not JSON"),
    "a number": ("7", "not a JSON object"),
    "a list": ("[]", "not a JSON object"),
    "deep": ("[" * 100_000, "not JSON"),
    "a message that is no JSON": (json.dumps({"Message": "hello"}), "Its Message is not JSON"),
    "a message inside a message of the wrong kind": (json.dumps({"Message": 5}), "not a JSON object"),
    "no details": (json.dumps({"eventType": "x"}), "no additionalInformation"),
    "another type": (changed(eventType="prison-offender-events.prisoner.alerts-updated"), "not on our list"),
    "no number": (changed(told_nomsNumber=None), "no prison number"),
    "a bad number": (changed(told_nomsNumber="12345"), "no prison number"),
    "no prison": (changed(told_prisonId=None), "names no prison"),
    "a prison that is no code": (changed(told_prisonId='",}'), "names no prison"),
    "a prison with NUL": (changed(told_prisonId="L\x00I"), "names no prison"),
    "no time": (changed(occurredAt=None), "when it happened"),
    "before the calendar": (changed(occurredAt="0001-01-01T00:00:00+14:00"), "when it happened"),
    "after the calendar": (changed(occurredAt="9999-12-31T23:59:00-14:00"), "when it happened"),
}


@pytest.mark.parametrize("line, why", POISON.values(), ids=POISON)
def test_what_cannot_be_read_is_said_in_a_sentence(line, why):
    with pytest.raises(Unreadable, match=why):
        translate.event(line)
    assert len(translate.content_hash(line)) == 64 and translate.message_id(line)


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=9),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(
        some.sampled_from(["Message", "MessageId", "eventType", "additionalInformation", "prisonId", "nomsNumber"]), inner
    ),
)  # fmt: skip


@given(JSON.map(json.dumps) | some.text())
def test_nothing_anybody_sends_breaks_the_reading(line):
    assert translate.message_id(line).encode() and len(translate.content_hash(line)) == 64
    with pytest.raises(Unreadable):
        translate.event(line)


@pytest.mark.parametrize("changes, what", [
    ({"lastName": None}, "cannot be read"),
    ({"prisonerNumber": "nobody"}, "cannot be read"),
    ({"dateOfBirth": "2/4/1991"}, "cannot be read"),
    ({"firstName": 7}, "cannot be read"),
    ({"languages": ["pl"]}, "cannot be read"),
    ({"languages": "pl"}, "cannot be read"),
])  # fmt: skip
def test_a_search_answer_that_cannot_be_read_is_said_in_a_sentence(changes, what):
    with pytest.raises(Unreadable, match=what):
        translate.person(emulator.prisoner(people.AMIR.prison_number) | changes)


@pytest.mark.parametrize("given, shown", [("O'NEIL", "O'Neil"), ("FENWICK-SMITH", "Fenwick-Smith"), ("McDonald", "McDonald")])
def test_names_are_written_as_people_write_them(given, shown):
    found = emulator.prisoner(people.AMIR.prison_number) | {"lastName": given}
    assert translate.person(found).family_name == shown


@pytest.mark.parametrize("cell, prison, bed", [
    ("B-2-014", "LEI", "LEI-B-2-014"), ("RECP", "LEI", "RECP"), (None, "LEI", ""), ("B-2-014", "MDI", ""),
])  # fmt: skip
def test_a_cell_is_of_the_prison_that_the_search_names(cell, prison, bed):
    assert translate.bed({"cellLocation": cell, "prisonId": "LEI"}, prison) == bed


def test_the_clock_is_londons():
    assert clock.local(AT).tzinfo == clock.LONDON
