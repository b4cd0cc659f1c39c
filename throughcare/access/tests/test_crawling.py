"""T25: whoever opens record after record is stopped and reported; whoever works an evening van is not."""

from datetime import timedelta

import pytest
from django.test import Client

from tests import scenes
from tests.nonempty import nonempty
from throughcare.access import crawling, roles
from throughcare.access.acting import acting
from throughcare.audit.models import Access, Fact
from throughcare.core import clock

CAP = 5


@pytest.fixture
def capped(monkeypatch):
    """Roles that open few records, so that a crawl is short."""
    few = {code: type(role)(**{**vars(role), "opens_an_hour": CAP}) for code, role in roles.roles().items()}
    monkeypatch.setattr("throughcare.access.models.people.roles", lambda: few)


@pytest.fixture
def many(house):
    return scenes.crowd(CAP + 3)


def opens(client, patients):
    return [client.get(f"/patients/{patient}/").status_code for patient in patients]


def test_a_crawl_is_stopped_at_the_cap_and_the_lead_is_told(house, capped, many):
    nurse = house.sign_in(Client(), "LEI reception_nurse")
    assert opens(nurse, many) == [200] * CAP + [429] * 3
    said = nurse.get(f"/patients/{many[-1]}/").content.decode()
    assert "6 people" in said and "governance lead has been told" in said
    with acting(house["LEI information_governance_lead"]):
        told = Fact.objects.filter(kind="access.TooManyRecords")
        assert [fact.kept["opened"] for fact in told] == [CAP + 1] * 4


def test_forms_sent_with_a_mistake_count_like_the_pages_they_show(house, capped, many):
    """Each comes back with the person on it, so a crawl by POST is a crawl."""
    nurse = house.sign_in(Client(), "LEI reception_nurse")
    answers = [nurse.post(f"/patients/{patient}/encounters/new/?kind=early_days_check", {"done": ""}) for patient in many]
    assert [answer.status_code for answer in answers] == [422] * CAP + [429] * 3


def test_what_is_written_for_people_whose_pages_are_open_is_never_stopped(house, capped, many):
    nurse = house.sign_in(Client(), "LEI reception_nurse")
    opens(nurse, many)
    for patient in nonempty(many[:CAP]):
        sent = nurse.post(f"/patients/{patient}/encounters/new/?kind=early_days_check", {"done": "Seen."})
        assert sent.status_code == 302


def test_a_page_that_was_stopped_leaves_no_look_behind(house, capped, many):
    nurse = house.sign_in(Client(), "LEI reception_nurse")
    opens(nurse, many)
    with acting(house.nurse):
        assert {row.patients[0] for row in Access.objects.filter(page="patient")} == set(many[:CAP])


def test_the_same_people_again_and_lists_of_many_do_not_count(house, capped, many):
    nurse = house.sign_in(Client(), "LEI reception_nurse")
    assert opens(nurse, many[:CAP] * 3) == [200] * CAP * 3
    assert nurse.get("/establishments/LEI/arrivals/").status_code == 200
    assert nurse.get("/search/", {"q": "family"}).status_code == 200


def test_an_hour_later_it_starts_again(house, capped, many):
    nurse = house.sign_in(Client(), "LEI reception_nurse")
    with clock.at(clock.now() - timedelta(hours=1, minutes=1)):
        opens(nurse, many[:CAP])
    again = house.sign_in(Client(), "LEI reception_nurse")  # her screen has locked itself meanwhile
    assert opens(again, many[-3:]) == [200] * 3


def test_one_nurses_crawl_stops_nobody_else(house, capped, many):
    opens(house.sign_in(Client(), "LEI reception_nurse"), many)
    assert opens(house.sign_in(Client(), "LEI prescriber"), many[:1]) == [200]


def test_what_counts_are_pages_of_one_person_and_no_lists():
    assert {"patient", "first-night"} <= set(crawling.pages())
    assert not {"arrivals", "today", "search", "people", "governance"} & set(crawling.pages())


def test_the_cap_is_far_above_an_evening_van_and_below_a_crawl_of_two_hundred():
    assert all(40 <= role.opens_an_hour < 200 for role in nonempty(roles.roles().values()))
