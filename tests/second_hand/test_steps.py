"""Every step, stage, slot, weight and other number of the clinical rulebook is what a second hand wrote down."""

import pytest

from tests.second_hand import behaviour, compare, product

PATHS = product.paths()
KINDS = {**dict.fromkeys(product.questionnaires(), "questionnaire"), **dict.fromkeys(PATHS, "pathway"),
         "observation-plans": "observations", "danger": "dangers"}  # fmt: skip


@pytest.mark.parametrize("id", sorted(PATHS))
def test_every_step_has_the_window_owner_start_and_evidence_written_down(id):
    assert compare.pathway(PATHS[id]) == []


def test_every_slot_of_a_plan_of_observations_is_the_one_written_down():
    assert compare.observations(product.observation_plans()) == []


def test_every_danger_weighs_what_was_written_down_and_is_known_by_the_same_answers():
    assert compare.dangers(product.dangers()) == []
    assert behaviour.dangers(product.dangers()) == []


@pytest.mark.parametrize("stem", sorted(product.files()))
def test_every_other_number_of_a_file_is_the_one_written_down(stem):
    assert compare.numbers(stem, product.data(stem), KINDS.get(stem)) == []


@pytest.mark.parametrize("stem", sorted(set(product.files()) - set(KINDS)))
def test_every_line_of_a_visit_holds_when_it_was_written_down(stem):
    assert compare.lines(stem, product.data(stem)) == []


def test_every_alert_suggests_the_services_written_down():
    assert compare.suggestions(product.data("referring")) == []
