"""Wherever a test asks what time it is, the answer is one: here, in the database, in processes that it starts."""

import subprocess
import sys
from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import connection

from tests import clocks
from throughcare.core import clock
from throughcare.core.tests import databases
from throughcare.patients.models import Reach

SOON = timedelta(minutes=20)  # a module that takes longer on a very busy machine is not the fault looked for here


def database_time():
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_now()")
        return cursor.fetchone()[0]


def near(found, moment):
    return timedelta(0) <= found - moment < SOON


def test_a_module_begins_at_the_moment_of_the_run(db):
    assert near(clock.now(), clocks.chosen())
    assert near(database_time(), clocks.chosen())


def test_another_moment_holds_everywhere_and_is_given_back(every_hour):
    asks = "from throughcare.core import clock; print(clock.now().isoformat())"
    child = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert near(clock.now(), every_hour)
    assert near(datetime.fromisoformat(child.stdout.strip()), every_hour)


def test_the_database_stands_there_too(db, every_hour):
    assert near(database_time(), every_hour)


def test_a_database_of_ones_own_stands_there_as_well(committing_db, every_hour):
    assert near(database_time(), every_hour)


def test_time_goes_on(db):
    first = clock.now()
    while clock.now() == first:
        pass
    assert clock.now() > first


def test_october_has_half_past_one_twice():
    first, second = clocks.moment("2026-10-25T01:30"), clocks.moment(clocks.SECOND_TIME)
    assert second - first == timedelta(hours=1)
    assert clock.local(first).replace(tzinfo=None) == clock.local(second).replace(tzinfo=None)


@pytest.mark.parametrize("said", ["yesterday", "25:00", ""])
def test_a_moment_that_is_none_is_refused(said):
    with pytest.raises(ValueError, match="isoformat"):
        clocks.moment(said)


def test_the_app_cannot_set_the_clock(committing_db):
    stolen = f"CREATE OR REPLACE FUNCTION core_now() {databases.CLOCK} AS 'SELECT now()'"
    with psycopg.connect(committing_db.app_url) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(stolen)


@pytest.mark.parametrize("shadow", ["CREATE FUNCTION pg_temp.core_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
                                    "SET timezone = 'Pacific/Kiritimati'"])  # fmt: skip
def test_what_an_app_makes_in_its_session_moves_nothing(committing_db, shadow):
    with psycopg.connect(committing_db.app_url) as app:
        before = app.execute("SELECT core_now()").fetchone()[0]
        app.execute(shadow)
        assert app.execute("SELECT core_now()").fetchone()[0] == before


def test_a_query_asks_the_same_clock_as_row_security(db):
    assert "core_now()" in str(Reach.objects.live().query)


ASKS_BY_ITSELF = r"""
    SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
    WHERE p.pronamespace = 'public'::regnamespace AND l.lanname IN ('sql', 'plpgsql') AND p.proname <> 'core_now'
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') AND p.proname NOT LIKE 'procrastinate%'
      AND regexp_replace(p.prosrc, 'clock_timestamp\(\) - now\(\)', '', 'g')
          ~* '\m(now\(|current_date|current_timestamp|clock_timestamp|statement_timestamp|timeofday)'
    UNION ALL
    SELECT polrelid::regclass || ' ' || polname FROM pg_policy
    WHERE concat(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
          ~* '\m(now\(|current_date|current_timestamp)'
    UNION ALL
    SELECT viewname::text FROM pg_views WHERE schemaname = 'public' AND definition ~* '\m(now\(|current_date|current_timestamp)'
"""


def test_no_function_policy_or_view_asks_any_other_clock(db):
    with connection.cursor() as cursor:
        cursor.execute(ASKS_BY_ITSELF)
        assert [name for (name,) in cursor.fetchall()] == [], "ask core_now()"
