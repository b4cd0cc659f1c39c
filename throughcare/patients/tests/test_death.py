"""A death in custody, told by the feed or by whoever confirmed it: the record stays open and says what came after."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.core.refusals import NotAllowed
from throughcare.demo import emulator, people
from throughcare.hmpps import translate
from throughcare.patients import actions
from throughcare.patients.models import Patient, Reach
from throughcare.record import actions as record
from throughcare.record.models import Encounter


def told(patient):
    """The prison says that he died."""
    scenes.moved(people.AMIR, "released", "DIED", clock.now() - timedelta(minutes=5))
    with acting(scenes.feed("LEI")):
        return Patient.objects.get(id=patient.id)


def note(house, patient):
    kind = "prescriber_review"
    with acting(house["LEI prescriber"]) as by:
        return record.record_encounter(patient=patient.id, kind=kind, done="Seen at noon", plan="", at=clock.now(), by=by)


def test_a_release_with_the_reason_of_a_death_is_one():
    line = emulator.event(people.AMIR, kind="released", reason="RELEASED", at=clock.now(), prison="LEI")
    plain = translate.event(line)
    died = translate.event(line.replace('\\"reason\\"', '\\"nomisMovementReasonCode\\": \\"DEC\\", \\"reason\\"'))
    assert (plain.reason, died.reason) == ("RELEASED", "DIED")


def test_the_feed_tells_of_a_death_and_the_prison_keeps_the_record(house, amir):
    man = told(amir)
    assert man.died_at
    with acting(scenes.feed("LEI")):
        reach = Reach.objects.get(patient=amir.id, scope="establishment:LEI")
    assert reach.until is None and reach.writes, "an inquest comes years later"


def test_what_is_written_before_is_no_addendum_and_what_comes_after_is(house, amir):
    before = note(house, amir)
    told(amir)
    after = note(house, amir)
    with acting(house.nurse):
        marks = dict(Encounter.objects.values_list("id", "addendum"))
    assert marks == {before.id: False, after.id: True}


def test_the_trail_is_sealed_at_once(house, amir):
    told(amir)
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="tasks.seal")
    assert jobs.count() == 1


def test_whoever_confirmed_it_writes_it_before_the_feed_does(house, amir):
    with acting(house["LEI prescriber"]) as by:
        actions.record_death(patient=amir.id, died_at=clock.now() - timedelta(minutes=30), by=by)
    first = told(amir)
    assert clock.now() - first.died_at > timedelta(minutes=29), "the feed, half an hour later, does not move the time of death"
    with acting(house["LEI information_governance_lead"]):
        assert Fact.objects.filter(kind="patients.PatientDied", patient_id=amir.id).exists()


@pytest.mark.parametrize("minutes, refusal", [(-5, actions.NotYet), (5, actions.AlreadyDied)])
def test_a_death_is_written_once_and_not_ahead(house, amir, minutes, refusal):
    with acting(house["LEI prescriber"]) as by:
        if refusal is actions.AlreadyDied:
            actions.record_death(patient=amir.id, died_at=clock.now(), by=by)
        with pytest.raises(refusal):
            actions.record_death(patient=amir.id, died_at=clock.now() - timedelta(minutes=minutes), by=by)


def test_not_everybody_writes_a_death(house, amir):
    with acting(house["LEI pharmacy_technician"]) as by, pytest.raises(NotAllowed):
        actions.record_death(patient=amir.id, died_at=clock.now(), by=by)


def test_a_death_elsewhere_is_nobody_elses_to_write(house, amir):
    with acting(house["MDI prescriber"]) as by, pytest.raises(actions.NotOurs):
        actions.record_death(patient=amir.id, died_at=clock.now(), by=by)
    with acting(scenes.feed("LEI")):
        assert Patient.objects.get(id=amir.id).died_at is None
