"""An action is undone as one, whoever catches what it raised; one inside another takes no savepoint."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from tests.nonempty import nonempty
from tests.scenes import feed
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock, ids
from throughcare.core.writing import all_or_nothing, insert
from throughcare.places.models import Establishment

pytestmark = pytest.mark.usefixtures("house")


def setting(value=None):
    """A value of the transaction, which is undone with its savepoint like a row."""
    with connection.cursor() as cursor:
        if value:
            cursor.execute("SELECT set_config('app.purpose', %s, true)", [value])
        cursor.execute("SELECT current_setting('app.purpose', true)")
        return cursor.fetchone()[0]


@all_or_nothing
def inner(value, fail=False):
    setting(value)
    if fail:
        raise ValueError(value)


@all_or_nothing
def outer(fail=False):
    setting("outer")
    inner("inner", fail)


def savepoints(action):
    with CaptureQueriesContext(connection) as captured:
        action()
    return sum(query["sql"].startswith("SAVEPOINT") for query in captured.captured_queries)


def test_one_savepoint_however_deep_it_goes():
    with acting(feed("LEI")):
        assert savepoints(lambda: inner("x")) == savepoints(outer) == 1


def test_who_acts_changes_inside_an_action_without_one():
    @all_or_nothing
    def as_another():
        with acting(feed("MDI")):
            inner("theirs")

    with acting(feed("LEI")) as actor:
        assert savepoints(as_another) == 1
        assert setting() == actor.purpose


@pytest.mark.parametrize("action", [lambda: inner("x", True), lambda: outer(True)], ids=["alone", "inside another"])
def test_a_refusal_takes_back_all_of_it_and_the_page_goes_on(action):
    with acting(feed("LEI")):
        setting("before")
        with pytest.raises(ValueError, match=r"x|inner"):
            action()
        assert setting() == "before"


def test_going_on_after_a_part_has_failed_is_refused():
    @all_or_nothing
    def careless():
        try:
            inner("half", True)
        except ValueError:
            Establishment.objects.count()

    with acting(feed("LEI")), pytest.raises(TransactionManagementError):
        careless()


def test_going_on_with_a_block_of_its_own_is_allowed():
    @all_or_nothing
    def careful():
        setting("whole")
        try:
            with transaction.atomic():
                inner("half", True)
        except ValueError:
            return setting()

    with acting(feed("LEI")):
        assert careful() == "whole"


def row(actor="system:test", **more):
    """A row with a key, a moment, a day, a null, a blank and JSON in it."""
    now = clock.now()
    return Fact(**{
        "id": ids.new(), "kind": "test.Written", "actor": actor, "happened_at": now, "written_at": now, "day": now.date(),
        "kept": {"how": ["so", None, 1.5]}, **more,
    })  # fmt: skip


def told(row):
    return {field.attname: getattr(row, field.attname) for field in Fact._meta.concrete_fields}


def test_rows_are_written_as_django_writes_them():
    with acting(feed("LEI")) as actor:
        one, other, by_django = row(actor.id, patient_id=None), row(actor.id, patient_id=ids.new()), row(actor.id)
        with CaptureQueriesContext(connection) as captured:
            insert([one, other])
        by_django.save(force_insert=True)
        read = {found.id: found for found in Fact.objects.filter(kind="test.Written")}
    assert len(captured) == 1 and not one._state.adding
    for given in (one, other, by_django):
        fields = nonempty(Fact._meta.concrete_fields)
        assert all(getattr(read[given.id], field.attname) == getattr(given, field.attname) for field in fields)


def test_no_rows_are_no_statement():
    with CaptureQueriesContext(connection) as captured:
        insert([])
    assert not captured


def test_what_the_database_refuses_is_refused():
    with acting(feed("LEI")), pytest.raises(IntegrityError, match="has_an_actor"), transaction.atomic():
        insert([row(), row(actor="")])
