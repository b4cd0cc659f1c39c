"""Two records are one person who said yes under one and no under the other: the no holds, until they are asked again."""

import pytest
from django.db import IntegrityError

from tests import scenes
from tests.nonempty import nonempty
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.demo import people
from throughcare.patients import actions, consent
from throughcare.patients.models import Disclosure
from throughcare.patients.tests.test_consent import GP, asked, by_sql, in_state, tell
from throughcare.patients.tests.test_merging import TONY, merged, parted

NOES = ("refused", "withdrawn", "lacks_capacity")


@pytest.fixture
def two(house):
    """Joe stands; Tony's record is to be joined to his."""
    return scenes.received(people.JOE), scenes.received(TONY)


def state(man):
    """How the page says that the GP question stands."""
    (line,) = [line for line in consent.lines(man.id, clock.now()) if line.purpose.code == "gp_record_out"]
    assert line.row == consent.standing(man.id, "gp_record_out", GP)
    return line.state


class TestANoUnderEitherRecord:
    @pytest.mark.parametrize("no", NOES)
    @pytest.mark.parametrize("said_last", ["yes", "no"])
    def test_outweighs_a_yes_under_the_other(self, house, two, no, said_last):
        joe, tony = two
        with acting(house.nurse) as nurse:
            if said_last == "no":
                yes = asked(joe, nurse)
            in_state(tony, nurse, no)
            if said_last == "yes":
                yes = asked(joe, nurse)
        merged(house, tony, joe)
        with acting(house.nurse) as nurse:
            assert state(joe) == state(tony) == no
            with pytest.raises(actions.NoBasis):
                tell(joe, nurse)
            with pytest.raises(IntegrityError, match="living agreement"):
                by_sql(joe, nurse, consent=yes)

    def test_may_be_under_the_record_that_stands(self, house, two):
        joe, tony = two
        with acting(house.nurse) as nurse:
            in_state(joe, nurse, "refused")
            yes = asked(tony, nurse)
        merged(house, tony, joe)
        with acting(house.nurse) as nurse, pytest.raises(IntegrityError, match="living agreement"):
            by_sql(tony, nurse, consent=yes)

    def test_about_another_recipient_does_not(self, house, two):
        joe, tony = two
        with acting(house.nurse) as nurse:
            in_state(tony, nurse, "refused", "family", "Mum")
            asked(joe, nurse)
        merged(house, tony, joe)
        with acting(house.nurse) as nurse:
            assert state(joe) == "given" and tell(joe, nurse)


class TestAskedAgain:
    @pytest.mark.parametrize("no", NOES)
    def test_a_yes_since_the_merge_holds(self, house, two, no):
        joe, tony = two
        with acting(house.nurse) as nurse:
            in_state(tony, nurse, no)
        merged(house, tony, joe)
        with acting(house.nurse) as nurse:
            yes = asked(joe, nurse)
            assert state(joe) == "given" and tell(joe, nurse).consent == yes
            actions.withdraw(granted=yes, how="spoken", at=clock.now(), by=nurse)
            assert state(joe) == "withdrawn"

    def test_a_no_since_the_merge_ends_what_either_record_allowed(self, house, two):
        joe, tony = two
        with acting(house.nurse) as nurse:
            yes = asked(tony, nurse)
        merged(house, tony, joe)
        with acting(house.nurse) as nurse:
            letter = tell(joe, nurse)
            assert letter.consent == yes and letter.patient_id == tony.id, "beside the agreement that it rests on"
            assert consent.told(joe.id) == [letter] and consent.still_stands(consent.told(joe.id)[0], clock.now())
            asked(joe, nurse, "refused")
            assert not consent.still_stands(consent.told(joe.id)[0], clock.now())
            assert not consent.still_stands(Disclosure.objects.get(), clock.now())
            with pytest.raises(IntegrityError, match="living agreement"):
                by_sql(tony, nurse, consent=yes)

    def test_an_agreement_under_the_joined_record_is_taken_back_there(self, house, two):
        joe, tony = two
        with acting(house.nurse) as nurse:
            yes = asked(tony, nurse)
        merged(house, tony, joe)
        with acting(house.nurse) as nurse:
            taken = actions.withdraw(granted=yes, how="spoken", at=clock.now(), by=nurse)
            assert taken.patient_id == tony.id and state(joe) == "withdrawn"


def test_two_people_after_all_have_each_their_own_answer_again(house, two):
    joe, tony = two
    with acting(house.nurse) as nurse:
        in_state(tony, nurse, "refused")
        asked(joe, nurse)
    parted(house, merged(house, tony, joe))
    with acting(house.nurse) as nurse:
        assert (state(joe), state(tony)) == ("given", "refused") and tell(joe, nurse)


def test_everything_said_and_told_is_read_under_both(house, two):
    joe, tony = two
    with acting(house.nurse) as nurse:
        said = {asked(joe, nurse), in_state(tony, nurse, "lacks_capacity")}
    merged(house, tony, joe)
    with acting(house.nurse):
        for one in nonempty(two):
            assert set(consent.history(one.id)) == said and len(consent.capacities(one.id)) == 1
