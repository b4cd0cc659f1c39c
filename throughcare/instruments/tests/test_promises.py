"""What every file of questions promises, alone and together: a broken promise is found, and said in a sentence."""

import re
import time
import tomllib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from throughcare.access.roles import roles
from throughcare.core.rulebook import RulebookError, load
from throughcare.instruments import rules
from throughcare.instruments.rules import Band, Condition, Option
from throughcare.instruments.rules.administering import administered_badly, meanings
from throughcare.instruments.rules.together import Dynamic, Natures

HOUSE = rules.RULEBOOK.parents[1]
BOOK = rules.book()
BOOKS = {id: BOOK.on(id, date(2026, 3, 2)).value for id in BOOK.ids()}
SHIPPED = [
    "assist-lite",
    "audit",
    "audit-c",
    "bbv-offer",
    "ciwa-ar",
    "cmhs-m",
    "cmhs-w",
    "cows",
    "dast-10",
    "early-custody-risk",
    "gad-7",
    "ghq-12",
    "in-possession-risk",
    "k10",
    "ldsq",
    "learning-needs",
    "news2",
    "phq-9",
    "pre-dose-check",
    "reception-first-stage",
    "sadq",
    "sds",
    "second-stage",
    "sm-triage",
    "sows-gossop",
    "sows-handelsman",
    "top-secure",
    "wellbeing-wheel",
]
SCORED = [book for book in BOOKS.values() if book.scoring.method != "none"]
ENTERED = [book for book in BOOKS.values() if book.mode == "score_entry"]
RANGES = {
    "cows": (0, 48), "ciwa-ar": (0, 67), "audit": (0, 40), "audit-c": (0, 12), "phq-9": (0, 27), "gad-7": (0, 21),
    "k10": (10, 50), "news2": (0, 20), "sows-handelsman": (0, 64), "sows-gossop": (0, 30), "sadq": (0, 60), "sds": (0, 15),
    "dast-10": (0, 10), "cmhs-m": (0, 12), "cmhs-w": (0, 8), "ghq-12": (0, 12), "ldsq": (0, 100),
}  # fmt: skip
BANDS = {
    "cows": [0, 5, 13, 25, 37], "ciwa-ar": [0, 10, 20], "audit": [0, 8, 16, 20], "audit-c": [0, 5, 8, 11],
    "phq-9": [0, 5, 10, 15, 20], "gad-7": [0, 5, 10, 15], "k10": [10, 20, 25, 30], "news2": [0, 1, 5, 7],
    "sadq": [0, 16, 31], "dast-10": [0, 1, 3, 6, 9], "cmhs-m": [0, 6], "cmhs-w": [0, 4], "ghq-12": [0, 4],
}  # fmt: skip
NEVER_SHIPPED = ["wemwbs", "reqol", "fagerstr", "must", "waterlow", "honos", "recovery_star", "outcomes_star"]


def ids(things):
    return [thing.id for thing in things]


def told(questionnaire):
    return " ".join(rules.problems(questionnaire))


# The shelf


def test_every_instrument_of_the_design_is_on_the_shelf():
    assert set(BOOKS) >= set(SHIPPED)


def test_what_needs_a_licence_nobody_has_is_not_on_the_shelf():
    assert not [id for id in BOOKS for name in NEVER_SHIPPED if re.search(rf"\b{name}\b", id.replace("-", "_"))]


@pytest.mark.parametrize("id, span", RANGES.items())
def test_the_range_of_every_total(id, span):
    assert (BOOKS[id].scoring.min, BOOKS[id].scoring.max) == span


@pytest.mark.parametrize("id, starts", BANDS.items())
def test_where_every_band_begins(id, starts):
    assert [band.min for band in BOOKS[id].bands] == starts


@pytest.mark.parametrize("book", SCORED, ids=lambda book: book.id)
def test_every_score_has_examples_of_the_lowest_the_highest_one_between_and_none(book):
    assert len(book.examples) >= 4
    if book.scoring.method == "sum":
        totals = [example.get("total") for example in book.examples]
        assert {book.scoring.min, book.scoring.max, None} <= set(totals)
        assert any(total is not None and book.scoring.min < total < book.scoring.max for total in totals)


@pytest.mark.parametrize("book", ENTERED, ids=lambda book: book.id)
def test_a_total_from_a_licensed_copy_keeps_its_edition_and_where_it_is_filed(book):
    needed = [item.id.rpartition("_")[2] for item in book.items if item.required]
    assert {"edition", "filed"} <= set(needed)
    totals = [item.text for item in book.items if item.scored]
    assert totals and all("score entered from a licensed copy" in text for text in totals)


def test_the_whole_shelf_is_read_within_a_second():
    began = time.process_time()  # of this process: the machine may be busy with others
    rules.checked(load(rules.RULEBOOK, rules.build))
    assert time.process_time() - began < 1


BORROWED = [book for book in BOOKS.values() if book.wording in ("verbatim", "paraphrase", "thresholds")]


@pytest.mark.parametrize("book", BORROWED, ids=lambda book: book.id)
def test_whoever_owns_the_words_or_the_scoring_is_named_in_the_notice(book):
    notice = (HOUSE.parent / "NOTICE").read_text(encoding="utf-8")
    assert f"({book.short_title})" in notice or book.title in notice.replace("\n", " ")


# Broken promises of one file


def banded(questionnaire, bands):
    return replace(questionnaire, bands=tuple(Band(*edges, "x", "y") for edges in bands))


def item_swapped(questionnaire, id, /, **changes):
    return replace(questionnaire, items=tuple(replace(i, **changes) if i.id == id else i for i in questionnaire.items))


MEAN: Any = "mean"
GAD, PHQ, WHEEL, SADQ, AUDIT = (BOOKS[id] for id in ("gad-7", "phq-9", "wellbeing-wheel", "sadq", "audit"))


@pytest.mark.parametrize(
    "broken, sentence",
    [
        (banded(GAD, [(0, 4), (6, 21)]), "the bands leave a gap or overlap"),
        (banded(GAD, [(0, 5), (5, 21)]), "the bands leave a gap or overlap"),
        (banded(GAD, [(0, 20)]), "the bands leave a gap or overlap"),
        (banded(GAD, []), "no band to say what it means"),
        (replace(GAD, items=GAD.items[:-1]), "totals from 0 to 18 can be reached, but 0 to 21 is promised"),
        (replace(GAD, examples=GAD.examples[:3]), "four worked examples"),
        (replace(GAD, examples=GAD.examples[1:]), "no worked example shows the lowest of the total, 0"),
        (replace(GAD, examples=tuple(e for e in GAD.examples if "total" in e) * 2), "shows when the total is missing"),
        (
            replace(GAD, subscales=(replace(GAD.subscales[0], items=("gad7_1", "gone")),)),
            "counts gone, which is no scored question",
        ),
        (replace(GAD, subscales=(replace(GAD.subscales[0], bands=GAD.subscales[0].bands[1:]),)), "subscale gad2 leave a gap"),
        (replace(GAD, subscales=(replace(GAD.subscales[0], max=7),)), "reaches 0 to 6, but 0 to 7 is promised"),
        (replace(GAD, scoring=replace(GAD.scoring, method=MEAN)), "scoring method mean is not known"),
        (replace(WHEEL, subscales=()), "promised for each subscale, but there is none"),
        (replace(WHEEL, scoring=replace(WHEEL.scoring, method="none")), "no method to score them"),
        (item_swapped(SADQ, "sadq_total", high=None), "neither options, ranges nor bounds"),
        (item_swapped(SADQ, "sadq_total", low=Decimal(70)), "backwards"),
        (item_swapped(SADQ, "sadq_total", text="How often did you shake?"), "looks like a question of the instrument"),
        (item_swapped(SADQ, "sadq_filed", required=False), "_filed is missing"),
        (replace(SADQ, wording="verbatim"), "only the total may be kept here"),
        (replace(SADQ, wording="verbatim"), "an owner's own words need a licence"),
        (replace(PHQ, licence=""), "the licence and the title of the source must be written down"),
        (replace(PHQ, licence_status="fine"), "licence_status must be one of"),
        (
            item_swapped(AUDIT, "audit_2", enable_when=Condition("audit_1", "ne", "nver")),
            "waits for nver, which audit_1 does not",
        ),
        (item_swapped(AUDIT, "audit_2", enable_when=Condition("audit_0", "answered")), "names audit_0, which does not exist"),
        (item_swapped(AUDIT, "audit_1", enable_when=Condition("audit_9", "answered")), "audit_9, which is not asked before it"),
        (replace(PHQ, alerts=(replace(PHQ.alerts[0], value=["severl_days"]),)), "waits for severl_days"),
        (replace(PHQ, alerts=(replace(PHQ.alerts[0], op="almost"),)), "unknown comparison almost"),
        (replace(PHQ, alerts=(replace(PHQ.alerts[0], fires=({"phq9_9": "often"},)),)), "often, which phq9_9 does not offer"),
        (replace(PHQ, alerts=(replace(PHQ.alerts[0], fires=({"phq9_10": "x"},)),)), "phq9_10, which does not exist"),
        (replace(PHQ, alerts=(replace(PHQ.alerts[0], told=("governor",)),)), "tells governor, who is not among the people"),
        (replace(PHQ, alerts=(replace(PHQ.alerts[0], holding_plan=False),)), "does not say what satisfies it"),
        (
            replace(PHQ, examples=({"says": "x", "answers": {}, "raises": ["phq9_stop"]},)),
            "raises phq9_stop, which does not exist",
        ),
        (replace(PHQ, examples=({"says": "x", "answers": {}},)), "asserts nothing"),
        (replace(PHQ, examples=({"says": "x", "answers": {}, "totl": 3},)), "the key 'totl', which is not known"),
        (replace(PHQ, examples=({"says": "x", "answers": {}, "no_total": True, "total": 3},)), "has a total or none"),
    ],
)
def test_a_broken_promise_is_found(broken, sentence):
    assert sentence in told(broken)


def test_a_file_with_a_gap_stops_the_start_with_its_name(tmp_path):
    text = (rules.RULEBOOK / "gad-7.toml").read_text(encoding="utf-8")
    (tmp_path / "gad-7.toml").write_text(text.replace("min = 5\nmax = 9", "min = 6\nmax = 9"), encoding="utf-8")
    with pytest.raises(RulebookError, match=r"gad-7\.toml: gad-7: the bands leave a gap or overlap"):
        rules.checked(load(tmp_path, rules.build))


# Who may fill it in


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_everybody_who_may_fill_it_in_has_a_role(book):
    assert rules.may_administer(book)
    assert rules.may_administer(book) <= set(roles())


def test_a_word_that_means_nobody_says_why():
    rows = tomllib.loads((rules.RULEBOOK / "tables" / "administered-by.toml").read_text(encoding="utf-8"))["words"]
    assert [row["word"] for row in rows if not row["roles"] and not row.get("why")] == []
    used = {word for book in BOOKS.values() for word in book.administered_by}
    assert set(meanings()) <= used, "A word that no instrument uses is decoration."


@pytest.mark.parametrize(
    "words, sentence",
    [(("wizard",), "wizard, which is neither a role"), (("paramedic",), "nobody with a role"), ((), "nobody with a role")],
)
def test_an_instrument_nobody_may_fill_in_is_refused(words, sentence):
    assert sentence in " ".join(administered_badly(replace(GAD, administered_by=words)))


# Between files: one concept, one nature


def test_no_two_files_contradict_each_other():
    assert rules.clashes(list(BOOKS.values())) == []


def test_every_concept_is_always_stable_or_never():
    both = {concept for concept, said in rules.stable_concepts(BOOKS.values()).items() if len(said) > 1}
    assert both == set()


@pytest.mark.parametrize("one", rules.natures().dynamic, ids=lambda one: one.subject)
def test_nothing_dynamic_is_ever_stable(one):
    """Practice, principle 7."""
    found = rules.stable_concepts(BOOKS.values())
    assert {concept: found[concept] for concept in one.concepts} == {concept: {False} for concept in one.concepts}


def test_the_dynamic_list_is_the_one_of_practice():
    assert [one.subject for one in rules.natures().dynamic] == [
        "suicidal thoughts", "last use", "tolerance", "last dose", "pregnancy", "withdrawal", "capacity", "intoxication",
    ]  # fmt: skip


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_only_stable_facts_are_offered_again_by_any_instrument(book):
    every = {item.id: next((option.code for option in item.options), "x") for item in book.items}
    offered = [book.item(id) for id in rules.offered_again(book, every)]
    assert not [item.id for item in offered if not item.stable or item.concept in rules.natures().never_stable]
    always = {item.id for item in book.items if item.stable and item.type == "choice" and item.enable_when is None}
    assert always <= {item.id for item in offered}


RECEPTION, SECOND = BOOKS["reception-first-stage"], BOOKS["second-stage"]
ALL = list(BOOKS.values())


def changed(questionnaire):
    return [questionnaire if one.id == questionnaire.id else one for one in ALL]


@pytest.mark.parametrize(
    "books, sentence",
    [
        (changed(item_swapped(SECOND, "ss_weight", stable=True)), "the concept weight is stable in one questionnaire and not"),
        (changed(item_swapped(RECEPTION, "fs_pregnant", stable=True)), "the concept pregnant is always asked again"),
        (changed(item_swapped(BOOKS["cows"], "cows_tremor", stable=True)), "speaks of “tremor”"),
        (changed(item_swapped(SECOND, "ss_height", id="fs_share")), "fs_share is also a question of"),
        ([SECOND], "is filled from conditions, which nothing asks"),
        (
            changed(item_swapped(BOOKS["bbv-offer"], "bbv_response", options=(Option("yes", "Yes"),))),
            "under bbv_response, which noth",
        ),
    ],
)
def test_a_contradiction_between_files_is_found(books, sentence):
    assert any(sentence in found for found in rules.clashes(books))


def test_a_dynamic_subject_that_nothing_asks_is_found():
    known = Natures(dynamic=(Dynamic("the weather", ("rain_now",), ("rain",)),))
    assert any("rain_now, which nothing asks" in found for found in rules.clashes(ALL, known))
