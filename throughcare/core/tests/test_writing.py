"""An action is undone as one, whoever catches what it raised; one inside another takes no savepoint."""

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from tests.scenes import feed
from throughcare.access.acting import acting
from throughcare.core.writing import all_or_nothing
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
