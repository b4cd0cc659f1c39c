"""Signing in for real: a password and an app, a passkey, an agency nurse's first shift, two nurses at one tablet."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Page, expect

from journeys import records
from journeys.house import House
from journeys.pages import Person, listed
from throughcare.access.models import User
from throughcare.access.tests.people import PASSWORD, code_of
from throughcare.core import clock
from throughcare.demo.people import AMIR, LIAM

PIN = "2580"
GRACE = "Grace Boateng"
pytestmark = pytest.mark.usefixtures("van_is_in")


def has_password(username: str) -> None:
    """Somebody of the demo gets a real password."""
    user = User.objects.get(username=username)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])


def signs_in_with_password(person: Person, username: str) -> Person:
    person.goes_to("/sign-in/")
    person.types("User name", username).types("Password", PASSWORD)
    with person.page.expect_navigation():
        person.page.get_by_role("button", name="Sign in", exact=True).click()
    return person


def is_in(person: Person, name: str) -> None:
    expect(person.page.locator(".tc-header__person")).to_contain_text(name)


def chooses_pin(person: Person) -> Person:
    person.goes_to("/account/pin/")
    person.types("PIN", PIN).types("PIN again", PIN).presses("Save PIN")
    return person.is_told("Chosen")


def takes_over(person: Person, name: str) -> Person:
    """Whoever stands at the tablet next, with their PIN."""
    person.page.get_by_label(name, exact=True).check()
    return person.types("PIN", PIN).presses("Sign in with PIN")


def test_a_password_and_an_app(at_the_door):
    asha = at_the_door("asha")
    has_password("asha")
    signs_in_with_password(asha, "asha")
    is_in(asha, "Asha Patel")
    asha.page.get_by_role("link", name="Asha Patel").click()
    asha.is_told("How you sign in")
    asha.page.get_by_role("link", name="Set up Authenticator app").click()
    asha.is_told("Scan this picture")
    secret = asha.page.locator("#totp-key").inner_text()
    asha.types("Six digits from the app", code_of(secret, later=-1)).presses("Set up")
    asha.is_told("Each works once")
    asha.presses("Sign out")

    signs_in_with_password(asha, "asha")
    asha.is_told("Second step")
    asha.types("Code from your authenticator app", "000000").presses("Sign in")
    asha.is_told("That code is not right")
    asha.types("Code from your authenticator app", code_of(secret)).presses("Sign in")
    is_in(asha, "Asha Patel")
    asha.opens_arrivals()
    assert "/arrivals/" in asha.page.url and listed(AMIR) in asha.main()


def test_a_passkey_alone(at_the_door, prison: House):
    asha = at_the_door("asha")
    has_password("asha")
    has_a_key(asha.page)
    at_localhost = prison.address.replace("127.0.0.1", "localhost")  # browsers give keys to names, not to numbers
    signs_in_with_password_at(asha, at_localhost)
    asha.goes_to(f"{at_localhost}/account/passkeys/new/")
    with asha.page.expect_navigation():
        asha.page.get_by_role("button", name="Add", exact=True).click()
    asha.is_told("Each works once").presses("Sign out")
    with asha.page.expect_navigation(url=re.compile("arrivals")):
        asha.page.get_by_role("button", name="Sign in with a passkey").click()
    is_in(asha, "Asha Patel")
    assert "/arrivals/" in asha.page.url


def has_a_key(page: Page) -> None:
    """A security key with a fingerprint reader, on which a finger always lies."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
           "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": key})


def signs_in_with_password_at(person: Person, address: str) -> None:
    person.goes_to(f"{address}/sign-in/")
    person.types("User name", "asha").types("Password", PASSWORD)
    with person.page.expect_navigation():
        person.page.get_by_role("button", name="Sign in", exact=True).click()


def test_an_agency_nurses_first_shift_by_two_people(ruth: Person, asha: Person, at_the_door):
    ruth.follows("Staff")
    ruth.types("Name", GRACE).types("Employer", "Northern Nurses")
    ruth.page.get_by_label("Role", exact=True).select_option(label="Reception nurse")
    ruth.types("End of the shift", clock.local(clock.now() + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M"))
    ruth.presses("Ask a second person").is_told("A second person has to confirm")

    asha.follows("Staff").presses("Confirm Grace Boateng").is_told("Give this code to Grace Boateng")
    code = asha.page.locator(".tc-code").inner_text()
    asha.follows("Staff")
    assert code not in asha.main()

    grace = at_the_door("lewis")  # a tablet that nobody has used yet
    grace.page.get_by_role("link", name="I have a one-time code").click()
    grace.types("One-time code", code.lower()).presses("Go on").is_told(GRACE)
    expect(grace.page.get_by_label("User name")).to_have_value("grace.boateng")
    grace.types("Password", PASSWORD).types("Password again", PASSWORD).types("PIN", PIN).presses("Start")
    is_in(grace, GRACE)
    grace.screens(LIAM).answers("fs_swallowed", "no").is_saved()

    ruth.follows("Staff").presses("End now Grace Boateng")
    grace.goes_to("/today/")
    grace.is_told("You have no role here now").is_told("if your shift has ended")


def test_two_nurses_at_one_tablet(asha: Person):
    tablet = asha
    chooses_pin(tablet).opens(AMIR).presses("Switch user").is_told("With your PIN")
    tablet.page.go_back()
    expect(tablet.page.locator("body")).not_to_contain_text("Khan")
    tablet.page.go_back()
    expect(tablet.page.locator("body")).not_to_contain_text("Khan")

    tablet.goes_to("/sign-in/")
    tablet.page.locator(".tc-signin__card", has_text="Sam Okafor").click()
    is_in(tablet, "Sam Okafor")
    chooses_pin(tablet).presses("Switch user")
    for name in ("Asha Patel", "Sam Okafor", "Asha Patel"):
        takes_over(tablet, name)
        is_in(tablet, name)
        tablet.opens(AMIR)
        where = re.sub(r"^https?://[^/]+", "", tablet.page.url)
        tablet.goes_to(f"{where}encounters/new/?kind=early_days_check")
        tablet.writes(done=f"Seen by {name}.")
        expect(tablet.page.locator(".tc-entry", has_text=f"Seen by {name}.").first).to_contain_text(f"by {name}")
        tablet.presses("Switch user")
    takes_over(tablet, "Sam Okafor").searches("Khan")
    expect(tablet.page.get_by_role("link", name=listed(AMIR))).to_be_visible()


def test_the_screen_locks_over_a_half_typed_form(asha: Person, prison: House):
    chooses_pin(asha)
    screen = asha.screens(LIAM).answers("fs_swallowed", "no").is_saved()
    nobody_touches(asha.page, prison)
    screen.answers("fs_head_injury", ["injury"])
    lock = asha.page.get_by_role("dialog")
    expect(lock).to_contain_text("This screen is locked")
    asha.watch.barriers(asha.page, "lock screen")
    lock.get_by_label("PIN of Asha Patel").fill("9182")
    lock.get_by_role("button", name="Go on").click()
    expect(lock).to_contain_text("That PIN is not right")
    lock.get_by_label("PIN of Asha Patel").fill(PIN)
    lock.get_by_role("button", name="Go on").click()
    expect(lock).to_have_count(0)
    expect(asha.page.locator("[name=fs_head_injury][value=injury]")).to_be_checked()
    screen.is_saved()
    assert records.answers_about(LIAM)["fs_head_injury"] == ["injury"]

    nobody_touches(asha.page, prison)
    asha.goes_to("/today/")
    asha.is_told("This screen is locked").types("PIN of Asha Patel", PIN).presses("Go on")
    expect(asha.page.locator("h1")).to_have_text("Today")


def nobody_touches(page: Page, prison: House) -> None:
    """Eleven minutes go by for the server: it keeps the time of the last touch in the session."""
    key = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == settings.SESSION_COOKIE_NAME)
    secret = (prison.log.parent / "throughcare_secret_key").read_text()
    with override_settings(SECRET_KEY=secret):
        session = import_module(settings.SESSION_ENGINE).SessionStore(key)
        session["seen_at"] = (clock.now() - timedelta(minutes=11)).isoformat()
        session.save()
