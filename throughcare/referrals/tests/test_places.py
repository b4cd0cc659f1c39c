"""Where referrals are found: the inbox in its order, after a transfer, after two records were joined, and never elsewhere."""

import pytest

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.core.refusals import Refused
from throughcare.demo import people
from throughcare.pathways.models import Task
from throughcare.patients import actions as patients
from throughcare.referrals import queries
from throughcare.referrals.models import ServiceRequest
from throughcare.referrals.tests.referred import DOCTOR, HEAD, KEYWORKER, NURSE, WARD, answered, passed_on, refer, replied


@pytest.fixture
def staff(house):
    """Everybody of the three services works here."""
    for who in (KEYWORKER, NURSE, WARD, HEAD, DOCTOR):
        house.member(who)
    return house


@pytest.fixture
def man(staff):
    return scenes.received(people.AMIR)


class TestWhereTheyAre:
    def test_the_most_urgent_comes_first_and_then_who_has_waited_longest(self, staff, house):
        men = [scenes.received(scenes.plain(n)) for n in range(3)]
        urgencies = ["routine", "24h", "24h"]
        for man, urgency in zip(men, urgencies, strict=True):
            refer(man, staff.nurse, urgency=urgency)
        with acting(staff[NURSE]) as nurse:
            assert [row.patient_id for row in queries.inbox(nurse, ["mental_health"])] == [men[1].id, men[2].id, men[0].id]
            assert queries.inbox(nurse, ["primary_care"]) == []

    def test_a_redirect_keeps_its_place_in_the_queue(self, staff, house):
        first, second = (scenes.received(scenes.plain(n)) for n in range(2))
        (bounced,) = refer(first, staff.nurse, "substance_misuse")
        refer(second, staff.nurse)
        passed_on(bounced, staff[KEYWORKER], "mental_health")
        with acting(staff[NURSE]) as nurse:
            rows = queries.inbox(nurse, ["mental_health"])
        assert [row.patient_id for row in rows] == [first.id, second.id]
        assert rows[0].first_at == bounced.happened_at and rows[0].asked_by == "Reception Nurse LEI"

    def test_what_is_known_is_counted(self, staff, man):
        (old,) = refer(man, staff.nurse)
        answered(old, staff[NURSE], "decline")
        refer(man, staff.nurse)
        with acting(staff[NURSE]) as nurse:
            (row,) = queries.inbox(nurse, None)
            assert row.earlier == 1
            assert row.open_tasks == Task.objects.open().filter(patient=man.id).count() > 1

    def test_a_transfer_brings_the_open_ones_to_the_new_prisons_inbox(self, staff, man):
        refer(man, staff.nurse)
        scenes.moved(people.AMIR, "received", "TRANSFERRED", clock.now(), "MDI")
        with acting(staff[NURSE]) as here:
            assert queries.inbox(here, None) == []
        with acting(staff["MDI mental_health_nurse"]) as there:
            (row,) = queries.inbox(there, ["mental_health"])
        assert answered(row, staff["MDI mental_health_nurse"]).establishment == "MDI"

    def test_the_other_prison_sees_none_of_ours(self, staff, man):
        refer(man, staff.nurse)
        with acting(staff.other) as other:
            assert queries.inbox(other, None) == [] and queries.waiting_by_service(other) == {}
            assert queries.requests_of(man.id) == [] and not ServiceRequest.objects.exists()

    def test_of_joined_records_all_are_found_and_can_be_answered(self, staff, man):
        twin = scenes.received(scenes.renamed(people.AMIR, prison_number="A1234TR", family_name="Kahn"))
        (request_,) = refer(twin, staff.nurse)
        join(staff, twin, man)
        with acting(staff[NURSE]) as nurse:
            assert [one.id for one in queries.requests_of(man.id)] == [request_.id]
            assert [row.id for row in queries.inbox(nurse, None)] == [request_.id]
        with pytest.raises(Refused, match="open referral"):
            refer(man, staff.nurse)
        answered(request_, staff[NURSE])
        assert replied(request_, staff.nurse).patient_id == twin.id


def join(house, gone, kept):
    """Two people say that two records are one person."""
    with acting(house[WARD]) as ruth:
        asked = patients.propose_merge(patient=gone.id, survivor=kept.id, why="Same face and tattoo.", at=clock.now(), by=ruth)
    with acting(house["LEI administrator"]) as joan:
        patients.merge(proposal=asked, at=clock.now(), by=joan)
