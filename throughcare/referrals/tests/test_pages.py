"""Referrals in the browser: three ticks, the inbox, the answer, the reply; bad input keeps its words and changes nothing."""

import re

import pytest
from django.test import Client

from tests import scenes
from tests.statements import statements
from throughcare.access.acting import acting
from throughcare.audit.models import Access
from throughcare.core import ids
from throughcare.demo import people
from throughcare.referrals.models import PatientReply, ServiceRequest, ServiceRequestAnswer
from throughcare.referrals.tests.referred import DOCTOR, HEAD, KEYWORKER, NURSE, WARD, answered, passed_on, refer

INBOX = "/establishments/LEI/referrals/"


@pytest.fixture
def staff(house):
    for who in (KEYWORKER, NURSE, WARD, HEAD, DOCTOR):
        house.member(who)
    return house


@pytest.fixture
def man(staff):
    return scenes.received(people.AMIR)


@pytest.fixture
def nurse(staff):
    return staff.sign_in(Client(), "LEI reception_nurse")


@pytest.fixture
def tom(staff):
    return staff.sign_in(Client(), NURSE)


def page(man, part=""):
    return f"/patients/{man.id}/referrals/{part}"


def said(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def count(house, model=ServiceRequest):
    with acting(house.nurse):
        return model.objects.count()


class TestThreeTicks:
    def send(self, client, man, address="new/", **changed):
        typed = {
            "services": ["mental_health", "primary_care"],
            "urgency": "24h",
            "reason": "Not sleeping.",
            "requisition": ids.new(),
        }
        return client.post(page(man, address), typed | changed)

    def test_make_one_decision_seen_by_all_three(self, staff, man, nurse):
        answer = self.send(nurse, man)
        assert (answer.status_code, answer.headers["Location"]) == (302, page(man))
        for who in (NURSE, KEYWORKER, WARD):
            words = said(staff.sign_in(Client(), who).get(page(man)))
            assert "Not sleeping." in words and "Mental health" in words and "Primary care" in words

    def test_sent_twice_is_one_decision(self, staff, man, nurse):
        key = ids.new()
        assert [self.send(nurse, man, requisition=key).status_code for _ in range(2)] == [302, 302]
        assert count(staff) == 2

    @pytest.mark.parametrize("wrong, words", [
        ({"services": []}, "Tick at least one service"), ({"services": ["dentist"]}, "Tick at least one service"),
        ({"urgency": ""}, "Choose how urgent"), ({"urgency": "'; --"}, "Choose how urgent"), ({"reason": " "}, "Write why"),
        ({"reason": "y" * 2001}, "longer than 2000 characters"), ({"requisition": "nonsense"}, "Open this form again"),
        ({"requisition": ""}, "Open this form again"),
    ])  # fmt: skip
    def test_half_filled_keep_what_was_typed(self, staff, man, nurse, wrong, words):
        answer = self.send(nurse, man, **{"reason": "Kept words."} | wrong)
        assert answer.status_code == 422 and words in said(answer)
        assert ("Kept words." in said(answer)) or "reason" in wrong
        assert count(staff) == 0

    def test_everything_that_is_missing_is_said_at_once(self, man, nurse):
        words = said(self.send(nurse, man, services=[], urgency="", reason=""))
        assert all(one in words for one in ("Tick at least one service", "Choose how urgent", "Write why"))

    def test_asked_already_the_sentence_stands_at_the_ticks(self, staff, man, nurse):
        refer(man, staff.nurse)
        answer = self.send(nurse, man)
        assert (
            answer.status_code == 422 and "Mental health has an open referral" in said(answer) and "Not sleeping." in said(answer)
        )
        assert count(staff) == 1

    def test_of_null_characters_nothing_breaks(self, staff, man, nurse):
        assert self.send(nurse, man, reason="a\x00b\x07c").status_code in (302, 422)

    def test_who_may_not_refer_opens_no_form(self, staff, man):
        client = staff.sign_in(Client(), "LEI administrator")
        assert client.get(page(man, "new/")).status_code == 403 and self.send(client, man).status_code == 403

    def test_after_he_left_it_is_refused_in_a_sentence(self, staff, man, nurse):
        scenes.released(people.AMIR)
        answer = self.send(nurse, man)
        assert answer.status_code in (403, 422) and "nothing was changed" in said(answer).casefold()

    def test_about_somebody_elsewhere_there_is_nothing(self, staff, nurse):
        omar = scenes.received(scenes.OMAR, prison="MDI")
        assert self.send(nurse, omar).status_code == 404


class TestFromAnAlert:
    def test_services_urgency_and_first_words_are_offered(self, man, nurse):
        words = said(nurse.get(page(man, "new/?alert=fs_opioids_urgent")))
        ticked = re.findall(r'value="(\w+)" checked', words)
        assert ticked == ["primary_care", "substance_misuse", "same_day"]
        assert "First-night screen: opioid use." in words and "From an alert: <strong>COWS now" in words

    def test_its_own_words_are_offered_when_nothing_is_suggested(self, man, nurse):
        words = said(nurse.get(page(man, "new/?alert=fs_diet_info")))
        assert "Alert: catering request; clinic." in words and "checked" not in words

    @pytest.mark.parametrize("alert", ["nonsense", "<script>", "x" * 500, "%00"])
    def test_an_alert_that_nobody_knows_offers_nothing(self, man, nurse, alert):
        answer = nurse.get(page(man, "new/"), {"alert": alert})
        assert answer.status_code == 200 and "From an alert" not in said(answer) and "checked" not in said(answer)

    def test_it_is_kept_with_the_referral(self, staff, man, nurse):
        TestThreeTicks().send(nurse, man, "new/?alert=fs_opioids_urgent")
        with acting(staff.nurse):
            assert set(ServiceRequest.objects.values_list("from_alert", flat=True)) == {"fs_opioids_urgent"}

    def test_nothing_is_offered_without_one(self, man, nurse):
        assert "checked" not in said(nurse.get(page(man, "new/")))


class TestTheInbox:
    def test_opens_with_ones_own_services_and_says_what_is_known(self, staff, man, tom):
        refer(man, staff.nurse, "mental_health", "primary_care", urgency="same_day")
        words = said(tom.get(INBOX))
        assert words.count("KHAN, Amir") == 1 and "Mental health (1)" in words and "Primary care (1)" in words
        assert "No earlier referral" in words and "tasks due" in words and "Low in mood." in words

    def test_of_a_manager_shows_what_was_passed_on_twice(self, staff, man):
        (first,) = refer(man, staff.nurse)
        passed_on(passed_on(first, staff[NURSE], "substance_misuse"), staff[KEYWORKER], "mental_health")
        words = said(staff.sign_in(Client(), HEAD).get(INBOX))
        assert "KHAN, Amir" in words and "passed on twice" in words and "With the manager (1)" in words
        assert "KHAN, Amir" not in said(staff.sign_in(Client(), NURSE).get(INBOX))

    def test_everybody_shown_is_in_the_trace(self, staff, man, tom):
        refer(man, staff.nurse)
        tom.get(INBOX)
        with acting(staff[NURSE]):
            assert Access.objects.filter(page="referral-inbox").latest("at").patients == [man.id]

    @pytest.mark.parametrize("service", ["nonsense", "", "%27", "mental_health"])
    def test_no_list_breaks(self, man, tom, service):
        assert tom.get(f"{INBOX}?service={service}").status_code == 200

    def test_of_another_prison_is_shut(self, tom):
        assert tom.get("/establishments/MDI/referrals/").status_code == 403

    @pytest.mark.parametrize("number", [2, 12])
    def test_asks_as_often_for_twelve_as_for_two(self, staff, tom, number):
        for n in range(number):
            refer(scenes.received(scenes.plain(n)), staff.nurse)
        ours, _ = statements(tom, INBOX)
        assert len(ours) <= 6, ours


class TestAnswering:
    @pytest.fixture
    def request_(self, staff, man):
        return refer(man, staff.nurse)[0]

    def test_accept_with_a_tier(self, staff, man, tom, request_):
        assert tom.get(page(man, f"{request_.id}/")).status_code == 200
        answer = tom.post(page(man, f"{request_.id}/answer/"), {"decision": "accept", "tier": "2"})
        assert answer.status_code == 302 and "Taken on in tier 2" in said(tom.get(answer.headers["Location"]))

    @pytest.mark.parametrize("typed, words", [
        ({}, "Choose what the service answers"), ({"decision": "accept"}, "Choose the tier"),
        ({"decision": "accept", "tier": "9"}, "Choose the tier"), ({"decision": "accept", "tier": "x"}, "Choose the tier"),
        ({"decision": "accept", "tier": "3"}, "Here Prescriber LEI (prescriber) can"),
        ({"decision": "redirect"}, "Choose another service"),
        ({"decision": "redirect", "to_service": "mental_health"}, "Choose another"),
        ({"decision": "decline"}, "what is offered instead"), ({"decision": "burn"}, "Choose what the service answers"),
        ({"decision": "decline", "instead": "z" * 401}, "longer than 400"),
    ])  # fmt: skip
    def test_what_is_missing_is_said_and_the_words_stay(self, staff, man, tom, request_, typed, words):
        answer = tom.post(page(man, f"{request_.id}/answer/"), {"reason": "Kept words.", **typed})
        assert answer.status_code == 422 and words in said(answer) and "Kept words." in said(answer)
        assert count(staff, ServiceRequestAnswer) == 0

    def test_the_second_of_two_sees_who_was_first_and_keeps_the_words(self, staff, man, tom, request_):
        answered(request_, staff[DOCTOR])
        answer = tom.post(
            page(man, f"{request_.id}/answer/"), {"decision": "decline", "instead": "a walk", "reason": "Kept words."}
        )
        assert answer.status_code == 422 and "Prescriber LEI answered this at" in said(answer) and "Kept words." in said(answer)

    def test_who_cannot_sees_who_can_and_no_form(self, staff, man, request_):
        client = staff.sign_in(Client(), KEYWORKER)
        words = said(client.get(page(man, f"{request_.id}/")))
        assert (
            "Mental health answers this. Here" in words and "Mental Health Nurse LEI" in words and "Sign the answer" not in words
        )
        refused = client.post(page(man, f"{request_.id}/answer/"), {"decision": "accept", "tier": "1"})
        assert refused.status_code == 403 and "Mental Health Nurse LEI" in said(refused)

    def test_the_manager_is_not_offered_to_pass_it_on(self, staff, man, request_):
        last = passed_on(passed_on(request_, staff[NURSE], "substance_misuse"), staff[KEYWORKER], "mental_health")
        david = staff.sign_in(Client(), HEAD)
        words = said(david.get(page(man, f"{last.id}/")))
        assert "Pass on" not in words and "Sign the answer" in words
        refused = david.post(
            page(man, f"{last.id}/answer/"), {"decision": "redirect", "to_service": "primary_care", "reason": "x"}
        )
        assert refused.status_code == 422 and "Two services have passed this on already" in said(refused)

    def test_a_referral_of_somebody_else_is_not_there(self, staff, man, tom, request_):
        danny = scenes.received(people.DANNY)
        for method in (tom.get, tom.post):
            assert method(page(danny, f"{request_.id}/")).status_code in (404, 405)
        assert tom.post(page(danny, f"{request_.id}/answer/"), {"decision": "accept", "tier": "2"}).status_code == 404

    def test_the_page_has_its_budget(self, staff, man, tom, request_):
        for part in (f"{request_.id}/", "", "new/?alert=fs_opioids_urgent"):
            ours, _ = statements(tom, page(man, part))
            assert len(ours) <= 9, ours  # who works here is one more: it counts among the house's own


class TestTelling:
    @pytest.fixture
    def request_(self, staff, man):
        made = refer(man, staff.nurse)[0]
        answered(made, staff[NURSE], "decline", instead="see the wing nurse")
        return made

    def test_the_words_are_suggested_changed_saved_and_printed(self, staff, man, nurse, request_):
        address = page(man, f"replies/{request_.requisition}/")
        words = said(nurse.get(address))
        assert "Hello Amir." in words and "What we can do: see the wing nurse." in words
        assert nurse.post(address, {"words": "Hello Amir.\nThe wing nurse will see you.", "how": "slip"}).status_code == 302
        slip = said(nurse.get(f"{address}slip/"))
        body = re.search(r'<section class="tc-slip">.*?</section>', slip).group()
        assert "The wing nurse will see you." in body and "Amir" in body
        for hidden in ("Khan", "KHAN", "A4711KH", "ental", "ubstance"):
            assert hidden not in body

    @pytest.mark.parametrize("typed, words", [
        ({"words": "", "how": "told"}, "Write what the person is told"), ({"words": "Kept words."}, "Choose how"),
        ({"words": "Kept words.", "how": "x"}, "Choose how"),
        ({"words": "Kept words. Heroin.", "how": "slip"}, "Others may read it"),
        ({"words": "w" * 1201, "how": "told"}, "longer than 1200"),
    ])  # fmt: skip
    def test_half_a_reply_keeps_its_words(self, staff, man, nurse, request_, typed, words):
        answer = nurse.post(page(man, f"replies/{request_.requisition}/"), typed)
        assert (
            answer.status_code == 422
            and words in said(answer)
            and ("Kept" not in typed["words"] or "Kept words." in said(answer))
        )
        assert count(staff, PatientReply) == 0

    def test_told_by_somebody_else_meanwhile(self, staff, man, nurse, request_):
        address = page(man, f"replies/{request_.requisition}/")
        staff.sign_in(Client(), WARD).post(address, {"words": "First.", "how": "told"})
        answer = nurse.post(address, {"words": "Kept words.", "how": "told"})
        assert (
            answer.status_code == 422
            and "Nurse In Charge LEI told the person at" in said(answer)
            and "Kept words." in said(answer)
        )

    def test_before_all_have_answered_there_is_no_form(self, staff, man, nurse):
        (waiting,) = refer(man, staff.nurse, "primary_care")
        address = page(man, f"replies/{waiting.requisition}/")
        assert "Not every service has answered" in said(nurse.get(address))
        assert nurse.post(address, {"words": "x", "how": "told"}).status_code == 422
        assert nurse.get(f"{address}slip/").status_code == 404

    def test_what_was_told_aloud_is_not_printed_when_it_would_shame(self, man, nurse, request_):
        address = page(man, f"replies/{request_.requisition}/")
        nurse.post(address, {"words": "Your methadone goes on.", "how": "told"})
        refused = nurse.get(f"{address}slip/")
        assert refused.status_code == 409 and "The slip would say “methadone”" in said(refused)

    def test_a_decision_that_is_not_there_is_not_there(self, man, nurse):
        assert nurse.get(page(man, f"replies/{ids.new()}/")).status_code == 404


class TestComing:
    @pytest.fixture
    def address(self, staff, man):
        (made,) = refer(man, staff.nurse)
        answered(made, staff[NURSE])
        return page(man, f"{made.id}/attendances/")

    def test_a_reason_says_on_which_side_it_lay(self, staff, man, tom, address):
        assert tom.post(address, {"attended": "no", "why": "no_escort"}).status_code == 302
        words = said(tom.get(address.removesuffix("attendances/")))
        assert "nobody to bring him" in words and "The prison or the service" in words
        assert "<strong>1</strong> because of the prison or us" in said(tom.get(INBOX))

    @pytest.mark.parametrize("typed, words", [
        ({}, "Choose whether"), ({"attended": "perhaps"}, "Choose whether"), ({"attended": "no"}, "Choose why"),
        ({"attended": "no", "why": "lazy"}, "Choose why"), ({"attended": "yes", "at": "2099-01-01T10:00"}, "in the future"),
        ({"attended": "yes", "at": "yesterday"}, "as a date and a time"),
        ({"attended": "no", "why": "no_escort", "at": "2025-03-02T10:00"}, "The referral was made on"),  # before any list
        ({"attended": "yes", "at": "0001-01-01T00:00"}, "The referral was made on"),
        ({"attended": "yes", "words": "v" * 401}, "longer than 400"),
    ])  # fmt: skip
    def test_what_is_missing_is_said(self, staff, man, tom, address, typed, words):
        answer = tom.post(address, {"words": "Kept words.", **typed})
        assert answer.status_code == 422 and words in said(answer) and ("Kept words." in said(answer) or "words" in typed)
