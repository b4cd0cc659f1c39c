"""A death written on its page: the banner says so on every page, and what comes later is marked as added after it."""

from datetime import timedelta

import pytest
from django.test import Client

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.core.shown import uk_datetime
from throughcare.demo import people
from throughcare.patients.models import Patient
from throughcare.record.models import Encounter

AN_HOUR_AGO = timedelta(hours=1)


@pytest.fixture
def man(house):
    return scenes.received(people.JOE, clock.now() - timedelta(days=2))


@pytest.fixture
def nurse(house, man):
    return house.sign_in(Client(), "LEI nurse_in_charge")


def dies(client, man, at=None):
    local = clock.local(at or clock.now() - AN_HOUR_AGO)
    return client.post(f"/patients/{man.id}/death/", {"at": local.strftime("%Y-%m-%dT%H:%M:%S")})


def page(client, man, path=""):
    answer = client.get(f"/patients/{man.id}/{path}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_death_is_written_and_every_page_says_so(house, man, nurse):
    assert "Died" not in page(nurse, man)
    assert dies(nurse, man).status_code == 302
    with acting(house.nurse):
        died_at = Patient.objects.get(id=man.id).died_at
    for path in ("", "timeline/", "dangers/", "identity/"):
        assert f"Died {uk_datetime(died_at)}. What is written now is marked as added after death" in page(nurse, man, path)


def test_what_is_written_later_is_an_addendum(house, man, nurse):
    dies(nurse, man)
    told = {"done": "Called to the cell at 5."}
    assert nurse.post(f"/patients/{man.id}/encounters/new/?kind=early_days_check", told).status_code == 302
    with acting(house.nurse):
        assert Encounter.objects.get(patient=man).addendum
    assert "Added after death" in page(nurse, man, "timeline/")


def test_a_death_tomorrow_is_refused_and_what_was_typed_stays(house, man, nurse):
    answer = dies(nurse, man, clock.now() + timedelta(days=1))
    assert answer.status_code == 422 and "in the future" in answer.content.decode()
    with acting(house.nurse):
        assert Patient.objects.get(id=man.id).died_at is None


def test_nobody_dies_twice(man, nurse):
    dies(nurse, man)
    assert dies(nurse, man).status_code == 422


def test_only_those_who_confirm_a_death_write_it(house, man):
    reception = house.sign_in(Client(), "LEI reception_nurse")
    assert dies(reception, man).status_code == 403
