"""The operator takes the first people on."""

import pytest
from django.test import Client

from throughcare.access.acting import Actor, acting
from throughcare.access.models import Membership
from throughcare.audit.models import Fact
from throughcare.config.commands import staffing
from throughcare.config.commands.problem import Problem

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
