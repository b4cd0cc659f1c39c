"""What follows from an answer about the roll: how somebody left is the prison's to say, and nobody is forgotten."""

from datetime import timedelta

import pytest
from django.test import Client

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.custody.models import Movement
from throughcare.demo import people
from throughcare.hmpps import actions, book, tasks
from throughcare.hmpps.actions import settling
from throughcare.hmpps.models import RollAnswer
from throughcare.hmpps.search import Source
from throughcare.hmpps.tests.test_roll import came, described, source, waiting
from throughcare.hmpps.tests.told import joined, take
from throughcare.pathways.models import Task
from throughcare.patients.models import Patient, Reach
from throughcare.record import actions as record

AMIR, DANNY = people.AMIR, people.DANNY
MINUTE = timedelta(minutes=1)
ACCT = [{"alertType": "H", "alertCode": "HA", "active": True, "expired": False}]
ON_THE_WAY = {"prisonId": "TRN", "status": "INACTIVE TRN", "cellLocation": None}
OUTSIDE = {"prisonId": "OUT", "status": "INACTIVE OUT", "cellLocation": None}
AT_MOORLAND = {"prisonId": "MDI", "status": "ACTIVE IN", "cellLocation": "A-1-001"}


def last(kind, code, where):
    return {**where, "lastMovementTypeCode": kind, "lastMovementReasonCode": code}


def compared(*found):
    actions.compare_roll(establishment="LEI", search=source(*found))
    return waiting()


def answered(house, row, says, *found):
    with acting(house["LEI administrator"]) as by:
        actions.answer_difference(difference=row, says=says, at=clock.now(), by=by, search=source(*found))


def left(house, **said):
    """Amir, on an ACCT, is not on the roll; a person says that they have left, and the search says this of him."""
    came(AMIR, alerts=ACCT)
    came(DANNY)
    (row,) = compared(described(DANNY))
    answered(house, row, "left", described(AMIR, **said))


def departure():
    with acting(scenes.feed("LEI")):
        reason = Movement.objects.get(kind="released").reason
        return reason, Fact.objects.get(kind="patients.PatientLeft").kept["kind"]


def reviews():
    with acting(scenes.feed("LEI")):
        return list(Task.objects.filter(clock="acct_first_review").values_list("status", flat=True))


class TestHowTheyLeft:
    @pytest.mark.parametrize("said", [
        last("TRN", "NOTR", ON_THE_WAY), last("TRN", "a code of next year", ON_THE_WAY), last("ADM", "INT", AT_MOORLAND),
        last("ADM", "N", AT_MOORLAND), last("", "", ON_THE_WAY), last("TRN", "SEC", OUTSIDE),
    ], ids=["on the way", "by a new code", "received there", "held there", "without a code", "said first"])  # fmt: skip
    def test_to_another_prison_what_is_due_goes_with_them(self, house, said):
        left(house, **said)
        assert departure() == ("TRANSFERRED", "transfer") and reviews() == ["open"]

    @pytest.mark.parametrize("code, reason, kind", [
        ("CR", "RELEASED", "released"), ("HP", "RELEASED_TO_HOSPITAL", "hospital"), ("DEC", "DIED", "died"),
        ("a code of next year", "RELEASED", "released"),
    ])  # fmt: skip
    def test_out_of_prison_what_is_due_ends(self, house, code, reason, kind):
        left(house, **last("REL", code, OUTSIDE))
        assert departure() == (reason, kind) and reviews() == ["cancelled"]
        with acting(scenes.feed("LEI")):
            died = Patient.objects.filter(died_at__isnull=False).values_list("given_names", flat=True)
            assert list(died) == ([AMIR.given_names] if kind == "died" else [])

    @pytest.mark.parametrize("said, refusal", [
        ({}, settling.HeldHereAgain), ({"status": "ACTIVE OUT"}, settling.HeldHereAgain),
        (last("REL", "MRG", OUTSIDE), settling.OnlyANumberEnded),
    ], ids=["he is back", "he is out at court", "a number ended"])  # fmt: skip
    def test_who_has_not_left_is_not_moved(self, house, said, refusal):
        with pytest.raises(refusal, match=AMIR.prison_number):
            left(house, **said)
        with acting(scenes.feed("LEI")):
            assert not Movement.objects.filter(kind="released").exists() and not RollAnswer.objects.exists()
        assert reviews() == ["open"]

    @pytest.mark.parametrize("code, reason", [("TRNCRT", "TRANSFERRED"), ("M", "TRANSFERRED"), ("N", "NEW_ADMISSION")])
    def test_how_they_came_is_read_in_the_same_table(self, house, code, reason):
        came(AMIR)
        (row,) = compared(described(AMIR), described(DANNY))
        answered(house, row, "here", described(DANNY, **last("ADM", code, {})))
        with acting(scenes.feed("LEI")):
            assert Movement.objects.get(prisoner__prison_number=DANNY.prison_number).reason == reason

    def test_every_code_of_a_departure_comes_to_one_that_custody_knows(self):
        words = {book.became(one.type, one.code) for one in book.movement_reasons().values() if one.type in ("REL", "TRN")}
        assert words == {"RELEASED", "RELEASED_TO_HOSPITAL", "DIED", "TRANSFERRED", book.NUMBER_ENDS}
        assert book.became("REL", "never heard") == "" and book.became("", "") not in words


class TestADepartureThatNobodyHasSettled:
    """The prison said that Amir had left two hours ago; half an hour ago he was seen here."""

    @pytest.fixture
    def amir(self, house):
        came(AMIR, alerts=ACCT)
        came(DANNY)
        patient = scenes.patient_of(AMIR)
        with acting(house["LEI prescriber"]) as by:
            record.record_encounter(
                patient=patient.id, kind="prescriber_review", done="Seen", plan="", at=clock.now() - 30 * MINUTE, by=by
            )
        scenes.moved(AMIR, "released", "RELEASED", clock.now() - 120 * MINUTE)
        return patient

    def writes(self, patient):
        with acting(scenes.feed("LEI")):
            row = Reach.objects.live().get(patient=patient.id, scope="establishment:LEI")
            return row.kind, row.writes

    def listed(self):
        return [(row.kind, row.prison_number, row.departure) for row in compared(described(DANNY))]

    ASKED = ("seen_after_leaving", AMIR.prison_number, "released")

    def test_is_asked_once_while_it_waits(self, house, amir):
        assert self.listed() == self.listed() == [self.ASKED]

    def test_is_asked_every_night_until_they_have_left(self, house, amir):
        for _ in range(3):
            (row,) = compared(described(DANNY))
            answered(house, row, "here")
            assert self.writes(amir) == ("here", True)
        said_at = clock.now()
        (row,) = compared(described(DANNY))
        answered(house, row, "left")
        assert self.writes(amir) == ("left", False) and self.listed() == [] and reviews() == ["cancelled"]
        with acting(scenes.feed("LEI")):
            (gone,) = Fact.objects.filter(kind="patients.PatientLeft", patient_id=amir.id)
        assert said_at - MINUTE < gone.happened_at <= said_at, "they were here when somebody last said so"

    def test_is_named_on_the_page_each_night_and_can_end_there(self, house, amir):
        (row,) = compared(described(DANNY))
        admin = house.sign_in(Client(), "LEI administrator")
        for says in ("here", "left"):
            (row,) = compared(described(DANNY))
            page = admin.get("/establishments/LEI/roll/").content.decode()
            assert page.count(f"{AMIR.family_name.upper()}, {AMIR.given_names}<br>{AMIR.prison_number}") == 1
            assert book.differences()["seen_after_leaving"].do in page
            assert admin.post(f"/establishments/LEI/roll/{row.id}/", {"says": says}).status_code == 302
        assert self.writes(amir) == ("left", False)

    def test_is_asked_where_the_roll_cannot_be_had(self, house, amir, settings):
        """Each night once: neither beside what stands from the last comparison, nor beside what a message raised."""
        settings.PRISONER_SEARCH = ""
        for night in (lambda: tasks.compare_rolls.func(0), lambda: tasks.compared("LEI")):
            night()
            (row,) = waiting()
            answered(house, row, "here")
            assert waiting() == []
            night()
            night()
            (row,) = waiting()
            assert (row.kind, row.prison_number) == self.ASKED[:2] and self.listed() == [self.ASKED]
            answered(house, row, "here")
            self.listed()
            night()
            assert len(waiting()) == 1

    def test_is_asked_too_when_another_prison_has_received_them(self, house, amir):
        (row,) = compared(described(DANNY))
        answered(house, row, "here")
        scenes.moved(AMIR, "received", "NEW_ADMISSION", clock.now(), "MDI")
        assert self.writes(amir) == ("here", True) and self.listed() == [self.ASKED]

    def test_ends_when_the_prison_has_them_here_again(self, house, amir):
        (row,) = compared(described(DANNY))
        answered(house, row, "here")
        assert [row.kind for row in compared(described(AMIR), described(DANNY))] == ["not_here"]
        scenes.moved(AMIR, "received", "READMISSION", clock.now())
        assert compared(described(AMIR, cellLocation="RECP"), described(DANNY)) == []

    def test_a_death_is_when_the_prison_says_it_was(self, house):
        came(AMIR)
        came(DANNY)
        patient, died_at = scenes.patient_of(AMIR), clock.now() - 150 * MINUTE
        with acting(house["LEI prescriber"]) as by:
            record.record_encounter(patient=patient.id, kind="prescriber_review", done="Seen", plan="", at=clock.now(), by=by)
        scenes.moved(AMIR, "released", "DIED", died_at)
        for says in ("here", "left"):
            (row,) = compared(described(DANNY))
            answered(house, row, says)
        with acting(scenes.feed("LEI")):
            assert Patient.objects.get(id=patient.id).died_at == died_at

    def test_two_records_of_one_person_who_is_here_are_two_records_and_no_departure(self, house):
        gone = scenes.renamed(AMIR, prison_number="A9917DC")
        for man in (AMIR, gone):
            scenes.moved(man, "received", "NEW_ADMISSION", clock.now() - 90 * MINUTE, search=source(described(man)))
        take(joined("A9917DC"))
        assert [row.kind for row in compared(described(AMIR))] == ["two_records"]
        scenes.moved(AMIR, "released", "TRANSFERRED", clock.now(), search=source(described(AMIR, **ON_THE_WAY)))
        found = {(row.kind, row.prison_number, row.departure) for row in compared(described(DANNY))}
        assert ("seen_after_leaving", "A9917DC", "transfer") in found, "the other record is not left open for ever"


class TestALineThatCannotBeRead:
    LINES = {
        "no surname": {"lastName": None}, "an odd birthday": {"dateOfBirth": "yesterday"},
        "half a letter": {"lastName": "\ud800"}, "no letter": {"firstName": "\x00"}, "an odd cell": {"cellLocation": "B-\x00"},
    }  # fmt: skip

    @pytest.mark.parametrize("odd", LINES.values(), ids=LINES)
    def test_spoils_no_other_and_is_named_on_the_page(self, house, odd):
        came(AMIR)
        came(DANNY)
        third = scenes.plain(3)
        found = {row.prison_number: row.kind for row in compared(described(AMIR, **odd), described(third))}
        assert found == {AMIR.prison_number: "unreadable", DANNY.prison_number: "not_on_roll", third.prison_number: "not_here"}
        page = house.sign_in(Client(), "LEI administrator").get("/establishments/LEI/roll/").content.decode()
        assert AMIR.prison_number in page and "cannot be read" in page

    @pytest.mark.parametrize("odd", [{"prisonerNumber": "12"}, {"prisonerNumber": None}, {"prisonerNumber": "A1234BCXX"}])
    def test_may_be_of_nobody_in_particular(self, house, odd):
        came(DANNY)
        (row,) = compared(described(AMIR, **odd), described(DANNY))
        assert row.kind == "unreadable" and AMIR.family_name.upper() in row.name.upper()

    def test_that_is_no_line_at_all_is_one_too(self, house):
        came(DANNY)
        listed = Source(person={}.get, roll=lambda code: [described(DANNY), "what"])
        assert actions.compare_roll(establishment="LEI", search=listed).differences == 1

    def test_alone_makes_a_broken_roll(self, house):
        came(AMIR)
        with pytest.raises(actions.NoRoll):
            compared(described(AMIR, lastName=None))


class TestWithoutASearch:
    """A roll came from a file, and the installation names nowhere to ask."""

    @pytest.mark.parametrize("says", ["left", "here"])
    def test_an_answer_that_needs_one_is_refused_with_a_sentence(self, house, settings, says):
        settings.PRISONER_SEARCH = ""
        came(AMIR)
        came(DANNY)
        (row,) = (
            compared(described(DANNY))
            if says == "left"
            else compared(described(AMIR), described(DANNY), described(scenes.plain(3)))
        )
        client = house.sign_in(Client(), "LEI administrator")
        answer = client.post(f"/establishments/LEI/roll/{row.id}/", {"says": says})
        assert answer.status_code == 503 and "THROUGHCARE_PRISONER_SEARCH" in answer.content.decode()
        assert not waited_for(row)

    def test_the_nightly_comparison_says_so(self, house, settings):
        settings.PRISONER_SEARCH = ""
        assert "THROUGHCARE_PRISONER_SEARCH" in tasks.compared("LEI")


def waited_for(row):
    with acting(scenes.feed("LEI")):
        return RollAnswer.objects.filter(difference=row).exists()
