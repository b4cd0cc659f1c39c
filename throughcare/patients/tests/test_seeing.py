"""Bars and broken glass, by SQL as the app role and by the actions: nobody opens for themselves what is closed to them (T3)."""

from datetime import timedelta

import pytest
from django.db import Error, connection, transaction

from tests import scenes
from tests.rows import filled
from tests.scenes import HOUR
from throughcare.access.acting import Actor, acting
from throughcare.core import clock, ids
from throughcare.core.refusals import NotAllowed
from throughcare.demo import people
from throughcare.patients import actions
from throughcare.patients.models import BREAK_GLASS, OVER_BAR, Bar, BreakGlass, Patient, Reach
from throughcare.patients.tests.test_merging import TONY, merged

LEAD = "LEI information_governance_lead"
MINUTE = timedelta(minutes=1)


def declared(house, man, who="LEI reception_nurse"):
    with acting(house[who]) as by:
        return actions.declare_relationship(patient=man.id, why="His cousin", at=clock.now(), by=by)


def excluded(house, man, user, until=None, lead=LEAD):
    with acting(house[lead]) as by:
        return actions.exclude(patient=man.id, user=house.member(user).user, why="He asked", until=until, at=clock.now(), by=by)


def lifted(house, bar, lead=LEAD):
    with acting(house[lead]) as by:
        return actions.lift_bar(bar=bar, why="Settled", at=clock.now(), by=by)


def over(actor, man):
    """A bar of somebody that has ended."""
    row = filled(Bar, patient=man, barred=actor.id, establishment="LEI", written_by=actor.id, until=clock.now() - HOUR)
    with acting(actor):
        row.save(force_insert=True)


def sees(actor, man):
    with acting(actor):
        return Patient.objects.filter(id=man.id).exists()


def writes_by_sql(actor, bar, **changes):
    """A row that names a bar as what it corrects, past every action; what the database said to it."""
    same = {name: getattr(bar, name) for name in ("patient_id", "barred", "establishment", "kind")}
    row = filled(Bar, **same | {"written_by": actor.id, "corrects_id": bar.id} | changes)
    with acting(actor), pytest.raises(Error) as refused, transaction.atomic():
        row.save(force_insert=True)
    return str(refused.value)


def auditor(who, prison):
    """Somebody who holds the audit of a prison, beside what they do."""
    return Actor(who.id, who.name, who.role, who.establishment, more_scopes=(f"audit:{prison}",))


class TestNobodyEndsTheirOwnBar:
    def test_by_correcting_it_with_one_that_is_over(self, house, amir):
        bar = declared(house, amir)
        refused = writes_by_sql(house.nurse, bar, lifted=False, until=clock.now() - HOUR)
        assert "only_a_lift_corrects" in refused and not sees(house.nurse, amir)

    def test_by_correcting_it_with_one_for_somebody_else(self, house, amir):
        bar = declared(house, amir)
        refused = writes_by_sql(house.nurse, bar, lifted=False, barred="somebody")
        assert "lifted as it was set" in refused and not sees(house.nurse, amir)

    def test_by_lifting_it(self, house, amir):
        bar = declared(house, amir)
        assert "row-level security" in writes_by_sql(house.nurse, bar, lifted=True)
        assert "row-level security" in writes_by_sql(auditor(house.nurse, "LEI"), bar, lifted=True), "not as auditor either"

    @pytest.mark.parametrize("claimed", [{"establishment": "MDI"}, {"barred": "somebody"}, {"patient_id": None}])
    def test_by_lifting_something_else_with_it(self, house, amir, claimed):
        """The auditor of another prison, or of this one, claims another prison, another colleague or another man."""
        bar, other = declared(house, amir), scenes.received(people.DANNY)
        claimed = {name: value or other.id for name, value in claimed.items()}
        both = Actor(str(ids.new()), "Auditor", more_scopes=("audit:LEI", "audit:MDI"))
        assert "lifted as it was set" in writes_by_sql(both, bar, lifted=True, **claimed)
        assert not sees(house.nurse, amir)

    def test_by_the_action(self, house, amir):
        with acting(house[LEAD]) as lead:
            bar = actions.declare_relationship(patient=amir.id, why="My brother-in-law", at=clock.now(), by=lead)
            with pytest.raises(NotAllowed, match="yourself"):
                actions.lift_bar(bar=bar, why="Settled", at=clock.now(), by=lead)

    def test_but_the_lead_ends_it_once(self, house, amir):
        bar = declared(house, amir)
        lifted(house, bar)
        assert sees(house.nurse, amir)
        with pytest.raises(actions.AlreadyLifted):
            lifted(house, bar)


class TestABarWithAnEnd:
    def test_holds_until_then_and_no_longer(self, house, amir):
        excluded(house, amir, "LEI prescriber", until=clock.now() + HOUR)
        over(house.nurse, amir)
        assert not sees(house["LEI prescriber"], amir) and sees(house.nurse, amir)

    def test_that_is_over_before_it_begins_is_refused(self, house, amir):
        with pytest.raises(actions.BarIsOver):
            excluded(house, amir, "LEI reception_nurse", until=clock.now() - HOUR)

    def test_does_not_stand_for_a_longer_one(self, house, amir):
        short = excluded(house, amir, "LEI reception_nurse", until=clock.now() + HOUR)
        longer = excluded(house, amir, "LEI reception_nurse")
        assert longer.id != short.id and excluded(house, amir, "LEI reception_nurse", until=clock.now() + HOUR).id == longer.id

    def test_keeps_it_on_the_other_record_of_a_merge(self, house, amir):
        end, tony = clock.now() + HOUR, scenes.received(TONY)
        excluded(house, tony, "LEI reception_nurse", until=end)
        merged(house, tony, amir)
        with acting(house[LEAD]):
            assert set(Bar.objects.live().values_list("patient_id", "until")) == {(tony.id, end), (amir.id, end)}

    def test_that_is_over_does_not_hide_one_that_holds_from_a_merge(self, house, amir):
        """An ended bar on one record once kept the standing bar of the other from being copied onto it."""
        tony = scenes.received(TONY)
        over(house.nurse, amir)
        declared(house, tony)
        merged(house, tony, amir)
        assert not sees(house.nurse, tony) and not sees(house.nurse, amir)


class TestTwoPrisonsBarOnePerson:
    def test_lifting_ours_leaves_theirs(self, house, amir):
        tony = scenes.received(TONY)
        theirs = filled(Bar, patient=amir, barred=house.nurse.id, establishment="MDI", written_by=house.other.id, until=None)
        with acting(house.other):
            theirs.save(force_insert=True)
        ours = excluded(house, tony, "LEI reception_nurse")
        merged(house, tony, amir)
        lifted(house, ours)
        assert not sees(house.nurse, tony) and not sees(house.nurse, amir), "what the other prison set still holds on both"


BREAK = "SELECT patients_break_glass(gen_random_uuid(), %s, 'x', 'x', 'LEI', %s, 'words', 100000, 100000)"


def breaks(actor, man, reason):
    """Glass broken by SQL, with all that a caller can ask for."""
    with acting(actor), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BREAK, [man.id, reason])


def opened(actor, man):
    """What an emergency opened: whether past a bar, and for how long from now."""
    with acting(actor):
        row = Reach.objects.get(patient=man.id, scope=f"user:{actor.id}")
        assert BreakGlass.objects.filter(actor=actor.id, over_bar=row.over_bar, until=row.until).exists(), "and it is reviewed"
        return row.over_bar, row.until - row.since


class TestGlassBySQL:
    def test_past_a_bar_only_for_a_life_at_risk(self, house, amir):
        declared(house, amir)
        with pytest.raises(Error, match="life at risk"):
            breaks(house.nurse, amir, "called")
        assert not sees(house.nurse, amir)

    def test_the_bar_is_seen_whatever_the_caller_says_and_the_minutes_are_fewer(self, house, amir):
        declared(house, amir)
        breaks(house.nurse, amir, "life_at_risk")
        assert opened(house.nurse, amir) == (True, OVER_BAR)

    def test_a_bar_on_the_joined_record_is_one_too(self, house, amir):
        tony = scenes.received(TONY)
        declared(house, tony)
        merged(house, tony, amir)
        with pytest.raises(Error, match="life at risk"):
            breaks(house.nurse, amir, "called")

    def test_an_hour_without_a_bar_does_not_last_past_one(self, house, amir):
        breaks(house.nurse, amir, "called")
        assert opened(house.nurse, amir) == (False, BREAK_GLASS)
        declared(house, amir)
        breaks(house.nurse, amir, "life_at_risk")
        assert opened(house.nurse, amir) == (True, OVER_BAR)

    def test_the_rulebook_asks_for_no_more_than_the_database_gives(self):
        """The numbers live in rulebook/reach.toml; the ceilings of migration 0013 only guard them."""
        assert (BREAK_GLASS, OVER_BAR) == (60 * MINUTE, 15 * MINUTE), "raise the ceilings too, or the longer look is cut short"
