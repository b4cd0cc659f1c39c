"""The timeline: both times, late ones look late, filters, and pages that stay where they are."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.demo import people
from throughcare.record import actions as record

pytestmark = pytest.mark.django_db
HOUSE = ("django_session", "access_", "set_config", "current_setting", "SAVEPOINT", "audit_access", "synchronous_commit")


@pytest.fixture
def man(house):
    return scenes.received(people.JOE)


@pytest.fixture
def client(house):
    return house.sign_in(Client(), "LEI nurse_in_charge")


def notes(house, man, count, *, each=timedelta(minutes=1), who="LEI nurse_in_charge", word="Note"):
    with acting(house[who]) as by:
        for number in range(count):
            record.record_encounter(
                patient=man.id, kind="early_days_check", done=f"{word} {number}.", plan="", at=clock.now() - each * number, by=by
            )


def page(client, man, query=""):
    answer = client.get(f"/patients/{man.id}/timeline/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def shown(text):
    return re.findall(r"(?:Note|Other) \d+\.", text)


def test_both_times_stand_there_and_a_late_one_looks_late(house, client, man):
    with acting(house.nurse) as nurse:
        yesterday = clock.now() - timedelta(days=1)
        record.record_encounter(patient=man.id, kind="early_days_check", done="Note 1.", plan="", at=yesterday, by=nurse)
    notes(house, man, 1)
    text = page(client, man, "?kind=encounter")
    assert text.count("happened <strong>") == 2 and text.count("(late)") == 1


def test_pages_follow_each_other_without_gap_or_double_while_people_write(house, client, man):
    notes(house, man, 120)
    seen, query = [], "?kind=encounter"
    for _ in range(4):
        text = page(client, man, query)
        seen += shown(text)
        notes(house, man, 3, word="Other")  # written now, while somebody reads on
        more = re.search(r'href="(\?[^"]*)" role="button" draggable="false">Earlier', text)
        if not more:
            break
        query = more[1].replace("&amp;", "&")
    assert seen == [f"Note {number}." for number in range(120)]


@pytest.mark.parametrize("query, words, not_words", [
    ("?kind=flag", "Flag: Bottom bunk", "Note 0."),
    ("?author=reception", "Other 0.", "Note 0."),
    ("?corrected=yes", "Flag ended", "Note 0."),
    ("?since=2099-01-01", "No entry fits", "Note 0."),
    ("?until=2001-01-01", "No entry fits", "Note 0."),
    ("?stay=0", "Note 0.", "No entry fits"),
    ("?kind=nonsense&stay=77&since=yesterday&after=x", "Note 0.", "No entry fits"),
])  # fmt: skip
def test_filters(house, client, man, query, words, not_words):
    notes(house, man, 1)
    notes(house, man, 1, who="LEI reception_nurse", word="Other")
    with acting(house["LEI nurse_in_charge"]) as nurse:
        flag = record.raise_flag(patient=man.id, kind="mobility", words="Bottom bunk", at=clock.now(), by=nurse)
        record.end_flag(flag=flag, why="Stairs are fine", at=clock.now(), by=nurse)
    text = page(client, man, query)
    assert words in text and not_words not in text


def test_only_this_stay_leaves_the_last_one_out(house, client):
    before = clock.now() - timedelta(days=90)
    man = scenes.received(people.JOE, before)
    with acting(house["LEI nurse_in_charge"]) as nurse:
        at = before + timedelta(days=1)
        record.record_encounter(patient=man.id, kind="early_days_check", done="Note 1.", plan="", at=at, by=nurse)
    scenes.released(people.JOE, before + timedelta(days=2))
    scenes.received(people.JOE)
    notes(house, man, 1)
    assert shown(page(client, man, "?stay=0")) == ["Note 0."] and shown(page(client, man, "?stay=1")) == ["Note 1."]


@pytest.mark.parametrize("address", ["timeline/", "timeline/?corrected=yes&stay=0", "dangers/", ""])
def test_no_page_asks_more_however_long_the_history(house, client, man, address):
    notes(house, man, 60)
    client.get(f"/patients/{man.id}/{address}")
    with CaptureQueriesContext(connection) as seen:
        assert client.get(f"/patients/{man.id}/{address}").status_code == 200
    ours = [one["sql"] for one in seen.captured_queries if not any(word in one["sql"].split(" WHERE ")[0] for word in HOUSE)]
    assert len(ours) <= 10, ours


def test_the_page_of_the_person_has_the_last_few_and_a_link(house, client, man):
    notes(house, man, 30)
    text = client.get(f"/patients/{man.id}/").content.decode()
    assert len(shown(text)) == 12 and f"/patients/{man.id}/timeline/" in text
