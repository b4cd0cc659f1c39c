"""Two prison numbers that became one: one record takes both, and two records are joined by people only."""

import random

import pytest

from tests import scenes
from throughcare.access.acting import acting
from throughcare.custody.models import Alias, BedStay, Movement, Prisoner
from throughcare.demo import emulator
from throughcare.hmpps import queries
from throughcare.hmpps.models import FeedMessage
from throughcare.hmpps.tests.told import AMIR, FEED, HOUR, began, described, event, joined, seen, take
from throughcare.patients.models import MergeProposal, Patient

GONE = scenes.renamed(AMIR, prison_number="A9917DC")


def both(*men):
    return {man.prison_number: described(man) for man in men}


class TestJoinedNumbers:
    def test_one_record_takes_both_numbers(self, house):
        take(event("received", "NEW_ADMISSION", 0, GONE), found=both(GONE))
        take(joined("A9917DC"), found=both(AMIR))
        assert seen(Alias, "number", "prisoner__prison_number") == [("A9917DC", AMIR.prison_number)]
        assert seen(BedStay, "prisoner__prison_number", "establishment", until=None, superseded_at=None) == [
            (AMIR.prison_number, "LEI")
        ]  # fmt: skip
        with acting(FEED):
            assert Patient.objects.count() == 1 and not MergeProposal.objects.exists()
            assert scenes.patient_of(AMIR).id == scenes.patient_of(GONE).id

    def test_a_late_message_under_the_old_number_is_about_the_man(self, house):
        take(event("received", "NEW_ADMISSION", 0, GONE), found=both(GONE))
        take(joined("A9917DC"), found=both(AMIR))
        take(event("released", "SENT_TO_COURT", 20, GONE), found=both(AMIR))
        assert seen(BedStay, "prisoner__prison_number", "out", until=None, superseded_at=None) == [(AMIR.prison_number, True)]

    @pytest.mark.parametrize("order", range(6))
    def test_in_any_order_the_story_is_one(self, house, order):
        told = [
            event("received", "NEW_ADMISSION", 0, GONE), event("released", "RELEASED", 5, GONE),
            event("received", "NEW_ADMISSION", 10), joined("A9917DC", hours=20), event("released", "SENT_TO_COURT", 25),
        ]  # fmt: skip
        if order:
            random.Random(order).shuffle(told)
        for said in told * 2:
            take(said, found=both(AMIR, GONE))
        stays = seen(BedStay, "prisoner__prison_number", "since", "until", "out", superseded_at=None)
        began_at = stays[0][1]
        assert [(who, since - began_at, until and until - began_at, out) for who, since, until, out in stays] == [
            (AMIR.prison_number, 0 * HOUR, 5 * HOUR, False), (AMIR.prison_number, 10 * HOUR, None, True),
        ]  # fmt: skip

    @pytest.mark.parametrize("later, gone", [(AMIR, GONE), (GONE, AMIR)], ids=["under the new", "under the old"])
    def test_the_code_of_a_later_movement_is_not_given_to_an_earlier_one(self, house, later, gone):
        """The search has the code of the last movement, a death at hour 25; the release told late was of hour 9."""
        take(event("received", "NEW_ADMISSION", 0, GONE), found=both(GONE))
        take(event("received", "NEW_ADMISSION", 15, later), found=both(AMIR, GONE))
        take(joined("A9917DC", hours=20), found=both(AMIR))
        dead = described(AMIR, status="INACTIVE OUT", lastMovementTypeCode="REL", lastMovementReasonCode="DEC", prisonId="OUT")
        take(event("released", "RELEASED", 9, gone), found={AMIR.prison_number: dead})
        assert seen(Movement, "reason", kind="released") == [("RELEASED",)]

    def test_two_records_are_told_to_people_and_never_joined_by_a_machine(self, house):
        take(event("received", "NEW_ADMISSION", 0), event("received", "NEW_ADMISSION", 0, GONE), found=both(AMIR, GONE))
        assert take(joined("A9917DC"), joined("A9917DC"), found=both(AMIR)).repeated == 1
        with acting(house["LEI administrator"]):
            assert Patient.objects.count() == 2 and not MergeProposal.objects.exists()
            (row,) = queries.roll_report("LEI").waiting
        assert row.kind == "two_records" and "A9917DC" in row.theirs

    def test_a_number_joined_to_itself_waits_for_a_person(self, house):
        take(event("received", "NEW_ADMISSION", 0))
        assert take(joined(AMIR.prison_number)).parked == 1

    def test_of_two_who_never_came_nothing_is_written(self, house):
        take(joined("A9917DC"))
        assert seen(Alias, "id") == [] and seen(Prisoner, "id") == []


def test_a_booking_that_was_moved_waits_for_a_person_with_both_numbers(house):
    take(event("received", "NEW_ADMISSION", 0))
    said = emulator.message(
        "prison-offender-events.prisoner.booking.moved", began(), movedToNomsNumber=AMIR.prison_number,
        movedFromNomsNumber="A9917DC", bookingId="2911407",
    )  # fmt: skip
    assert take(said).parked == 1
    with acting(FEED):
        why = FeedMessage.objects.get(status="parked").reason
    assert "2911407" in why and "A9917DC" in why and AMIR.prison_number in why
