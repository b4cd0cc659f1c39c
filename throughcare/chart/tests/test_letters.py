"""A letter says what the pages say: every allergy, every danger, every contact, of all the records of one person."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.patients.linked import linked
from throughcare.record import actions as record

ASKED = {"purpose": "gp_record_out", "status": "given", "how": "spoken"}
LETTER = {"document": "gp_letter", "recipient": "GP practice", "basis": "consent"}
IN_2024 = datetime(2024, 4, 12, 10, 20, tzinfo=UTC)


@pytest.fixture
def nurse(house, man):
    return house.sign_in(Client(), "LEI reception_nurse")


def allergic(house, man, *substances):
    with acting(house["LEI nurse_in_charge"]) as by:
        for substance in substances:
            record.ask_allergies(patient=man.id, said="present", substance=substance, at=clock.now(), by=by)


def noted(house, man, done, at=None):
    with acting(house["LEI nurse_in_charge"]) as by:
        record.record_encounter(
            patient=man.id, kind="early_days_check", done=done, plan="", at=at or clock.now(), by=by
        )  # fmt: skip


def letter(client, man, *fields):
    """The letter as it leaves, from its page."""
    assert client.post(f"/patients/{man.id}/consents/", ASKED).status_code == 302
    sent = client.post(f"/patients/{man.id}/disclosures/", LETTER | {"fields": fields})
    assert sent.status_code == 302, sent.content
    return client.get(sent.headers["Location"]).content.decode()


def line(page, label):
    return re.search(rf"<dt>{label}</dt><dd>(.*?)</dd>", page, re.DOTALL).group(1)


def test_every_allergy_is_in_it_and_not_only_the_last_that_was_asked(house, man, nurse):
    allergic(house, man, "Penicillin", "Latex")
    said = line(letter(nurse, man, "name", "allergies"), "Allergies")
    assert "Penicillin" in said and "Latex" in said


def test_a_later_none_known_takes_no_allergy_out_of_it(house, man, nurse):
    allergic(house, man, "Penicillin")
    with acting(house["LEI nurse_in_charge"]) as by:
        record.ask_allergies(patient=man.id, said="none-known", at=clock.now(), by=by)
    assert "Penicillin" in line(letter(nurse, man, "name", "allergies"), "Allergies")


def test_what_stands_in_a_joined_record_is_in_it(house, man, nurse):
    """Allergy, danger, contact and NHS number of the other record: it is one man."""
    other = scenes.received(scenes.plain(7))
    allergic(house, other, "Codeine")
    noted(house, other, "Says he slit his wrists last week.", IN_2024)
    assert nurse.post(f"/patients/{other.id}/nhs-number/", {"nhs_number": "9991000003"}).status_code == 302
    scenes.joined(house, other, man)
    with acting(house.nurse):
        assert linked(man.id) == (man.id, other.id)
    page = letter(nurse, man, "name", "nhs_number", "allergies", "dangers", "contacts")
    assert "Codeine" in line(page, "Allergies") and "999 100 0003" in line(page, "NHS number")
    assert "12 April 2024" in line(page, "Care given here")
    assert "elf-harm" in line(page, "What could kill")


def test_what_could_kill_is_what_the_page_of_the_dangers_lists(house, man, nurse):
    noted(house, man, "Tied a ligature to the bars. Seizures when he stops drinking.")
    with acting(house["LEI nurse_in_charge"]) as by:
        record.raise_flag(patient=man.id, kind="self_harm", words="Keep blades away", at=clock.now(), by=by)
    shown = nurse.get(f"/patients/{man.id}/dangers/").content.decode()
    listed = re.findall(r'<h2 class="tc-panel__heading" id="(?!mentioned|aside)[^"]*">([^<]+)</h2>', shown)
    said = line(letter(nurse, man, "name", "dangers"), "What could kill")
    assert len(listed) > 1 and [words for words in listed if words not in said] == []


def test_the_words_of_the_notes_stay_here(house, man, nurse):
    noted(house, man, "Tied a ligature to the bars, zqcanary.")
    assert "zqcanary" not in letter(nurse, man, "name", "dangers", "contacts")
