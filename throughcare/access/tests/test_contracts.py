"""Contracts with tiers, teams and competences: what ends them acts at once, and nobody finds themselves able."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.nonempty import nonempty
from throughcare.access import actions
from throughcare.access.acting import Actor, acting
from throughcare.access.competences import abilities, added
from throughcare.access.models import Competence, Membership, Team
from throughcare.access.roles import permissions, roles
from throughcare.audit.models import Fact
from throughcare.core import clock

SINCE = date(2024, 1, 1)


@pytest.fixture
def contract(house):
    with acting(Actor.system("set up")):
        return actions.agree_contract(
            organisation="Steps", establishment="LEI", service="substance_misuse", tiers=[3, 2], since=SINCE, by="system:set up",
            team="Keyworkers",
        )  # fmt: skip


@pytest.fixture
def keyworker(house, contract):
    """A keyworker under the contract."""
    member = house.member("LEI substance_misuse_keyworker")
    with acting(Actor.system("set up")):
        team = Team.objects.get(contract=contract)
        actions.join_team(membership=member, contract=contract, team=team, by="system:set up")
    return Membership.objects.select_related("team").get(id=member.id)


def today():
    return clock.prison_day(clock.now())


def working(member):
    """The actor of a session that starts now."""
    read = Membership.objects.at(clock.now()).with_competence(today()).select_related("user").get(id=member.id)
    return Actor.of(read)


def test_a_contract_has_its_tiers_in_order_and_its_team(contract, keyworker):
    assert contract.tiers == [2, 3] and str(keyworker.team) == "Keyworkers"


def test_when_a_contract_ends_everybody_under_it_is_out_at_once(house, contract, keyworker):
    client = house.sign_in(Client(), "LEI substance_misuse_keyworker")
    assert client.get("/today/").status_code == 200
    with acting(Actor.system("set up")):
        actions.end_contract(contract=contract, on=today() - timedelta(days=1), by="system:set up")
    assert client.get("/today/").status_code == 302
    assert not Membership.objects.at(clock.now()).filter(id=keyworker.id).exists()


def test_before_a_contract_begins_nobody_under_it_is_in(house, contract, keyworker):
    client = house.sign_in(Client(), "LEI substance_misuse_keyworker")
    type(contract).objects.filter(id=contract.id).update(since=today() + timedelta(days=1))
    assert client.get("/today/").status_code == 302
    assert not Membership.objects.at(clock.now()).filter(id=keyworker.id).exists()
    with clock.at(clock.now() + timedelta(days=1)):
        assert Membership.objects.at(clock.now()).filter(id=keyworker.id).exists()


def test_the_navigation_shows_what_a_competence_opens(house, keyworker, monkeypatch):
    monkeypatch.setattr("throughcare.config.context.PAGES", (("Screens", "/screens/", "sign_screen"),))
    client = house.sign_in(Client(), "LEI substance_misuse_keyworker")
    assert b"/screens/" not in client.get("/today/").content
    with acting(house["LEI head_of_healthcare"]) as head:
        actions.find_competent(user=keyworker.user, code="signs_first_night", since=today(), by=head)
    assert b"/screens/" in client.get("/today/").content


def test_a_contract_that_ends_today_holds_today(house, contract, keyworker):
    with acting(Actor.system("set up")):
        actions.end_contract(contract=contract, on=today(), by="system:set up")
    assert Membership.objects.at(clock.now()).filter(id=keyworker.id).exists()


@pytest.mark.parametrize("tiers", [[], [0], [5], [2, 9]])
def test_there_are_four_tiers(house, tiers):
    with pytest.raises(IntegrityError), transaction.atomic(), acting(Actor.system("set up")):
        actions.agree_contract(
            organisation="Steps", establishment="LEI", service="x", tiers=tiers, since=SINCE, by="system:set up"
        )  # fmt: skip


def test_a_competence_adds_to_the_role_and_to_nobody_elses(house, keyworker):
    assert not working(keyworker).may("sign_screen")
    with acting(house["LEI head_of_healthcare"]) as head:
        actions.find_competent(user=keyworker.user, code="signs_first_night", since=today(), by=head)
    assert working(keyworker).may("sign_screen")
    assert not working(house.member("LEI pharmacy_technician")).may("sign_screen")


@pytest.mark.parametrize("how", ["ended", "run out", "another tier"])
def test_a_competence_that_no_longer_holds_adds_nothing(house, contract, keyworker, how):
    since = today() - abilities()["signs_first_night"].lasts - timedelta(days=1) if how == "run out" else today()
    with acting(house["LEI head_of_healthcare"]) as head:
        found = actions.find_competent(user=keyworker.user, code="signs_first_night", since=since, by=head)
        if how == "ended":
            actions.end_competence(competence=found, by=head)
        if how == "another tier":
            type(contract).objects.filter(id=contract.id).update(tiers=[1])
    assert not working(keyworker).may("sign_screen")


def test_nobody_finds_themselves_able(house):
    with acting(house["LEI head_of_healthcare"]) as head, pytest.raises(actions.NotOfYourself):
        me = house.member("LEI head_of_healthcare").user
        actions.find_competent(user=me, code="countersigns", since=today(), by=head)


def test_a_nurse_finds_nobody_able_and_unknown_codes_are_refused(house, keyworker):
    with acting(house.nurse) as nurse, pytest.raises(Exception, match="cannot do this"):
        actions.find_competent(user=keyworker.user, code="countersigns", since=today(), by=nurse)
    with acting(house["LEI head_of_healthcare"]) as head, pytest.raises(actions.NoSuchCompetence, match="surgery"):
        actions.find_competent(user=keyworker.user, code="surgery", since=today(), by=head)
    assert not Competence.objects.exists()


def test_each_leaves_a_fact(house, contract, keyworker):
    with acting(house["LEI head_of_healthcare"]) as head:
        found = actions.find_competent(user=keyworker.user, code="signs_first_night", since=today(), by=head)
        actions.end_competence(competence=found, by=head)
        kept = set(Fact.objects.filter(kind__startswith="access.").values_list("kind", flat=True))
    assert {"access.CompetenceFound", "access.CompetenceEnded"} <= kept


def test_competences_name_roles_and_actions_that_exist():
    for one in nonempty(abilities().values()):
        assert one.roles <= set(roles()) and one.adds <= set(permissions()) and 1 <= one.tier <= 4, one.id
        assert added(next(iter(one.roles)), [one.id], [one.tier]) == one.adds
        assert added("administrator", [one.id], [one.tier]) == frozenset()
