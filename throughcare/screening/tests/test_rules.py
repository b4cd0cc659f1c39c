"""The first-night screen: what is asked of whom, what it costs, what officers and the man are told."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from throughcare.core.rulebook import RulebookError
from throughcare.instruments import rules as instruments
from throughcare.screening import rules
from throughcare.screening.rules import NotOnTheList

DAY = date(2026, 3, 2)
SCREEN = rules.screens().on("first-night", DAY).value
BOOKS = rules.newest(DAY)
DANGERS = rules.dangers().on("danger", DAY).value
MAN = {"may_be_pregnant": False}
RECEPTION, EARLY = "reception-first-stage", "early-custody-risk"
OBSERVED = {
    "temperature": "36.8", "pulse": "76", "systolic_bp": "124", "diastolic_bp": "80", "breathing_rate": "15",
    "saturation": "98", "oxygen": "air", "consciousness": "alert",
}  # fmt: skip
PREFERRED = ("none", "no", "ordinary", "alert", "air")


def plain(item):
    """The answer of a person with nothing to tell."""
    if item.id == "fs_obs":
        return OBSERVED
    if item.id in ("fs_share", "fs_consent_gp", "fs_bbv_offer"):
        return "yes"
    if item.type in ("choice", "multichoice"):
        codes = [option.code for option in item.options]
        code = next((one for one in PREFERRED if one in codes), codes[0])
        return [code] if item.type == "multichoice" else code
    return "He is all right." if item.type == "text" else None


def talk(first=None):
    """Ask everything the screen puts, in order, with some answers given and plain ones for the rest."""
    answers = {id: dict((first or {}).get(id, {})) for id in BOOKS}
    for part in ("core", "rest"):
        while open_questions := rules.left(SCREEN, BOOKS, answers, part, MAN):
            question = open_questions[0]
            answers[question.instrument][question.item.id] = plain(question.item)
    return answers


SIMPLE = talk()
COMPLEX = talk({RECEPTION: {
    "fs_alcohol": "yes", "fs_drinks": {"can_super": "8"}, "fs_last_drink": "2026-03-02T09:00:00+00:00",
    "fs_withdrawal_history": "yes", "fs_alcohol_signs": "yes", "fs_custody_medicine": "yes",
    "fs_custody_doses": [{"medicine": "Diazepam", "dose": "10 mg", "given_at": "2026-03-02T14:00:00+00:00"}],
    "fs_drugs": "yes", "fs_drugs_which": ["heroin", "cocaine", "benzodiazepine"], "fs_in_treatment": "yes",
    "fs_treatment": {"drug": "methadone_oral", "dose_mg": "70", "supervised": "yes", "pharmacy": "High Street"},
    "fs_overdose": ["overdose"], "fs_time_critical": ["opioid_substitution"], "fs_injected": ["last_month"],
    "fs_drug_table": [{"substance": "heroin", "how_often": "daily", "route": "injected", "amount": "0.5 g"}],
    "fs_urine": ["opiates", "methadone", "cocaine"], "fs_sh_ever": ["attempt"], "fs_first_time": "yes",
    "fs_naloxone": "accepted", "fs_mh_medicine": "yes",
}})  # fmt: skip


def refs(questions):
    return [question.ref for question in questions]


def given(**items):
    return {RECEPTION: items, EARLY: {}, "news2": {}}


# The order and the cost


def test_the_interpreter_comes_first():
    assert refs(rules.questions(SCREEN, BOOKS, {}, "core"))[0] == f"{RECEPTION}:fs_interpreter"


def test_the_core_is_within_its_budget():
    assert rules.question_count(SCREEN, BOOKS, "core") <= SCREEN.budget.core_questions
    assert rules.minutes(SCREEN, BOOKS, SIMPLE, "core", MAN) <= SCREEN.budget.core_minutes


@pytest.mark.parametrize("answers, budget", [(SIMPLE, "simple_minutes"), (COMPLEX, "complex_minutes")])
def test_the_whole_screen_is_within_its_budget(answers, budget):
    spent = sum(rules.minutes(SCREEN, BOOKS, answers, part, MAN) for part in ("core", "rest"))
    assert spent <= getattr(SCREEN.budget, budget)


def test_a_simple_man_meets_nobody_elses_questions():
    asked = refs(rules.questions(SCREEN, BOOKS, SIMPLE, "core", MAN) + rules.questions(SCREEN, BOOKS, SIMPLE, "rest", MAN))
    assert not {f"{RECEPTION}:fs_pregnant", f"{RECEPTION}:fs_drug_table", f"{EARLY}:ecr_decision"} & set(asked)
    assert len(asked) <= 50


def test_pregnancy_is_asked_unless_it_is_known_to_be_impossible():
    ref = f"{RECEPTION}:fs_pregnant"
    assert ref in refs(rules.questions(SCREEN, BOOKS, {}, "core"))
    assert ref not in refs(rules.questions(SCREEN, BOOKS, {}, "core", MAN))


def test_the_core_stands_alone():
    core = dict.fromkeys(refs(rules.questions(SCREEN, BOOKS, SIMPLE, "core", MAN)))
    answers = given(**{id: value for id, value in SIMPLE[RECEPTION].items() if f"{RECEPTION}:{id}" in core})
    assert rules.core_done(SCREEN, BOOKS, answers, MAN)
    assert not rules.rest_done(SCREEN, BOOKS, answers, MAN)
    assert rules.rest_done(SCREEN, BOOKS, SIMPLE, MAN)


@pytest.mark.parametrize("ref", refs(rules.questions(SCREEN, BOOKS, {}, "core", MAN)))
def test_nothing_of_the_core_may_be_left_blank(ref):
    answers = given(**SIMPLE[RECEPTION])
    del answers[RECEPTION][ref.partition(":")[2]]
    assert not rules.core_done(SCREEN, BOOKS, answers, MAN)


def test_nobody_is_asked_twice():
    rest = refs(rules.questions(SCREEN, BOOKS, given(fs_first_time="yes", fs_sh_now="no"), "rest", MAN))
    assert f"{EARLY}:ecr_17" in rest
    assert not {f"{EARLY}:ecr_1", f"{EARLY}:ecr_8", f"{EARLY}:ecr_9"} & set(rest)


@pytest.mark.parametrize("answers", [{"fs_first_time": "yes"}, {"fs_sh_ever": ["attempt"]}, {"fs_sh_now": "declined"}])
def test_the_full_early_custody_list_opens_when_called_for(answers):
    assert f"{EARLY}:ecr_decision" in refs(rules.questions(SCREEN, BOOKS, given(**answers), "rest", MAN))


def test_the_score_comes_from_the_observations():
    assert instruments.score(BOOKS["news2"], rules.shared(BOOKS, SIMPLE)["news2"]).total == 0


def test_a_screen_naming_a_question_that_is_not_there_is_refused():
    broken = replace(SCREEN, core=(replace(SCREEN.core[0], items=("reception-first-stage:fs_gone",)),))
    assert rules.problems(broken, BOOKS)
    assert rules.problems(SCREEN, BOOKS) == []


@pytest.mark.parametrize("field", ["may", "signs"])
def test_an_action_that_no_package_declares_is_refused(field):
    assert rules.problems(replace(SCREEN, **{field: "sing_screen"}), BOOKS) == ["No package declares the action sing_screen."]


def test_a_misspelt_key_is_refused():
    with pytest.raises(RulebookError, match="titel"):
        rules.build({"core": [{"titel": "x", "items": []}]})


# What it sets off


def test_a_man_with_nothing_to_tell_sets_off_no_task():
    assert {alert.id for alert in rules.alerts(BOOKS, SIMPLE)} == {"fs_consent_gp_info"}


def test_one_answer_is_one_stop():
    stops = [alert.id for alert in rules.alerts(BOOKS, given(fs_sh_now="yes")) if alert.severity == "stop"]
    assert stops == ["fs_sh_now_stop"]


def test_the_gravest_comes_first():
    severities = [alert.severity for alert in rules.alerts(BOOKS, COMPLEX)]
    assert severities == sorted(severities, key=["stop", "urgent", "info"].index)


# The observed-only path


def test_what_can_be_seen_is_asked_again_in_two_hours():
    assert SCREEN.observed_only.again_after == timedelta(hours=2)
    assert f"{RECEPTION}:fs_seen" in refs(rules.observed_only(SCREEN, BOOKS))
    assert rules.observed_enough(SCREEN, given(fs_seen=["sweating"]))
    assert not rules.observed_enough(SCREEN, given())


def test_a_person_who_cannot_talk_can_still_stop_the_screen():
    assert [alert.id for alert in rules.alerts(BOOKS, given(fs_seen=["hard_to_wake"]))] == ["fs_seen_unwell_stop"]


# What officers know


def test_the_closed_list_names_no_diagnosis_drug_or_test():
    words = " ".join(line.words for line in SCREEN.location_advice).casefold()
    shaming = (
        "alcohol",
        "drug",
        "methadone",
        "epilep",
        "fit",
        "pregnan",
        "tubercul",
        "hiv",
        "hepat",
        "suicid",
        "mental",
        "opioid",
    )
    assert not [word for word in shaming if word in words]


@pytest.mark.parametrize(
    "answers, code",
    [
        ({"fs_conditions": ["epilepsy"]}, "lower_bunk"),
        ({"fs_adl": "yes"}, "ground_floor"),
        ({"fs_alcohol_signs": "yes"}, "observed"),
        ({"fs_sh_now": "yes"}, "constant_supervision"),
        ({"fs_share": "yes"}, "share_yes"),
        ({"fs_share": "no"}, "share_no"),
        ({"fs_tb_symptoms": ["blood"]}, "single_health"),
        ({"fs_interpreter": "yes"}, "interpreter"),
        ({"fs_aids": "yes"}, "equipment"),
    ],
)
def test_each_line_is_suggested_by_an_answer(answers, code):
    assert code in rules.suggested(SCREEN, BOOKS, given(**answers))
    assert rules.suggested(SCREEN, BOOKS, given()) == ()


def test_officers_are_told_what_a_nurse_chose_and_the_language():
    answers = given(fs_interpreter="yes", fs_language="ro")
    assert rules.advice(SCREEN, BOOKS, answers, ["interpreter", "lower_bunk"]) == ("Lower bunk", "Interpreter needed: Romanian")
    assert rules.advice(SCREEN, BOOKS, given(fs_interpreter="yes"), ["interpreter"]) == ("Interpreter needed: not yet known",)


@pytest.mark.parametrize("chosen", [["has HIV"], ["share_yes", "share_no"], ["single_health", "share_yes"]])
def test_nothing_else_can_be_said(chosen):
    with pytest.raises(NotOnTheList):
        rules.advice(SCREEN, BOOKS, given(), chosen)


# What the man is told


def test_he_is_told_what_happens_next():
    lines = rules.tomorrow(SCREEN, BOOKS, SIMPLE, MAN)
    assert "A nurse will see you again within 7 days." in lines
    assert "We have more to ask you. A nurse will come back." not in lines
    assert "We have more to ask you. A nurse will come back." in rules.tomorrow(SCREEN, BOOKS, given(), MAN)


def syllables(word):
    sounds = re.sub(r"e$", "", word.casefold())
    return max(1, len(re.findall(r"[aeiouy]+", sounds)))


@pytest.mark.parametrize("line", SCREEN.tomorrow, ids=lambda line: line.code)
def test_a_seven_year_old_could_read_it(line):
    """Flesch-Kincaid grade 2.4 is about seven years of age."""
    words = re.findall(r"[A-Za-z']+|\d+", line.words)
    sentences = len(re.findall(r"[.?!]", line.words))
    grade = 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    assert grade <= 2.4


# Danger


@pytest.mark.parametrize(
    "concepts, words",
    [
        ({"time_critical_medicine": ["insulin"]}, "insulin"),
        ({"conditions": ["epilepsy"]}, "fits"),
        ({"in_drug_treatment": "yes"}, "on opioid substitution"),
        ({"first_time_in_prison": "yes"}, "first time in prison"),
        ({"grave_charge": ["homicide"]}, "grave charge"),
        ({"recent_release_or_overdose": ["overdose"]}, "overdose in the last month"),
        ({"units_a_day": "30"}, "drinks over 15 units a day"),
    ],
)
def test_each_danger_lifts_him_up_the_board(concepts, words):
    found = rules.danger(DANGERS, concepts)
    assert found.reasons == (words,)
    assert found.weight > rules.danger(DANGERS, {}).weight == 0


def test_insulin_comes_before_a_first_time_and_more_comes_before_less():
    insulin, first = rules.danger(DANGERS, {}, ["insulin"]), rules.danger(DANGERS, {}, ["first_time"])
    assert insulin.weight > first.weight
    both = rules.danger(DANGERS, {"first_time_in_prison": "yes"}, ["insulin"])
    assert both.weight > insulin.weight
    assert both.reasons == ("insulin", "first time in prison")


def test_every_danger_reads_a_concept_that_some_question_fills():
    filled = {
        concept for book in BOOKS.values() for item in book.items for concept in (item.concept, *(f.concept for f in item.fields))
    }
    assert {one.item for rule in DANGERS for one in instruments.conditions(rule.when)} <= filled
