"""Match or make: the person in the chair outranks the feed, and a name alone proves nothing (T9)."""

from datetime import date

import pytest

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.core.identifiers import BadIdentifier
from throughcare.core.refusals import NotAllowed
from throughcare.custody.models import Prisoner
from throughcare.demo import people
from throughcare.pathways.models import Task
from throughcare.patients import actions as patients
from throughcare.patients import queries
from throughcare.patients.models import Match, Need, Patient, Reach
from throughcare.screening.models import Screen

BORN = date(2001, 5, 14)


@pytest.fixture
def kyle(nurse):
    return unbooked(nurse)


def unbooked(nurse, family="Brennan", given="Kyle", born=BORN):
    return patients.receive_unbooked(family_name=family, given_names=given, date_of_birth=born, arrived_at=clock.now(), by=nurse)


def booking_of(man):
    with acting(scenes.feed("LEI")):
        return Prisoner.objects.get(prison_number=man.prison_number)


def kinds(patient):
    rows = Fact.objects.filter(patient_id=patient.id, kind__in=["patients.PatientArrived", "patients.PatientLeft"])
    return [(row.kind.removeprefix("patients.Patient"), row.kept["kind"]) for row in rows.order_by("happened_at", "id")]


class TestABooking:
    def test_makes_a_patient_once(self, nurse):
        with acting(scenes.feed("LEI")) as feed:
            scenes.expected(people.AMIR, by=feed)
        scenes.received(people.AMIR)
        assert Patient.objects.get().spoken_name == "Amir Khan"
        assert Match.objects.count() == 1 and Screen.objects.count() == 1

    def test_finds_the_patient_of_an_earlier_stay(self, nurse):
        first = scenes.received(people.AMIR, clock.now() - 5 * scenes.HOUR)
        scenes.released(people.AMIR, clock.now() - 3 * scenes.HOUR)
        assert scenes.received(people.AMIR, clock.now() - scenes.HOUR, reason="READMISSION") == first

    def test_finds_the_patient_whom_this_prison_could_not_see(self, house):
        elsewhere = scenes.received(scenes.OMAR, prison="MDI")
        assert scenes.received(scenes.OMAR, clock.now(), reason="TRANSFERRED").id == elsewhere.id
        with acting(house.nurse):
            assert Patient.objects.get().id == elsewhere.id

    def test_brings_the_interpreter_with_it(self, nurse):
        man = scenes.received(people.PIOTR)
        assert [(need.code, need.detail) for need in Need.objects.filter(patient=man.id)] == [("interpreter", "Polish")]

    @pytest.mark.parametrize("twin", [
        {"family_name": "Khan", "given_names": "Amir"},
        {"family_name": "KHAN", "given_names": "Amir"},
        {"family_name": "Khan", "given_names": "Omar"},
    ])  # fmt: skip
    def test_of_the_same_name_and_birth_date_is_another_man_until_a_person_says_so(self, nurse, twin):
        scenes.received(people.AMIR)
        scenes.received(scenes.renamed(people.AMIR, prison_number="A1234ZZ", **twin))
        assert Patient.objects.count() == 2

    def test_of_somebody_who_only_leaves_makes_nobody(self, nurse):
        scenes.released(people.AMIR)
        assert not Patient.objects.exists() and not Reach.objects.exists()


class TestSomebodyWithoutABooking:
    def test_is_cared_for_at_once(self, kyle):
        assert kyle.provisional and kinds(kyle) == [("Arrived", "unbooked")]
        assert Screen.objects.get(patient=kyle.id).arrival == "unbooked"
        assert Task.objects.open().filter(patient=kyle.id, clock="first_stage_screen").exists()

    def test_may_have_no_known_birth_date(self, nurse):
        assert unbooked(nurse, born=None).date_of_birth is None

    def test_is_not_received_twice(self, nurse, kyle):
        with pytest.raises(patients.AlreadyHere, match="Kyle Brennan is already here"):
            unbooked(nurse, family="BRENNAN", given="kyle")
        assert Patient.objects.count() == 1

    def test_is_another_man_with_another_birth_date(self, nurse, kyle):
        assert unbooked(nurse, born=date(2001, 5, 15)).id != kyle.id

    def test_is_received_only_by_those_who_may(self, house):
        with acting(house["LEI pharmacy_technician"]) as by, pytest.raises(NotAllowed):
            unbooked(by)

    @pytest.mark.parametrize("booking", [
        people.KYLE,
        scenes.renamed(people.KYLE, given_names="Kyle James"),
        scenes.renamed(people.KYLE, family_name="Brannan"),          # the birth date is enough to ask
        scenes.renamed(people.KYLE, born=date(2001, 4, 15)),         # so is the family name
    ], ids=["the same", "another given name", "another family name", "another birth date"])  # fmt: skip
    def test_is_never_matched_by_the_feed(self, nurse, kyle, booking):
        scenes.moved(booking, "received", "NEW_ADMISSION", clock.now())
        assert queries.unmatched_here("LEI") == [booking_of(booking)]
        assert Patient.objects.get() == kyle and not Match.objects.exists()
        assert list(queries.provisional_like(booking_of(booking), "LEI")) == [kyle]

    def test_does_not_hold_up_a_booking_of_somebody_else(self, nurse, kyle):
        scenes.received(people.AMIR)
        assert queries.unmatched_here("LEI") == []

    def test_is_matched_by_a_person_and_keeps_what_was_written(self, nurse, kyle):
        scenes.moved(people.KYLE, "received", "NEW_ADMISSION", clock.now())
        patients.match_booking(patient=kyle, prisoner=booking_of(people.KYLE), at=clock.now(), by=nurse)
        assert not Patient.objects.get(id=kyle.id).provisional
        assert Screen.objects.filter(patient=kyle.id).count() == 1
        assert queries.unmatched_here("LEI") == []

    def test_is_matched_once(self, nurse, kyle):
        other = unbooked(nurse, given="Kai")
        scenes.moved(people.KYLE, "received", "NEW_ADMISSION", clock.now())
        patients.match_booking(patient=kyle, prisoner=booking_of(people.KYLE), at=clock.now(), by=nurse)
        for again in (
            lambda: patients.match_booking(patient=other, prisoner=booking_of(people.KYLE), at=clock.now(), by=nurse),
            lambda: patients.make_from_booking(prisoner=booking_of(people.KYLE), at=clock.now(), by=nurse),
        ):
            with pytest.raises(patients.AlreadyMatched):
                again()
        assert Patient.objects.get(id=other.id).provisional

    def test_two_bookings_for_one_name_wait_for_a_person(self, nurse, kyle):
        second = scenes.renamed(people.KYLE, prison_number="A9999BR", given_names="Kylie")
        for booking in (people.KYLE, second):
            scenes.moved(booking, "received", "NEW_ADMISSION", clock.now())
        assert len(queries.unmatched_here("LEI")) == 2
        patients.match_booking(patient=kyle, prisoner=booking_of(people.KYLE), at=clock.now(), by=nurse)
        made = patients.make_from_booking(prisoner=booking_of(second), at=clock.now(), by=nurse)
        assert made.id != kyle.id and kinds(made) == [("Arrived", "new")]

    def test_may_be_said_to_be_nobody_of_the_booking(self, nurse, kyle):
        scenes.moved(people.KYLE, "received", "NEW_ADMISSION", clock.now())
        made = patients.make_from_booking(prisoner=booking_of(people.KYLE), at=clock.now(), by=nurse)
        assert Patient.objects.get(id=kyle.id).provisional and made.id != kyle.id

    def test_two_matched_bookings_are_one_person(self, nurse, kyle):
        for number in ("A5511BR", "A5512BR"):
            booking = scenes.renamed(people.KYLE, prison_number=number)
            scenes.moved(booking, "received", "NEW_ADMISSION", clock.now())
        for row in Prisoner.objects.order_by("prison_number"):
            if not queries.patient_of(row.id):
                patients.match_booking(patient=kyle, prisoner=row, at=clock.now(), by=nurse)
        assert set(Match.objects.values_list("patient_id", flat=True)) <= {kyle.id, *Patient.objects.values_list("id", flat=True)}
        assert kyle.id in Match.objects.values_list("patient_id", flat=True)


class TestAnNHSNumber:
    def test_is_written(self, nurse, kyle):
        assert patients.add_nhs_number(patient=kyle, typed="999 100 0003", at=clock.now(), by=nurse).nhs == "999 100 0003"

    def test_that_is_wrong_changes_nothing(self, nurse, kyle):
        with pytest.raises(BadIdentifier):
            patients.add_nhs_number(patient=kyle, typed="9991000004", at=clock.now(), by=nurse)

    def test_held_in_another_prison_says_only_that_it_is_taken(self, house, kyle):
        elsewhere = scenes.received(scenes.OMAR, prison="MDI")
        with acting(house.other) as other:
            patients.add_nhs_number(patient=elsewhere, typed="9991000003", at=clock.now(), by=other)
        with acting(house.nurse) as nurse, pytest.raises(patients.NHSNumberHeldElsewhere) as refusal:
            patients.add_nhs_number(patient=kyle, typed="9991000003", at=clock.now(), by=nurse)
        assert "Omar" not in str(refusal.value) and "MDI" not in str(refusal.value)
        with acting(house.nurse):
            assert Patient.objects.get(id=kyle.id).nhs == ""

    def test_of_somebody_who_has_left_is_refused_not_swallowed(self, house):
        """Row security lets nothing be changed: the page must not say that it was saved."""
        man = scenes.received(people.AMIR)
        scenes.released(people.AMIR)
        with acting(house.nurse) as nurse:
            with pytest.raises(patients.HasLeft):
                patients.add_nhs_number(patient=man, typed="9991000003", at=clock.now(), by=nurse)
            assert not Fact.objects.filter(kind="patients.NHSNumberAdded").exists()


class TestComingAndGoing:
    @pytest.mark.parametrize("told, expected", [
        ([("released", "RELEASED", "LEI")], [("Left", "released")]),
        ([("released", "RELEASED_TO_HOSPITAL", "LEI")], [("Left", "hospital")]),
        ([("released", "SENT_TO_COURT", "LEI")], [("Left", "court")]),
        ([("released", "SENT_TO_COURT", "LEI"), ("received", "RETURN_FROM_COURT", "LEI")],
         [("Left", "court"), ("Arrived", "court_return")]),
        # The court frees him: the most dangerous way out of all must not be the one that nobody hears of.
        ([("released", "SENT_TO_COURT", "LEI"), ("released", "RELEASED", "LEI")], [("Left", "court"), ("Left", "released")]),
        ([("released", "TRANSFERRED", "LEI"), ("received", "TRANSFERRED", "MDI")],
         [("Left", "transfer"), ("Arrived", "transfer")]),
        ([("received", "TRANSFERRED", "MDI")], [("Left", "transfer"), ("Arrived", "transfer")]),
        ([("released", "SENT_TO_COURT", "LEI"), ("received", "TRANSFERRED", "MDI")],
         [("Left", "court"), ("Left", "transfer"), ("Arrived", "transfer")]),
    ])  # fmt: skip
    def test_each_way_is_a_fact_of_its_own(self, house, told, expected):
        began = clock.now() - 5 * scenes.HOUR
        man = scenes.received(people.AMIR, began)
        for hours, (kind, reason, prison) in enumerate(told, start=1):
            scenes.moved(people.AMIR, kind, reason, began + hours * scenes.HOUR, prison)
        with acting(scenes.feed("LEI")), acting(house.nurse):
            assert kinds(man)[1:] == expected


@pytest.mark.parametrize("again, rows", [("Polish", 1), ("Ukrainian", 2)])
def test_a_need_is_written_again_only_when_it_changed(nurse, kyle, again, rows):
    for words in ("Polish", again):
        patients.record_need(patient=kyle.id, code="interpreter", detail=words, source="asked", at=clock.now(), by=nurse.id)
    assert Need.objects.filter(patient=kyle.id).count() == rows
    assert Need.objects.get(patient=kyle.id, superseded_by=None).detail == again
