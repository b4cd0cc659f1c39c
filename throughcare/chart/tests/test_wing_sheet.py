"""T4: officers get a closed list of operational facts, with no slot for a word about health."""

from dataclasses import make_dataclass
from datetime import time, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests import scenes
from tests.rows import filled, ours
from throughcare.access.acting import acting
from throughcare.chart import wing_sheet
from throughcare.chart.wing_sheet import NotOnTheClosedList, WingLine
from throughcare.core import clock
from throughcare.core.laws import PATIENT
from throughcare.custody.models import BedStay
from throughcare.demo import emulator, people
from throughcare.patients import consent
from throughcare.patients.models import Disclosure
from throughcare.screening import actions as screening
from throughcare.screening import rules as screens

PLAIN = {"cell": "B-2-014", "initials": "AK", "prison_number": "A7042QX"}
CANARY = "zqcanary"


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


class TestTheLine:
    @given(st.text(max_size=20), st.text())
    def test_any_other_key_is_refused(self, key, value):
        if key not in WingLine.__dataclass_fields__:
            with pytest.raises(NotOnTheClosedList):
                wing_sheet.wing_line(PLAIN | {key: value})

    @given(st.text(min_size=1))
    def test_no_slot_takes_words(self, words):
        listed = {one.code for one in consent.today().wing_codes}
        for slot, value in (
            ("codes", (words,)),
            ("fit_for_transfer", words),
            ("dose_times", (words,)),
            ("appointments", (words,)),
        ):
            if words not in listed | set(wing_sheet.FIT):
                with pytest.raises(NotOnTheClosedList):
                    wing_sheet.wing_line(PLAIN | {slot: value})

    @pytest.mark.parametrize("slot, value", [("initials", CANARY), ("cell", CANARY * 6), ("prison_number", CANARY)])
    def test_nor_those_for_cell_initials_and_number(self, slot, value):
        with pytest.raises(NotOnTheClosedList):
            wing_sheet.wing_line(PLAIN | {slot: value})

    def test_a_line_with_more_on_it_is_not_sent(self):
        more = make_dataclass("More", [("diagnosis", str, CANARY)], bases=(WingLine,), frozen=True)
        with pytest.raises(NotOnTheClosedList):
            wing_sheet.serialised(more(**PLAIN))

    def test_what_may_be_said_can_be_said(self):
        line = wing_sheet.wing_line(PLAIN | {"codes": ("lower_bunk",), "dose_times": (time(14),), "fit_for_transfer": "no"})
        assert wing_sheet.serialised(line)["codes"] == ("lower_bunk",) and wing_sheet.words(line.codes) == ["Bottom bunk"]

    def test_every_slot_and_every_code_is_on_the_list_agreed_with_the_prison(self):
        book = consent.today()
        assert set(WingLine.__dataclass_fields__) == set(book.paper("wing_sheet").fields)
        advice = {line.code for line in screens.screens().on("first-night", clock.prison_day(clock.now())).value.location_advice}
        assert advice <= set(book.paper("location_slip").fields) and advice == {one.code for one in book.wing_codes}


class TestTheSheet:
    @pytest.fixture
    def man(self, house):
        patient = scenes.received(people.AMIR)
        with acting(house.nurse) as nurse:
            screening.advise(screen=scenes.screen_of(patient), codes=["lower_bunk"], at=clock.now(), by=nurse)
        return patient

    def sheet(self, house, who="LEI reception_nurse"):
        client = house.sign_in(Client(), who)
        wings = client.get("/establishments/LEI/wing-sheet/").content.decode()
        wing = wings.split("wing-sheet/?wing=")[1].split('"')[0]
        return client.get(f"/establishments/LEI/wing-sheet/?wing={wing}")

    def test_it_says_what_to_do_and_keeps_what_was_told(self, house, man):
        page = self.sheet(house)
        assert page.status_code == 200 and b"Bottom bunk" in page.content and people.AMIR.prison_number.encode() in page.content
        with acting(house.nurse):
            told = Disclosure.objects.get(document="wing_sheet")
        assert (told.patient_id, told.basis) == (man.id, "agreed_list")
        assert set(told.fields) == {"cell", "initials", "prison_number", "codes"}

    def test_a_column_that_nothing_fills_is_not_there(self, house, man):
        page = text(self.sheet(house))
        assert "Fit for transfer" not in page and "Nurse at" not in page and "Called to" not in page and "None" not in page

    def test_a_man_without_advice_is_not_said_to_need_nothing(self, house):
        scenes.received(people.AMIR)
        page = text(self.sheet(house))
        assert "No advice given yet" in page and "Nothing special" not in page
        with acting(house.nurse):
            assert "codes" not in Disclosure.objects.get(document="wing_sheet").fields

    def test_one_with_advice_and_no_code_needs_nothing_special(self, house, man):
        with acting(house.nurse) as nurse:
            screening.advise(screen=scenes.screen_of(man), codes=[], at=clock.now(), by=nurse)
        assert "Nothing special" in text(self.sheet(house))
        with acting(house.nurse):
            assert "codes" in Disclosure.objects.get(document="wing_sheet").fields, "that is told too"

    def test_a_booking_of_a_joined_record_is_the_persons(self, house, man):
        """Once for each person, under the name that stays, with the advice of whichever record."""
        yuri = scenes.renamed(people.JOE, family_name="Zander", given_names="Yuri")
        survivor = scenes.received(yuri, clock.now() - timedelta(days=9))
        scenes.released(yuri, clock.now() - timedelta(days=2))
        scenes.joined(house, man, survivor)
        page = text(self.sheet(house))
        assert "Bottom bunk" in page and f"YZ, {people.AMIR.prison_number}" in page
        with acting(house.nurse):
            assert {row.patient_id for row in Disclosure.objects.filter(document="wing_sheet")} == {survivor.id}

    def test_a_cell_with_the_longest_name_stands_there_whole(self, house, man):
        longest = wing_sheet.LONGEST_CELL
        assert longest == BedStay._meta.get_field("location").max_length, "what a bed can say, the sheet can say"
        cell = "B-WING-SEGREGATION-REVIEW-CELL-" + "7" * (longest - len("LEI-B-WING-SEGREGATION-REVIEW-CELL-"))
        described = emulator.prisoner(people.DANNY.prison_number) | {"cellLocation": cell}
        scenes.moved(people.DANNY, "received", "NEW_ADMISSION", clock.now() - scenes.HOUR, search=lambda number: described)
        nurse = house.sign_in(Client(), "LEI reception_nurse")
        assert f"{cell}<" in text(nurse.get("/establishments/LEI/wing-sheet/?wing=B"))

    def test_it_says_how_many_more_are_here(self, house, man):
        assert "not on this sheet" not in text(self.sheet(house))
        other = scenes.received(people.DANNY)
        nurse = house.sign_in(Client(), "LEI reception_nurse")
        nurse.post(f"/patients/{other.id}/relationship/", {"why": "His cousin"})
        page = text(self.sheet(house))
        assert "1 more here is not on this sheet." in page and people.DANNY.prison_number not in page

    def test_the_page_of_the_wings_names_all_that_officers_get(self, house, man):
        page = text(house.sign_in(Client(), "LEI reception_nurse").get("/establishments/LEI/wing-sheet/"))
        assert "cell, initials, prison number and the agreed words, and nothing else" in page

    def test_to_choose_a_wing_tells_nobody_anything(self, house, man):
        house.sign_in(Client(), "LEI reception_nurse").get("/establishments/LEI/wing-sheet/")
        with acting(house.nurse):
            assert not Disclosure.objects.exists()

    def test_no_word_of_the_record_gets_on_it(self, house, man):
        """A canary in every text of every table about him; the codes of his advice alone are his own."""
        with acting(house.nurse):
            for model, law in ours():
                needs = [f for f in model._meta.concrete_fields if f.is_relation and not f.null and f.name != "patient"]
                if law.seen_by == PATIENT and law.key != "id" and not law.gate and not law.derived and not needs:
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
