"""The timeline: both times, late ones look late, filters, and pages that stay where they are."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import scenes
from tests.statements import statements
from throughcare.access.acting import acting
from throughcare.chart import timeline
from throughcare.chart.entry import Entry, joined, moment_of
from throughcare.core import clock, ids
from throughcare.demo import people
from throughcare.record import actions as record
from throughcare.record.models import Line, Observation

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("query", [
    "?until=9999-12-31", "?since=0001-01-01", "?since=9999-12-31", "?until=0001-01-01", "?until=10000-01-01",
    f"?after=0001-01-01T00:00%2B14:00_{UUID(int=0)}", f"?after=9999-12-31T23:59-14:00_{UUID(int=0)}",
    f"?after=0001-01-01T00:00%2B00:00_{UUID(int=0)}", f"?after=9999-12-31T23:59%2B00:00_{UUID(int=0)}",
])  # fmt: skip
def test_a_day_at_the_end_of_the_calendar_is_a_day(house, client, man, query):
    notes(house, man, 1)
    fits = not query.startswith(("?since=9999", "?until=0001", "?after=0001-01-01T00:00%2B00"))
    assert ("Note 0." in page(client, man, query)) is fits


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


@pytest.mark.parametrize("address, most", [("timeline/", 8), ("timeline/?corrected=yes&stay=0", 8), ("dangers/", 8), ("", 11)])
def test_no_page_asks_more_however_long_the_history(house, client, man, address, most):
    notes(house, man, 60)
    ours, _ = statements(client, f"/patients/{man.id}/{address}")
    assert len(ours) <= most, ours


def test_the_page_of_the_person_has_the_last_few_and_a_link(house, client, man):
    notes(house, man, 30)
    text = client.get(f"/patients/{man.id}/").content.decode()
    assert len(shown(text)) == 12 and f"/patients/{man.id}/timeline/" in text


VITALS = (("pulse", "84", "per min"), ("temperature", "37.2", "°C"), ("oxygen_saturation", "97", "%"))


def measured(house, man, at, taken=VITALS, who="LEI nurse_in_charge"):
    with acting(house[who]) as by:
        record.record_observations(patient=man.id, taken=taken, source=ids.new(), at=at, by=by)


class TestMeasurementsOfOneMoment:
    def test_are_one_line_and_those_of_another_moment_are_another(self, house, client, man):
        now = clock.now()
        measured(house, man, now)
        measured(house, man, now - timedelta(hours=1), (("pulse", "110", "per min"),))
        text = page(client, man, "?kind=observation")
        assert text.count("happened <strong>") == 2 and "Pulse 110 per min" in text
        line = re.search(r">([^<]*84 per min[^<]*)<", text)[1]
        assert "37.2 °C" in line and "xygen saturation 97 %" in line and "110" not in line

    def test_leave_room_for_what_else_happened_on_the_page_of_the_person(self, house, client, man):
        notes(house, man, 8, each=timedelta(hours=1))
        for hours in range(6):
            measured(house, man, clock.now() - timedelta(minutes=60 * hours + 30))
        text = client.get(f"/patients/{man.id}/").content.decode()
        assert len(shown(text)) >= 5, "six times three measurements would have filled the twelve lines"

    def test_of_two_people_at_one_moment_stay_apart(self, house, client, man):
        now = clock.now()
        measured(house, man, now, VITALS[:1])
        measured(house, man, now, VITALS[1:2], who="LEI reception_nurse")
        assert page(client, man, "?kind=observation").count("happened <strong>") == 2

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from(["observation", "encounter"]), st.integers(0, 3)), max_size=140))
    def test_pages_lose_and_repeat_nothing_and_split_no_moment(self, written):
        """Whatever stands in the record: page after page of the rows gives every row once, each moment on one page."""
        rows = sorted((row(number, kind, moment) for number, (kind, moment) in enumerate(written)), key=order, reverse=True)
        pages, rest = [], rows
        while rest:
            cut = timeline._cut(rest[: timeline.PAGE + 1])
            pages.append([one for line in joined([as_entry(one) for one in rest[:cut]]) for one in line.rows])
            rest = rest[cut:]
        found = [[one.id for one in part] for part in pages]
        assert sorted((key for part in found for key in part), key=str) == sorted((one.id for one in rows), key=str)
        sizes = [sum(moment_of(one) == key for one in rows) for key in {moment_of(one) for one in rows}]
        if max(sizes, default=0) < timeline.PAGE // 4:
            for key in {moment_of(one) for one in rows}:
                there = {one.id for one in rows if moment_of(one) == key}
                assert sum(not there.isdisjoint(part) for part in found) == 1


def row(number, kind, moment):
    at = datetime(2026, 3, 3, 10, moment, tzinfo=UTC)
    return Line(
        id=UUID(int=number), patient_id=UUID(int=0), kind=kind, happened_at=at, written_at=at, by="A nurse", establishment="LEI",
        addendum=False, code="pulse", words="80", plans="",
    )  # fmt: skip


def as_entry(line):
    """An entry of which only what `joined` asks for is filled in."""
    row = Observation(id=line.id, code="pulse", value="80") if line.kind == "observation" else line
    return Entry(line.kind, line.id, line.patient_id, line.happened_at, line.written_at, line.by, line.establishment, "", "",
                 moment=moment_of(line), rows=(row,))  # fmt: skip


def order(line):
    return line.happened_at, line.id


def test_a_stay_and_an_episode_of_care_have_a_word_each(client, man):
    text = page(client, man)
    assert text.count(">Stay<") <= 1 and "Episode of care" in text
