"""One form over time: every time it was asked, its scores drawn, and what changed between two of them."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.statements import statements
from throughcare.access.acting import acting
from throughcare.chart import history
from throughcare.core import clock, ids
from throughcare.instruments import actions as instruments
from throughcare.instruments import rules

HOUR = timedelta(hours=1)


@pytest.fixture
def client(house):
    return house.sign_in(Client(), "LEI nurse_in_charge")


def asked(man, by, at, **changes):
    """NEWS2, all calm but for what is changed, at a moment."""
    entry = rules.book().on("news2", clock.prison_day(at))
    example = next(one for one in entry.value.examples if one.get("total") == 0)
    answers = {**example["answers"], **changes}
    with clock.at(at), acting(by):
        response = instruments.open_response(patient=man.id, occasion=ids.new(), entry=entry, at=at, by=by)
        given = [instruments.Given(entry.value.item(item), value) for item, value in answers.items()]
        instruments.answer_all(response=response, given=given, at=at, by=by)
        instruments.score(response=response, entry=entry, answers=answers, at=at, by=by)
    return response


@pytest.fixture
def twice(man, house):
    """Calm five hours ago, breathing fast an hour ago."""
    now = clock.now()
    return asked(man, house.nurse, now - 5 * HOUR), asked(man, house.nurse, now - HOUR, **FAST)


ITEMS = rules.book().on("news2", clock.prison_day(clock.now())).value.items
BREATHING = next(item for item in ITEMS if "reathing" in item.text or "espir" in item.text)
FAST = {BREATHING.id: "30"} if BREATHING.type == "number" else {BREATHING.id: 30}


class TestTheHistory:
    def test_lists_each_time_the_latest_first_with_its_band(self, man, house, twice):
        with acting(house.nurse):
            told = history.history(man.id, "news2")
        assert [one.response.id for one in told.asked] == [twice[1].id, twice[0].id]
        assert [one.total for one in told.asked] == [3, 0]
        assert all(one.band and one.action and one.by for one in told.asked)

    def test_draws_what_crossed_which_line(self, client, man, twice):
        page = client.get(f"/patients/{man.id}/scores/news2/").content.decode()
        assert "<polyline" in page and "up into" in page and page.count('class="tc-trend__point') == 2

    def test_of_a_form_never_asked_says_so_and_leads_on(self, client, man):
        page = client.get(f"/patients/{man.id}/scores/news2/").content.decode()
        assert "Not asked yet" in page and f"/patients/{man.id}/visits/" in page

    def test_of_a_form_that_does_not_exist_is_not_found(self, client, man):
        assert client.get(f"/patients/{man.id}/scores/tea-leaves/").status_code == 404

    def test_is_closed_to_another_prison(self, house, man, twice):
        other = house.sign_in(Client(), "MDI nurse_in_charge")
        assert other.get(f"/patients/{man.id}/scores/news2/").status_code == 404

    @pytest.mark.parametrize("page", ["scores/", "scores/news2/"])
    def test_asks_ten_times_at_most_however_long(self, house, client, man, twice, page):
        few, _ = statements(client, f"/patients/{man.id}/{page}")
        for hours in range(6, 12):
            asked(man, house.nurse, clock.now() - hours * HOUR)
        many, _ = statements(client, f"/patients/{man.id}/{page}")
        assert len(few) == len(many) <= 10


class TestTheDifference:
    def address(self, man, *keys):
        return f"/patients/{man.id}/scores/news2/?" + "&".join(f"with={key}" for key in keys)

    def test_names_what_changed_and_nothing_else(self, client, man, twice):
        page = client.get(self.address(man, twice[0].id, twice[1].id)).content.decode()
        table = page[page.index("What changed from") : page.index('id="times"')]
        assert table.count("<tr>") == 2 and BREATHING.label in table and "30" in table

    def test_is_the_same_whichever_is_chosen_first(self, client, man, twice):
        one, other = (client.get(self.address(man, *(row.id for row in rows))).content.decode() for rows in (twice, twice[::-1]))
        cut = [page[page.index("What changed from") : page.index('id="times"')] for page in (one, other)]
        assert cut[0] == cut[1]

    @pytest.mark.parametrize("keys", [("not-a-key",), ("not-a-key", "nor-this")])
    def test_of_what_is_not_there_says_what_to_do(self, client, man, twice, keys):
        assert "Choose two of the times below" in client.get(self.address(man, *keys)).content.decode()

    def test_of_one_time_says_what_to_do(self, client, man, twice):
        assert "Choose two of the times below" in client.get(self.address(man, twice[0].id)).content.decode()


def test_all_scores_say_how_each_moved(client, man, twice):
    page = client.get(f"/patients/{man.id}/scores/").content.decode()
    assert "Up 3 from 0" in page
