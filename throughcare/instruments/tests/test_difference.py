"""Two sets of answers side by side: what changed, from what, to what; and when totals may not be compared."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.nonempty import nonempty
from throughcare.instruments import rules
from throughcare.instruments.rules import Item, Option

BOOK = rules.book()
BOOKS = {id: BOOK.on(id, date(2026, 3, 2)).value for id in BOOK.ids()}
COWS, PHQ, WHEEL = BOOKS["cows"], BOOKS["phq-9"], BOOKS["wellbeing-wheel"]
LOW = next(example["answers"] for example in COWS.examples if example.get("total") == 0)
MIDDLE = next(example["answers"] for example in COWS.examples if example.get("total") == 14)


def test_a_withdrawal_score_before_and_after_the_dose_she_ordered():
    after = {**LOW, "cows_yawn": "three_or_more", "cows_pulse": "104"}
    found = rules.difference(COWS, MIDDLE, after)
    assert [(move.before.total, move.after.total, move.moved) for move in found.totals] == [(14, 4, -10)]
    assert [change.label for change in found.changes][:2] == ["Sweating", "Restlessness"]
    pupils = next(change for change in found.changes if change.item == "cows_pupils")
    assert (pupils.before, pupils.after, pupils.moved) == ("Moderately wide", "Small or normal", -2)
    assert (found.comparable, found.warning) == (True, "")


def test_a_total_that_is_missing_is_not_nought():
    found = rules.difference(COWS, MIDDLE, {"cows_pulse": "76"})
    assert found.totals[0].after is None
    assert found.totals[0].moved is None
    assert next(change for change in found.changes if change.item == "cows_yawn").after == "Not answered"


def test_subscales_move_on_their_own():
    found = rules.difference(WHEEL, {"ww_mental_health": 6, "ww_relationships": 5}, {"ww_mental_health": 3})
    assert {move.title: move.moved for move in found.totals if move.moved is not None} == {"Mind": -3}


def newer(questionnaire):
    """The next version: one question dropped, one added, one option reworded."""
    first = replace(questionnaire.items[0], options=(Option("not_at_all", "Never"), *questionnaire.items[0].options[1:]))
    added = Item(id="phq9_new", text="Something new", type="text")
    return replace(questionnaire, version=2, items=(first, *questionnaire.items[2:], added))


def test_two_versions_say_so_and_their_totals_are_not_compared():
    was = {item.id: "several_days" for item in PHQ.items[:9]}
    now = {**{item.id: "not_at_all" for item in PHQ.items[2:9]}, "phq9_1": "several_days", "phq9_new": "Words"}
    found = rules.difference(newer(PHQ), was, now, earlier=PHQ)
    assert not found.comparable
    assert found.warning == (
        "The earlier answers were given to version 1 of PHQ-9, the later ones to version 2. Their totals cannot be compared."
    )
    assert all(move.moved is None for move in nonempty(found.totals))
    said = {change.item: (change.before, change.after) for change in found.changes}
    assert said["phq9_2"] == ("Several days", "Not asked in this version")
    assert said["phq9_new"] == ("Not asked in this version", "Words")
    assert "phq9_1" not in said


@pytest.mark.parametrize(
    "a, b, may",
    [
        (PHQ, PHQ, True),
        (PHQ, replace(PHQ, title="Another title"), True),
        (PHQ, replace(PHQ, version=2), False),
        (PHQ, replace(PHQ, recall_days=28), False),
        (BOOKS["k10"], replace(BOOKS["k10"], recall_note="the last month but one"), False),
        (BOOKS["sows-gossop"], BOOKS["sows-handelsman"], False),
    ],
)
def test_only_one_instrument_version_and_recall_period_can_be_compared(a, b, may):
    assert rules.comparable(a, b) is may
    assert rules.comparable(b, a) is may
    assert rules.difference(b, {}, {}, earlier=a).comparable is may
    assert bool(rules.difference(b, {}, {}, earlier=a).warning) is not may


def answer_to(item):
    """Any answer that could be kept for an item."""
    if item.type == "choice":
        return st.sampled_from([option.code for option in item.options])
    if item.type == "multichoice":
        return st.lists(
            st.sampled_from([one.code for one in item.options if not one.exclusive]), min_size=1, max_size=2, unique=True
        )
    if item.type == "integer":
        return st.integers(int(item.low), int(item.high))
    return st.just("72") if item.type == "number" else st.just("Words")


def answers_to(questionnaire):
    plain = [item for item in questionnaire.items if item.type in ("choice", "multichoice", "integer", "number", "text")]
    return st.fixed_dictionaries({}, optional={item.id: answer_to(item) for item in plain})


KINDS = st.sampled_from([BOOKS[id] for id in ("cows", "phq-9", "audit", "wellbeing-wheel", "second-stage", "top-secure", "sds")])
PAIRS = KINDS.flatmap(lambda one: st.tuples(st.just(one), answers_to(one), answers_to(one)))


@given(PAIRS)
def test_nothing_changes_between_a_set_and_itself(case):
    book, answers, _ = case
    found = rules.difference(book, answers, answers)
    assert found.changes == ()
    assert all(move.moved in (0, None) for move in found.totals)


@given(PAIRS)
def test_there_and_back_is_the_same_list_turned_round(case):
    book, before, after = case
    there, back = rules.difference(book, before, after), rules.difference(book, after, before)
    assert [(c.item, c.before, c.after) for c in there.changes] == [(c.item, c.after, c.before) for c in back.changes]
    assert [move.moved for move in there.totals] == [move.moved and -move.moved for move in back.totals]


@given(PAIRS)
def test_every_change_is_told_once_in_the_order_of_the_questions(case):
    book, before, after = case
    told = [change.item for change in rules.difference(book, before, after).changes]
    was, now = (rules.derived(book, rules.kept(book, answers)) for answers in (before, after))
    assert told == [item.id for item in book.items if was.get(item.id) != now.get(item.id)]


@given(PAIRS)
def test_the_total_moves_by_what_its_questions_moved(case):
    book, before, after = case
    found = rules.difference(book, before, after)
    if (
        book.scoring.method == "sum"
        and found.totals[0].moved is not None
        and rules.asked(book, before) == rules.asked(book, after)
    ):
        assert found.totals[0].moved == sum(change.moved or 0 for change in found.changes)
