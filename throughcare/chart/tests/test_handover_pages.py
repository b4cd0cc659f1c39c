"""Police, liaison and escort have their part of the record, and every other door is shut."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver

from tests import scenes
from tests.laws.addresses import addresses
from tests.nonempty import nonempty
from throughcare.access.acting import acting
from throughcare.access.roles import roles
from throughcare.audit.models import Access
from throughcare.demo import people
from throughcare.record.models import Handover, Warning

OUTSIDE = sorted(role.id for role in roles().values() if role.scope == "handover")
THEIRS = {"home", "handovers", "handover", "handover-in"}
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')  # letters by chance: now and then those of a name
LIST = "/establishments/LEI/handovers/"


@pytest.fixture
def coming(house):
    with acting(scenes.feed("LEI")) as feed:
        scenes.expected(people.AMIR, by=feed)
    return scenes.patient_of(people.AMIR)


def writes(client, man, **told):
    return client.post(f"{LIST}in/{man.id}/", {"risks": ["self_harm_here"], "keep_safe": "Sits alone."} | told)


def test_a_story_from_the_police_cell_to_reception_and_out_to_court(house, coming):
    police = house.sign_in(Client(), "LEI police_custody_nurse")
    assert b"KHAN, Amir" in police.get(LIST).content
    told = writes(police, coming, **{"medicines.0.what": "Diazepam", "medicines.0.dose": "10 mg", "medicines.0.at": "16:05"})
    assert told.status_code == 302 and b"Diazepam, 10 mg, last given 16:05" in police.get(told.headers["Location"]).content

    scenes.received(people.AMIR)
    nurse = house.sign_in(Client(), "LEI reception_nurse")
    screen = nurse.get(f"/patients/{coming.id}/first-night/").content.decode()
    assert "Harmed himself in this custody" in screen and "Diazepam, 10 mg, last given 16:05" in screen
    assert screen.count("I have read this") == 3

    made = nurse.post(f"{LIST}out/{coming.id}/", {"kind": "escort", "dose_times": "14:00", "medicine_bag": "yes"})
    assert made.status_code == 302
    escort = house.sign_in(Client(), "LEI escort_officer")
    page = escort.get(made.headers["Location"]).content.decode()
    assert "14:00" in page and "Yes: do not open" in page and "Diazepam" not in page and "Harmed" not in page
    assert police.get(LIST).content.count(b"KHAN, Amir") == 1, "expected no more; her own page stays for a day"


@pytest.mark.parametrize("role", OUTSIDE)
def test_no_other_address_opens_for_those_on_the_way(house, coming, role):
    here = scenes.received(people.DANNY)
    client = house.sign_in(Client(raise_request_exception=False), f"LEI {role}")
    for man in (here, coming):
        for address in nonempty(addresses(get_resolver(), patient=man.id, person=man.id, code="LEI")):
            if address.view.sight.kind in ("public", "staff") or address.name in THEIRS:
                continue
            for method in ("get", "post"):
                answer = getattr(client, method)(address.path, {"patient": str(man.id), "q": "khan"})
                assert answer.status_code in (403, 404, 405), (address, method, answer.status_code)
                said = TOKEN.sub(b"", answer.content).upper().replace(b"Q=KHAN", b"")
                assert b"BYRNE" not in said and b"KHAN" not in said, address


@pytest.mark.parametrize("role", OUTSIDE)
def test_their_own_pages_name_those_expected_and_nobody_else(house, coming, role):
    here = scenes.received(people.DANNY)
    client = house.sign_in(Client(), f"LEI {role}")
    page = client.get(LIST)
    assert (
        page.status_code == 200
        and b"KHAN, Amir" in page.content
        and people.DANNY.family_name.upper().encode() not in page.content
    )
    assert client.get(f"{LIST}in/{coming.id}/").status_code == 200
    assert client.get(f"{LIST}in/{here.id}/").status_code == 404 == writes(client, here).status_code
    assert client.get(f"{LIST}out/{coming.id}/").status_code == 403
    assert client.get("/").headers["Location"] == LIST
    with acting(house[f"LEI {role}"]) as actor:
        looked = [set(row.patients) for row in Access.objects.filter(actor=actor.id, page="handovers")]
    assert looked == [{coming.id}]


def test_another_prisons_pages_stay_there(house, coming):
    told = writes(house.sign_in(Client(), "LEI escort_officer"), coming)
    elsewhere = house.sign_in(Client(), "MDI escort_officer")
    assert elsewhere.get(LIST).status_code == 403
    assert elsewhere.get(told.headers["Location"].replace("LEI", "MDI")).status_code == 404
    assert b"KHAN" not in elsewhere.get("/establishments/MDI/handovers/").content


@pytest.mark.parametrize("told, sentence", [
    ({"risks": ["methadone"]}, "is not one of the answers"), ({"dose_times": "14:00 tablets"}, "is not a time"),
    ({"last_meal": "a pie"}, "Enter a date and a time"), ({"risks": [], "keep_safe": ""}, "Write at least one thing"),
])  # fmt: skip
def test_what_the_list_does_not_hold_is_refused_with_what_was_typed(house, coming, told, sentence):
    client = house.sign_in(Client(), "LEI escort_officer")
    answer = writes(client, coming, **told)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert told.get("keep_safe", "Sits alone.") in answer.content.decode()
    with acting(house.nurse):
        assert not Handover.objects.exists() and not Warning.objects.exists()


LONG = "Sits alone and rocks. " * 20 + "Has a blade in his shoe."


@pytest.mark.parametrize("told, sentence", [
    ({"keep_safe": LONG}, f"This has {len(LONG)} characters, and 400 fit here. Shorten it"),
    ({"medicines.0.what": "x" * 200, "medicines.0.dose": "y" * 180, "medicines.0.at": "Has a blade in his shoe."},
     "Shorten each medicine to 400 characters in all"),
], ids=["the last line", "a medicine"])  # fmt: skip
def test_what_warns_is_never_cut_off(house, coming, told, sentence):
    answer = writes(house.sign_in(Client(), "LEI police_custody_nurse"), coming, **told)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert "Has a blade in his shoe." in answer.content.decode(), "the end of it is still there"
    with acting(house.nurse):
        assert not Handover.objects.exists() and not Warning.objects.exists()


def test_a_last_line_that_just_fits_lands_whole(house, coming):
    fits = "x" * 380 + " Blade in shoe."
    assert writes(house.sign_in(Client(), "LEI escort_officer"), coming, keep_safe=fits).status_code == 302
    with acting(house.nurse):
        assert Warning.objects.filter(words=fits).count() == 1


def test_a_field_that_is_not_on_the_page_is_not_even_read(house, coming):
    writes(house.sign_in(Client(), "LEI escort_officer"), coming, diagnosis="zqcanary", medicines="zqcanary")
    with acting(house.nurse):
        assert "zqcanary" not in str(Handover.objects.get().content)


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=cmd|' /C calc'!A0", "{{ 7*7 }}"]
)
def test_words_are_inert_wherever_they_land(house, coming, words):
    escort, nurse = (house.sign_in(Client(), f"LEI {role}") for role in ("escort_officer", "reception_nurse"))
    told = writes(escort, coming, keep_safe=words, who_to_call=words)
    scenes.received(people.AMIR)
    for client, page in ((escort, told.headers["Location"]), (nurse, told.headers["Location"]),
                         (nurse, f"/patients/{coming.id}/first-night/")):  # fmt: skip
        said = client.get(page).content.decode()
        assert "<script>alert" not in said and "<img src=x" not in said and ">49<" not in said


def test_a_nurse_starts_from_the_one_thing_that_is_stable(house):
    man = scenes.received(scenes.renamed(people.AMIR, language="Polish"))
    page = house.sign_in(Client(), "LEI reception_nurse").get(f"{LIST}out/{man.id}/").content.decode()
    assert page.count(" checked") == 1 and 'value="interpreter" checked' in page
