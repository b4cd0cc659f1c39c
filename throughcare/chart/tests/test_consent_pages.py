"""Consent and telling in the browser: asked in given words, taken back in one request, and no letter without a ground."""

import pytest
from django.test import Client

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.demo import people
from throughcare.patients import actions, consent
from throughcare.patients.models import Capacity, Consent, Disclosure, DisclosureRequest
from throughcare.screening import actions as screening

POLYGLOTS = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "=HYPERLINK(\"http://x\")", "@SUM(1)", "{{ 7*7 }}",
    "javascript:alert(1)//", "' OR 1=1 --",
)  # fmt: skip
TESTS = {"understands": "yes", "retains": "no", "weighs": "yes", "communicates": "yes"}
LETTER = {"document": "gp_letter", "recipient": "GP practice", "fields": ["name", "allergies"], "basis": "consent"}


@pytest.fixture
def nurse(house, man):
    return house.sign_in(Client(), "LEI reception_nurse")


def at(man, page=""):
    return f"/patients/{man.id}/{page}"


def says(client, man, status="given", **more):
    answer = {"purpose": "gp_record_out", "status": status, "how": "spoken"} | more
    return client.post(at(man, "consents/"), answer)


def letter(client, man, **changes):
    return client.post(at(man, "disclosures/"), LETTER | changes)


class TestAStory:
    def test_asked_agreed_told_and_taken_back(self, house, man, nurse):
        page = nurse.get(at(man, "consents/")).content.decode()
        assert page.count("Nobody has asked") >= len(consent.today().purposes)

        refused = letter(nurse, man)
        assert refused.status_code == 422 and b"nobody has asked the person" in refused.content
        assert b"Ask the person and write the answer under Consents" in refused.content

        asked = nurse.get(at(man, "consents/?purpose=gp_record_out"))
        assert b"May we tell your GP what care you had here?" in asked.content
        assert says(nurse, man).status_code == 302

        sent = letter(nurse, man)
        assert sent.status_code == 302
        page = nurse.get(sent.headers["Location"])
        assert page.status_code == 200 and b"TIERNEY" in page.content

        with acting(house.nurse):
            given = Consent.objects.get(status="given")
        assert nurse.post(at(man, f"consents/{given.id}/withdrawal/")).status_code == 302
        assert nurse.get(sent.headers["Location"]).status_code == 409, "the next request is refused"
        assert b"the person took it back" in letter(nurse, man).content
        told = nurse.get(at(man, "disclosures/")).content.decode()
        assert "Letter to the GP to GP practice" in told and sent.headers["Location"] not in told

    def test_a_second_person_lets_it_be_told(self, house, man, nurse):
        argued = {"basis": "serious_harm", "why": "He named whom he will hurt.", "told_person": "Told him."}
        assert letter(nurse, man, **argued).headers["Location"].endswith("/disclosures/")
        assert b"Waiting for a second person" in nurse.get(at(man, "disclosures/")).content
        with acting(house.nurse):
            request = DisclosureRequest.objects.get()
        page = at(man, f"disclosures/requests/{request.id}/")
        assert nurse.post(page, {"answer": "yes"}).status_code == 403
        lead = house.sign_in(Client(), "LEI nurse_in_charge")
        assert lead.post(page, {"answer": "yes"}).status_code == 302
        with acting(house.nurse):
            row = Disclosure.objects.get()
        assert nurse.get(at(man, f"disclosures/{row.id}/")).status_code == 200
        assert lead.post(page, {"answer": "yes"}).status_code == 409

    def test_could_not_decide_then_asked_again(self, house, man, nurse):
        assert says(nurse, man, "lacks_capacity").status_code == 422
        form = {"decision": "Telling the GP", "reasons": "Very drunk.", "ask_again": "2030-01-01T09:00"} | TESTS
        assert nurse.post(at(man, "capacity/"), form).status_code == 302
        with acting(house.nurse):
            assessed = Capacity.objects.get()
        assert not assessed.has_capacity and assessed.ask_again_at
        assert says(nurse, man, "lacks_capacity", capacity=str(assessed.id)).status_code == 302
        assert b"Could not decide" in nurse.get(at(man, "consents/")).content


class TestRefusals:
    @pytest.mark.parametrize("changes, sentence", [
        ({"fields": ["name", "diagnosis"]}, "is not on the closed list"), ({"fields": []}, "the paper would be empty"),
        ({"document": "gossip"}, "is not on the closed list"), ({"basis": "agreed_list"}, "does not hold for this paper"),
        ({"basis": "serious_harm"}, "the reason, the recipient, or whether the person was told is missing"),
        ({"basis": ""}, "Choose why this may be told"), ({"recipient": ""}, "Write who is told"),
    ])  # fmt: skip
    def test_no_letter_and_a_sentence_that_says_what_to_do(self, house, man, nurse, changes, sentence):
        says(nurse, man)
        answer = letter(nurse, man, **changes)
        assert answer.status_code == 422 and sentence in answer.content.decode()
        with acting(house.nurse):
            assert not Disclosure.objects.exists() and not DisclosureRequest.objects.exists()

    def test_what_was_typed_is_kept(self, man, nurse):
        answer = letter(nurse, man, why="He named whom he will hurt.").content.decode()
        assert "He named whom he will hurt." in answer and "GP practice" in answer

    def test_half_an_assessment_keeps_what_was_typed(self, man, nurse):
        answer = nurse.post(at(man, "capacity/"), {"decision": "Telling the GP", "reasons": "Drunk."})
        assert answer.status_code == 422 and b"Answer this question." in answer.content and b"Drunk." in answer.content

    def test_a_letter_is_what_was_sent_or_it_is_not_shown(self, man, nurse):
        says(nurse, man)
        where = letter(nurse, man, fields=["name", "nhs_number"]).headers["Location"]
        nurse.post(at(man, "nhs-number/"), {"nhs_number": "9991000003"})
        answer = nurse.get(where)
        assert answer.status_code == 409 and b"The record has changed since this was told" in answer.content

    def test_rows_of_somebody_else_are_not_there(self, house, man, nurse):
        other = scenes.received(people.AMIR)
        says(nurse, other)
        where = letter(nurse, other).headers["Location"].replace(str(other.id), str(man.id))
        assert nurse.get(where).status_code == 404
        with acting(house.nurse):
            row = Consent.objects.get()
        assert nurse.post(at(man, f"consents/{row.id}/withdrawal/")).status_code == 404

    def test_after_he_left_nothing_more_is_told(self, house, man, nurse):
        says(nurse, man)
        scenes.released(people.JOE)
        assert letter(nurse, man).status_code == 403
        assert nurse.get(at(man, "first-night/advice/slip/")).status_code == 403


class TestWordsAreInert:
    @pytest.mark.parametrize("words", POLYGLOTS)
    def test_in_every_page_that_shows_what_was_typed(self, man, nurse, words):
        says(nurse, man, purpose="family", recipient=words)
        nurse.post(at(man, "capacity/"), {"decision": words, "reasons": words, "best_interests": words} | TESTS)
        letter(nurse, man, basis="serious_harm", why=words, told_person=words)
        for page in ("consents/", "disclosures/", "consents/?purpose=family"):
            said = nurse.get(at(man, page)).content.decode()
            assert "<script>alert" not in said and "<img src=x" not in said and ">49<" not in said
        again = letter(nurse, man, why=words).content.decode()
        assert "<script>alert" not in again and "<img src=x" not in again


class TestTheFirstNight:
    @pytest.mark.parametrize("said, status", [("yes", "given"), ("no", "refused"), ("unable", None)])
    def test_the_answer_about_the_gp_record_is_consent(self, house, said, status):
        man = scenes.screened(people.JOE, house.nurse, says=dict(people.JOE.says) | {"fs_consent_gp": said})
        with acting(house.nurse):
            row = consent.standing(man.id, "gp_record_in", "GP practice")
            assert (row.status if row else None) == status
            assert Fact.objects.filter(kind="patients.ConsentAnswered").count() == bool(status)

    def test_what_he_said_later_stands(self, house):
        man = scenes.screened(people.JOE, house.nurse, sign=False)
        with acting(house.nurse) as nurse:
            actions.record_consent(
                patient=man.id, purpose="gp_record_in", status="refused", how="spoken", at=clock.now(), by=nurse
            )
            screening.sign(screen=scenes.screen_of(man), at=clock.now(), by=nurse)
            assert consent.standing(man.id, "gp_record_in", "GP practice").status == "refused"
