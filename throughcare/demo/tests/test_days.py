"""The days after the first night: sets of observations taken and missed, forms asked to the end, referrals answered, each by the
role that owes it and at its own moment."""

from datetime import timedelta

import pytest

from tests import scenes
from tests.nonempty import nonempty
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.demo import days, estate, people
from throughcare.observations.models import ObservationPlan
from throughcare.referrals.models import ServiceRequest, ServiceRequestAnswer
from throughcare.screening.models import Step

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RESIDENTS = people.residents()
OPIOID = next(man for man in RESIDENTS if man.says.get("fs_drugs") == "yes")


@pytest.fixture
def on_duty(house):
    return {duty: house[f"LEI {role}"] for duty, role in estate.ON_DUTY.items()}


def lived(house, on_duty, man, ago, *, number=1, behind=True):
    """What is on the record of one resident who came so long ago."""
    arrived = clock.now() - ago
    patient = scenes.received(man, arrived)
    days.live(man, patient, arrived, number, behind=behind, by=on_duty)
    return patient


def signed(patient):
    return Step.objects.filter(screen__patient=patient, kind=Step.Kind.SIGNED)


class TestObservations:
    def test_of_a_man_whom_nothing_withdraws_are_not_planned(self, house, on_duty):
        patient = lived(house, on_duty, RESIDENTS[0], 3 * DAY, number=0)
        with acting(house.nurse):
            assert not ObservationPlan.objects.filter(patient=patient).exists()

    def test_of_who_came_long_ago_were_three_sets_and_ended(self, house, on_duty):
        patient = lived(house, on_duty, OPIOID, 10 * DAY, number=0)
        with acting(house.nurse):
            plan = ObservationPlan.objects.get(patient=patient)
            assert plan.happened_at < plan.observationplanended.happened_at < clock.now()
            assert signed(patient).count() >= days.SHOWN_SETS

    def test_begin_after_he_came_and_are_never_of_tomorrow(self, house, on_duty):
        patient = lived(house, on_duty, OPIOID, 2 * DAY)
        with acting(house.nurse):
            taken = nonempty(signed(patient))
            assert all(clock.now() - 2 * DAY <= row.happened_at <= clock.now() for row in taken)

    def test_are_signed_by_the_nurse_on_duty(self, house, on_duty):
        patient = lived(house, on_duty, OPIOID, 2 * DAY)
        with acting(house.nurse):
            assert {row.written_by for row in nonempty(signed(patient))} == {on_duty["nurse"].id}


class TestReferrals:
    @pytest.mark.parametrize("number", [1, 6, 11, 16, 21])
    def test_go_to_the_services_that_are_named_and_are_answered_the_next_morning(self, house, on_duty, number):
        patient = lived(house, on_duty, RESIDENTS[0], 9 * DAY, number=number)
        services, urgency, decision = days.REFERRED[number // 5 % len(days.REFERRED)]
        with acting(house["LEI nurse_in_charge"]):
            asked = ServiceRequest.objects.filter(patient=patient, redirected_from=None)
            assert {row.service for row in asked} == set(services) and {row.urgency for row in asked} == {urgency}
            answers = list(ServiceRequestAnswer.objects.filter(patient=patient).values_list("decision", flat=True))
        assert answers == ([decision] if decision else [])

    @pytest.mark.parametrize("number", [0, 2, 3, 4, 5])
    def test_are_of_one_resident_in_five(self, house, on_duty, number):
        patient = lived(house, on_duty, RESIDENTS[0], 9 * DAY, number=number)
        with acting(house["LEI nurse_in_charge"]):
            assert not ServiceRequest.objects.filter(patient=patient).exists()

    def test_that_would_be_of_tomorrow_are_not_made(self, house, on_duty):
        patient = lived(house, on_duty, RESIDENTS[0], DAY, number=1)
        with acting(house["LEI nurse_in_charge"]):
            assert not ServiceRequest.objects.filter(patient=patient).exists()
