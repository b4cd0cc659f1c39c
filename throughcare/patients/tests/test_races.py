"""Two people write the same at once: the second is told so in a sentence, and nothing of theirs is kept. Real commits."""

from contextlib import contextmanager
from threading import Event, Thread

import pytest
from django.db import connection

from tests import scenes
from tests.waits import until_somebody_waits
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.demo import people
from throughcare.patients import actions
from throughcare.patients.models import Name
from throughcare.patients.tests.test_consent import ask_to_tell, asked

NURSE, PRESCRIBER, LEAD = "LEI reception_nurse", "LEI prescriber", "LEI information_governance_lead"


@contextmanager
def not_yet_committed(actor, write):
    """Somebody has written, and commits a moment later."""
    written = Event()

    def runs():
        with acting(actor):
            write(actor)
            written.set()
            until_somebody_waits()
        connection.close()

    other = Thread(target=runs)
    other.start()
    assert written.wait(10)
    try:
        yield
    finally:
        other.join()


def set_right(man, by):
    row = Name.objects.get(patient=man.id, superseded_by=None)
    said = {"use": "official", "family_name": "Flynne", "given_names": "Joe", "source": "told"}
    return lambda who: actions.add_name(patient=man.id, **said, corrects=row.id, at=clock.now(), by=who)


def ethnicity(man, by):
    actions.record_characteristic(patient=man.id, kind="ethnicity", code="B", source="told", at=clock.now(), by=by)
    return lambda who: actions.record_characteristic(
        patient=man.id, kind="ethnicity", code="A", source="told", at=clock.now(), by=who
    )


def wheelchair(man, by):
    return lambda who: actions.record_need(
        patient=man.id, code="wheelchair", detail="Own chair", source="seen", at=clock.now(), by=who.id
    )


def takes_back(man, by):
    granted = asked(man, by)
    return lambda who: actions.withdraw(granted=granted, how="spoken", at=clock.now(), by=who)


def first_answer(man, by):
    return lambda who: asked(man, who)


def next_answer(man, by):
    asked(man, by)
    return lambda who: asked(man, who, "refused")


def says_no(man, by):
    request = ask_to_tell(man, by)
    return lambda who: actions.decline_disclosure(request=request, why="They know.", at=clock.now(), by=who)


def lifts(man, by):
    bar = actions.declare_relationship(patient=man.id, why="His cousin", at=clock.now(), by=by)
    return lambda who: actions.lift_bar(bar=bar, why="Settled", at=clock.now(), by=who)


@pytest.mark.parametrize("prepare, who, refusal", [
    (set_right, NURSE, actions.NotTheirs), (ethnicity, NURSE, actions.NotTheirs), (wheelchair, NURSE, actions.NotTheirs),
    (takes_back, NURSE, actions.NothingToWithdraw), (first_answer, NURSE, actions.AlreadyAnswered),
    (next_answer, NURSE, actions.AlreadyAnswered), (says_no, PRESCRIBER, actions.AlreadyAnswered),
    (lifts, LEAD, actions.AlreadyLifted),
], ids=lambda one: getattr(one, "__name__", ""))  # fmt: skip
def test_the_second_is_told(committing_db, house, prepare, who, refusal):
    man = scenes.received(people.JOE)
    with acting(house.nurse) as nurse:
        write = prepare(man, nurse)
    writer = house[who]
    with not_yet_committed(writer, write), acting(writer), pytest.raises(refusal):
        write(writer)
