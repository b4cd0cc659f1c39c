"""The rules of referring: who takes whom on, what an alert suggests, the plain words, and that page and clock agree."""

import re
from datetime import UTC, date, datetime

import pytest

from tests.nonempty import nonempty
from throughcare.access.competences import abilities, added
from throughcare.access.roles import roles
from throughcare.core.paper import unfit_for_paper
from throughcare.core.rulebook import RulebookError
from throughcare.instruments import rules as instruments
from throughcare.pathways import rules as pathways
from throughcare.referrals import rules
from throughcare.referrals.models import ReferralAttendance, Service, ServiceRequest
from throughcare.referrals.rules import Taker, can_answer, can_take, suggested_reply

DAY = date(2026, 11, 22)
BOOK = rules.on(DAY)
STEPS = {step.id: step for entry in pathways.pathways() if entry.id == "referrals" for step in entry.value.steps}
EVERY = [(service, urgency) for service in Service.values for urgency in ServiceRequest.Urgency.values]


def tier(number):
    return next(one for one in BOOK.tiers if one.number == number)


def somebody(role, adds=(), tiers=None):
    return Taker("x", "Somebody", role, frozenset(adds), tiers)


@pytest.mark.parametrize("role, adds, tiers, number, may", [
    ("mental_health_nurse", (), None, 1, True),
    ("mental_health_nurse", (), None, 2, True),
    ("mental_health_nurse", (), None, 3, False),                  # no competence
    ("mental_health_nurse", ("take_tier_3",), None, 3, True),
    ("mental_health_nurse", ("take_tier_3",), None, 4, False),
    ("prescriber", (), None, 3, True),                            # by profession
    ("prescriber", (), (1, 2), 3, False),                         # the contract does not cover it
    ("prescriber", (), (1, 2, 3), 3, True),
    ("prescriber", (), None, 4, False),
    ("mental_health_nurse", (), (3,), 2, False),
    ("substance_misuse_keyworker", ("take_tier_3",), None, 2, False),  # another service
    ("reception_nurse", ("take_tier_3",), None, 1, False),
])  # fmt: skip
def test_role_contract_and_competence_decide_together(role, adds, tiers, number, may):
    assert can_take(somebody(role, adds, tiers), BOOK.service("mental_health"), tier(number)) is may


def test_after_two_services_only_the_manager_answers():
    service = BOOK.service("mental_health")
    assert can_answer(somebody("mental_health_nurse"), service, False, BOOK)
    assert not can_answer(somebody("mental_health_nurse"), service, True, BOOK)
    assert can_answer(somebody("head_of_healthcare"), service, True, BOOK)
    assert not can_answer(somebody("head_of_healthcare"), service, False, BOOK)


def test_competences_add_the_tiers_the_rules_ask_for():
    asked = {one.action for one in BOOK.tiers} - {""}
    assert asked <= frozenset().union(*(one.adds for one in abilities().values()))
    assert added("mental_health_nurse", ["takes_tier_3"], (1, 2, 3)) == {"take_tier_3"}
    assert added("mental_health_nurse", ["takes_tier_3"], (1, 2)) == frozenset()


def test_every_code_of_the_rules_is_one_of_the_tables_and_every_role_exists():
    assert [one.code for one in BOOK.services] == Service.values
    assert [one.code for one in BOOK.urgencies] == ServiceRequest.Urgency.values
    assert {role for one in BOOK.services for role in one.roles} | {BOOK.manager.role} <= set(roles())
    assert {one.side for one in rules.reasons_on(DAY)} == set(ReferralAttendance.Side.values)
    assert [one.number for one in BOOK.tiers] == [1, 2, 3, 4]


def test_whoever_owes_an_answer_may_give_it():
    for one in nonempty(BOOK.services):
        assert one.owner_role in one.roles and "answer_referral" in roles()[one.owner_role].may
    assert "answer_referral" in roles()[BOOK.manager.role].may


def test_suggestions_are_of_alerts_that_exist():
    known = {rule.id for entry in instruments.book() for rule in entry.value.alerts}
    assert {one.id for one in BOOK.alerts} <= known
    assert BOOK.suggestion("fs_opioids_urgent").services == ("substance_misuse", "primary_care")
    assert BOOK.suggestion("nonsense") is None


# The page and the clock


@pytest.mark.parametrize("service, urgency", EVERY)
def test_each_open_referral_has_a_step_of_its_own_with_the_same_window_as_the_page(service, urgency):
    """So that the answer to one never closes the task of another."""
    for prefix, redirects, owner in (("answer", [0, 1], BOOK.service(service).owner_role), ("decide", 2, BOOK.manager.role)):
        step = STEPS[f"{prefix}_{service}_{urgency}"]
        asked = {"service": service, "urgency": urgency, "redirects": redirects}
        assert [one.where for one in (*step.starts_on, *step.done_by)] == [asked, asked]
        assert step.owner_role == owner and not step.waits
        rule = BOOK.urgencies[BOOK.rank(urgency)]
        assert step.due == (rule.answer if prefix == "answer" else rule.manager)


def test_the_steps_are_those_and_the_reply():
    assert len(STEPS) == 2 * len(EVERY) + 1
    assert STEPS["reply_to_patient"].starts_on[0].where == {"open_left": 0}


@pytest.mark.parametrize("urgency, manager, due", [
    ("same_day", False, datetime(2026, 11, 20, 22, tzinfo=UTC)),
    ("24h", False, datetime(2026, 11, 21, 15, tzinfo=UTC)),
    ("5wd", False, datetime(2026, 11, 27, 17, tzinfo=UTC)),       # over a weekend
    ("routine", True, datetime(2026, 11, 23, 17, tzinfo=UTC)),    # the manager has one working day
])  # fmt: skip
def test_when_an_answer_is_due(urgency, manager, due):
    calendar = pathways.calendars().of("", DAY)
    assert BOOK.due(urgency, manager, datetime(2026, 11, 20, 15, tzinfo=UTC), calendar) == due


# The words


def reading_grade(words):
    """Flesch-Kincaid; 4.4 is the most that a page for patients may ask."""
    said = re.findall(r"[A-Za-z']+", words)
    sounds = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", one.casefold())))) for one in said)
    return 0.39 * len(said) / len(re.findall(r"[.?!]", words)) + 11.8 * sounds / len(said) - 15.59


def test_the_reply_is_plain_and_gives_nothing_away():
    answers = [(one, taken, "see the nurse on the wing") for one in BOOK.services for taken in (True, False)]
    for some in ([answers[0]], [answers[1]], [answers[2]], [answers[3]], [answers[4]], [answers[5]], answers):
        said = suggested_reply("Amir", some, BOOK.reply)
        assert reading_grade(said) <= 4.4, said
        assert unfit_for_paper(said, [*BOOK.reply.not_on_paper, "A4711KH"], ["Khan"], BOOK.own_words) == ""
        everything = re.findall(r"\w+", said.replace("Amir", ""))  # there is a Mr Bell, a Mr Will, a Ms You, a Dr Tell
        assert unfit_for_paper(said, (), [one.capitalize() for one in everything], BOOK.own_words) == ""
        assert said.startswith("Hello Amir.") and said.endswith("press your cell bell.")


def test_a_decline_says_what_instead():
    said = suggested_reply("Amir", [(BOOK.service("mental_health"), False, "a talk with the chaplain")], BOOK.reply)
    assert "What we can do: a talk with the chaplain." in said


@pytest.mark.parametrize("words, found", [
    ("You will get methadone.", "methadone"), ("Detox starts on Monday.", "detox"), ("Mr Khan, come at 9.", "Khan"),
    ("Number a4711kh.", "A4711KH"), ("Sign here.", ""), ("Your Essex trip.", ""), ("The KHAN family", "Khan"),
    ("Khan's bell", "Khan"), ("Press your cell bell.", ""), ("Mr Bell, press it.", "Bell"), ("BELL, press it.", "Bell"),
    ("Feel worse? Tell Bell, or press your cell bell.", "Bell"), ("He can be heard.", "He"), ("Help is here, she said.", ""),
    ("Hello Amir. Ask for O'Neill.", "O'Neill"), ("A nurse from our team, Will Khan.", "Khan"),
])  # fmt: skip
def test_what_may_not_stand_on_paper(words, found):
    hidden, names = [*BOOK.reply.not_on_paper, "A4711KH"], ["Khan", "Bell", "He", "O'Neill", ""]
    assert unfit_for_paper(words, hidden, names, BOOK.own_words) == found


def test_a_misspelt_service_of_an_alert_is_refused():
    data = {"services": [], "urgencies": [], "manager": {"role": "x"}, "tiers": [],
            "alerts": [{"id": "a", "services": ["mental_helth"], "urgency": "24h", "words": "x"}],
            "reply": {"opening": "", "instead": "", "closing": "", "not_on_paper": []}}  # fmt: skip
    with pytest.raises(RulebookError, match=r"24h|mental_helth"):
        rules._build(data)


def test_a_reason_without_a_side_is_refused():
    with pytest.raises(RulebookError, match="side is regime, person or health"):
        rules._build_reasons({"reasons": [{"code": "x", "title": "X", "side": "his fault"}]})
