"""`throughcare demo check` says which written rules hold, which do not, and of whom."""

import pytest

from tests import scenes
from throughcare.access.acting import acting
from throughcare.config.commands import serving
from throughcare.demo import people, plausibility_book, plausible
from throughcare.demo.plausibility_book import Rule
from throughcare.patients.models import Patient

HOLDS = Rule("holds", "Nobody is unnamed.", "SELECT id FROM patients_patient WHERE family_name = ''", "")
NOBODY = Rule("nobody", "Nobody is here.", "SELECT id FROM patients_patient ORDER BY id", "")


@pytest.fixture
def two_rules(monkeypatch):
    for module in (plausible, plausibility_book):
        monkeypatch.setattr(module, "rules", lambda: (HOLDS, NOBODY))


def test_all_hold_of_a_man_who_came_and_was_screened(house, capsys):
    scenes.screened(people.JOE, house.nurse)
    assert serving._check() == 0
    count = len(plausibility_book.rules())
    assert capsys.readouterr().out == f"{count} of {count} rules hold.\n"


def test_what_does_not_hold_is_said_with_how_many_and_the_first_of_them_in_every_prison(house, two_rules, capsys):
    scenes.crowd(4)
    scenes.crowd(3, scenes.MDI)
    assert serving._check() == 1
    untrue, summary = capsys.readouterr().out.splitlines()
    with acting(scenes.feed("LEI")):
        first = str(Patient.objects.earliest("id").id)
    assert untrue.startswith(f"Not true: Nobody is here. (7, such as {first}, ") and untrue.count(", ") == plausible.SHOWN
    assert summary == "1 of 2 rules hold."


@pytest.mark.parametrize("what, code", [("build", 0), ("check", 1)])
def test_only_a_check_is_an_exit_code(house, two_rules, monkeypatch, what, code):
    scenes.crowd(1)
    for step in ("ready", "migrate"):
        monkeypatch.setattr(f"throughcare.config.commands.database.{step}", lambda: None)
    monkeypatch.setattr(serving, "_build_demo", lambda: None)
    assert serving.demo(what) == code
