"""What no referral may ever be, attacked in SQL as the app role."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock, ids
from throughcare.demo import people
from throughcare.referrals.models import PatientReply, ReferralAttendance, ServiceRequest, ServiceRequestAnswer
from throughcare.referrals.tests.referred import DOCTOR, HEAD, KEYWORKER, NURSE, WARD, answered, passed_on, refer


@pytest.fixture
def staff(house):
    """Everybody of the three services works here."""
    for who in (KEYWORKER, NURSE, WARD, HEAD, DOCTOR):
        house.member(who)
    return house


@pytest.fixture
def man(staff):
    return scenes.received(people.AMIR)


def written(model, man, **values):
    """A row as somebody would write it past the actions."""
    moment = clock.now()
    shared = {"id": ids.new(), "patient_id": man.id, "establishment": "LEI", "happened_at": moment, "written_at": moment,
              "written_by": "x", "written_by_name": "X"}  # fmt: skip
    with transaction.atomic():
        model(**{**shared, **values}).save(force_insert=True)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class TestTheDatabaseRefuses:
    """What the actions never write, in SQL as the app role."""

    @pytest.fixture
    def request_(self, staff, man):
        return refer(man, staff.nurse)[0]

    @pytest.mark.parametrize("values, law", [
        ({"decision": "accept"}, "an_answer_is_whole"), ({"decision": "accept", "tier": 5}, "an_answer_is_whole"),
        ({"decision": "decline"}, "an_answer_is_whole"),
        ({"decision": "redirect", "to_service": "primary_care"}, "an_answer_is_whole"),
        ({"decision": "maybe", "tier": 2}, "an_answer_is_whole"),
        ({"decision": "redirect", "to_service": "mental_health", "reason": "x"}, "to another service"),
        ({"decision": "redirect", "to_service": "primary_care", "reason": "x"}, "arrives at the next service"),
    ])  # fmt: skip
    def test_half_an_answer(self, staff, man, request_, values, law):
        with acting(staff[NURSE]), pytest.raises(IntegrityError, match=law):
            written(ServiceRequestAnswer, man, request=request_, role="x", **values)

    def test_a_second_answer(self, staff, man, request_):
        answered(request_, staff[NURSE])
        with acting(staff[NURSE]), pytest.raises(IntegrityError, match="request_id"):
            written(ServiceRequestAnswer, man, request=request_, role="x", decision="decline", instead="x")

    def test_an_answer_about_somebody_else(self, staff, man, request_):
        danny = scenes.received(people.DANNY)
        with acting(staff[NURSE]), pytest.raises(IntegrityError, match="same_person"):
            written(ServiceRequestAnswer, danny, request=request_, role="x", decision="decline", instead="x")

    def test_a_third_redirect(self, staff, man, request_):
        last = passed_on(passed_on(request_, staff[NURSE], "substance_misuse"), staff[KEYWORKER], "mental_health")
        with acting(staff[HEAD]), pytest.raises(IntegrityError, match="twice at most"):
            written(ServiceRequestAnswer, man, request=last, role="x", decision="redirect", to_service="primary_care", reason="x")

    @pytest.mark.parametrize("changed, law", [
        ({"redirects": 1}, "a_redirect_names_the_one_before"), ({"reason": ""}, "a_referral_says_why"),
        ({"service": "dentist"}, "a_referral_is_to_a_service"), ({"urgency": "soon"}, "a_referral_is_this_urgent"),
    ])  # fmt: skip
    def test_half_a_referral(self, staff, man, changed, law):
        values = {"requisition": ids.new(), "service": "primary_care", "urgency": "24h", "reason": "x", **changed}
        with acting(staff.nurse), pytest.raises(IntegrityError, match=law):
            written(ServiceRequest, man, **values)

    @pytest.mark.parametrize("changed", [{}, {"service": "primary_care"}, {"redirects": 2}, {"requisition": "new"}])
    def test_a_redirect_that_nobody_answered(self, staff, man, request_, changed):
        values = {
            "requisition": request_.requisition,
            "service": "substance_misuse",
            "urgency": "24h",
            "reason": "x",
            "redirects": 1,
        }
        values |= {key: ids.new() if value == "new" else value for key, value in changed.items()}
        with acting(staff.nurse), pytest.raises(IntegrityError, match="follows the answer"):
            written(ServiceRequest, man, redirected_from=request_, **values)

    def test_somebody_else_slipped_into_a_decision(self, staff, man, request_):
        danny = scenes.received(people.DANNY)
        values = {"requisition": request_.requisition, "service": "primary_care", "urgency": "24h", "reason": "x"}
        for who in (danny, man):  # another person; another hand
            with acting(staff.nurse), pytest.raises(IntegrityError, match="one decision to refer"):
                written(ServiceRequest, who, **values)

    def test_a_reply_before_the_answer_or_to_another_decision(self, staff, man, request_):
        for requisition in (request_.requisition, ids.new()):
            with acting(staff.nurse), pytest.raises(IntegrityError, match="the reply waits"):
                written(PatientReply, man, request=request_, requisition=requisition, words="x", how="told")

    @pytest.mark.parametrize("values", [{"attended": False}, {"attended": True, "reason": "no_escort", "side": "regime"},
                                        {"attended": False, "reason": "x", "side": "his"}])  # fmt: skip
    def test_an_absence_without_a_side(self, staff, man, request_, values):
        with acting(staff.nurse), pytest.raises((IntegrityError, DatabaseError), match="absence_has_a_reason"):
            written(ReferralAttendance, man, request=request_, **values)
