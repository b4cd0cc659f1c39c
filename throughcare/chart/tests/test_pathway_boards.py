"""The boards: who is on day N, what is late and why, what will be late; every number opens to exactly its people."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests import scenes
from tests.statements import statements
from throughcare.access.acting import acting
from throughcare.chart import due, pathway_boards
from throughcare.core import clock
from throughcare.demo import people
from throughcare.pathways.models import Task

BOARDS = ("pathways", "pathways/reception", "forecast", "caseloads", "due")
NAMING, COUNTING = ("pathways/reception", "due"), ("pathways", "forecast", "caseloads")
NUMBER = re.compile(r'<a class="tc-number" href="([^"]+)">(\d+)<')


@pytest.fixture
def client(house):
    return house.sign_in(Client(), "LEI nurse_in_charge")


@pytest.fixture
def actor(house):
    return house["LEI nurse_in_charge"]


@pytest.fixture
def men(house):
    """Three who came two hours ago, and one who came eight days ago and was forgotten."""
    scenes.crowd(3)
    long_ago = clock.now() - timedelta(days=8)
    with clock.at(long_ago):
        return scenes.received(people.PETER, long_ago)


def text(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def numbers(client, board):
    return [int(count) for _, count in NUMBER.findall(text(client, f"/establishments/LEI/{board}/"))]


class TestNumbers:
    @pytest.mark.parametrize("board", COUNTING)
    def test_open_to_as_many_people_as_they_say(self, client, men, board):
        found = NUMBER.findall(text(client, f"/establishments/LEI/{board}/"))
        assert found
        for href, count in found:
            shown = text(client, href.replace("&amp;", "&"))
            people_shown, things = map(int, re.search(r"(\d+) (?:person|people), (\d+) things? due", shown).groups())
            assert int(count) == (people_shown if board == "caseloads" else things), href

    def test_add_up_to_all_that_is_late(self, client, men, actor):
        with acting(actor):
            late = Task.objects.open().filter(due_at__lt=clock.now()).count()
        assert late
        overdue = [
            int(count) for href, count in NUMBER.findall(text(client, "/establishments/LEI/forecast/")) if "overdue" in href
        ]
        assert sum(overdue) == late

    def test_leave_out_whom_the_reader_may_not_see(self, client, men):
        boards = {board: numbers(client, board) for board in COUNTING}
        client.post(f"/patients/{men.id}/relationship/", {"why": "His cousin"})
        fewer = {board: numbers(client, board) for board in COUNTING}
        assert all(0 < sum(fewer[board]) < sum(boards[board]) for board in COUNTING), (boards, fewer)

    @pytest.mark.parametrize("board", COUNTING)
    def test_are_counted_without_reading_who_the_people_are(self, client, men, board):
        asked, _ = statements(client, f"/establishments/LEI/{board}/")
        of_people = [sql for sql in asked if "patients_patient" in sql]
        assert len(of_people) == 1 and of_people[0].startswith('SELECT "patients_patient"."id" AS "id" FROM'), of_people


class TestAPathway:
    def test_says_the_day_and_what_is_late_first(self, client, men, actor):
        with acting(actor):
            pathway = next(
                one for one in pathway_boards.register.on(clock.prison_day(clock.now())).pathways if one.id == "early-days"
            )
            rows = pathway_boards.on_pathway(actor, pathway)
        assert (rows[0].person.id, rows[0].day, rows[0].worst) == (men.id, 8, "late")
        assert "Nobody has taken it." in text(client, "/establishments/LEI/pathways/early-days/")

    def test_stands_still_at_court_and_says_so(self, men, actor):
        with acting(actor):
            told = due.everything(actor)[0]
            paused = due.Due(told.task, told.person)
            paused.task.paused_since = clock.now()
        assert (paused.state, paused.bucket) == ("paused", "")
        assert paused.why.startswith("The clock stands still since")

    def test_that_there_is_not_is_not_found(self, client):
        assert client.get("/establishments/LEI/pathways/tea-leaves/").status_code == 404


class TestTheForecast:
    @pytest.mark.parametrize(
        ("hours", "bucket"), [(-1, "overdue"), (0, "overdue"), (11, "12h"), (13, "24h"), (47, "48h"), (71, "72h"), (73, "")]
    )
    def test_puts_each_task_in_one_stretch_of_time(self, men, actor, hours, bucket):
        with acting(actor), clock.at(clock.now()) as now:
            one = due.everything(actor)[0]
            one.task.due_at = now + timedelta(hours=hours)
            assert one.bucket == bucket


@pytest.mark.parametrize("board", BOARDS)
def test_a_board_asks_six_times_however_many_people(house, client, board):
    scenes.crowd(5)
    address = f"/establishments/LEI/{board}/"
    few, around = statements(client, address)
    scenes.crowd(14)
    many, _ = statements(client, address)
    assert len(few) == len(many) <= 6, many
    assert len(around) <= 5


@pytest.mark.parametrize("board", BOARDS)
def test_a_board_shows_nobody_of_another_prison(house, client, men, board):
    other = house.sign_in(Client(), "MDI nurse_in_charge")
    ours, theirs = text(client, f"/establishments/LEI/{board}/"), text(other, f"/establishments/MDI/{board}/")
    assert men.name in ours if board in NAMING else NUMBER.findall(ours), "there is something to be seen"
    assert men.name not in theirs and not NUMBER.findall(theirs)
    assert other.get(f"/establishments/LEI/{board}/").status_code == 403


def test_a_list_asked_for_nonsense_is_an_empty_list(client, men):
    assert "Nobody" in text(client, "/establishments/LEI/due/?step=tea-leaves&bucket=never")
