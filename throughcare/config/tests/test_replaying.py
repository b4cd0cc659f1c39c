"""The two harnesses of what follows a message measure what really happens, and say so in a sentence."""

import pytest

from tests import scenes
from throughcare.access.acting import acting
from throughcare.config.commands import replaying, retelling
from throughcare.demo import people
from throughcare.pathways.models import Happening, Task


def test_a_day_is_taken_by_the_real_command_on_a_server_of_its_own():
    said, spent = replaying.replay(2, 1, durable=False)
    assert said == "16 taken, 0 repeated, 0 parked." and spent > 0


@pytest.mark.parametrize("spent, held", [(59.6, "held"), (60.4, "**not held**")])
def test_a_day_that_takes_too_long_is_not_held(monkeypatch, spent, held):
    monkeypatch.setattr(replaying, "replay", lambda: ("2000 taken, 0 repeated, 0 parked.", spent))
    assert replaying.line_of().endswith(f"In 60 s; hold 60 s: {held}.")


def test_a_plan_is_told_again_for_everybody_and_nothing_of_it_stays(house, monkeypatch):
    monkeypatch.setattr(retelling, "WARM", 1)
    monkeypatch.setattr(retelling.estate, "actor", lambda username: house.nurse)
    for man in (people.AMIR, people.DANNY, people.JOE):
        scenes.received(man)
    with acting(house.nurse):
        before = Happening.objects.count(), Task.objects.count()
    monkeypatch.setattr(retelling, "HOLD", 0.0)
    assert "for each of 2 people" in (said := retelling.line_of()) and said.endswith("**not held**.")
    with acting(house.nurse):
        assert (Happening.objects.count(), Task.objects.count()) == before
