"""Fixtures of what is due: a pathway that uses everything, and two people who are able to do different things."""

import pytest

from throughcare.access import actions as access
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.core.rulebook import once
from throughcare.pathways import register
from throughcare.pathways.tests import stays

ASKED_ONCE = ("_named", "_with_competence")


@pytest.fixture
def trial(monkeypatch):
    """The shipped pathways with one beside them that asks for a competence, pauses and goes on from step to step."""
    made = stays.definitions()
    monkeypatch.setattr(register, "definitions", lambda: made)
    for name in ASKED_ONCE:  # what is put together from the definitions, to be put together anew
        monkeypatch.setattr(register, name, once(getattr(register, name).__wrapped__))


@pytest.fixture
def plain(house):
    """A nurse who was never found able to do anything."""
    return house.nurse


@pytest.fixture
def able(house):
    """A mental health nurse who was found able to countersign."""
    with acting(house["LEI nurse_in_charge"]) as by:
        user = house.member("LEI mental_health_nurse").user
        access.find_competent(user=user, code="countersigns", since=clock.prison_day(clock.now()), by=by)
    return house["LEI mental_health_nurse"]
