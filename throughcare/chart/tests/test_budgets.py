"""How often a page asks the database: the same with 5 people as with 40."""

from collections import Counter

import pytest
from django.test import Client

from tests import scenes
from tests.statements import statements
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.screening import actions as screening
from throughcare.screening import queries as screens

BUDGET = {"/establishments/LEI/arrivals/": 5, "/today/": 3, "/search/?q=family": 2}
PATIENT_PAGE = 10
HOUSE_BUDGET = 5
OF_THE_HOUSE = ("django_session", "access_user", "access_membership", "set_config", "audit_access")  # no board asks them again


@pytest.fixture
def client(house):
    return house.sign_in(Client(), "LEI reception_nurse")


def people(house, count):
    """A crowd, of whom every third was asked something that could kill."""
    found = scenes.crowd(count)
    with acting(house.nurse) as nurse:
        for patient in found[::3]:
            screen = screens.current_of(patient, "LEI")
            screening.answer_all(screen=screen, given=GRAVE, at=clock.now(), by=nurse)
    return found


GRAVE = {
    "reception-first-stage:fs_time_critical": ["insulin"], "reception-first-stage:fs_conditions": ["epilepsy"],
    "reception-first-stage:fs_sh_ever": ["attempt"],
}  # fmt: skip


@pytest.mark.parametrize("count", [5, 40])
def test_boards_ask_as_often_for_forty_as_for_five(house, client, count):
    people(house, count)
    for address, budget in BUDGET.items():
        ours, _ = statements(client, address)
        assert len(ours) <= budget, [address, *ours]


def test_the_page_of_a_person_has_its_budget(house, client):
    (patient, *_) = people(house, 5)
    ours, _ = statements(client, f"/patients/{patient}/")
    assert len(ours) <= PATIENT_PAGE, ours


def test_the_house_itself_costs_little(house, client):
    people(house, 5)
    for address in BUDGET:
        ours, around = statements(client, address)
        assert not [sql for sql in ours if any(table in sql for table in OF_THE_HOUSE)], [address, *ours]
        assert len(around) == HOUSE_BUDGET


def test_no_statement_is_asked_twice_for_one_page(house, client):
    people(house, 5)
    for address in BUDGET:
        ours, _ = statements(client, address)
        assert not [sql for sql, times in Counter(ours).items() if times > 1], address
