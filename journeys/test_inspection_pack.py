"""A coroner asks: two people let one record out, and somebody far away checks it without us."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from playwright.sync_api import expect
from procrastinate import App

from journeys.conftest import Comes
from journeys.house import House
from throughcare.core import clock
from throughcare.demo.people import AMIR
from throughcare.reporting import verify_pack

MINUTES = 2


def the_worker_works(state: Path) -> None:
    """What `throughcare worker --once` does, in a thread of its own: the browser's loop lives in this one."""
    from django.db import connections
    from django.test import override_settings
    from procrastinate.contrib.django import app

    async def once(worker: App) -> None:
        async with worker.open_async():
            await worker.run_worker_async(wait=False, queues=["packs"], install_signal_handlers=False, listen_notify=False)

    def work() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
            asyncio.run(once(worker))
        connections.close_all()

    with override_settings(DEMO=True, STATE=state, ANCHOR=state / "anchor"), ThreadPoolExecutor(1) as thread:
        thread.submit(work).result(timeout=MINUTES * 60)


def checked_elsewhere(pack: Path, fingerprint: str) -> subprocess.CompletedProcess[str]:
    """The script out of the repository, on a machine without Throughcare."""
    script = pack.with_name("verify_pack.py")
    script.write_bytes(Path(verify_pack.__file__).read_bytes())
    command = [sys.executable, "-I", script.name, pack.name, fingerprint]
    return subprocess.run(command, cwd=pack.parent, env={"PATH": os.defpath}, capture_output=True, text=True, check=False)


def test_two_people_let_a_record_out_and_it_is_verified_elsewhere(
    van_is_in: None, prison: House, comes_in: Comes, tmp_path: Path
):
    grace, david = comes_in("grace"), comes_in("david")
    began = time.monotonic()
    grace.goes_to("/establishments/LEI/packs/")
    grace.page.get_by_role("link", name="Choose a person to ask for a pack about").click()
    grace.page.locator("tr", has_text=AMIR.family_name.upper()).get_by_role("link").click()
    patient = grace.page.url.rstrip("/").rpartition("/")[2]
    grace.goes_to(f"/establishments/LEI/packs/about/{patient}/")
    grace.presses("Send for approval")
    expect(grace.page.locator(".nhsuk-error-summary")).to_contain_text("No pack leaves without a basis")

    today = f"{clock.local(clock.now()):%-d/%-m/%Y}"
    grace.page.get_by_label("A court or a coroner ordered it").check()
    grace.types("Who receives it", "HM Senior Coroner, West Yorkshire").types("What is it for?", "Order 17 of 3 March")
    grace.types("Was the person told?", "Told by letter").types("First day", "1/1/2026").types("Last day", today)
    grace.presses("Send for approval")
    expect(grace.page.locator("main")).to_contain_text("Waits for a second person")
    page = grace.page.url

    david.goes_to("/establishments/LEI/packs/approvals/")
    david.page.get_by_role("link", name=AMIR.given_names).click()
    expect(david.page.locator("main")).to_contain_text("Order 17 of 3 March")
    david.presses("Approve")
    expect(david.page.locator("main")).to_contain_text("Nothing waits for you")

    the_worker_works(prison.log.parent)
    grace.goes_to(page)
    fingerprint = grace.page.locator(".tc-pairs__row", has_text="Fingerprint").locator("dd").inner_text()
    with grace.page.expect_download() as download:
        grace.page.get_by_role("button", name="Download the pack").click()
    pack = tmp_path / "pack.zip"
    download.value.save_as(pack)
    said = checked_elsewhere(pack, fingerprint)
    seconds = time.monotonic() - began
    print(f"\nfrom asking to verified: {seconds:.0f} s, {pack.stat().st_size:,} bytes: {said.stdout.strip()}")
    assert (said.returncode, said.stdout[:3]) == (0, "OK:"), said
    assert seconds < MINUTES * 60
