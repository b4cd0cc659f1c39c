"""Joining two records and searching the estate in the browser: two people, what was typed is kept, links lead on."""

import re

import pytest
from django.test import Client

from tests import scenes
from tests.rows import filled
from throughcare.access.acting import acting
from throughcare.audit.models import Access
from throughcare.core import clock
from throughcare.demo import people
from throughcare.pathways.models import Task
from throughcare.patients.linked import linked

TONY = scenes.renamed(people.AMIR, prison_number="A1234TR", family_name="Kahn", given_names="Amir")
TASK = re.compile(r'/tasks/([0-9a-f-]+)/">Details')
WHY = "Same face, same tattoo, he says both names are his."


@pytest.fixture
def two(house):
    return scenes.received(TONY), scenes.received(people.AMIR)


@pytest.fixture
def ruth(house):
    return house.sign_in(Client(), "LEI nurse_in_charge")


@pytest.fixture
def joan(house):
    return house.sign_in(Client(), "LEI administrator")


def answer_link(client, man):
    said = client.get(f"/patients/{man.id}/identity/").content.decode()
    return re.search(rf"/patients/{man.id}/merge/[0-9a-f-]+/", said).group()


def joined(ruth, joan, two):
    tony, amir = two
    assert ruth.post(f"/patients/{tony.id}/merge/", {"with": str(amir.id), "why": WHY}).status_code == 302
    return joan.post(answer_link(joan, amir), {"answer": "yes"})


def test_a_likely_other_record_is_offered_and_compared(house, two, ruth):
    tony, amir = two
    said = ruth.get(f"/patients/{tony.id}/merge/").content.decode()
    assert f"?with={amir.id}" in said and "same date of birth" in said
    said = ruth.get(f"/patients/{tony.id}/merge/?with={amir.id}").content.decode()
    assert "KHAN, Amir, which stays" in said and "A1234TR" in said and "A4711KH" in said


def test_what_is_due_stands_in_one_order_under_whichever_record(house, two, ruth, joan):
    tony, amir = two
    joined(ruth, joan, two)
    with acting(house.nurse):
        due = list(Task.objects.begun().filter(patient=amir.id).order_by("due_at").values_list("due_at", flat=True))
        between = due[0] + (due[-1] - due[0]) / 2
        now = clock.now()
        filled(Task, patient=tony, establishment="LEI", anchored_at=now, due_at=between, status="open").save(force_insert=True)
        owed = {str(row.id): row.due_at for row in Task.objects.begun().filter(patient__in=[tony.id, amir.id])}
    listed = [owed[key] for key in TASK.findall(ruth.get(f"/patients/{amir.id}/").content.decode())]
    assert listed == sorted([*due, between])


def test_two_people_join_two_records(house, two, ruth, joan):
    tony, amir = two
    assert joined(ruth, joan, two).headers["Location"] == f"/patients/{amir.id}/identity/"
    with acting(house.nurse):
        assert linked(tony.id) == (amir.id, tony.id)


def test_the_first_person_is_offered_no_yes_and_gets_none(house, two, ruth):
    tony, amir = two
    ruth.post(f"/patients/{tony.id}/merge/", {"with": str(amir.id), "why": WHY})
    link = answer_link(ruth, tony)
    assert 'value="yes"' not in ruth.get(link).content.decode()
    refused = ruth.post(link, {"answer": "yes"})
    assert refused.status_code == 422 and "Somebody else who may merge records" in refused.content.decode()


def test_too_short_a_reason_is_kept_with_a_sentence(house, two, ruth):
    answer = ruth.post(f"/patients/{two[0].id}/merge/", {"with": str(two[1].id), "why": "same"})
    assert (
        answer.status_code == 422
        and "Say in a few words" in answer.content.decode()
        and ">same</textarea>" in answer.content.decode()
    )


@pytest.mark.parametrize("part", ["", "identity/", "encounters/new/?kind=early_days_check"])
def test_the_old_address_leads_to_the_one_that_stays_with_a_notice(house, two, ruth, joan, part):
    tony, amir = two
    joined(ruth, joan, two)
    answer = joan.get(f"/patients/{tony.id}/{part}")
    assert answer.status_code == 302 and answer.headers["Location"].startswith(f"/patients/{amir.id}/")
    said = joan.get(f"/patients/{amir.id}/identity/?joined=1").content.decode()
    assert "You asked for a record that was joined to this one" in said and "2 records are joined here" in said
    assert "A1234TR" in said and "A4711KH" in said


def test_a_form_that_was_open_when_they_were_joined_is_written_to_the_one_that_stays(house, two, ruth, joan):
    tony, amir = two
    joined(ruth, joan, two)
    client = house.sign_in(Client(), "LEI reception_nurse")
    typed = {"use": "nickname", "given_names": "Ace", "source": "told"}
    assert client.post(f"/patients/{tony.id}/identity/names/", typed).headers["Location"] == f"/patients/{amir.id}/identity/"


def test_parting_them_again_lists_what_was_written_since(house, two, ruth, joan):
    tony, amir = two
    joined(ruth, joan, two)
    ruth.post(f"/patients/{amir.id}/identity/names/", {"use": "nickname", "given_names": "Ace", "source": "told"})
    link = re.search(
        rf"/patients/{amir.id}/unmerge/[0-9a-f-]+/", ruth.get(f"/patients/{amir.id}/identity/").content.decode()
    ).group()
    assert "Written since they were joined" in ruth.get(link).content.decode()
    assert ruth.post(link, {"why": "The fingerprints differ."}).status_code == 302
    assert joan.post(answer_link(joan, amir), {"answer": "yes"}).status_code == 302
    assert joan.get(f"/patients/{tony.id}/identity/").status_code == 200


class TestSameNames:
    @pytest.mark.parametrize("twin, words", [
        ({"born": people.AMIR.born}, "Amir Khan"), ({"family_name": "Khann", "born": people.DANNY.born}, "sounds alike"),
        ({"family_name": "Amir", "given_names": "Khan"}, "names swapped"),
        ({"family_name": "Khatun", "given_names": "Bob"}, "same date of birth"),
        ({"family_name": "\u041a\u04bb\u0430n".replace("\u04bb", "h"), "born": people.DANNY.born}, "Also here"),
    ], ids=["twin", "sound", "swapped", "birth", "confusable"])  # fmt: skip
    def test_are_warned_of_in_the_banner_of_both(self, house, ruth, twin, words):
        men = scenes.received(people.AMIR), scenes.received(scenes.renamed(people.AMIR, prison_number="A1234ZZ", **twin))
        for man in men:
            said = ruth.get(f"/patients/{man.id}/identity/").content.decode()
            assert "Also here" in said and words in said

    def test_an_alias_counts_and_another_prison_does_not(self, house, ruth):
        amir, danny = scenes.received(people.AMIR), scenes.received(people.DANNY)
        scenes.received(scenes.OMAR, prison="MDI")
        assert "Also here" not in ruth.get(f"/patients/{amir.id}/identity/").content.decode()
        ruth.post(f"/patients/{danny.id}/identity/names/",
                  {"use": "alias", "family_name": "Khan", "given_names": "Amir", "source": "told"})  # fmt: skip
        assert "Danny Pryce" in ruth.get(f"/patients/{amir.id}/identity/").content.decode()


class TestTheEstate:
    @pytest.fixture
    def omar(self, house):
        return scenes.received(scenes.OMAR, prison="MDI")

    def test_a_masked_hit_leads_to_the_man_who_stands_here(self, house, omar, ruth):
        asked = {"family_name": "Khan", "date_of_birth": "3/3/1990"}
        said = ruth.post("/establishments/LEI/estate-search/", asked).content.decode()
        assert "O.K." in said and "MDI" in said and "Omar" not in said and "A9001MD" not in said
        assert f"/patients/{omar.id}/break-glass/" in said and ruth.get(f"/patients/{omar.id}/identity/").status_code == 404
        assert ruth.post("/establishments/LEI/estate-search/", {"claim": str(omar.id)}).status_code == 302
        assert ruth.get(f"/patients/{omar.id}/identity/").status_code == 200
        with acting(house["LEI nurse_in_charge"]):
            assert Access.objects.filter(page__startswith="estate-search", patients=[omar.id]).count() >= 2

    def test_too_little_meets_a_sentence_and_is_kept(self, house, omar, ruth):
        answer = ruth.post("/establishments/LEI/estate-search/", {"family_name": "Khan"})
        assert answer.status_code == 422 and 'value="Khan"' in answer.content.decode()

    @pytest.mark.parametrize("claim", ["nonsense", "00000000-0000-0000-0000-000000000000"])
    def test_a_claim_without_a_search_is_refused(self, house, omar, ruth, claim):
        for key in (claim, str(omar.id)):
            assert ruth.post("/establishments/LEI/estate-search/", {"claim": key}).status_code == 409


def owed(house, clock_id):
    with acting(house["LEI administrator"]):
        return [task.status for task in Task.objects.filter(clock=clock_id)]


def test_a_proposal_is_on_somebodys_list_until_it_is_answered(house, two, ruth, joan):
    tony, amir = two
    ruth.post(f"/patients/{tony.id}/merge/", {"with": str(amir.id), "why": WHY})
    assert owed(house, "merge_answer") == ["open"]
    today = joan.get("/today/").content.decode()
    assert f"/patients/{tony.id}/identity/" in today and "Answer as the second person" in today
    joan.post(answer_link(joan, amir), {"answer": "yes"})
    assert owed(house, "merge_answer") == ["done"]


def test_one_person_held_in_two_prisons_is_on_somebodys_list_until_it_is_settled(house, ruth, joan):
    """Nothing is refused: one booking may be wrong, or one man be somebody else, and a person finds out."""
    tony, amir = scenes.received(TONY), scenes.received(people.AMIR)
    joined(ruth, joan, (tony, amir))
    scenes.moved(people.AMIR, "received", "TRANSFERRED", clock.now(), "MDI")
    assert owed(house, "two_places") == ["open"]
    found = "Two bookings; A1234TR is his brother, told to the prison."
    answer = joan.post(f"/patients/{amir.id}/encounters/new/?kind=identity_settled", {"done": found})
    assert answer.status_code == 302 and owed(house, "two_places") == ["done"]
