"""Every word of the prison service has a line: what it means here, or why it means nothing."""

import pytest

from throughcare.core import clock
from throughcare.custody import rules
from throughcare.demo import emulator, people
from throughcare.hmpps import book, translate
from throughcare.hmpps.translate import meaning

NUMBER = people.AMIR.prison_number
TOLD = {
    "nomsNumber": NUMBER, "prisonerId": NUMBER, "prisonerNumber": NUMBER, "nsPrisonerNumber1": NUMBER,
    "removedNomsNumber": "A9917DC",
    "nsPrisonerNumber2": "A9917DC", "movedToNomsNumber": NUMBER, "movedFromNomsNumber": "A9917DC", "prisonId": "LEI",
}  # fmt: skip


def test_the_tables_hold_together():
    assert book.problems() == []
    assert (len(book.event_types()), len(book.movement_reasons())) == (47, 194)


@pytest.mark.parametrize("event_type", book.event_types())
def test_every_type_of_message_does_something_or_says_why_not(event_type):
    event = translate.event(emulator.message(event_type, clock.now(), number=NUMBER, **TOLD))
    known = book.event_types()[event_type]
    assert bool(event.does) != bool(event.why_not) and event.does == known.does
    assert event.why_not.endswith(".") if event.why_not else event.prison_number == NUMBER
    assert event.does in book.DOES | {""}


def test_of_the_types_that_are_not_taken_none_says_a_word_that_is():
    taken = {name for name, one in book.event_types().items() if one.does}
    assert not {name for name in taken if name.startswith(("incentives.", "person.case-note", "prison-visit"))}
    assert len(taken) == 21 and {"person.alert.created", "non-associations.closed"} <= taken


# The reason of the message that goes with a movement type, to try each code beside it.
BESIDE = {
    "ADM": (book.RECEIVED, "ADMISSION"), "CRT": (book.RELEASED, "SENT_TO_COURT"), "REL": (book.RELEASED, "RELEASED"),
    "TAP": (book.RELEASED, "TEMPORARY_ABSENCE_RELEASE"), "TRN": (book.RELEASED, "TRANSFERRED"),
    "": (book.RELEASED, "RELEASED"),
}  # fmt: skip


@pytest.mark.parametrize("one", book.movement_reasons().values(), ids=lambda one: f"{one.type}-{one.code}")
def test_every_movement_reason_becomes_what_its_line_says(one):
    does, reason = BESIDE[one.type]
    became, absence = meaning(does, reason, one.code)
    special = {book.STAYS, book.NUMBER_ENDS}
    assert became in rules.REASONS[does] | special
    if one.becomes not in (book.UNASSIGNED, "ADMISSION"):
        assert (became, absence) == (one.becomes, one.absence)


@pytest.mark.parametrize("does, reason, code, became", [
    ("released", "RELEASED", "DEC", ("DIED", "")),
    ("released", "TEMPORARY_ABSENCE_RELEASE", "DEC", ("DIED", "")),      # he died on the bed watch
    ("released", "RELEASED", "HP", ("RELEASED_TO_HOSPITAL", "")),
    ("released", "RELEASED", "BL", ("RELEASED", "")),
    ("released", "RELEASED", "MRG", ("MERGED", "")),
    ("released", "SENT_TO_COURT", "VL", ("STAYS", "")),
    ("received", "RETURN_FROM_COURT", "VL", ("STAYS", "")),
    ("released", "SENT_TO_COURT", "CRT", ("SENT_TO_COURT", "court")),
    ("released", "TEMPORARY_ABSENCE_RELEASE", "C6", ("TEMPORARY_ABSENCE_RELEASE", "hospital")),
    ("released", "TEMPORARY_ABSENCE_RELEASE", "C3", ("TEMPORARY_ABSENCE_RELEASE", "other")),
    ("received", "ADMISSION", "TRNCRT", ("TRANSFERRED", "")),
    ("received", "ADMISSION", "N", ("ADMISSION", "")),
    ("received", "NEW_ADMISSION", "INT", ("NEW_ADMISSION", "")),           # the newer message knows
    ("released", "RELEASED", "NOBODY KNOWS", ("RELEASED", "")),
    ("released", "SENT_TO_COURT", "", ("SENT_TO_COURT", "court")),
])  # fmt: skip
def test_a_code_says_more_only_where_it_must(does, reason, code, became):
    assert meaning(does, reason, code) == became
