"""Owen Pritchard comes into one prison, goes to court, is moved on day 3, and is asked once: from reception to the second stage.

Each link opens with what is known; what does not change is offered, never asked again; what changes is never filled in; three
teams see one list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from journeys.pages import Person, listed
from journeys.visit import Visit, held, offered
from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.demo import answers, estate
from throughcare.demo.people import OPIOID, Character
from throughcare.instruments import rules as asking
from throughcare.patients.models import Patient
from throughcare.screening import queries as screens
from throughcare.screening.models import Screen
from throughcare.screening.standing import Standing, standing

OWEN = Character(
    "A6128OP", "Pritchard", "Owen", date(1989, 5, 3), legal_status="REMAND",
    says={
        **OPIOID, "fs_drugs_which": ["heroin"], "fs_allergy": "yes",
        "fs_allergy_list": [{"substance": "penicillin", "reaction": "rash"}],
        "fs_conditions": ["asthma"], "fs_mh_seen": "yes", "fs_obs": {**answers.CALM, "pulse": "92"},
    },
)  # fmt: skip
SAYS = {**OWEN.says, "triage_outcome": "tier_3"}
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TRIAGE, SECOND_STAGE = "Substance misuse triage", "Second-stage health assessment"
BLOOD_TESTS = "Offer routine blood tests"


@pytest.fixture
def arrived(prison) -> Patient:
    """Three days in Moorland, one of them at court, and two hours in the reception of Leeds."""
    now = clock.now().replace(microsecond=0)
    first = now - 3 * DAY - 2 * HOUR
    with clock.at(first):
        scenes.moved(OWEN, "received", "NEW_ADMISSION", first, scenes.MDI)
    with clock.at(first + HOUR), acting(estate.actor("karen")) as karen:
        estate.screen_whole(OWEN, OWEN.says, karen, clock.now())
    for kind, reason, at in (
        ("released", "SENT_TO_COURT", first + 13 * HOUR),
        ("received", "RETURN_FROM_COURT", first + 22 * HOUR),
    ):
        with clock.at(at):
            scenes.moved(OWEN, kind, reason, at, scenes.MDI)
    with clock.at(now - 4 * HOUR):
        scenes.moved(OWEN, "released", "TRANSFERRED", now - 4 * HOUR, scenes.MDI)
    with clock.at(now - 2 * HOUR):
        scenes.moved(OWEN, "received", "TRANSFERRED", now - 2 * HOUR)
    return scenes.patient_of(OWEN)


def test_one_chain_through_a_court_day_and_a_transfer(arrived: Patient, asha: Person, carys: Person, tom: Person, ruth: Person):
    the_receiving_screen_asks_only_what_changes(asha, arrived)
    refers_into_three_services_at_once(ruth)
    the_second_stage_takes_up_the_first_night(asha, arrived)
    triage_starts_from_what_was_said(carys, arrived)
    (first, *others) = [what_is_due_and_asked(team) for team in (asha, carys, tom)]
    due, asked = first
    assert due and asked, "what is due for him, and what was asked of whom"
    assert others == [first, first], "primary care, substance misuse and mental health see one list"


def the_receiving_screen_asks_only_what_changes(asha: Person, owen: Patient) -> None:
    """The nurse who receives him opens a screen that knows him: nothing is filled in, what is stable is one tap."""
    asha.screens(OWEN)
    screen = Visit(asha.page)
    with now(owen, "first-night") as stands:
        nothing_is_filled_in(screen, stands)
        what_is_stable_is_offered(screen, stands)
    expect(screen.item("fs_drugs")).to_contain_text("Yes")  # last time's words beside a blank question
    screen.takes_over_what_is_still_true().reads_the_warnings()
    screen.asks(OWEN.says)
    screen.saves_the_core()
    screen.asks(OWEN.says).signs()
    asha.opens_arrivals()
    assert listed(OWEN) in asha.board()["Done"]


def refers_into_three_services_at_once(ruth: Person) -> None:
    """One decision, three services, one screen."""
    ruth.opens(OWEN)
    ruth.goes_to(f"{ruth.page.url}referrals/new/")
    for service in ("Primary care", "Substance misuse", "Mental health"):
        ruth.page.get_by_label(service, exact=True).check()
    ruth.page.get_by_label("Within 5 working days", exact=True).check()
    ruth.page.get_by_label("Why").first.fill("Sleeps badly, asthma needs a look, wants to stop heroin.")
    ruth.presses("Refer")


def the_second_stage_takes_up_the_first_night(asha: Person, owen: Patient) -> None:
    """Every action of the first night is there with what became of it; one slot closes what it covers."""
    covered = {title for title in (SECOND_STAGE, BLOOD_TESTS) if title in due_for_him(asha)}
    assert covered == {SECOND_STAGE, BLOOD_TESTS}
    visit = opens_form(asha, "Second-stage assessment")
    with now(owen, "second-stage") as stands:
        nothing_is_filled_in(visit, stands)
        what_is_stable_is_offered(visit, stands)
        wanted = len(stands.first.alerts) if stands.first else 0
    assert len(visit.carries_over()) == wanted > 0
    visit.takes_over_what_is_still_true()
    visit.asks(SAYS).signs_it()
    due = due_for_him(asha)
    assert due and not any(title in due for title in covered), due


def triage_starts_from_what_was_said(carys: Person, owen: Patient) -> None:
    """The keyworker's triage opens from her own list, and her entry closes the task."""
    carys.opens_today()
    assert TRIAGE in carys.owes()[listed(OWEN)]
    visit = opens_form(carys, "Substance misuse triage")
    with now(owen, "triage") as stands:
        nothing_is_filled_in(visit, stands)
        what_is_stable_is_offered(visit, stands)
    visit.takes_over_what_is_still_true()
    visit.asks(SAYS)
    visit.carries_over()
    visit.signs_it()
    carys.opens_today()
    assert TRIAGE not in carys.owes().get(listed(OWEN), [])


def what_is_due_and_asked(team: Person) -> tuple[list[str], int]:
    """The titles of what is due for him, in order, and how often his referrals say why."""
    team.opens(OWEN)
    due = [line.locator("a").first.inner_text() for line in team.page.locator(".tc-tasks__task").all()]
    team.goes_to(f"{team.page.url}referrals/")
    return due, team.page.locator("main").inner_text().count("Sleeps badly")


def due_for_him(person: Person) -> str:
    """What is due for him, in the words of his page."""
    person.opens(OWEN)
    return "\n".join(person.page.locator(".tc-tasks__task").all_inner_texts())


def opens_form(person: Person, title: str) -> Visit:
    """A form by its name, from his page."""
    person.opens(OWEN)
    person.goes_to(f"{person.page.url}visits/")
    person.presses(title)
    return Visit(person.page)


@dataclass
class now:
    """The visit as it stands, with what was said before; read as the nurse reads it."""

    patient: Patient
    definition: str

    def __enter__(self) -> Standing:
        self._acting = acting(estate.actor("carys" if self.definition == "triage" else "asha"))
        self._acting.__enter__()
        screen: Screen = next(one for one in screens.screens_of(self.patient.id) if one.definition == self.definition)
        return standing(screen, with_history=True)

    def __exit__(self, *raised: object) -> None:
        self._acting.__exit__(*raised)


def nothing_is_filled_in(visit: Visit, stands: Standing) -> None:
    """Over every concept code of every question in sight: none holds an answer before he was asked."""
    found = {id: values for id, values in held(visit.page).items() if not id.startswith("carry-")}
    assert found and not {id: values for id, values in found.items() if values}
    assert not any(stands.answers.values())


def what_is_stable_is_offered(visit: Visit, stands: Standing) -> None:
    """Over all concept codes: what was said before and never changes is one tap; what changes is never offered."""
    concepts = asking.stable_concepts([entry.value for entry in asking.book()])
    in_sight = {one["id"] for one in visit.in_sight()}
    asked = {item.id: item for book in stands.books.values() for item in book.items if item.id in in_sight}
    taps = offered(visit.page) & set(asked)
    for id in taps:
        assert asked[id].stable, id
        assert concepts.get(asked[id].concept, {True}) == {True}, id
    known = {id for id, item in asked.items() if item.stable and stands.earlier(item)}
    assert known == taps
