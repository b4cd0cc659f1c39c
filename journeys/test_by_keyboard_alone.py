"""A nurse whose touch screen is broken: one man from sign-in to signature with Tab, Space, arrows and Enter."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from journeys.pages import listed
from journeys.screen import items
from throughcare.demo.answers import answer_to
from throughcare.demo.people import LIAM

FURTHEST = 700  # presses of Tab before something is taken to be out of reach
FOCUS = """() => { const e = document.activeElement; const item = e.closest('[data-item]'); return {
    tag: e.tagName, type: e.type ?? '', words: e.innerText ?? '', name: e.name ?? '', value: e.value ?? '',
    item: item?.dataset.item ?? '' } }"""


def test_one_man_without_touching_the_glass(van_is_in, at_the_door):
    page, says = at_the_door("asha").page, LIAM.says
    tabs_to(page, "Asha Patel")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Arrivals")

    tabs_to(page, f"Start screen: {listed(LIAM)}")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/first-night/"))

    answers_until(page, "Safety core done", says)
    page.keyboard.press("Enter")
    expect(page.locator("#progress")).to_contain_text("Safety core: done")

    answers_until(page, "Sign the screen", says)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(re.compile(r"Signed .* by Asha Patel"))


def tabs_to(page: Page, words: str) -> None:
    """Presses Tab until the focus stands on what says these words."""
    for _ in range(FURTHEST):
        page.keyboard.press("Tab")
        if words in page.evaluate(FOCUS)["words"].replace("\n", "").replace(" :", ":"):
            return
    raise AssertionError(f"Tab never reaches “{words}”.")


def answers_until(page: Page, words: str, says: Any) -> None:
    """Answers each question on the way to a button; what opens behind the focus is met on the way round."""
    known, done = items(), set(page.evaluate("() => [...document.querySelectorAll('[data-item]')]"
                                             ".filter(e => e.dataset.seen > 0).map(e => e.dataset.item)"))  # fmt: skip
    for _ in range(FURTHEST):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        if words in at["words"]:
            expect(page.locator(".tc-unsaved:not([hidden])")).to_have_count(0)
            return
        if at["item"] and at["item"] not in done:
            types_answer(page, at, answer_to(known[at["item"]], says), done)
    raise AssertionError(f"Tab never reaches “{words}”.")


def types_answer(page: Page, at: dict[str, Any], value: Any, done: set[str]) -> None:
    """Space for a tick, an arrow down a list of radios, letters for the rest."""
    if at["type"] == "checkbox":
        if at["value"] in (value or ()):
            page.keyboard.press("Space")
    elif at["type"] == "radio" and value is not None:
        arrows_to(page, at, value)
        done.add(at["item"])
    elif at["name"].count(".") == 1 and value is not None and (part := value.get(at["name"].partition(".")[2])):
        page.keyboard.type({"air": "Air", "alert": "Alert"}.get(str(part), str(part)))
    elif at["tag"] == "TEXTAREA" and value is not None:
        page.keyboard.type(str(value))


def arrows_to(page: Page, at: dict[str, Any], value: str) -> None:
    """Space takes the first answer, an arrow each further one."""
    if at["value"] == value:
        return page.keyboard.press("Space")
    for _ in range(12):
        page.keyboard.press("ArrowDown")
        if page.evaluate(FOCUS)["value"] == value:
            return None
    raise AssertionError(f"No arrow reaches {value} of {at['item']}.")
