"""Who acts never outlives its transaction: not an exception, not a nested act, not a pooled connection (T2)."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from tests import scenes
from throughcare.access import acting as context
from throughcare.access.acting import Actor, acting
from throughcare.core.laws import SYSTEM
from throughcare.demo import people
from throughcare.patients.models import Patient

NAMES = ("app.user", "app.scopes", "app.purpose")


def settings():
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in NAMES))
        return cursor.fetchone()


NOTHING = ("", "", "")


def scopes(prison, actor):
    """What a nurse reaches: her prison, and whom she herself opened in an emergency."""
    return f'{{"establishment:{prison}","user:{actor.id}"}}'


class Broken(Exception):
    """Something went wrong on the way."""


def test_nobody_acts_by_default(committing_db):
    assert settings() == NOTHING
    with pytest.raises(LookupError):
        context.current()


def test_it_ends_with_the_transaction(committing_db, house):
    with acting(house.nurse):
        assert settings() == (house.nurse.id, scopes("LEI", house.nurse), "care")
        assert context.current() == house.nurse
    assert settings() == NOTHING


@pytest.mark.parametrize("how", ["raise", "roll back"])
def test_it_ends_with_a_failure(committing_db, house, how):
    with pytest.raises(Broken), acting(house.nurse):
        if how == "roll back":
            transaction.set_rollback(True)
        raise Broken
    assert settings() == NOTHING
    with pytest.raises(LookupError):
        context.current()


def test_a_nested_act_gives_the_earlier_one_back(committing_db, house):
    with acting(house.nurse):
        with acting(house.other):
            assert settings()[1] == scopes("MDI", house.other)
        assert settings()[0] == house.nurse.id and context.current() == house.nurse
    assert settings() == NOTHING


def test_a_nested_act_that_fails_gives_the_earlier_one_back(committing_db, house):
    with acting(house.nurse):
        with pytest.raises(Broken), acting(house.other):
            raise Broken
        assert settings()[1] == scopes("LEI", house.nurse) and context.current() == house.nurse


def test_an_act_inside_a_plain_transaction_leaves_nothing_in_it(committing_db, house):
    with transaction.atomic():
        with acting(house.nurse):
            pass
        assert settings() == NOTHING


@pytest.mark.parametrize("code", ['"', "\\", ',"', "}", "'"])
def test_a_scope_is_one_word_whatever_it_holds(committing_db, code):
    """A prison code comes from a message: it can break its own query, never widen it."""
    hostile = Actor("system:feed", "Feed", more_scopes=(f"establishment:{code}",))
    try:
        with acting(hostile), connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(nullif(current_setting('app.scopes', true), '')::text[], '{}')")
            assert SYSTEM not in cursor.fetchone()[0]
    except Exception as refusal:
        assert "malformed array" in str(refusal)


THREADS, TURNS = 16, 25


def test_sixteen_threads_and_two_prisons_never_mix(house, pooled):
    scenes_of, actors = {}, {prison: house[f"{prison} prescriber"] for prison in ("LEI", "MDI")}
    for prison, man in (("LEI", people.AMIR), ("MDI", scenes.OMAR)):
        scenes_of[prison] = {scenes.received(man, prison=prison).id}
    connection.close()

    def turns(number):
        chance, wrong = random.Random(number), []
        for turn in range(TURNS):
            prison = ("LEI", "MDI")[(number + turn) % 2]
            try:
                with acting(actors[prison]):
                    seen = set(Patient.objects.values_list("id", flat=True))
                    wrong += [(prison, seen)] if seen != scenes_of[prison] else []
                    if chance.random() < 0.3:
                        raise Broken
            except Broken:
                pass
            wrong += [("nobody", settings())] if settings() != NOTHING else []
            wrong += [("nobody", turn)] if Patient.objects.exists() else []
            connection.close()
        return wrong

    with ThreadPoolExecutor(THREADS) as threads:
        assert [one for wrong in threads.map(turns, range(THREADS)) for one in wrong] == []
