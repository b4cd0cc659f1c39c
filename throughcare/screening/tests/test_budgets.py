"""What one answer and one signature ask of the database: an answer is saved at every tap, on a slow tablet, in a queue."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.demo import answers, people
from throughcare.instruments.actions import How
from throughcare.screening import actions as screening
from throughcare.screening import carried
from throughcare.screening.standing import standing

ASKED = How(mode="interview", withdrawal=False)
DRINKS = {"fs_alcohol": "yes", "fs_drinks": {"can_super": "8"}, "fs_alcohol_signs": "yes", "fs_sh_ever": ["attempt"]}

AN_ANSWER, A_FIRST_ANSWER, SECOND_STAGE = 9, 12, 10  # turn, savepoints, visit, answer, fact; the first opens its response
CORE, REST, COWS = 40, 43, 27
A_TAP, A_TAP_OF_THE_SECOND_STAGE = 21, 21  # the house's own statements with it


@pytest.fixture
def man(house):
    return scenes.received(people.PETER)


@pytest.fixture
def nurse(house, man):
    with acting(house["LEI nurse_in_charge"]) as nurse:
        yield nurse


def asks(action):
    """How many statements an action sends."""
    with CaptureQueriesContext(connection) as seen:
        action()
    return [query["sql"] for query in seen.captured_queries]


def answers_one(screen, by, ref, value):
    return asks(lambda: screening.answer_all(screen=screen, given={ref: value}, at=clock.now(), by=by))


def ask_all(screen, by):
    while given := answers.next_answers(standing(screen), {}):
        screening.answer_all(screen=screen, given=given, at=clock.now(), by=by)


def test_an_answer_costs_the_same_however_much_was_said_before(man, nurse):
    screen = scenes.screen_of(man)
    assert len(answers_one(screen, nurse, "reception-first-stage:fs_alcohol", "no")) <= A_FIRST_ANSWER
    one = answers_one(screen, nurse, "reception-first-stage:fs_drugs", "no")
    assert len(one) <= AN_ANSWER
    ask_all(screen, nurse)
    assert len(answers_one(screen, nurse, "reception-first-stage:fs_seen", ["nothing_wrong"])) <= len(one)


def test_answers_to_several_forms_are_written_together(man, nurse):
    screen = scenes.screen_of(man)
    given = answers.next_answers(standing(screen), {})
    assert len({ref.partition(":")[0] for ref in given}) > 1
    sent = asks(lambda: screening.answer_all(screen=screen, given=given, at=clock.now(), by=nurse))
    assert sum('INSERT INTO "instruments_answer"' in sql for sql in sent) == 1
    assert sum(sql.strip().startswith("SELECT") and "instruments_answer" in sql for sql in sent) == 1, "read once, with the visit"


def test_the_first_night_is_saved_and_signed_within_its_budget(man, nurse):
    screen = scenes.screen_of(man)
    ask_all(screen, nurse)
    assert len(asks(lambda: screening.save_core(screen=screen, at=clock.now(), by=nurse))) <= CORE
    assert len(asks(lambda: screening.sign(screen=screen, at=clock.now(), by=nurse))) <= REST
    assert standing(screen).state == "done"


def test_a_form_is_signed_within_its_budget(man, nurse):
    screen = screening.open_visit(patient=man.id, definition="form:cows", at=clock.now(), by=nurse)
    ask_all(screen, nurse)
    assert len(asks(lambda: screening.sign(screen=screen, at=clock.now(), by=nurse, how=ASKED))) <= COWS
    assert standing(screen).state == "done"


def test_the_second_stage_reads_the_first_night_once_an_answer(house, nurse):
    man = scenes.screened(people.JOE, house.nurse, says=DRINKS)
    screen = screening.open_visit(patient=man.id, definition="second-stage", at=clock.now(), by=nurse)
    answers_one(screen, nurse, "second-stage:ss_height", "178")
    sent = answers_one(screen, nurse, "second-stage:ss_weight", "78")
    assert len(sent) <= SECOND_STAGE
    assert sum('FROM "screening_screen"' in sql for sql in sent) == 1
    for line in carried.lines(standing(screen)):
        if not line.state:
            screening.carry(screen=screen, alert=line.alert, state="pending", at=clock.now(), by=nurse)


@pytest.mark.parametrize("definition, item, most", [
    ("form:cows", "cows_pulse", A_TAP), ("second-stage", "ss_weight", A_TAP_OF_THE_SECOND_STAGE),
])  # fmt: skip
def test_a_tap_reads_its_visit_once(house, definition, item, most):
    man = scenes.screened(people.JOE, house.nurse, says=DRINKS)
    with acting(house["LEI nurse_in_charge"]) as nurse:
        screen = screening.open_visit(patient=man.id, definition=definition, at=clock.now(), by=nurse)
    client = house.sign_in(Client(), "LEI nurse_in_charge")
    at = f"/patients/{man.id}/visits/{screen.id}/answers/"
    assert client.post(at, {"item": item, "value": "80", "seen": "0"}).json()["seq"] == 1
    sent = asks(lambda: client.post(at, {"item": item, "value": "90", "seen": "1"}))
    assert len(sent) <= most
    assert sum("instruments_answer answer" in sql for sql in sent) == 1
