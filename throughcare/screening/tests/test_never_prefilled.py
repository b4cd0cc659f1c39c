"""Nothing dynamic is pre-filled: over every form, every question and every concept code, with everything answered before."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from throughcare.core import clock
from throughcare.demo.answers import answer_to
from throughcare.instruments.models import Answer
from throughcare.patients.models import Patient
from throughcare.screening import present, rules
from throughcare.screening.models import Screen
from throughcare.screening.standing import Standing

DAY = date(2026, 11, 22)
BOOKS = rules.newest(DAY)
FORMS = [rules.FIRST_NIGHT, *(form.id for form in rules.offered(DAY))]
NOW = clock.now()
EARLIER = NOW - timedelta(days=3)
SAID = {"date": "2026-11-01", "text": "Said before."}

# What practice names as always asked again, by concept; whatever a file says, none of these is offered from before.
DYNAMIC = {
    "suicidal_now", "last_drink", "last_use", "tolerance", "last_dose", "pregnant", "withdrawal_severity", "alcohol_signs",
    "capacity_now", "intoxication", "observations", "withdrawal_now", "tb_symptoms", "in_drug_treatment", "overdose_risk",
}  # fmt: skip


def said_before(says):
    """Every question of every form answered on an earlier visit."""
    rows = {}
    for book in BOOKS.values():
        for item in book.items:
            if (value := says(item)) is not None:
                rows[item.id] = Answer(item=item.id, concept=item.concept, value=value, seq=1, happened_at=EARLIER)
    return rows


def calm(item):
    """What an untroubled man says."""
    return SAID.get(item.type) or answer_to(replace(item, required=True), {})


def troubled(item):
    """The answer that matters most to whoever asks next: yes, or whatever is neither "no" nor "not able to ask"."""
    telling = [one.code for one in item.options if not (one.again or one.exclusive or one.code in ("no", "not_applicable"))]
    if not telling:
        return calm(item)
    return [telling[0]] if item.type == "multichoice" else "yes" if "yes" in telling else telling[-1]


BEFORE = {"calm": said_before(calm), "troubled": said_before(troubled)}
ASKED_TWICE = {"suicidal_now", "pregnant", "tb_symptoms", "in_drug_treatment"}  # dynamic, and asked by more than one form


def opened(id, before):
    """A visit that opens now, of somebody who said all this before."""
    form = rules.on(id, DAY)
    screen = Screen(definition=form.id, version=str(form.version), opened_at=NOW, arrived_at=NOW)
    return Standing(screen, Patient(sex=""), {}, before=before)


def of_other_forms(id, how):
    """What was said before to the questions of other forms only: none of its own was ever asked."""
    own = {item.id for book in opened(id, {}).books.values() for item in book.items}
    return {item: row for item, row in BEFORE[how].items() if item not in own}


@pytest.fixture(
    params=[(form, said, how) for form in FORMS for said in ("every form", "other forms") for how in BEFORE], ids=", ".join
)
def now(request):
    form, said, how = request.param
    before = BEFORE[how] if said == "every form" else of_other_forms(form, how)
    assert before, "a man who said nothing before proves nothing"
    return opened(form, before)


def fields(now):
    return [item for part in ("core", "rest") for group in present.groups(now, part) for item in group["items"]]


def test_every_question_opens_blank(now):
    shown = fields(now)
    assert shown and not [item["id"] for item in shown if "value" in item or item["seen"]]


def test_only_a_stable_fact_is_offered_again(now):
    items = {item.id: item for book in now.books.values() for item in book.items}
    offered = {item["id"] for item in fields(now) if "still" in item}
    assert not {id for id in offered if not items[id].stable}
    assert not {items[id].concept for id in offered} & DYNAMIC


def test_what_changes_is_blank_also_where_another_form_was_told_yes():
    """Suicide, pregnancy, cough, treatment: the old answer stands beside the blank question, and no tap takes it over."""
    said = [
        (one["id"], one) for form in FORMS for one in fields(opened(form, of_other_forms(form, "troubled"))) if "history" in one
    ]
    concepts = {item.id: item.concept for book in BOOKS.values() for item in book.items}
    assert {concepts[id] for id, _ in said} >= ASKED_TWICE
    assert not [id for id, one in said if concepts[id] in DYNAMIC and ("value" in one or "still" in one or one["seen"])]


@pytest.mark.parametrize("concept", sorted({item.concept for book in BOOKS.values() for item in book.items if item.concept}))
def test_each_concept_is_offered_by_its_nature_in_every_form(concept):
    asked = [item for book in BOOKS.values() for item in book.items if item.concept == concept]
    assert concept not in DYNAMIC or not any(item.stable for item in asked)
    assert len({item.stable for item in asked}) == 1, "a concept has one nature"


def test_an_answer_from_another_form_is_taken_over_only_where_it_fits():
    choice = next(item for item in BOOKS["second-stage"].items if item.id == "ss_height")
    assert rules.fits(choice, "178") and not rules.fits(choice, ["178"]) and not rules.fits(choice, {"cm": "178"})


@pytest.mark.parametrize("id", sorted(BOOKS))
def test_the_code_of_every_score_fits_the_record(id):
    codes = [f"score:{id}", *(f"score:{id}:{one.id}" for one in BOOKS[id].subscales)]
    assert all(len(code) <= 40 for code in codes)


def test_every_form_belongs_to_a_domain_that_the_list_has():
    known = rules.visits().on("visits", DAY).value.domains
    assert {form.domain for form in rules.offered(DAY)} <= set(known)
