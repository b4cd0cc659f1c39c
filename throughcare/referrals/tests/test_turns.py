"""Two people who write about one person at once take turns, whichever of his joined records each has open."""

import threading

import pytest
from django.db import connections, transaction

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock, ids
from throughcare.core.refusals import Refused
from throughcare.demo import people
from throughcare.observations import actions as observations
from throughcare.patients import actions as patients
from throughcare.referrals import actions

HOUR, SHORTLY = scenes.HOUR, 0.5  # seconds: long enough for whoever does not wait
TONY = scenes.renamed(people.AMIR, prison_number="A1234TR", family_name="Reid", given_names="Tony")


@pytest.fixture
def records(committing_db, house):
    """One man under two records, which were joined."""
    there = scenes.received(TONY, clock.now() - 2 * HOUR), scenes.received(people.AMIR, clock.now() - 3 * HOUR)
    why = "Same face, same tattoo, he says both names are his."
    with acting(house["LEI nurse_in_charge"]) as by:
        asked = patients.propose_merge(patient=there[0].id, survivor=there[1].id, why=why, at=clock.now(), by=by)
    with acting(house["LEI administrator"]) as by:
        patients.merge(proposal=asked, at=clock.now(), by=by)
    return there


def planned(man, by):
    return observations.plan_observations(patient=man.id, plan="opioid_stabilisation", why="Heroin today.", at=clock.now(), by=by)


def referred(man, by):
    return actions.refer(
        patient=man.id, requisition=ids.new(), services=["primary_care"], urgency="24h", reason="Low.", at=clock.now(), by=by
    )


@pytest.mark.parametrize("act, refusal", [(planned, "is planned already"), (referred, "has an open referral")])
@pytest.mark.parametrize("first", [0, 1])
def test_the_second_waits_for_the_first_and_sees_what_was_done(house, records, act, refusal, first):
    by, said = house["LEI nurse_in_charge"], []

    def second():
        try:
            with acting(by):
                act(records[1 - first], by)
        except Refused as refused:
            said.append(str(refused))
        finally:
            connections.close_all()

    colleague = threading.Thread(target=second)
    with acting(by), transaction.atomic():
        act(records[first], by)
        colleague.start()
        colleague.join(SHORTLY)
        assert colleague.is_alive() and said == []
    colleague.join()
    assert len(said) == 1 and refusal in said[0]
