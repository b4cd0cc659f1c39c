"""A man with two open stops: neither hides the other, on his page, on the board, on the form; acting on one leaves the other."""

import re

import pytest
from django.test import Client

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.demo import answers, people
from throughcare.screening import actions as screening
from throughcare.screening.models import StopAction
from throughcare.screening.standing import standing

SUICIDAL, SWALLOWED = "fs_sh_now_stop", "fs_swallowed_stop"
TOLD = {"told": "Officer Brown", "plan": "Watched by two officers until the ambulance is here."}


@pytest.fixture
def man(house):
    """He thinks of suicide, and says that he swallowed a package; nobody has acted yet."""
    man, says = scenes.received(people.PETER), {"fs_sh_now": "yes", "fs_swallowed": "yes"}
    with acting(house.nurse) as nurse:
        screen = scenes.screen_of(man)
        while given := answers.next_answers(standing(screen), says):
            screening.answer_all(screen=screen, given=given, at=clock.now(), by=nurse)
    return man


@pytest.fixture
def client(house):
    return house.sign_in(Client(), "LEI reception_nurse")


def act(client, man, alert, house):
    """Act on one stop by its own form."""
    with acting(house.nurse):
        rule = next(one.rule for one in standing(scenes.screen_of(man)).alerts if one.id == alert)
    return client.post(f"/patients/{man.id}/first-night/stops/{alert}/", TOLD | {"action": rule.actions[0].code, "told_at": ""})


def page(client, address):
    found = client.get(address)
    assert found.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", found.content.decode()).split())


def on_the_form(client, man):
    """The stops of the first-night page as (those that wait, those dealt with)."""
    found = client.get(f"/patients/{man.id}/first-night/").content.decode()
    strips = re.findall(r'tc-alert--(stop|done)" id="stop-(\w+)"', found)
    return {id for state, id in strips if state == "stop"}, {id for state, id in strips if state == "done"}


def says(client, man):
    """What his page and the board say of his stops."""
    return page(client, f"/patients/{man.id}/"), page(client, "/establishments/LEI/arrivals/")


def test_both_stand_everywhere(client, man):
    his, board = says(client, man)
    assert "Nobody has acted on 2 stops of his first-night screen." in his
    assert "2 stops to act on" in board
    assert on_the_form(client, man) == ({SUICIDAL, SWALLOWED}, set())


@pytest.mark.parametrize("first, other", [(SUICIDAL, SWALLOWED), (SWALLOWED, SUICIDAL)])
def test_acting_on_one_leaves_the_other(house, client, man, first, other):
    assert act(client, man, first, house).status_code == 302
    his, board = says(client, man)
    assert "Nobody has acted on a stop of his first-night screen." in his
    assert "Stop to act on" in board
    assert on_the_form(client, man) == ({other}, {first})


@pytest.mark.parametrize("first, other", [(SUICIDAL, SWALLOWED), (SWALLOWED, SUICIDAL)])
def test_the_core_waits_for_both(house, client, man, first, other):
    act(client, man, first, house)
    with acting(house.nurse) as nurse, pytest.raises(screening.StopStands):
        screening.save_core(screen=scenes.screen_of(man), at=clock.now(), by=nurse)
    act(client, man, other, house)
    his, board = says(client, man)
    assert "Nobody has acted on" not in his and "to act on" not in board
    assert on_the_form(client, man) == (set(), {SUICIDAL, SWALLOWED})
    with acting(house.nurse) as nurse:
        assert screening.save_core(screen=scenes.screen_of(man), at=clock.now(), by=nurse).kind == "core_done"
        assert set(StopAction.objects.values_list("alert", flat=True)) == {SUICIDAL, SWALLOWED}


def test_an_answer_taken_back_stands_one_down_and_not_the_other(house, client, man):
    with acting(house.nurse) as nurse:
        screen = scenes.screen_of(man)
        row = standing(screen).row("reception-first-stage:fs_swallowed")
        given = {"reception-first-stage:fs_swallowed": "no"}
        screening.answer_all(screen=screen, given=given, seen=dict.fromkeys(given, row.seq), at=clock.now(), by=nurse)
    assert on_the_form(client, man) == ({SUICIDAL}, set())
    assert "Nobody has acted on a stop of his" in says(client, man)[0]
