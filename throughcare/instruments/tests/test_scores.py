"""Scores beyond one sum: subscales, totals from a licensed copy, weekly counts, NA that is not nought, and a fall."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.nonempty import nonempty
from throughcare.instruments import rules
from throughcare.instruments.rules import BadAnswer

NOW = datetime(2026, 3, 2, 20, 52, tzinfo=UTC)
BOOK = rules.book()
BOOKS = {id: BOOK.on(id, date(2026, 3, 2)).value for id in BOOK.ids()}
TOP, WHEEL, AUDIT, PHQ, K10 = (BOOKS[id] for id in ("top-secure", "wellbeing-wheel", "audit", "phq-9", "k10"))
WEEKS = {"week_1": 0, "week_2": 7, "week_3": 7, "week_4": 3}


def ids(things):
    return [thing.id for thing in things]


def said(book, id, value):
    return rules.check(book.item(id), value, NOW)


# Totals


@given(st.lists(st.integers(0, 3), min_size=9, max_size=9))
def test_phq_9_is_the_sum_of_its_nine_answers(points):
    codes = [option.code for option in PHQ.items[0].options]
    found = rules.score(PHQ, {f"phq9_{n}": codes[point] for n, point in enumerate(points, 1)})
    assert found.total == sum(points)
    assert found.band.min <= found.total <= found.band.max


@pytest.mark.parametrize("book", [b for b in BOOKS.values() if b.scoring.method == "sum"], ids=lambda b: b.id)
def test_no_part_of_a_sum_is_ever_a_total(book):
    """Leave any one scored question out of the highest answers and there is no total."""
    full = next(e["answers"] for e in book.examples if e.get("total") == book.scoring.max)
    for id in nonempty([item.id for item in book.items if item.scored and item.id in full]):
        assert rules.score(book, {key: value for key, value in full.items() if key != id}) is None


def test_a_man_who_never_drinks_is_not_asked_how_much():
    assert ids(rules.asked(AUDIT, {"audit_1": "never"})) == ["audit_1", "audit_9", "audit_10"]
    left_behind = {"audit_1": "never", "audit_4": "daily", "audit_9": "no", "audit_10": "no"}
    assert rules.score(AUDIT, left_behind).total == 0
    assert rules.subscores(AUDIT, left_behind)["audit_c"].total == 0


def test_audit_c_and_audit_ask_the_same_three_questions_once():
    told = rules.concepts(BOOKS["audit-c"], {"auditc_1": "monthly_or_less", "auditc_2": "3_to_4", "auditc_3": "monthly"})
    assert rules.filled(AUDIT, told) == {"audit_1": "monthly_or_less", "audit_2": "3_to_4", "audit_3": "monthly"}


def test_the_pulse_of_the_observations_is_counted_once():
    told = rules.concepts(BOOKS["reception-first-stage"], {"fs_obs": {"pulse": "104"}})
    assert rules.filled(BOOKS["cows"], told) == {"cows_pulse": "104"}
    assert rules.points(BOOKS["cows"].item("cows_pulse"), "104") == 2


@pytest.mark.parametrize("count, points", {"80": 0, "81": 1, "100": 1, "101": 2, "120": 2, "121": 4}.items())
def test_every_edge_of_the_pulse_in_withdrawal(count, points):
    assert rules.points(BOOKS["cows"].item("cows_pulse"), count) == points


def any_answer(item):
    """Something that could be kept for an item, or nothing."""
    kinds = {
        "choice": st.sampled_from([option.code for option in item.options] or [""]),
        "multichoice": st.lists(st.sampled_from([one.code for one in item.options] or [""]), max_size=3),
        "integer": st.integers(int(item.low or 0), int(item.high or 100)),
        "number": st.integers(int(item.low or 0), int(item.high or 100)).map(str),
    }
    return st.none() | kinds.get(item.type, st.just("Words"))


ANY = st.sampled_from(list(BOOKS.values())).flatmap(
    lambda book: st.tuples(st.just(book), st.fixed_dictionaries({item.id: any_answer(item) for item in book.items}))
)


@given(ANY)
def test_whatever_is_answered_a_total_lies_in_its_range_and_in_one_band(case):
    book, answers = case
    rules.raised(book, answers, answers)
    found = rules.score(book, answers)
    if found is not None:
        assert book.scoring.min <= found.total <= book.scoring.max
        assert [band for band in book.bands if band.min <= found.total <= band.max] == [found.band]
    for id, part in rules.subscores(book, answers).items():
        one = next(subscale for subscale in book.subscales if subscale.id == id)
        assert one.min <= part.total <= one.max


@given(ANY)
def test_alerts_hang_on_the_questions_that_are_asked(case):
    """What is no longer asked sets nothing off: keeping only the answers that stand gives the same alerts."""
    book, answers = case
    assert rules.raised(book, answers) == rules.raised(book, rules.kept(book, answers))


def test_two_questions_missing_leave_the_other_subscale_standing():
    assert set(rules.subscores(WHEEL, {"ww_mental_health": 4, "ww_relationships": 9})) == {"mental_health", "relationships"}
    assert rules.score(WHEEL, {f"ww_{one.id}": 5 for one in WHEEL.subscales}) is None


@pytest.mark.parametrize("value, told", [(-1, "from 0 to 60"), (61, "from 0 to 60"), ("12.5", "whole number"), ("many", "whole")])
def test_a_total_outside_its_range_is_refused(value, told):
    with pytest.raises(BadAnswer, match=told):
        said(BOOKS["sadq"], "sadq_total", value)


def test_a_severity_of_dependence_names_its_drug():
    sds = BOOKS["sds"]
    assert ids(rules.raised(sds, {"sds_drug": "cannabis", "sds_total": 3})) == ["sds_cannabis_info"]
    assert ids(rules.raised(sds, {"sds_drug": "heroin", "sds_total": 3})) == []


def test_the_scale_of_distress_starts_at_ten():
    assert rules.score(K10, {f"k10_{n}": "none" for n in range(1, 11)}).total == 10


# Weekly counts and NA


def test_four_weeks_make_a_month():
    assert rules.derived(TOP, {"top_1_alcohol_weeks": WEEKS})["top_1_alcohol_days"] == "17"


@pytest.mark.parametrize("gone", list(WEEKS))
def test_three_weeks_make_no_month_and_the_question_stays_open(gone):
    part = {key: count for key, count in WEEKS.items() if key != gone}
    assert said(TOP, "top_1_alcohol_weeks", part) == part
    assert "top_1_alcohol_days" not in rules.derived(TOP, {"top_1_alcohol_weeks": part})
    assert "top_1_alcohol_weeks" in ids(rules.missing(TOP, {"top_1_alcohol_weeks": part}))


def test_not_answered_is_an_answer_and_not_nought():
    answers = {"top_1_alcohol_weeks": said(TOP, "top_1_alcohol_weeks", {"not_answered": "NA"})}
    assert "top_1_alcohol_weeks" not in ids(rules.missing(TOP, answers))
    assert "top_1_alcohol_days" not in rules.derived(TOP, answers)
    none = {"top_1_alcohol_weeks": dict.fromkeys(WEEKS, 0)}
    assert rules.derived(TOP, none)["top_1_alcohol_days"] == "0"


def test_not_answered_stands_alone():
    with pytest.raises(BadAnswer, match="take off “Not answered” or take off the numbers"):
        said(TOP, "top_1_alcohol_weeks", {**WEEKS, "not_answered": "NA"})


@pytest.mark.parametrize("count", [8, -1, "two"])
def test_a_week_has_seven_days(count):
    with pytest.raises(BadAnswer, match="from 0 to 7"):
        said(TOP, "top_1_alcohol_weeks", {**WEEKS, "week_2": count})


@pytest.mark.parametrize("typed, kept", [("NA", "NA"), ("na ", "NA"), ("0", 0), ("20", 20)])
def test_a_rating_may_be_na(typed, kept):
    rating = TOP.item("top_4a_psych")
    assert rules.check(rating, rules.parse(rating, [typed]), NOW) == kept
    assert rules.words(rating, kept) == ("Not answered or not disclosed" if kept == "NA" else str(kept))


def test_na_is_for_those_questions_that_allow_it():
    with pytest.raises(BadAnswer, match="whole number"):
        said(WHEEL, "ww_mental_health", "NA")


def test_an_amount_is_asked_of_those_who_used():
    assert "top_1_crack_amount" not in ids(rules.asked(TOP, {"top_1_crack_weeks": dict.fromkeys(WEEKS, 0)}))
    assert "top_1_crack_amount" in ids(rules.asked(TOP, {"top_1_crack_weeks": WEEKS}))


SHARING = [
    ("yes", "no", "yes"),
    ("no", "yes", "yes"),
    ("no", "no", "no"),
    ("no", "NA", None),
    ("NA", "yes", "yes"),
    ("no", None, None),
]


@pytest.mark.parametrize("needle, other, sharing", SHARING)
def test_sharing_is_yes_if_either_is(needle, other, sharing):
    answers = {"top_2b_shared_needle": needle, "top_2c_shared_other": other}
    assert rules.derived(TOP, answers).get("top_2_sharing") == sharing


# A fall since last time


FALLS = [(7, 4, True), (7, 5, False), (3, 0, True), (4, 7, False)]


@pytest.mark.parametrize("before, now, falls", FALLS)
def test_a_fall_of_three_is_seen(before, now, falls):
    raised = rules.raised(WHEEL, {"ww_physical_health": now}, {"ww_physical_health": before})
    assert ("ww_fall_urgent" in ids(raised)) is falls


def test_without_a_last_time_nothing_has_fallen():
    assert "ww_fall_urgent" not in ids(rules.raised(WHEEL, {"ww_physical_health": 0}))
    assert "ww_fall_urgent" not in ids(rules.raised(WHEEL, {}, {"ww_physical_health": 9}))


def test_the_wheel_is_five_taps_and_some_words_are_for_staff():
    assert ids(item for item in WHEEL.items if item.required) == [f"ww_{one.id}" for one in WHEEL.subscales]
    assert ids(item for item in WHEEL.items if item.asked_by == "staff") == ["ww_mind_safe", "ww_sub_pills"]


# Forms whose answers decide what is asked


STEADY = {"pd_id": "yes", "pd_steady": "yes"}


def test_a_steady_person_is_one_tap_and_absence_needs_none():
    check = BOOKS["pre-dose-check"]
    assert "pd_rr" not in ids(rules.asked(check, STEADY))
    assert "pd_rr" in ids(rules.missing(check, {**STEADY, "pd_steady": "full_check"}))
    assert ids(rules.missing(check, {"pd_id": "not_giving"})) == ["pd_outcome"]


@pytest.mark.parametrize(
    "answers, asked",
    [
        ({"ip_decision": "weekly", "ip_schedule": "yes"}, True),
        ({"ip_decision": "weekly", "ip_bullying": ["bullied_or_in_debt"]}, True),
        ({"ip_decision": "not_in_possession", "ip_schedule": "yes"}, False),
        ({"ip_decision": "weekly", "ip_schedule": "no", "ip_bullying": ["none"]}, False),
    ],
)
def test_in_possession_against_a_reason_names_who_decided(answers, asked):
    assert ("ip_override" in ids(rules.missing(BOOKS["in-possession-risk"], answers))) is asked


def test_a_test_offered_in_the_same_visit_answers_the_second_stage():
    second = BOOKS["second-stage"]
    told = rules.concepts(BOOKS["bbv-offer"], {"bbv_response": "declined"})
    assert rules.filled(second, told)["ss_bbv"] == "yes"
    told = rules.concepts(BOOKS["bbv-offer"], {"bbv_response": "not_offered_operational"})
    assert rules.filled(second, told)["ss_bbv"] == "no"
