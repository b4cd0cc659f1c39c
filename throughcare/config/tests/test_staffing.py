"""The operator takes the first people on, and writes contracts and what people were found able to do."""

from datetime import timedelta

import pytest
from django.test import Client

from throughcare.access.acting import Actor, acting
from throughcare.access.models import Competence, Contract, Membership
from throughcare.audit.models import Fact
from throughcare.config import cli
from throughcare.config.commands import staffing
from throughcare.config.commands.problem import Problem
from throughcare.core import clock

DAVID = {
    "username": "David.Lund",
    "name": "David Lund",
    "establishment": "LEI",
    "role": "head_of_healthcare",
    "organisation": "Aire",
}


def test_somebody_comes_in_with_the_printed_password_and_meets_the_second_factor(db, capsys):
    staffing.add(**DAVID)
    password = capsys.readouterr().out.split("with: ")[1].splitlines()[0]
    client = Client()
    client.post("/sign-in/", {"login": "david.lund", "password": password})
    assert client.get("/sign-in/role/").headers["Location"] == "/account/"
    held = Membership.objects.get(user__username="david.lund")
    with acting(Actor.of(held)):
        assert Fact.objects.get(kind="access.StaffAdded").actor == "system:staff command"


@pytest.mark.parametrize("change, words", [
    ({"establishment": "ZZZ"}, "no establishment ZZZ"), ({"role": "governor"}, "no role 'governor'"), ({}, "is there already"),
])  # fmt: skip
def test_a_mistake_is_one_sentence(db, change, words):
    if not change:
        staffing.add(**DAVID)
    with pytest.raises(Problem, match=words):
        staffing.add(**{**DAVID, **change})


STEPS = {"employer": "Steps", "establishment": "LEI", "service": "substance_misuse"}
ABLE = {"username": "substance_misuse_keyworker.LEI", "code": "signs_first_night", "establishment": "LEI",
        "checked_by": "head_of_healthcare.LEI"}  # fmt: skip


@pytest.fixture
def ola(house):
    """A keyworker, and a head of healthcare who may find her able."""
    assert house["LEI head_of_healthcare"]
    return house.member("LEI substance_misuse_keyworker")


def begins(**changes):
    staffing.begin_contract(**{**STEPS, "tiers": [3, 2], "since": "", "team": "", **changes})


def may(held, action):
    """What a session of that person may do at its next request."""
    now = clock.now()
    read = Membership.objects.at(now).with_competence(clock.prison_day(now)).filter(id=held.id).first()
    return bool(read and Actor.of(read).may(action))


def test_a_keyworker_under_a_contract_is_found_able_and_then_not(house, ola, capsys):
    begins()
    staffing.join(**STEPS, username="substance_misuse_keyworker.LEI", team="")
    assert not may(ola, "sign_screen")
    staffing.give_competence(**ABLE, since="")
    assert may(ola, "sign_screen") and "is able: signs_first_night, until" in capsys.readouterr().out
    staffing.end_competence(**ABLE)
    assert not may(ola, "sign_screen")


def test_the_trail_says_whose_finding_the_operator_wrote(house, ola):
    staffing.give_competence(**ABLE, since="")
    assert Competence.objects.get().checked_by == "system:staff for head_of_healthcare.lei"
    with acting(house["LEI administrator"]):
        assert Fact.objects.get(kind="access.CompetenceFound").actor == "system:staff for head_of_healthcare.lei"


def test_before_its_first_day_and_after_its_last_nobody_under_a_contract_is_in(house, ola):
    begins(since="2026-01-01")
    staffing.join(**STEPS, username="substance_misuse_keyworker.LEI", team="")
    assert may(ola, "record_encounter")
    staffing.end_contract(**STEPS, on="2026-01-31")
    assert not may(ola, "record_encounter")
    Contract.objects.update(until=None, since=clock.prison_day(clock.now() + timedelta(days=1)))
    assert not may(ola, "record_encounter")


def test_until_its_agreed_last_day_a_contract_runs_and_can_be_moved(house, ola):
    begins(since="2026-01-01")
    last, sooner = clock.prison_day(clock.now()) + timedelta(days=90), clock.prison_day(clock.now()) + timedelta(days=30)
    staffing.end_contract(**STEPS, on=last.isoformat())
    staffing.join(**STEPS, username="substance_misuse_keyworker.LEI", team="")
    assert may(ola, "record_encounter")
    staffing.end_contract(**STEPS, on=sooner.isoformat())
    assert Contract.objects.get().until == sooner


def test_the_next_contract_begins_when_the_last_is_over_and_never_beside_it(house, ola):
    begins(since="2026-01-01")
    last = clock.prison_day(clock.now()) + timedelta(days=90)
    after = last + timedelta(days=1)
    staffing.end_contract(**STEPS, on=last.isoformat())
    for day in ("", last.isoformat()):
        with pytest.raises(Problem, match="on that day already"):
            begins(since=day)
    begins(since=after.isoformat())
    staffing.join(**STEPS, username="substance_misuse_keyworker.LEI", team="")
    assert Membership.objects.get(id=ola.id).contract.since < after and may(ola, "record_encounter")
    staffing.end_contract(**STEPS, on=(after + timedelta(days=5)).isoformat())
    assert list(Contract.objects.order_by("since").values_list("until", flat=True)) == [last, after + timedelta(days=5)]


@pytest.mark.parametrize("change, words", [
    ({"checked_by": "substance_misuse_keyworker.LEI"}, "Somebody else has to say"),
    ({"checked_by": "reception_nurse.LEI"}, "may not find people able"),
    ({"checked_by": "nobody"}, "nobody does not work at LEI"), ({"code": "surgery"}, "no competence 'surgery'"),
    ({"establishment": "MDI"}, "does not work at MDI"), ({"since": "soon"}, "not a day"),
])  # fmt: skip
def test_a_finding_that_cannot_stand_is_one_sentence(ola, change, words):
    with pytest.raises(Problem, match=words):
        staffing.give_competence(**{**ABLE, "since": "", **change})
    assert not Competence.objects.exists()


def test_what_does_not_hold_cannot_be_ended_nor_given_twice(ola):
    with pytest.raises(Problem, match="has no competence"):
        staffing.end_competence(**ABLE)
    staffing.give_competence(**ABLE, since="")
    with pytest.raises(Problem, match="on that day already"):
        staffing.give_competence(**ABLE, since="")


def test_a_contract_that_cannot_stand_is_one_sentence(house):
    for change, words in (({"tiers": []}, "Say which"), ({"establishment": "ZZZ"}, "no establishment ZZZ")):
        with pytest.raises(Problem, match=words):
            begins(**change)
    with pytest.raises(Problem, match="has no contract"):
        staffing.end_contract(**STEPS, on="")
    begins()
    with pytest.raises(Problem, match="already"):
        begins()
    with pytest.raises(Problem, match="cannot end before"):
        staffing.end_contract(**STEPS, on="2020-01-01")
    with pytest.raises(Problem, match="no team Night"):
        staffing.join(**STEPS, username="reception_nurse.LEI", team="Night")


@pytest.mark.parametrize("verb", ["contract", "competence"])
def test_help_says_how_it_is_used(verb, capsys):
    with pytest.raises(SystemExit):
        cli.parser().parse_args([verb, "--help"])
    said = capsys.readouterr().out
    assert "--at" in said and "LEI" in said and ("2 3" in said or "countersigns" in said)
