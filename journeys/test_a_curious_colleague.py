"""Karen, at another prison, is curious about Amir; Tom knows Liam outside; and Amir asks who has looked at him."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from journeys import records
from journeys.pages import Person, listed
from throughcare.demo.people import AMIR, LIAM

pytestmark = pytest.mark.usefixtures("van_is_in")
DESK = "Who looked"


def test_a_curious_colleague_is_seen(karen: Person, asha: Person, comes_in: Callable[[str], Person]):
    address = f"/patients/{records.key_of(AMIR)}/"
    assert karen.searches("Khan") == []
    assert karen.goes_to(address).status == 404
    karen.goes_to(f"{address}break-glass/")
    karen.is_told("This record is closed to you").presses("Open the record")
    expect(karen.page.locator(".nhsuk-error-summary")).to_contain_text("Choose a reason")
    karen.page.get_by_label("Asked for advice by those who care for them").check()
    karen.types("What is happening, in a few words", "A friend asked me how he is").presses("Open the record")
    expect(karen.page.locator(".tc-banner")).to_contain_text(listed(AMIR))

    asha.opens(AMIR)
    grace = comes_in("grace")
    grace.is_told("1 to review").is_told("Karen Frost opened Amir Khan").is_told("A friend asked me how he is")
    grace.page.get_by_label("Wrong: it goes further").check()
    grace.presses("Keep this answer").is_told("0 to review").is_told("Wrong: it goes further")

    grace.follows("People")
    grace.page.get_by_role("link", name=listed(AMIR)).click()
    grace.page.wait_for_url(re.compile(r"/governance/patients/"))
    grace.is_told("Asha Patel, reception nurse").is_told("He was at this prison")
    grace.is_told("Karen Frost").is_told("Opened in an emergency")
    expect(grace.page.get_by_role("button", name="Print for the patient")).to_be_visible()


def test_somebody_who_knows_the_man_hands_him_over(tom: Person, comes_in: Callable[[str], Person]):
    tom.opens(LIAM)
    address = tom.page.url
    tom.page.get_by_role("link", name="I know this person outside").click()
    tom.types("How you know each other", "We went to school together").presses("Close the record to me")
    tom.is_told("is now closed to you")
    assert tom.page.goto(address).status == 404 and tom.searches(LIAM.family_name) == []

    grace = comes_in("grace")
    grace.is_told("Tom Whiteley").is_told("We went to school together")
    grace.page.get_by_role("link", name=f"{LIAM.given_names} {LIAM.family_name}").click()
    grace.page.wait_for_url(re.compile(r"/governance/patients/"))
    grace.types("Why it ends", "Settled with both of them").presses("Open it to Tom Whiteley again")
    tom.goes_to("/today/")
    assert tom.searches(LIAM.family_name) == [listed(LIAM)]
