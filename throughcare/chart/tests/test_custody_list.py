"""T4: officers get a closed list of operational facts, with no slot for a word about health."""

from dataclasses import make_dataclass
from datetime import UTC, datetime, time

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests import scenes
from tests.rows import filled, ours
from throughcare.access.acting import acting
from throughcare.chart import custody
from throughcare.chart.custody import NotOnTheClosedList, WingLine
from throughcare.core import clock
from throughcare.core.laws import PATIENT
from throughcare.demo import people
from throughcare.patients import consent
from throughcare.patients.models import Disclosure
from throughcare.screening import actions as screening
from throughcare.screening import rules as screens

CLINICS = ("GP", "dentist", "sexual health", "drug clinic", "mental health", "blood-borne viruses", "optician", "psychiatrist")
AT = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
PLAIN = {"cell": "B-2-014", "initials": "AK", "prison_number": "A7042QX"}
CANARY = "zqcanary"


class TestTheLine:
    @given(st.text(max_size=20), st.text())
    def test_any_other_key_is_refused(self, key, value):
        if key not in WingLine.__dataclass_fields__:
            with pytest.raises(NotOnTheClosedList):
                custody.wing_line(PLAIN | {key: value})

    @given(st.text(min_size=1))
    def test_no_slot_takes_words(self, words):
        listed = {one.code for one in consent.today().wing_codes}
        for slot, value in (
            ("codes", (words,)),
            ("fit_for_transfer", words),
            ("dose_times", (words,)),
            ("appointments", (words,)),
        ):
            if words not in listed | set(custody.FIT):
                with pytest.raises(NotOnTheClosedList):
                    custody.wing_line(PLAIN | {slot: value})

    @pytest.mark.parametrize("slot, value", [("initials", CANARY), ("cell", CANARY * 4), ("prison_number", CANARY)])
    def test_nor_those_for_cell_initials_and_number(self, slot, value):
        with pytest.raises(NotOnTheClosedList):
            custody.wing_line(PLAIN | {slot: value})

    def test_a_line_with_more_on_it_is_not_sent(self):
        more = make_dataclass("More", [("diagnosis", str, CANARY)], bases=(WingLine,), frozen=True)
        with pytest.raises(NotOnTheClosedList):
            custody.serialised(more(**PLAIN))

    def test_what_may_be_said_can_be_said(self):
        line = custody.wing_line(PLAIN | {"codes": ("lower_bunk",), "dose_times": (time(14),), "fit_for_transfer": "no"})
        assert custody.serialised(line)["codes"] == ("lower_bunk",) and custody.words(line.codes) == ["Bottom bunk"]

    def test_every_slot_and_every_code_is_on_the_list_agreed_with_the_prison(self):
        book = consent.today()
        assert set(WingLine.__dataclass_fields__) == set(book.paper("movement_sheet").fields)
        advice = {line.code for line in screens.screens().on("first-night", clock.prison_day(clock.now())).value.location_advice}
        assert advice <= set(book.paper("location_slip").fields) and advice == {one.code for one in book.wing_codes}


class TestAppointmentSlips:
    @pytest.mark.parametrize("place", consent.today().movement.places)
    def test_eight_clinics_are_one_text(self, place):
        booking = {"cell": "B-2-014", "initials": "AK", "at": AT, "place": place, "service": "x", "note": CANARY}
        texts = {custody.slip_text(custody.slip_of(booking | {"clinic": clinic})) for clinic in CLINICS}
        assert texts == {f"B-2-014 AK: come to {place}, 3 March 2026 at 10:00."}

    @pytest.mark.parametrize("place", ["Dental suite", "Drug clinic", "", "Healthcare (GUM)"])
    def test_a_place_that_names_a_clinic_is_refused(self, place):
        with pytest.raises(NotOnTheClosedList):
            custody.slip_of({"cell": "B-2-014", "initials": "AK", "at": AT, "place": place})


class TestTheSheet:
    @pytest.fixture
    def man(self, house):
        patient = scenes.received(people.AMIR)
        with acting(house.nurse) as nurse:
            screening.advise(screen=scenes.screen_of(patient), codes=["lower_bunk"], at=clock.now(), by=nurse)
        return patient

    def sheet(self, house, who="LEI reception_nurse"):
        client = house.sign_in(Client(), who)
        wings = client.get("/establishments/LEI/custody-list/").content.decode()
        wing = wings.split("custody-list/?wing=")[1].split('"')[0]
        return client.get(f"/establishments/LEI/custody-list/?wing={wing}")

    def test_it_says_what_to_do_and_keeps_what_was_told(self, house, man):
        page = self.sheet(house)
        assert page.status_code == 200 and b"Bottom bunk" in page.content and people.AMIR.prison_number.encode() in page.content
        with acting(house.nurse):
            told = Disclosure.objects.get(document="movement_sheet")
        assert (told.patient_id, told.basis) == (man.id, "agreed_list")
        assert set(told.fields) == {"cell", "initials", "prison_number", "codes", "fit_for_transfer"}

    def test_to_choose_a_wing_tells_nobody_anything(self, house, man):
        house.sign_in(Client(), "LEI reception_nurse").get("/establishments/LEI/custody-list/")
        with acting(house.nurse):
            assert not Disclosure.objects.exists()

    def test_no_word_of_the_record_gets_on_it(self, house, man):
        """A canary in every text of every table about him; the codes of his advice alone are his own."""
        with acting(house.nurse):
            for model, law in ours():
                needs = [f for f in model._meta.concrete_fields if f.is_relation and not f.null and f.name != "patient"]
                if law.seen_by == PATIENT and law.key != "id" and not law.gate and not needs:
                    filled(model, CANARY, patient=man).save(force_insert=True)
        page = self.sheet(house).content.decode()
        assert CANARY not in page and "Bottom bunk" in page

    def test_a_name_cannot_attack_the_sheet(self, house):
        scenes.received(scenes.renamed(people.AMIR, family_name="<script>alert(1)</script>", given_names="=cmd|' /C calc'!A0"))
        page = self.sheet(house).content
        assert b"alert(1)" not in page and b"=cmd" not in page

    def test_the_officers_slip_is_told_on_the_closed_list(self, house, man):
        page = house.sign_in(Client(), "LEI reception_nurse").get(f"/patients/{man.id}/first-night/advice/slip/")
        assert page.status_code == 200
        with acting(house.nurse):
            told = Disclosure.objects.get(document="location_slip")
        assert told.fields == ["name", "prison_number", "place", "lower_bunk"] and told.basis == "agreed_list"
