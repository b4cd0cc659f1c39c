"""L7: scores can be worked out again. L8: no fact without an actor, no write without a fact."""

import importlib
import inspect
import pkgutil

import pytest
from django.db import IntegrityError, transaction

import throughcare
from tests import scenes
from tests.laws.source import calls
from tests.rows import filled
from throughcare.access.acting import acting
from throughcare.audit.facts import keep, keep_all
from throughcare.audit.models import Access, Fact
from throughcare.demo import people
from throughcare.instruments import queries as instruments
from throughcare.instruments.models import Score

ANSWERS = ("Verdict", "str", "bool")  # questions about what may be done
READS = {"written_since", "usable"}  # beside the act that they are read for


def actions():
    """What every module offers to do: the public functions of its actions.py, or what its package of actions lists."""
    for module in pkgutil.iter_modules(throughcare.__path__, "throughcare."):
        try:
            found = importlib.import_module(f"{module.name}.actions")
        except ModuleNotFoundError:
            continue
        for name, one in inspect.getmembers(found, inspect.isfunction):
            offered = name in getattr(found, "__all__", ()) or (one.__module__ == found.__name__ and not name.startswith("_"))
            if offered and name not in READS and one.__annotations__.get("return") not in ANSWERS:
                yield one


ACTIONS = list(actions())


def test_actions_are_found():
    assert len(ACTIONS) > 80


@pytest.mark.parametrize("action", ACTIONS, ids=lambda one: f"{one.__module__.split('.')[1]}.{one.__name__}")
def test_every_action_keeps_a_fact_or_calls_one_that_does(action):
    assert {keep, keep_all} & calls(action)


@pytest.mark.parametrize("model", [Fact, Access], ids=["fact", "look"])
def test_the_database_refuses_a_trace_without_an_actor(house, model):
    with acting(house.nurse), pytest.raises(IntegrityError, match="has_an_actor"), transaction.atomic():
        filled(model, actor="").save(force_insert=True)


def test_a_screened_man_leaves_facts_that_name_who_and_when(house):
    with acting(house.nurse) as nurse:
        man = scenes.screened(people.JOE, nurse)
        kinds = set(Fact.objects.filter(patient_id=man.id, actor=nurse.id).values_list("kind", flat=True))
    assert {"screening.CoreDone", "screening.ScreenSigned", "instruments.QuestionAnswered", "instruments.Scored"} <= kinds


def test_no_fact_holds_what_was_answered(house):
    with acting(house.nurse) as nurse:
        man = scenes.screened(people.JOE, nurse)
        kept = str(list(Fact.objects.filter(patient_id=man.id).values_list("kept", flat=True)))
    for word in ("penicillin", "rash", "Tierney", "Joseph"):
        assert word.casefold() not in kept.casefold()


class TestScores:
    @pytest.fixture
    def score(self, committing_db, house):
        with acting(house.nurse) as nurse:
            scenes.screened(people.JOE, nurse)
            yield Score.objects.get()

    def test_of_a_screened_man_can_be_worked_out_again(self, score):
        assert instruments.scores_that_do_not_rederive() == []

    @pytest.mark.parametrize("tampering", ["total = total + 1", "inputs = '{}'"])
    def test_that_somebody_changed_behind_our_back_are_found(self, committing_db, house, as_owner, tampering):
        scenes.screened(people.JOE, house.nurse)
        as_owner.execute(f"UPDATE instruments_score SET {tampering}")
        with acting(house.nurse):
            assert instruments.scores_that_do_not_rederive() == list(Score.objects.all())
            assert Score.objects.count() == 1

    def test_say_under_which_words_they_were_asked(self, score):
        assert score.version.isdigit() and len(score.content_hash) == 64 and score.inputs
