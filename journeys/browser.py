"""One Chromium, a fresh profile for each person, and a watch on every page: nothing may go wrong unseen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect, sync_playwright

from throughcare.core.tests import databases

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
TABLET = {"width": 1180, "height": 820}
PATIENCE = 30_000  # milliseconds that a step may take on a busy machine
# The tablet's clock shows what the prison's does.
CLOCK = """{ const Machine = Date; globalThis.Date = class Date extends Machine {
    constructor(...given) { given.length ? super(...given) : super(Machine.now() + SHIFT) }
    static now() { return Machine.now() + SHIFT } } }"""
# What a page is made of, without its words: a page with no part that is new to its kind has no new barrier.
PARTS = """() => [...new Set([...document.querySelectorAll('body *')].filter(e => !e.closest('svg, [hidden]')).map(e =>
    [e.tagName, e.className, e.getAttribute('role') ?? ''].join(' ')))]"""


@dataclass
class Watch:
    """What went wrong on the pages of one journey, and which parts of which pages have been checked for barriers."""

    checked: dict[str, set[str]]
    wrong: list[str] = field(default_factory=list)
    allows_errors: bool = False  # a journey that kills the database meets 503 on purpose

    def over(self, context: BrowserContext) -> None:
        """Listen to every page of a context."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.wrong.append(f"script error: {error.error}"))
        context.on("response", self._response)
        context.on("dialog", self._dialog)

    def barriers(self, page: Page, kind: str) -> None:
        """Run axe on a page unless every part of it was checked on a page of its kind in this run."""
        parts, known = set(page.evaluate(PARTS)), self.checked.setdefault(kind, set())
        if parts <= known:
            return
        known |= parts
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        for one in found:
            self.wrong.append(f"{kind}: axe {one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes']][:4]}")

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.wrong.append(f"content security policy: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500 and not self.allows_errors:
            self.wrong.append(f"{response.status} at {response.url}")

    def _dialog(self, dialog: object) -> None:
        self.wrong.append(f"a dialog opened: {dialog.type} {dialog.message}")  # type: ignore[attr-defined]
        dialog.accept()  # type: ignore[attr-defined]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        yield browser
        browser.close()


def tablet(browser: Browser, address: str) -> BrowserContext:
    """A tablet that nobody has used yet."""
    context = browser.new_context(
        base_url=address, locale="en-GB", timezone_id="Europe/London", viewport=TABLET, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    context.add_init_script(CLOCK.replace("SHIFT", str(databases.seconds_ahead * 1000)))
    return context
