"""Who looked, who wrote, and how many patients somebody opened: one statement each, under the law of the trail."""

from datetime import timedelta

import pytest

from tests import scenes
from throughcare.access.acting import Actor, acting
from throughcare.audit import queries
from throughcare.core import clock
from throughcare.demo import people

HOUR = timedelta(hours=1)
PAGE = "/patients/{}/"


@pytest.fixture
def two(db, house):
    return [scenes.received(man) for man in (people.AMIR, people.JOE)]


@pytest.fixture
def opened(client, house, two):
    """A nurse at Leeds opens both, and Joe's record a second time."""
    nurse = house.sign_in(client, "LEI reception_nurse")
    for patient in (two[0], two[1], two[1]):
        assert nurse.get(PAGE.format(patient.id)).status_code == 200
    return two


def lately():
    return clock.now() - HOUR, clock.now() + HOUR


def test_who_looked_at_a_patient(house, opened, django_assert_num_queries):
    with acting(house.nurse), django_assert_num_queries(1):
        looks = queries.looked_at(opened[1].id, *lately())
    assert [(one.actor, one.name, one.role, one.purpose) for one in looks] == [
        (house.nurse.id, "Reception Nurse LEI", "reception_nurse", "care")
    ] * 2
    assert {one.page for one in looks} == {"patient"}
    assert looks[0].at > looks[1].at


def test_between_two_moments_only(house, opened):
    with acting(house.nurse):
        assert queries.looked_at(opened[1].id, clock.now() - 2 * HOUR, clock.now() - HOUR) == []
        assert len(queries.looked_at(opened[1].id, *lately(), most=1)) == 1


def test_looks_of_others_are_seen_by_the_auditor_of_the_prison_alone(house, opened):
    for actor, count in ((house.nurse, 1), (house["LEI prescriber"], 0), (auditor("LEI"), 1), (auditor("MDI"), 0)):
        with acting(actor):
            assert len(queries.looked_at(opened[0].id, *lately())) == count, actor


def auditor(prison):
    """Somebody who reads the trail of one prison and no record."""
    return Actor("system:auditor", "Auditor", None, prison, "audit", (f"audit:{prison}",))


def test_how_many_patients_somebody_opened_in_the_last_hour(house, opened, django_assert_num_queries):
    with acting(house.nurse), django_assert_num_queries(1):
        found = queries.opened_by(house.nurse.id, clock.now())
    assert (found.patients, found.last_at is not None) == (2, True)
    with acting(house.nurse):
        assert queries.opened_by(house.nurse.id, clock.now(), pages=("patient",)).patients == 2
        assert queries.opened_by(house.nurse.id, clock.now(), pages=("arrivals",)).patients == 0
        assert queries.opened_by(house.nurse.id, clock.now() + 2 * HOUR).patients == 0
        assert queries.opened_by(house["LEI prescriber"].id, clock.now()).patients == 0


def test_who_wrote_about_a_patient_and_from_which_page(house, client, two, django_assert_num_queries):
    prescriber = house.sign_in(client, "LEI prescriber")
    written = prescriber.post(PAGE.format(two[0].id) + "encounters/new/?kind=prescriber_review", {"done": "Seen."})
    assert written.status_code == 302
    with acting(house["LEI prescriber"]), django_assert_num_queries(1):
        wrote = queries.wrote_about(two[0].id, *lately())
    by_prescriber = {one for one in wrote if one.actor == house["LEI prescriber"].id}
    assert {(one.name, one.role, one.purpose, one.page) for one in by_prescriber} == {
        ("Prescriber LEI", "prescriber", "care", "new-encounter")
    }
    by_feed = [one for one in wrote if one.actor.startswith("system:")]
    assert by_feed and {(one.name, one.page) for one in by_feed} == {("", "")}
    assert [one.written_at for one in wrote] == sorted((one.written_at for one in wrote), reverse=True)
