"""What stands beside a name in a list names no illness: every pathway file, and every kind of fact that is kept."""

from dataclasses import replace

import pytest

from throughcare.config.commands import rulebooks
from throughcare.config.commands.problem import Problem
from throughcare.core import clock
from throughcare.pathways import register, rules, titles

TODAY = clock.prison_day(clock.now())
PATHWAYS = [entry.value for entry in rules.pathways()]


@pytest.mark.parametrize("pathway", PATHWAYS, ids=lambda one: f"{one.id}-{one.version}")
def test_no_title_of_a_pathway_file_names_an_illness(pathway):
    assert pathway.title and pathway.steps
    assert list(titles.naming([pathway], TODAY)) == []


@pytest.mark.parametrize("title, found", [
    ("HIV clinic", True), ("Give the hepatitis C result", True), ("TB recall", True), ("Blood-borne virus tests", True),
    ("Antiviral treatment", False),  # the start of a word counts, not its middle
    ("Blood test result to tell today", False), ("Vaccination: dose 2", False), ("Hand out hearing aids", False),
    ("Ring the pharmacy", False), ("Catch up with him", False),
])  # fmt: skip
def test_the_start_of_a_word_is_enough(title, found):
    first = PATHWAYS[0]
    for renamed in (
        replace(first, title=title), replace(first, about=title), replace(first, steps=(replace(first.steps[0], title=title),)),
        replace(first, stages=(replace(first.stages[0], title=title),)),
    ):  # fmt: skip
        assert bool(list(titles.naming([renamed], TODAY))) is found


def test_a_new_pathway_that_does_is_refused_by_the_check(monkeypatch):
    first = next(iter(rules.pathways()))
    monkeypatch.setattr(rules, "pathways", lambda: [replace(first, value=replace(first.value, title="HIV clinic"))])
    with pytest.raises(Problem, match="“HIV clinic” of acct names an illness"):
        rulebooks.do("check")


def test_steps_and_what_ends_them_are_called_by_no_finding():
    """Their ids are kept in facts and stand in addresses."""
    ids = [step.id for step in register.steps(TODAY)]
    ids += [str(one.where) for step in register.steps(TODAY) for one in (*step.starts_on, *step.done_by)]
    assert [id for id in ids if any(word in id for word in ("hiv", "hcv", "hbsag", "hepat"))] == []
