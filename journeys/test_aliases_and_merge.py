"""A man arrives as an alias. He is found, masked, across the estate; two people join his records; his history is there."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from journeys.pages import Person, listed
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.demo import emulator
from throughcare.demo.estate import actor
from throughcare.demo.people import Character
from throughcare.hmpps import actions as hmpps
from throughcare.patients.models import Patient
from throughcare.record import actions as record

# Known at Moorland as Anthony Reilly; tonight at Leeds he says that he is Tony Riley, born on the same day.
ANTHONY = Character("A8181RY", "Reilly", "Anthony", date(1986, 7, 19))
TONY = Character("", "Riley", "Tony", date(1986, 7, 19), booked=False)
KNOWN = "Fits on the second day without drink, seen twice."
WHY = "Same scar, knows his number, says he gave a short name to the police."


@pytest.fixture
def anthony() -> Patient:
    """A month at Moorland, with an entry that would save his life; then released."""
    with clock.at(clock.now() - timedelta(days=40)):
        told("received", "NEW_ADMISSION")
        with acting(actor("karen")) as karen:
            man = Patient.objects.get(family_name="Reilly")
            record.record_encounter(patient=man.id, kind="early_days_check", done=KNOWN, plan="", at=clock.now(), by=karen)
    with clock.at(clock.now() - timedelta(days=10)):
        told("released", "RELEASED")
    return man


def told(kind: str, reason: str) -> None:
    described = emulator._described(ANTHONY, None)
    line = emulator.event(ANTHONY, kind=kind, reason=reason, at=clock.now().replace(microsecond=0), prison="MDI")
    hmpps.take_lines([line], search=lambda number: described)


def asks_the_estate(nurse: Person, man: Character) -> None:
    nurse.types("Family name", man.family_name).types("Date of birth", f"{man.born:%-d/%-m/%Y}")
    nurse.presses("Search the estate")


def test_a_man_with_another_name_is_found_and_joined_by_two_people(
    prison: object, anthony: Patient, asha: Person, ruth: Person, joan: Person
):
    asha.takes_unbooked(TONY).answers("fs_swallowed", "no").is_saved()
    asha.searches("reilly")
    expect(asha.page.locator(".tc-results")).to_contain_text("RILEY, Tony")
    expect(asha.page.locator(".tc-results")).to_contain_text("Sounds like Tony Riley")

    asha.page.get_by_role("link", name="Search the whole estate").click()
    asks_the_estate(asha, TONY)
    row = asha.page.locator(".tc-results tbody tr", has_text="MDI")
    expect(row).to_contain_text("A.R.")
    expect(asha.page.locator("main")).not_to_contain_text("Anthony")
    asha.presses("He is here: arriving now", row)
    expect(asha.page.locator(".tc-banner")).to_contain_text(listed(ANTHONY))
    asha.page.goto("/search/?q=riley")
    expect(asha.page.locator(".tc-results")).to_contain_text("Same date of birth")

    ruth.opens(TONY).page.get_by_role("link", name="Names, numbers, needs and photo").click()
    ruth.presses("He has another record")
    ruth.page.get_by_role("link", name=re.compile("Compare with REILLY, Anthony")).click()
    ruth.is_told("REILLY, Anthony, which stays")
    ruth.types("How you know that this is one person", WHY).presses("Propose to join them")
    ruth.is_told("Ruth Adeyemi says that Tony Riley and Anthony Reilly are one person.")
    ruth.presses("Look at it again")
    expect(ruth.page.get_by_role("button", name="Yes, join them")).to_have_count(0)

    joan.opens(TONY).page.get_by_role("link", name="Names, numbers, needs and photo").click()
    joan.presses("Look and answer").is_told(WHY).presses("Yes, join them")
    expect(joan.page.locator(".tc-banner")).to_contain_text("2 records are joined here")
    joan.is_told("Tony Riley").is_told("Anthony Reilly").is_told(ANTHONY.prison_number)

    asha.searches("riley tony")
    asha.page.get_by_role("link", name=listed(ANTHONY), exact=True).click()
    asha.is_told(KNOWN)
    expect(asha.page.locator(".tc-flags").first).to_contain_text("Also Tony Riley")
