"""Forty and more written rules about the invented prison hold; and each of them can fail."""

import psycopg
import pytest
from django.apps import apps
from psycopg.rows import scalar_row

from conftest import django_at
from journeys import house as houses
from throughcare.core.tests import databases
from throughcare.demo import emulator, plausibility_book, plausible
from throughcare.record.models import Entry

RULES = plausibility_book.rules()
EVERY_KIND = 14  # residents: enough that each thing a rule speaks of has happened to somebody


def test_there_are_forty_and_each_says_what_it_means():
    assert len(RULES) >= 40
    assert len({rule.id for rule in RULES}) == len({rule.says for rule in RULES}) == len(RULES)
    assert all(rule.says.endswith(".") and rule.finds.lstrip().upper().startswith("SELECT") for rule in RULES)


@pytest.mark.parametrize("id", ["written_after_it_happened", "author_is_staff"])
def test_what_holds_of_every_entry_looks_at_every_table_of_the_record(id):
    (rule,) = (one for one in RULES if one.id == id)
    tables = [kind._meta.db_table for kind in apps.get_app_config("record").get_models() if issubclass(kind, Entry)]
    assert len(tables) > 10
    assert [table for table in tables if f"FROM {table} " not in rule.finds.replace("\n", " ")] == []


@pytest.fixture(scope="module")
def estate(database_server, database_template, django_test_environment, django_db_blocker):
    """A demo with somebody of every kind, half an hour after its van; Django in the test meets it."""
    made = databases.clone(database_server, database_template, "estate")
    with django_db_blocker.unblock(), django_at(made.app_url):
        houses.build(made.owner_url, residents=EVERY_KIND)
        emulator.send_van()
        yield made
    databases.drop(database_server, made.name)


def test_all_of_them_hold_when_the_van_is_in(estate):
    assert [f"{one.rule.says} {one.count}: {one.some}" for one in plausible.broken()] == []


@pytest.fixture(scope="module")
def owner(estate, database_server):
    """The server's administrator in that demo, with triggers and foreign keys asleep; nothing it does is kept."""
    with psycopg.connect(database_server.admin(estate.name)) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.commit()
        yield connection


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_finds_what_is_spoiled(owner, rule):
    cursor = owner.cursor(row_factory=scalar_row)
    try:
        before = set(cursor.execute(rule.finds).fetchall())
        cursor.execute(rule.breaks)
        found = set(cursor.execute(rule.finds).fetchall())
    finally:
        owner.rollback()
    assert (len(before), len(found)) == (0, 1), f"{rule.id} finds {len(found)} people; one row of one person is not true"
