"""Questions and answers: what is asked, what an answer may be, what it sets off, what it adds up to."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.nonempty import nonempty
from throughcare.core.rulebook import RulebookError
from throughcare.instruments import rules
from throughcare.instruments.rules import BadAnswer, Condition

NOW = datetime(2026, 3, 2, 20, 52, tzinfo=UTC)
BOOK = rules.book()
DAY = date(2026, 3, 2)
BOOKS = {id: BOOK.on(id, DAY).value for id in BOOK.ids()}
RECEPTION, EARLY, NEWS2 = BOOKS["reception-first-stage"], BOOKS["early-custody-risk"], BOOKS["news2"]
ITEMS = [item for book in BOOKS.values() for item in book.items]
RULES = [(book, rule) for book in BOOKS.values() for rule in book.alerts]
WELL = {
    "rr": "16", "air_or_oxygen": "air", "spo2_scale": "scale_1", "spo2_scale1": "97",
    "sbp": "120", "pulse": "70", "acvpu": "alert", "temp": "37.0",
}  # fmt: skip


def item(id, book=RECEPTION):
    return book.item(id)


def said(id, value, book=RECEPTION):
    return rules.check(item(id, book), value, NOW)


def refusal(id, value, book=RECEPTION):
    with pytest.raises(BadAnswer) as refused:
        said(id, value, book)
    return str(refused.value)


def ids(things):
    return [thing.id for thing in things]


def raised(book, example):
    """What a worked example of an alert sets off; `before` in it are the answers given last time."""
    answers = {id: value for id, value in example.items() if id != "before"}
    return ids(rules.raised(book, answers, example.get("before")))


# The files


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_every_questionnaire_keeps_its_promises(book):
    assert rules.problems(book) == []


@pytest.mark.parametrize("entry", BOOK.entries, ids=lambda entry: entry.file.stem)
def test_a_file_is_called_what_it_is(entry):
    """An older version that stays beside the newer one carries its number: news2.v1.toml."""
    assert entry.file.stem in (entry.id, f"{entry.id}.v{entry.version}")


@pytest.mark.parametrize("book, rule", RULES, ids=lambda part: part.id)
def test_the_worked_examples_of_an_alert(book, rule):
    for example in nonempty(rule.fires):
        assert rule.id in raised(book, example), example
    for example in nonempty(rule.silent):
        assert rule.id not in raised(book, example), example


@pytest.mark.parametrize("book, example", [(b, e) for b in BOOKS.values() for e in b.examples], ids=lambda p: str(p)[:30])
def test_the_worked_examples_of_a_questionnaire(book, example):
    answers = example["answers"]
    assert set(example) & {"raises", "total", "band", "subscales"}, (
        "an example that says nothing of what comes out proves nothing"
    )
    if "raises" in example:
        assert sorted(ids(rules.raised(book, answers))) == sorted(example["raises"])
    if book.scoring.method == "sum":
        found = rules.score(book, answers)
        assert (found.total if found else None) == example.get("total")
        assert (found.band.label if found else None) == example.get("band")
    if book.subscales:
        assert {id: one.total for id, one in rules.subscores(book, answers).items()} == example.get("subscales", {})
    for id, value in nonempty(answers.items()):
        assert rules.check(book.item(id), value, NOW) == value


@pytest.mark.parametrize("book, rule", RULES, ids=lambda part: part.id)
def test_worked_examples_are_answers_that_can_be_given(book, rule):
    for example in (*rule.fires, *rule.silent):
        for id, value in {**example, **example.get("before", {})}.items():
            assert id == "before" or rules.check(book.item(id), value, NOW) == value


SCREENS = {
    "fs_sh_now_stop", "ecr_8_stop", "fs_swallowed_stop", "fs_head_injury_stop", "fs_chest_pain_stop", "fs_fit_delirium_stop",
    "fs_seen_unwell_stop", "news2_high_stop", "fs_tb_stop", "ss_tb_stop", "phq9_9_stop", "smt_suicidal_stop", "ip_suicidal_stop",
    "ww_mental_health_stop", "ww_mind_safe_stop",
}  # fmt: skip
A_DOSE = {"pd_id_stop", "pd_alert_stop", "pd_speech_gait_stop", "pd_rr_stop", "pd_alcohol_stop", "pd_missed_days_stop"}


def test_only_these_answers_stop():
    """Practice, principle 3, possible tuberculosis on either screen, and what holds one dose until somebody has acted."""
    assert {rule.id for _, rule in RULES if rule.severity == "stop"} == SCREENS | A_DOSE


def test_every_corrected_stop_says_why():
    was_a_stop = "time_critical head_injury alcohol_signs units withdrawal_history custody_medicine in_treatment mh_psychosis"
    for name in was_a_stop.split():
        assert RECEPTION.alert(f"fs_{name}_urgent").reason


@pytest.mark.parametrize(
    "change, sentence",
    [
        (lambda q: replace(q, items=(*q.items, q.items[0])), "used twice"),
        (lambda q: replace(q, bands=q.bands[1:]), "gap or overlap"),
        (lambda q: replace(q, items=q.items[1:]), "can be reached"),
        (lambda q: replace(q, alerts=(replace(q.alerts[0], item="gone"),)), "does not exist"),
        (lambda q: replace(q, alerts=(replace(q.alerts[0], told=()),)), "does not say what satisfies it"),
        (lambda q: replace(q, alerts=(replace(q.alerts[0], fires=()),)), "worked examples"),
        (lambda q: replace(q, items=(replace(q.items[0], ranges=q.items[0].ranges[1:]), *q.items[1:])), "leave a gap"),
        (
            lambda q: replace(q, items=(replace(q.items[0], enable_when=Condition("temp", "answered")), *q.items[1:])),
            "not asked before",
        ),
        (
            lambda q: replace(q, items=(*q.items[:-1], replace(q.items[-1], enable_when=Condition("acvpu", "eq", "x")))),
            "not offer",
        ),
    ],
)
def test_a_broken_promise_is_found(change, sentence):
    assert any(sentence in problem for problem in rules.problems(change(NEWS2)))


def test_a_misspelt_key_is_refused_by_name():
    with pytest.raises(RulebookError, match="requird"):
        rules.build({"items": [{"id": "a", "text": "A?", "type": "text", "requird": True}]})


# Asking


def test_follow_up_questions_wait_for_the_answer_that_calls_for_them():
    assert "fs_drinks" not in ids(rules.asked(RECEPTION, {}))
    assert "fs_drinks" in ids(rules.asked(RECEPTION, {"fs_alcohol": "yes"}))
    assert "fs_withdrawal_history" in ids(rules.asked(RECEPTION, {"fs_alcohol": "declined"}))


def test_not_able_to_ask_is_asked_again_and_is_not_no():
    answers = {"fs_sh_now": "unable", "fs_swallowed": "declined", "fs_dvt": "no"}
    assert ids(rules.not_asked(RECEPTION, answers)) == ["fs_swallowed", "fs_sh_now"]


def test_an_answer_left_behind_counts_for_nothing():
    answers = {"fs_alcohol": "no", "fs_drinks": {"other_units": "40"}}
    assert "fs_units_urgent" not in ids(rules.raised(RECEPTION, answers))


CODES = st.sampled_from(["yes", "no", "unable", "declined", "none", None])


@given(st.dictionaries(st.sampled_from([one.id for one in RECEPTION.items]), CODES))
def test_what_is_missing_is_asked_and_what_is_asked_is_answered_or_missing(answers):
    asked, missing = rules.asked(RECEPTION, answers), rules.missing(RECEPTION, answers)
    assert set(ids(missing)) <= set(ids(asked))
    for one in asked:
        assert (one in missing) == (one.required and not rules.answered(answers.get(one.id)))
    assert set(rules.kept(RECEPTION, answers)) <= set(ids(asked))


# Answers


@pytest.mark.parametrize(
    "id, value, kept",
    [
        ("fs_sh_now", "no", "no"),
        ("fs_conditions", ["epilepsy", "asthma", "asthma"], ["asthma", "epilepsy"]),
        ("fs_obs", {"pulse": "72", "temperature": "36.9"}, {"temperature": "36.9", "pulse": "72"}),
        ("fs_medicine_list", [{"name": "Sertraline", "dose": ""}, {}], None),
        ("fs_sh_detail", " line one\r\nline two ", "line one\nline two"),
        ("fs_last_drink", "2026-03-02T18:30", "2026-03-02T18:30:00+00:00"),
        ("fs_last_drink", "", None),
    ],
)
def test_answers_that_stand(id, value, kept):
    if id == "fs_medicine_list":
        with pytest.raises(BadAnswer, match="needs name"):
            said(id, value)
    else:
        assert said(id, value) == kept


@pytest.mark.parametrize(
    "id, value, sentence",
    [
        ("fs_sh_now", "maybe", "Choose one of the answers listed"),
        ("fs_conditions", ["none", "asthma"], "take off"),
        ("fs_obs", {"pulse": "7o"}, "Pulse must be a whole number from 20 to 250. Check the figure and enter it again."),
        ("fs_obs", {"temperature": "36.95"}, "at most 1 figure after the point"),
        ("fs_obs", {"height": "180"}, "not on its card"),
        ("fs_sh_detail", "a\x00b", "cannot be kept"),
        ("fs_sh_detail", "\ud800", "cannot be kept"),
        ("fs_sh_detail", "x" * 4001, "Shorten it to 4000"),
        ("fs_last_drink", "2026-03-02T21:30", "must be in the past"),
        ("fs_last_drink", "2026-02-30T21:30", "real date and time"),
        ("fs_units_day", "15", "worked out"),
        ("fs_drug_table", [{"how_often": "daily"}], "needs drug"),
    ],
)
def test_an_answer_that_cannot_stand_says_what_to_do(id, value, sentence):
    assert sentence in refusal(id, value)


def test_a_form_becomes_answers():
    assert rules.parse(item("fs_sh_now"), ["no"]) == "no"
    assert rules.parse(item("fs_conditions"), ["asthma", ""]) == ["asthma"]
    assert rules.parse(item("fs_obs"), {"pulse": ["72"], "weight": [""]}) == {"pulse": "72"}
    assert rules.parse(item("fs_medicine_list"), {"0.name": ["Insulin"], "2.name": ["Aspirin"], "1.name": [""]}) == [
        {"name": "Insulin"}, {"name": "Aspirin"},
    ]  # fmt: skip
    drink = {"day": ["2"], "month": ["3"], "year": ["2026"], "hour": ["18"], "minute": ["5"]}
    assert rules.parse(item("fs_last_drink"), drink) == "2026-03-02T18:05"
    assert rules.parse(item("fs_sh_now"), []) is None


RAW = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
_PARTS = ["day", "month", "year", "hour", "minute", "0.name", "1.name", "pulse"]
KEYS = st.sampled_from(_PARTS)
FORM = st.lists(st.text(), max_size=3) | st.dictionaries(KEYS | st.text(max_size=8), st.lists(st.text(), max_size=2), max_size=6)


@given(st.sampled_from(ITEMS), RAW)
def test_any_value_stands_or_is_refused_in_words(one, value):
    try:
        kept = rules.check(one, value, NOW)
    except BadAnswer as refused:
        assert str(refused)
    else:
        assert rules.check(one, kept, NOW) == kept
        assert rules.words(one, kept)


@given(st.sampled_from(ITEMS), FORM)
def test_any_form_stands_or_is_refused_in_words(one, raw):
    try:
        rules.check(one, rules.parse(one, raw), NOW)
    except BadAnswer as refused:
        assert str(refused)


@pytest.mark.parametrize(
    "id, value, words",
    [
        ("fs_sh_now", "unable", "Not able to ask"),
        ("fs_tb_symptoms", ["cough_3_weeks", "sweats"], "Cough for three weeks or more; Night sweats"),
        ("fs_drinks", {"can_super": "4"}, "Cans, super strength: 4 (in all 18.0 units)"),
        ("fs_last_drink", "2026-07-02T18:30:00+00:00", "2 July 2026 at 19:30"),
        ("fs_sh_now", None, "Not answered"),
    ],
)
def test_answers_in_plain_english(id, value, words):
    assert rules.words(item(id), value) == words


# Scores


def test_news2_of_a_well_person_is_nought():
    found = rules.score(NEWS2, WELL)
    assert (found.total, found.band.label) == (0, "0")


@pytest.mark.parametrize("gone", [id for id in WELL if id != "spo2_scale"])
def test_no_total_without_every_measurement(gone):
    assert rules.score(NEWS2, {id: value for id, value in WELL.items() if id != gone}) is None


EDGES = [
    ("rr", {"8": 3, "9": 1, "11": 1, "12": 0, "20": 0, "21": 2, "24": 2, "25": 3}),
    ("spo2_scale1", {"91": 3, "92": 2, "93": 2, "94": 1, "95": 1, "96": 0}),
    ("sbp", {"90": 3, "91": 2, "100": 2, "101": 1, "110": 1, "111": 0, "219": 0, "220": 3}),
    ("pulse", {"40": 3, "41": 1, "50": 1, "51": 0, "90": 0, "91": 1, "110": 1, "111": 2, "130": 2, "131": 3}),
    ("temp", {"35.0": 3, "35.1": 1, "36.0": 1, "36.1": 0, "38.0": 0, "38.1": 1, "39.0": 1, "39.1": 2}),
    ("acvpu", {"alert": 0, "confusion": 3, "voice": 3, "pain": 3, "unresponsive": 3}),
    ("air_or_oxygen", {"air": 0, "oxygen": 2}),
]


@pytest.mark.parametrize("id, value, points", [(id, value, points) for id, edge in EDGES for value, points in edge.items()])
def test_every_edge_of_news2(id, value, points):
    assert rules.score(NEWS2, WELL | {id: value}).total == points


OXYGEN = {"87": 1, "88": 0, "92": 0, "93": 1, "94": 1, "95": 2, "96": 2, "97": 3, "85": 2, "83": 3}
AIR = {"83": 3, "84": 2, "85": 2, "86": 1, "87": 1, "88": 0, "100": 0}


@pytest.mark.parametrize("value, points", AIR.items())
def test_every_edge_of_scale_2_on_air(value, points):
    answers = WELL | {"spo2_scale": "scale_2", "spo2_scale2_air": value}
    assert rules.score(NEWS2, answers).total == points


@pytest.mark.parametrize("value, points", OXYGEN.items())
def test_every_edge_of_scale_2_on_oxygen(value, points):
    answers = WELL | {"spo2_scale": "scale_2", "air_or_oxygen": "oxygen", "spo2_scale2_oxygen": value}
    assert rules.score(NEWS2, answers).total == points + 2


@pytest.mark.parametrize("total, label", [(0, "0"), (1, "low"), (4, "low"), (5, "medium (urgent)"), (6, "medium (urgent)"),
                                          (7, "high (emergency)"), (20, "high (emergency)")])  # fmt: skip
def test_every_edge_of_the_bands(total, label):
    assert rules.band(NEWS2, total).label == label


# Carrying: one answer fills every question that asks it


def test_observations_of_reception_become_news2():
    observed = {
        "temperature": "38.1", "pulse": "111", "systolic_bp": "120", "breathing_rate": "21",
        "saturation": "97", "oxygen": "air", "consciousness": "alert",
    }  # fmt: skip
    found = rules.filled(NEWS2, rules.concepts(RECEPTION, {"fs_obs": observed}))
    assert rules.score(NEWS2, found).total == 5


@pytest.mark.parametrize(
    "answers, prompt, value",
    [
        ({"fs_first_time": "yes"}, "ecr_1", "yes"),
        ({"fs_long_sentence": ["homicide"]}, "ecr_2", "yes"),
        ({"fs_long_sentence": ["long_sentence"]}, "ecr_2", "no"),
        ({"fs_status_change": ["recalled"]}, "ecr_3", "yes"),
        ({"fs_status_change": ["longer"]}, "ecr_4", "yes"),
        ({"fs_status_change": ["unable"]}, "ecr_4", None),
        ({"fs_sh_ever": ["attempt"]}, "ecr_5", "yes"),
        ({"fs_sh_ever": ["attempt"]}, "ecr_6", "no"),
        ({"fs_sh_now": "yes"}, "ecr_8", "yes"),
        ({"fs_sh_now": "no"}, "ecr_9", "no"),
        ({"fs_sh_now": "yes"}, "ecr_9", None),  # hopeless or suicidal: ask which
        ({"fs_alcohol_signs": "yes"}, "ecr_11", "yes"),
        ({"fs_alcohol_signs": "no", "fs_drugs": "no"}, "ecr_11", "no"),
        ({"fs_alcohol_signs": "no", "fs_drugs": "yes"}, "ecr_11", None),
        ({"fs_alcohol_signs": "no"}, "ecr_11", None),
        ({"fs_mh_admitted": "yes"}, "ecr_12", "yes"),
        ({"fs_mh_admitted": "no"}, "ecr_12", None),
    ],
)
def test_the_early_custody_list_does_not_ask_again(answers, prompt, value):
    assert rules.filled(EARLY, rules.concepts(RECEPTION, answers)).get(prompt) == value


@pytest.mark.parametrize("answers, value", [
    ({"fs_time_critical": ["insulin"]}, "yes"),
    ({"fs_time_critical": ["none"]}, None),  # other medicines remain, so the question is asked
    ({"fs_time_critical": ["unable"]}, None),
    ({}, None),
])  # fmt: skip
def test_a_time_critical_medicine_is_a_medicine_and_none_of_them_says_nothing(answers, value):
    assert rules.filled(RECEPTION, rules.concepts(RECEPTION, answers)).get("fs_on_medicine") == value


def test_only_stable_facts_are_offered_on_a_later_visit():
    answers = {"fs_allergy": "no", "fs_sh_now": "no", "fs_in_treatment": "no", "fs_conditions": ["epilepsy"], "fs_pregnant": "no"}
    assert set(rules.offered_again(RECEPTION, answers)) == {"fs_allergy", "fs_conditions"}


@given(st.dictionaries(st.sampled_from([one.concept for one in ITEMS if one.concept]), RAW))
def test_whatever_is_carried_over_never_breaks_a_form(by_concept):
    for book in BOOKS.values():
        filled = rules.filled(book, by_concept)
        assert set(filled) <= {item.id for item in book.items}
        assert {alert.rule.id for alert in rules.raised(book, filled)} <= {rule.id for rule in book.alerts}
