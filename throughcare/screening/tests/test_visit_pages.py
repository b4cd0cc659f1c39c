"""The pages of visits: who meets which, what they cost, and that a form works before any script runs."""

import pytest
from django.test import Client

from tests import scenes
from tests.statements import statements
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.demo import answers, people
from throughcare.screening import actions as screening
from throughcare.screening.models import ActionCarried, Step
from throughcare.screening.standing import standing

MOST = 9
DRINKS = {"fs_alcohol": "yes", "fs_drinks": {"can_super": "8"}, "fs_alcohol_signs": "yes"}


@pytest.fixture
def man(house):
    return scenes.screened(people.PETER, house.nurse, says=DRINKS)


@pytest.fixture
def client(house):
    return house.sign_in(Client(), "LEI nurse_in_charge")


def begun(house, man, definition):
    with acting(house["LEI nurse_in_charge"]) as nurse:
        return screening.open_visit(patient=man.id, definition=definition, at=clock.now(), by=nurse)


def filled(house, screen):
    with acting(house["LEI nurse_in_charge"]) as nurse:
        while given := answers.next_answers(standing(screen), {}):
            screening.answer_all(screen=screen, given=given, at=clock.now(), by=nurse)


@pytest.mark.parametrize("definition", ["second-stage", "triage", "form:cows", "form:phq-9"])
def test_each_page_keeps_its_budget(house, man, client, definition):
    screen = begun(house, man, definition)
    for address in (f"visits/{screen.id}/", "visits/", f"screens/{screen.id}/"):
        found, _ = statements(client, f"/patients/{man.id}/{address}")
        assert len(found) <= MOST, [address, *found]


def test_a_form_is_begun_by_a_press_and_gone_on_with_by_the_address_of_its_task(man, client):
    went = client.post(f"/patients/{man.id}/visits/", {"form": "triage"})
    again = client.get(f"/patients/{man.id}/visits/?form=triage")
    assert went.status_code == again.status_code == 302 and went["Location"] == again["Location"]
    assert client.get(went["Location"]).status_code == 200


def test_only_forms_of_ones_own_role_are_offered(house, man):
    keyworker = house.sign_in(Client(), "LEI substance_misuse_keyworker").get(f"/patients/{man.id}/visits/?form=second-stage")
    said = keyworker.content.decode()
    assert 'value="triage"' in said and 'value="second-stage"' not in said and "This form is asked by" in said
    manager = house.sign_in(Client(), "LEI head_of_healthcare")
    assert b"No forms for your role" in manager.get(f"/patients/{man.id}/visits/").content
    assert manager.post(f"/patients/{man.id}/visits/", {"form": "triage"}).status_code == 403


def test_without_script_one_press_saves_carries_over_and_signs(house, man, client):
    screen = begun(house, man, "second-stage")
    filled(house, screen)
    base = f"/patients/{man.id}/visits/{screen.id}/"
    page = client.get(base).content.decode()
    lines = {name for name in page.split('"') if name.startswith("carry-") and name.endswith(".state")}
    refused = client.post(f"{base}steps/", {"step": "signed", "mode": "interview"})
    assert refused.status_code == 422 and b"without an answer" in refused.content and lines
    told = dict.fromkeys(lines, "pending") | {"step": "signed", "mode": "self", "withdrawal": "no"}
    assert client.post(f"{base}steps/", told).status_code == 302
    with acting(house.nurse):
        assert Step.objects.filter(screen=screen, kind="signed").exists()
        assert ActionCarried.objects.filter(screen=screen, state="pending").count() == len(lines)
    paper = client.get(f"/patients/{man.id}/screens/{screen.id}/").content.decode()
    assert "Still to do" in paper and "Filled in by the person" in paper


def test_without_script_an_answer_that_clashes_leaves_the_others_saved(house, man, client):
    """What is on the form is written at once; only where one of it is refused does each stand by itself."""
    screen = begun(house, man, "form:cows")
    with acting(house.nurse) as nurse:
        theirs, ours, *_ = [question.item for question in standing(screen).rest]
        given = {f"cows:{theirs.id}": "80"}
        screening.answer_all(screen=screen, given=given, at=clock.now(), by=nurse)
    told = {theirs.id: "90", ours.id: ours.options[0].code, "seen": "{}"}
    page = client.post(f"/patients/{man.id}/visits/{screen.id}/", told)
    assert page.status_code == 422 and b"answered this at" in page.content
    with acting(house.nurse):
        assert standing(screen).answers["cows"] == {theirs.id: "80", ours.id: ours.options[0].code}


def test_a_refused_signature_keeps_what_was_said_beside_it(house, man, client):
    screen = begun(house, man, "form:phq-9")
    filled(house, screen)
    said = {"step": "signed", "mode": "interpreter", "language": "Polish"}
    page = client.post(f"/patients/{man.id}/visits/{screen.id}/steps/", said)
    assert page.status_code == 422 and b'value="Polish"' in page.content and b'href="#withdrawal"' in page.content


def test_a_signature_that_leaves_out_how_it_went_is_refused_whatever_the_page_sent(house, man, client):
    screen = begun(house, man, "form:phq-9")
    filled(house, screen)
    page = client.post(f"/patients/{man.id}/visits/{screen.id}/steps/", {"step": "signed", "withdrawal": "no"})
    assert page.status_code == 422 and b'href="#mode"' in page.content and b'id="mode"' in page.content
    past = {"step": "signed", "mode": "interview", "withdrawal": "no", "when": "2025-11-01T10:00"}
    page = client.post(f"/patients/{man.id}/visits/{screen.id}/steps/", past)
    assert page.status_code == 422 and b"He came in on" in page.content
    with acting(house.nurse):
        assert not Step.objects.filter(screen=screen).exists()


def test_words_that_do_not_fit_a_stop_are_kept_on_the_page_with_the_sentence(house, man, client):
    screen = begun(house, man, "form:phq-9")
    with acting(house["LEI nurse_in_charge"]) as nurse:
        ninth = next(item for item in standing(screen).books["phq-9"].items if item.id.endswith("9"))
        worst = max(ninth.options, key=lambda option: option.score).code
        now = screening.answer_all(screen=screen, given={f"phq-9:{ninth.id}": worst}, at=clock.now(), by=nurse)
    (stop, *_) = now.open_stops
    said = {"action": stop.rule.actions[0].code, "told": "x" * 201, "told_at": "", "plan": "Watched until seen."}
    page = client.post(f"/patients/{man.id}/visits/{screen.id}/stops/{stop.id}/", said)
    assert page.status_code == 422 and b"200 fit here" in page.content and b"Watched until seen." in page.content


def test_a_line_of_the_carry_over_is_saved_as_it_is_said(house, man, client):
    screen = begun(house, man, "second-stage")
    at = f"/patients/{man.id}/visits/{screen.id}/answers/"
    item = {"item": "carry-fs_units_urgent", "carry-fs_units_urgent.state": "not_needed", "carry-fs_units_urgent.why": ""}
    assert "why it is not needed" in client.post(at, item).json()["error"]
    item["carry-fs_units_urgent.why"] = "Seen in court."
    assert client.post(at, item).json()["seq"] == 1


def test_a_visit_of_somebody_else_is_not_found(house, man, client):
    screen = begun(house, man, "form:cows")
    other = scenes.received(people.JOE)
    for page in (f"visits/{screen.id}/", f"screens/{screen.id}/"):
        assert client.get(f"/patients/{other.id}/{page}").status_code == 404
