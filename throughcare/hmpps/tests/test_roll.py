"""The roll: here but not on it, on it but not here, another cell; what a person says is carried out. And who outranks whom."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as some

from tests import scenes
from tests.nonempty import nonempty
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.core.refusals import NotAllowed
from throughcare.custody.models import BedStay, Movement
from throughcare.demo import emulator, people
from throughcare.hmpps import actions, book, queries
from throughcare.hmpps.models import RollCheck, RollDifference
from throughcare.hmpps.roll import ORDER, Line, compare
from throughcare.hmpps.search import Source
from throughcare.patients import actions as patients
from throughcare.patients.models import Patient, Reach
from throughcare.record import actions as record

AMIR, DANNY = people.AMIR, people.DANNY


def described(man, **said):
    return emulator._described(man, "B-2-014") | {"prisonId": "LEI"} | said


def source(*found):
    people_of = {one["prisonerNumber"]: one for one in found}
    return Source(person=people_of.get, roll=lambda code: [one for one in found if one["prisonId"] == code])


def came(man, **said):
    scenes.moved(man, "received", "NEW_ADMISSION", clock.now() - timedelta(hours=3), search=source(described(man, **said)))


def compared(*found):
    actions.compare_roll(establishment="LEI", search=source(*found))
    return waiting()


def waiting():
    with acting(scenes.feed("LEI")):
        return queries.roll_report("LEI").waiting


def kinds():
    return sorted((row.kind, row.prison_number) for row in waiting())


def stays():
    with acting(scenes.feed("LEI")):
        return list(BedStay.objects.open().values_list("prisoner__prison_number", "location"))


def test_every_kind_has_its_name_and_its_sentence():
    assert set(book.differences()) == set(ORDER) == set(actions.reconciling.SAYS)
    assert all(kind.do.endswith(".") and len(kind.do) > 40 for kind in nonempty(book.differences().values()))


LINES = some.builds(
    Line, some.sampled_from(["A", "B", "C", "D"]), some.just("X"), some.sampled_from(["", "1", "2"]), some.booleans()
)


@given(some.lists(LINES, unique_by=lambda one: one.number), some.lists(LINES, unique_by=lambda one: one.number))
def test_each_person_is_named_once_and_only_where_the_lists_differ(ours, theirs):
    found = compare(ours, theirs)
    numbers = [one.number for one in found]
    assert len(numbers) == len(set(numbers))
    mine, roll = ({one.number: one for one in rows} for rows in (ours, theirs))
    assert {one.number for one in found if one.kind == "not_here"} == roll.keys() - mine.keys()
    assert {one.number for one in found if one.kind == "not_on_roll"} == mine.keys() - roll.keys()
    assert compare(theirs, theirs) == []


class TestWhatDiffers:
    def test_nothing_when_the_lists_agree(self, house):
        came(AMIR)
        assert compared(described(AMIR)) == []

    def test_somebody_who_is_not_on_the_roll(self, house):
        came(AMIR)
        came(DANNY)
        (row,) = compared(described(DANNY))
        assert (row.kind, row.prison_number, row.theirs) == ("not_on_roll", AMIR.prison_number, "not on the list")

    def test_somebody_of_whom_no_message_came(self, house):
        came(AMIR)
        (row,) = compared(described(AMIR), described(DANNY))
        assert (row.kind, row.prison_number, row.ours) == ("not_here", DANNY.prison_number, "not on the list")

    def test_another_cell_is_put_right_and_said(self, house):
        came(AMIR)
        (row,) = compared(described(AMIR, cellLocation="C-1-001"))
        assert (row.kind, row.ours, row.theirs) == ("wrong_cell", "LEI-B-2-014", "LEI-C-1-001")
        assert stays() == [(AMIR.prison_number, "LEI-C-1-001")]
        assert compared(described(AMIR, cellLocation="C-1-001")) == []

    def test_out_for_one_and_in_for_the_other(self, house):
        came(AMIR)
        compared(described(AMIR, status="ACTIVE OUT"))
        assert kinds() == [("in_or_out", AMIR.prison_number)]

    def test_somebody_without_a_booking(self, house):
        came(AMIR)
        with acting(house.nurse) as nurse:
            patients.receive_unbooked(family_name="Nobody", given_names="", date_of_birth=None, arrived_at=clock.now(), by=nurse)
        compared(described(AMIR))
        assert kinds() == [("no_booking", "")]

    @pytest.mark.parametrize(
        "roll", [None, lambda code: None, lambda code: []], ids=["nowhere to ask", "no answer", "an empty list"]
    )
    def test_an_empty_roll_is_a_broken_roll(self, house, roll):
        came(AMIR)
        with pytest.raises(actions.NoRoll):
            actions.compare_roll(establishment="LEI", search=Source(person=emulator.prisoner, roll=roll))
        with acting(scenes.feed("LEI")):
            assert not RollCheck.objects.exists() and not RollDifference.objects.exists()

    def test_another_prison_sees_none_of_it(self, house):
        came(AMIR)
        compared(described(DANNY))
        with acting(house["MDI administrator"]):
            assert not RollDifference.objects.exists() and not RollCheck.objects.exists()


class TestWhatAPersonSays:
    def answer(self, house, says, *found, who="LEI administrator"):
        (row,) = waiting()
        with acting(house[who]) as by:
            actions.answer_difference(difference=row, says=says, at=clock.now(), by=by, search=source(*found))

    def test_they_are_here_begins_reception(self, house):
        came(AMIR)
        compared(described(AMIR), described(DANNY))
        self.answer(house, "here", described(DANNY))
        assert {number for number, _ in stays()} == {AMIR.prison_number, DANNY.prison_number}
        with acting(scenes.feed("LEI")):
            assert Patient.objects.filter(given_names=DANNY.given_names).exists()
        assert waiting() == []

    def test_they_have_left_closes_the_record_here(self, house):
        came(AMIR)
        came(DANNY)
        compared(described(DANNY))
        self.answer(house, "left", described(AMIR, status="INACTIVE OUT", prisonId="OUT", cellLocation=None))
        assert [number for number, _ in stays()] == [DANNY.prison_number]
        with acting(scenes.feed("LEI")):
            assert Movement.objects.filter(kind="released").count() == 1

    def test_is_said_once_by_whoever_may(self, house):
        came(AMIR)
        came(DANNY)
        compared(described(DANNY))
        with pytest.raises(NotAllowed):
            self.answer(house, "left", who="LEI reception_nurse")
        (row,) = waiting()
        self.answer(house, "here")
        with acting(house["LEI administrator"]) as by, pytest.raises(actions.AnsweredBefore):
            actions.answer_difference(difference=row, says="left", at=clock.now(), by=by)

    def test_must_fit_the_difference(self, house):
        came(AMIR)
        compared(described(AMIR, cellLocation="C-1-001"))
        with pytest.raises(actions.NotThisAnswer):
            self.answer(house, "left")


class TestBedsideTruth:
    def seen(self, house, patient, ago):
        with acting(house["LEI prescriber"]) as by:
            record.record_encounter(
                patient=patient.id, kind="prescriber_review", done="Seen", plan="", at=clock.now() - timedelta(minutes=ago), by=by
            )

    def live(self, patient):
        with acting(scenes.feed("LEI")):
            return Reach.objects.live().get(patient=patient.id, scope="establishment:LEI").kind

    def left(self, minutes_ago, reason="RELEASED"):
        scenes.moved(AMIR, "released", reason, clock.now() - timedelta(minutes=minutes_ago))

    @pytest.mark.parametrize("reason", ["RELEASED", "TRANSFERRED", "RELEASED_TO_HOSPITAL"])
    def test_somebody_seen_after_a_late_departure_stays_open_until_a_person_looks(self, house, reason):
        patient = scenes.received(AMIR, clock.now() - timedelta(hours=9))
        self.seen(house, patient, ago=30)
        self.left(120, reason)
        assert self.live(patient) == "here" and kinds() == [("seen_after_leaving", AMIR.prison_number)]
        assert stays() == [], "what the prison says is still what the prison says"

    def test_somebody_seen_before_he_left_has_left(self, house):
        patient = scenes.received(AMIR, clock.now() - timedelta(hours=9))
        self.seen(house, patient, ago=120)
        self.left(30)
        assert self.live(patient) == "left" and waiting() == []

    def test_a_transfer_elsewhere_opens_there_and_does_not_shut_here(self, house):
        patient = scenes.received(AMIR, clock.now() - timedelta(hours=9))
        self.seen(house, patient, ago=30)
        scenes.moved(AMIR, "received", "TRANSFERRED", clock.now() - timedelta(hours=2), "MDI")
        with acting(scenes.feed("LEI")):
            assert set(Reach.objects.live().filter(patient=patient.id, kind="here").values_list("scope", flat=True)) == {
                "establishment:LEI", "establishment:MDI",
            }  # fmt: skip

    @pytest.mark.parametrize("says, then", [("left", "left"), ("here", "here")])
    def test_what_the_person_says_holds(self, house, says, then):
        patient = scenes.received(AMIR, clock.now() - timedelta(hours=9))
        self.seen(house, patient, ago=30)
        self.left(120)
        (row,) = waiting()
        with acting(house["LEI administrator"]) as by:
            actions.answer_difference(difference=row, says=says, at=clock.now(), by=by)
        assert self.live(patient) == then and waiting() == []

    def test_when_the_prison_takes_it_back_nobody_is_received_twice(self, house):
        patient = scenes.received(AMIR, clock.now() - timedelta(hours=9))
        self.seen(house, patient, ago=30)
        self.left(120)
        scenes.moved(AMIR, "received", "READMISSION", clock.now() - timedelta(minutes=5))
        with acting(scenes.feed("LEI")):
            from throughcare.audit.models import Fact

            arrived = Fact.objects.filter(kind="patients.PatientArrived", patient_id=patient.id).order_by("happened_at")
            assert [one.kept["kind"] for one in arrived] == ["new", "court_return"]

    def test_a_death_stands_with_what_was_written_in_the_hour_after_and_not_with_a_man_seen_later(self, house):
        patient = scenes.received(AMIR, clock.now() - timedelta(hours=9))
        self.seen(house, patient, ago=30)
        self.left(120, "DIED")
        with acting(scenes.feed("LEI")):
            assert Patient.objects.get(id=patient.id).died_at is None
        assert kinds() == [("seen_after_leaving", AMIR.prison_number)]

    def test_what_a_machine_wrote_proves_nothing(self, house):
        patient = scenes.received(AMIR, clock.now() - timedelta(hours=9))
        scenes.moved(AMIR, "released", "SENT_TO_COURT", clock.now() - timedelta(minutes=20))
        self.left(60)
        assert self.live(patient) == "left"


class TestThePage:
    def page(self, house, who="LEI administrator", path="/establishments/LEI/roll/"):
        return house.sign_in(Client(), who).get(path)

    def test_names_each_difference_with_what_to_do_and_nothing_clinical(self, house):
        patient = scenes.received(AMIR)
        with acting(house["LEI prescriber"]) as by:
            record.record_encounter(patient=patient.id, kind="prescriber_review", done="zqcanary", plan="", at=clock.now(), by=by)
        compared(described(DANNY))
        said = self.page(house).content.decode()
        assert AMIR.prison_number in said and DANNY.prison_number in said and "zqcanary" not in said
        assert all(book.differences()[kind].do.split("“")[0][:30] in said.replace("&#39;", "'") for kind, _ in nonempty(kinds()))

    def test_is_for_whoever_sees_the_feed_at_this_prison(self, house):
        answers = [self.page(house, who).status_code for who in ("LEI administrator", "LEI reception_nurse", "MDI administrator")]
        assert answers == [200, 403, 403]

    def test_takes_at_most_six_statements_however_long_it_is(self, house):
        compared(*[described(scenes.plain(n)) for n in range(3)])
        few = self.statements(house)
        compared(*[described(scenes.plain(n)) for n in range(40)])
        assert self.statements(house) == few <= 6

    def statements(self, house):
        client = house.sign_in(Client(), "LEI administrator")
        client.get("/establishments/LEI/roll/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/establishments/LEI/roll/").status_code == 200
        said = [one["sql"] for one in captured.captured_queries]
        return sum("hmpps_roll" in sql for sql in said)

    def test_an_answer_is_given_on_it(self, house):
        came(AMIR)
        compared(described(AMIR, cellLocation="C-1-001"))
        (row,) = waiting()
        client = house.sign_in(Client(), "LEI administrator")
        answer = client.post(f"/establishments/LEI/roll/{row.id}/", {"says": "seen"})
        assert (answer.status_code, answer["Location"]) == (302, "/establishments/LEI/roll/") and waiting() == []
        assert client.post(f"/establishments/LEI/roll/{row.id}/", {"says": "seen"}).status_code == 409
        assert client.post(f"/establishments/LEI/roll/{row.id}/", {"says": "nonsense"}).status_code == 409
