"""Who looked: one statement, under the law of the trail, in the months that were asked for and no others."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from tests import scenes
from throughcare.access.acting import Actor, acting
from throughcare.audit import looks, queries
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
        seen = list(queries.looks_at([opened[1].id], *lately()))
    assert [(one.actor, one.actor_name, one.role, one.purpose) for one in seen] == [
        (house.nurse.id, "Reception Nurse LEI", "reception_nurse", "care")
    ] * 2
    assert {one.page for one in seen} == {"patient"}
    assert seen[0].at > seen[1].at


def test_two_records_of_one_person_are_one_list(house, opened):
    with acting(house.nurse):
        assert queries.looks_at([one.id for one in opened], *lately()).count() == 3


def test_between_two_moments_only(house, opened):
    with acting(house.nurse):
        assert not queries.looks_at([opened[1].id], clock.now() - 2 * HOUR, clock.now() - HOUR).exists()


def test_a_look_after_midnight_in_summer_is_found_by_its_local_day(house, two):
    """At half past midnight in London the day of the row is still the day before."""
    midnight = datetime(2026, 10, 20, 0, 30, tzinfo=clock.LONDON)
    with acting(house.nurse) as nurse:
        with clock.at(midnight.astimezone(UTC)):
            looks.write(actor=nurse.id, name=nurse.name, role="reception_nurse", establishment="LEI", purpose="care",
                        page="patient", method="GET", status=200, patients=[two[0].id])  # fmt: skip
        found = queries.looks_at([two[0].id], midnight.replace(minute=0), midnight.replace(hour=23))
        assert [one.day for one in found] == [(midnight - timedelta(days=1)).date()]


def test_only_the_months_that_were_asked_for_are_opened(house, opened):
    """The plan names the partitions that are read."""
    with acting(house.nurse), connection.cursor() as cursor:
        sql, values = queries.looks_at([opened[0].id], *lately()).query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit_access'::regclass")
        kept = cursor.fetchone()[0]
    assert kept > 2 and 1 <= plan.count("on audit_access_") <= 2


def test_looks_of_others_are_seen_by_the_auditor_of_the_prison_alone(house, opened):
    for actor, count in ((house.nurse, 1), (house["LEI prescriber"], 0), (auditor("LEI"), 1), (auditor("MDI"), 0)):
        with acting(actor):
            assert queries.looks_at([opened[0].id], *lately()).count() == count, actor


def auditor(prison):
    """Somebody who reads the trail of one prison and no record."""
    return Actor("system:auditor", "Auditor", None, prison, "audit", (f"audit:{prison}",))
