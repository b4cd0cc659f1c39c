"""Referrals as they run: one decision, one answer a service, one reply; the laws of the database attacked in SQL."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from tests import scenes
from throughcare.access import actions as access
from throughcare.access.acting import Actor, acting
from throughcare.access.models import Membership
from throughcare.audit.models import Fact
from throughcare.core import clock, ids
from throughcare.core.refusals import NotAllowed, Refused
from throughcare.demo import people
from throughcare.pathways.models import Task
from throughcare.patients.models import Patient
from throughcare.record.actions import TooLong
from throughcare.referrals import actions, present, queries
from throughcare.referrals.models import PatientReply, ReferralAttendance, ServiceRequest, ServiceRequestAnswer
from throughcare.referrals.tests.referred import DOCTOR, HEAD, KEYWORKER, NURSE, WARD, answered, passed_on, refer, replied

THREE = ("primary_care", "substance_misuse", "mental_health")


@pytest.fixture
def man(house):
    return scenes.received(people.AMIR)


@pytest.fixture
def staff(house):
    """Everybody of the three services works here."""
    for who in (KEYWORKER, NURSE, WARD, HEAD, DOCTOR):
        house.member(who)
    return house


def facts(man, by, kind):
    with acting(by):
        return list(Fact.objects.filter(patient_id=man.id, kind=f"pathways.{kind}").order_by("id").values_list("kept", flat=True))


def due(man, by):
    with acting(by):
        return set(Task.objects.open().filter(patient=man.id, pathway="referrals").values_list("clock", flat=True))


class TestAsking:
    @pytest.mark.parametrize("services", [THREE[:1], THREE[:2], THREE])
    def test_one_decision_goes_to_one_two_or_three_services(self, staff, man, services):
        made = refer(man, staff.nurse, *services)
        assert [one.service for one in made] == list(services) and len({one.requisition for one in made}) == 1
        assert {one["service"] for one in facts(man, staff.nurse, "ReferralMade")} == set(services)
        assert due(man, staff.nurse) == {f"answer_{service}_24h" for service in services}

    def test_pressed_twice_it_is_one_decision(self, staff, man):
        key = ids.new()
        first, second = (refer(man, staff.nurse, *THREE, requisition=key) for _ in range(2))
        assert {one.id for one in first} == {one.id for one in second}
        assert len(facts(man, staff.nurse, "ReferralMade")) == 3

    @pytest.mark.parametrize("wrong, words", [
        ({"services": ()}, "Tick at least one"), ({"services": ("dentist",)}, "Tick at least one"),
        ({"urgency": ""}, "how urgent"), ({"urgency": "soonish"}, "how urgent"), ({"reason": "  "}, "Write why"),
        ({"reason": "x" * 2001}, "2,000"),
    ])  # fmt: skip
    def test_what_is_missing_is_said_and_nothing_is_written(self, staff, man, wrong, words):
        given = {"services": THREE, "urgency": "24h", "reason": "Low."} | wrong
        with acting(staff.nurse), pytest.raises((Refused, TooLong), match=words):
            actions.refer(patient=man.id, requisition=ids.new(), at=clock.now(), by=staff.nurse, **given)
        with acting(staff.nurse):
            assert not ServiceRequest.objects.exists()

    def test_a_service_is_not_asked_the_same_twice_but_may_be_asked_more_urgently(self, staff, man):
        refer(man, staff.nurse, urgency="48h")
        for urgency in ("48h", "routine"):
            with pytest.raises(
                Refused, match=r"Mental health has an open referral .* within 48 hours, made by Reception Nurse LEI"
            ):
                refer(man, staff.nurse, "primary_care", "mental_health", urgency=urgency)
        refer(man, staff.nurse, urgency="same_day")
        assert due(man, staff.nurse) == {"answer_mental_health_48h", "answer_mental_health_same_day"}

    def test_nobody_is_referred_after_their_death(self, staff, man):
        with acting(staff.nurse):
            Patient.objects.filter(id=man.id).update(died_at=clock.now())
        with pytest.raises(Refused, match="death is recorded"):
            refer(man, staff.nurse)

    @pytest.mark.parametrize("who", ["LEI administrator", "LEI head_of_healthcare"])
    def test_who_may_not_hears_so(self, staff, man, who):
        with pytest.raises(NotAllowed):
            refer(man, staff[who])


class TestAnswering:
    @pytest.fixture
    def request_(self, staff, man):
        return refer(man, staff.nurse)[0]

    def test_the_service_takes_somebody_on(self, staff, man, request_):
        assert answered(request_, staff[NURSE]).tier == 2
        (told,) = facts(man, staff.nurse, "ReferralAnswered")
        assert (told["decision"], told["open_left"], told["service"]) == ("accept", 0, "mental_health")
        assert due(man, staff.nurse) == {"reply_to_patient"}

    def test_passed_on_it_arrives_at_the_other_service_with_its_reason(self, staff, man, request_):
        arrived = passed_on(request_, staff[NURSE], "substance_misuse")
        assert (arrived.service, arrived.redirects, arrived.reason) == ("substance_misuse", 1, request_.reason)
        assert arrived.requisition == request_.requisition
        assert facts(man, staff.nurse, "ReferralAnswered")[0]["open_left"] == 1
        assert due(man, staff.nurse) == {"answer_substance_misuse_24h"}

    def test_passed_on_twice_the_manager_decides(self, staff, man, request_):
        second = passed_on(passed_on(request_, staff[NURSE], "substance_misuse"), staff[KEYWORKER], "mental_health")
        assert due(man, staff.nurse) == {"decide_mental_health_24h"}
        with pytest.raises(
            NotAllowed, match=r"the head of healthcare decides. Here Head Of Healthcare LEI \(head of healthcare\) can"
        ):
            answered(second, staff[NURSE])
        with pytest.raises(Refused, match="Two services have passed this on already"):
            answered(second, staff[HEAD], "redirect", to_service="primary_care")
        assert answered(second, staff[HEAD]).decision == "accept"
        assert due(man, staff.nurse) == {"reply_to_patient"}

    def test_the_manager_gives_nobody_what_no_one_here_can_do(self, staff, man, request_):
        second = passed_on(passed_on(request_, staff[NURSE], "substance_misuse"), staff[KEYWORKER], "mental_health")
        with pytest.raises(Refused, match="Nobody who works here now can"):
            answered(second, staff[HEAD], tier=4)

    @pytest.mark.parametrize("decision, wrong, words", [
        ("accept", {"tier": None}, "Choose the tier"), ("accept", {"tier": 7}, "Choose the tier"),
        ("redirect", {"to_service": ""}, "another service"), ("redirect", {"to_service": "mental_health"}, "another service"),
        ("redirect", {"to_service": "primary_care", "reason": " "}, "Write why"),
        ("decline", {"instead": " "}, "what is offered instead"),
        ("decline", {"instead": "x" * 401}, "400"),
    ])  # fmt: skip
    def test_half_an_answer_is_refused_with_what_is_missing(self, staff, man, request_, decision, wrong, words):
        with pytest.raises((Refused, TooLong), match=words):
            answered(request_, staff[NURSE], decision, **wrong)
        assert due(man, staff.nurse) == {"answer_mental_health_24h"}

    def test_no_decision_at_all_is_refused(self, staff, request_):
        with acting(staff[NURSE]) as nurse, pytest.raises(Refused, match="Choose what the service answers"):
            actions.answer_referral(request=request_, decision="maybe", at=clock.now(), by=nurse)

    def test_it_is_not_passed_on_to_a_service_that_has_it_already(self, staff, man, request_):
        refer(man, staff.nurse, "substance_misuse", urgency="24h")
        with pytest.raises(Refused, match="Substance misuse has an open referral"):
            answered(request_, staff[NURSE], "redirect", to_service="substance_misuse")

    @pytest.mark.parametrize("who", [KEYWORKER, WARD, HEAD])
    def test_another_role_hears_who_can(self, staff, request_, who):
        with pytest.raises(
            NotAllowed, match=r"Mental health answers this. Here .*Mental Health Nurse LEI \(mental health nurse\)"
        ):
            answered(request_, staff[who])

    def test_a_role_without_the_right_hears_so(self, staff, request_):
        with pytest.raises(NotAllowed):
            answered(request_, staff["LEI healthcare_assistant"])

    def test_the_tier_needs_a_competence_and_the_sentence_says_who_has_it(self, staff, man, request_):
        with pytest.raises(Refused, match=r"tier 3 for mental health. Here Prescriber LEI \(prescriber\) can"):
            answered(request_, staff[NURSE], tier=3)
        assert answered(request_, staff[DOCTOR], tier=3).tier == 3

    def test_with_competence_and_contract_it_is_theirs_to_take(self, staff, request_):
        assert answered(request_, contracted(staff, NURSE, [2, 3], "takes_tier_3"), tier=3).tier == 3

    def test_a_contract_that_does_not_cover_the_tier_stops_even_the_competent(self, staff, request_):
        nurse = contracted(staff, NURSE, [1, 2], "takes_tier_3")
        with pytest.raises(Refused, match="You cannot take people on in tier 3"):
            answered(request_, nurse, tier=3)

    def test_the_second_answer_hears_whose_the_first_was(self, staff, request_):
        answered(request_, staff[NURSE])
        with pytest.raises(Refused, match=r"Mental Health Nurse LEI answered this at .*: accepted. Your answer was not saved"):
            answered(request_, staff[DOCTOR], "decline")

    def test_answering_one_of_two_leaves_the_other_open(self, staff, man, request_):
        (urgent,) = refer(man, staff.nurse, urgency="same_day")
        answered(urgent, staff[NURSE])
        assert due(man, staff.nurse) == {"answer_mental_health_24h", "reply_to_patient"}


def contracted(house, who, tiers, competence):
    """The person works under a contract of these tiers, and another found them able."""
    held = house.member(who)
    with acting(Actor.system("set up")):
        under = access.agree_contract(
            organisation="Steps",
            establishment="LEI",
            service="mental_health",
            tiers=tiers,
            since=scenes.LONG_AGO,
            by="system:set up",
        )
        access.join_team(membership=held, contract=under, team=None, by="system:set up")
    with acting(house[HEAD]) as head:
        access.find_competent(user=held.user, code=competence, since=scenes.LONG_AGO.replace(year=2026), by=head)
    day = clock.prison_day(clock.now())
    return Actor.of(Membership.objects.with_competence(day).select_related("user").get(id=held.id))


def test_two_people_answer_at_once_and_one_wins(committing_db, house):
    """Each in a connection of their own; the other's words come back with the name of who was first."""
    man = scenes.received(people.AMIR)
    actors = [house[NURSE], house[DOCTOR]]
    (request_,) = refer(man, house.nurse)
    gate, said = threading.Barrier(2), []

    def answer(by):
        gate.wait()
        try:
            said.append(answered(request_, by).written_by_name)
        except Refused as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=(by,)) for by in actors]
    [one.start() for one in threads]
    [one.join() for one in threads]
    won, lost = sorted(said, key=len)
    assert lost.startswith(f"{won} answered this at")
    with acting(house.nurse):
        assert ServiceRequestAnswer.objects.count() == 1


class TestTelling:
    @pytest.fixture
    def both(self, staff, man):
        return refer(man, staff.nurse, "mental_health", "substance_misuse")

    def test_waits_until_all_have_answered_and_happens_once(self, staff, man, both):
        answered(both[0], staff[NURSE])
        with pytest.raises(Refused, match="Substance misuse has not answered yet"):
            replied(both[0], staff.nurse)
        answered(both[1], staff[KEYWORKER], "decline")
        assert replied(both[0], staff.nurse).how == "told"
        assert due(man, staff.nurse) == set()
        with pytest.raises(Refused, match="Reception Nurse LEI told the person at"):
            replied(both[1], staff[NURSE])

    def test_of_two_decisions_the_task_stays_until_both_are_told(self, staff, man, both):
        (other,) = refer(man, staff.nurse, "primary_care")
        for one, who in (*zip(both, (NURSE, KEYWORKER), strict=True), (other, WARD)):
            answered(one, staff[who])
        replied(other, staff.nurse)
        assert due(man, staff.nurse) == {"reply_to_patient"}
        replied(both[0], staff.nurse)
        assert due(man, staff.nurse) == set()

    @pytest.mark.parametrize("given, words", [
        ({"words": "  "}, "Write what"), ({"how": "pigeon"}, "Choose how"),
        ({"words": "Your methadone worker will see you.", "how": "slip"}, "The slip would say “methadone”"),
        ({"words": "Mr Khan, come on Monday.", "how": "slip"}, "The slip would say “Khan”"),
        ({"words": "A4711KH, come on Monday.", "how": "slip"}, "The slip would say “A4711KH”"),
    ])  # fmt: skip
    def test_what_shames_or_names_him_goes_on_no_paper(self, staff, man, both, given, words):
        answered(both[0], staff[NURSE]), answered(both[1], staff[KEYWORKER])
        with pytest.raises(Refused, match=words):
            replied(both[0], staff.nurse, **{"words": "Fine.", "how": "told"} | given)
        with acting(staff.nurse):
            assert not PatientReply.objects.exists()

    @pytest.mark.parametrize("family", ["Bell", "Will", "You", "Nurse", "Amir"])
    def test_a_family_name_that_is_a_common_word_costs_nobody_the_slip(self, staff, man, both, family):
        answered(both[0], staff[NURSE]), answered(both[1], staff[KEYWORKER], "decline")
        with acting(staff.nurse):
            Patient.objects.filter(id=man.id).update(family_name=family)
            decision = present.decisions(queries.requests_of(man.id), {})[0]
            said = present.suggested_reply("Amir", decision)
        assert replied(both[0], staff.nurse, words=said, how="slip").words == said

    def test_printing_leaves_a_fact_with_its_fields(self, staff, man, both):
        answered(both[0], staff[NURSE]), answered(both[1], staff[KEYWORKER])
        told = replied(both[0], staff.nurse, how="slip")
        with acting(staff.nurse) as nurse:
            actions.print_reply(reply=told, at=clock.now(), by=nurse)
        assert facts(man, staff.nurse, "ReferralReplyPrinted")[0]["fields"] == ["first name", "reply"]

    def test_nothing_is_told_of_somebody_elses_referral(self, staff, both):
        other = scenes.received(people.DANNY)
        with acting(staff.nurse) as nurse, pytest.raises(Refused, match="no such referral"):
            actions.reply_to_patient(
                patient=other.id, requisition=both[0].requisition, words="x", how="told", at=clock.now(), by=nurse
            )


class TestComing:
    def write(self, staff, request_, attended, reason="", at=None):
        with acting(staff.nurse) as nurse:
            now = at or clock.now()
            return actions.record_attendance(request=request_, attended=attended, reason=reason, at=now, by=nurse)

    def test_the_regimes_failing_is_counted_apart_from_the_persons_choice(self, staff, man):
        (request_,) = refer(man, staff.nurse)
        for attended, reason in [
            (True, ""),
            (False, "no_escort"),
            (False, "no_escort"),
            (False, "chose_not"),
            (False, "too_unwell"),
        ]:
            self.write(staff, request_, attended, reason)
        with acting(staff.nurse) as nurse:
            found = queries.came(nurse, clock.now())
        assert (found.attended, found.sides) == (1, {"regime": 2, "person": 1, "health": 1})
        assert found.reasons[0] == ("no_escort", "regime", 2)
        assert [one["side"] for one in facts(man, staff.nurse, "ReferralAttended")] == [
            "",
            "regime",
            "regime",
            "person",
            "health",
        ]

    @pytest.mark.parametrize("reason", ["", "refused", "DROP TABLE"])
    def test_an_absence_without_a_reason_of_the_list_is_refused(self, staff, man, reason):
        (request_,) = refer(man, staff.nurse)
        with pytest.raises(Refused, match="Choose why"):
            self.write(staff, request_, False, reason)

    @pytest.mark.parametrize("at", ["2025-03-02T10:00", "0001-01-01T00:00", "2026-03-19T10:04"])
    def test_nobody_comes_before_he_was_asked_for(self, staff, man, at):
        """Not in the minute before, and not in a year of which no list of reasons is kept."""
        (request_,) = refer(man, staff.nurse, at=datetime(2026, 3, 19, 10, 5, 30, tzinfo=UTC))
        with pytest.raises(Refused, match="made on 19 March 2026, 10:05"):
            self.write(staff, request_, False, "no_escort", datetime.fromisoformat(at).replace(tzinfo=UTC))
        with acting(staff.nurse):
            assert not ReferralAttendance.objects.exists()

    def test_who_comes_in_the_minute_of_the_referral_came(self, staff, man):
        """Forms tell minutes: a referral of half past the minute, and a visit at that minute."""
        (request_,) = refer(man, staff.nurse, at=datetime(2026, 3, 19, 10, 5, 30, tzinfo=UTC))
        assert self.write(staff, request_, True, at=datetime(2026, 3, 19, 10, 5, tzinfo=UTC)).attended

    def test_another_prison_counts_none_of_ours(self, staff, man):
        (request_,) = refer(man, staff.nurse)
        self.write(staff, request_, True)
        with acting(staff.other) as other:
            assert queries.came(other, clock.now()).attended == 0
