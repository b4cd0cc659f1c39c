"""Photographs the demo for the documentation: `python -m docs.take_pictures`, or `make pictures`.

A small demo is built in the test server's RAM, served as the journeys serve it, and looked at on a nurse's tablet.
A picture is only written anew when it looks different, so that a clock on it does not change the repository.
"""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from throughcare.core.tests import databases

PICTURES = Path(__file__).parent / "pictures"
RESIDENTS = 12
NOTICEABLE = 0.01  # share of pixels that differ before a picture is taken to show something else
LARGEST = 200_000  # bytes
DIFFERENCE = """async ([one, two]) => {
    const [a, b] = await Promise.all([one, two].map(async png => {
        const image = new Image(); image.src = 'data:image/png;base64,' + png; await image.decode();
        const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext('2d');
        pen.drawImage(image, 0, 0); return pen.getImageData(0, 0, image.width, image.height) }));
    if (a.width !== b.width || a.height !== b.height) return 1;
    let changed = 0;
    for (let at = 0; at < a.data.length; at += 4)
        if ([0, 1, 2].some(colour => Math.abs(a.data[at + colour] - b.data[at + colour]) > 32)) changed++;
    return 4 * changed / a.data.length }"""


def main() -> None:
    """Build, serve, look, write."""
    with demo_database() as database, tempfile.TemporaryDirectory() as state:
        os.environ |= {
            "DATABASE_URL": database.app_url, "DATABASE_OWNER_URL": database.owner_url, "THROUGHCARE_STATE": state,
            "DJANGO_SETTINGS_MODULE": "throughcare.config.settings", "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        }  # fmt: skip
        import django

        django.setup()
        from journeys import browser, house

        evening(database.owner_url)
        with house.serving(database.app_url, database.owner_url, Path(state)) as served, browser.chromium() as chromium:
            take_all(lambda: browser.tablet(chromium, served.address).new_page())


@contextmanager
def demo_database() -> Iterator[databases.Database]:
    """An empty database that is dropped afterwards."""
    with databases.server() as server:
        made = server.database(f"run_{os.getpid()}_pictures")
        server.run(f"CREATE DATABASE {made.name}")
        try:
            yield made
        finally:
            databases.drop(server, made.name)


def evening(owner_url: str) -> None:
    """The van is in: Amir is done, Colin has his advice, Joe's core is done, Wayne has just said what stops everything."""
    from journeys import house
    from throughcare.access.acting import acting
    from throughcare.core import clock
    from throughcare.core.database import migrate
    from throughcare.demo import answers, emulator, estate, people
    from throughcare.places import reference
    from throughcare.screening import actions, queries
    from throughcare.screening.standing import standing

    migrate(owner_url)
    reference.load(owner_url)
    house.build(owner_url, RESIDENTS)
    emulator.send_van()
    with acting(estate.actor("asha")) as asha:
        for man in (people.AMIR, people.COLIN, people.DANNY):
            estate.screen_whole(man, man.says, asha, clock.now())
        estate.screen_whole(people.JOE, people.JOE.says, asha, clock.now(), sign=False)
        colin, wayne = (queries.current_of(patient_of(man), asha.establishment) for man in (people.COLIN, people.WAYNE))
        assert colin and wayne
        actions.advise(screen=colin, codes=["lower_bunk", "observed", "share_yes"], at=clock.now(), by=asha)
        given = answers.next_answers(standing(wayne), people.WAYNE.says)
        first = dict(list(given.items())[:8])
        actions.answer_all(screen=wayne, given=first, at=clock.now(), by=asha)


def patient_of(man: Any) -> Any:
    """The key of one of the cast."""
    from throughcare.patients.models import Patient

    return Patient.objects.get(family_name=man.family_name, given_names=man.given_names, date_of_birth=man.born).id


def take_all(new_page: Callable[[], Any]) -> None:
    """Every picture, each by the person whose page it is."""
    from journeys.browser import Watch
    from journeys.pages import Person
    from throughcare.demo import people

    asha, helen = (Person(new_page(), Watch({}), name).signs_in() for name in ("Asha Patel", "Dr Helen Marsh"))
    take("arrivals", asha.opens_arrivals().page)
    take("first-night", asha.screens(people.WAYNE).page)
    take("patient", asha.opens(people.AMIR).page)
    take("today", helen.opens_today().page)
    asha.screens(people.COLIN)
    asha.presses("Advice for officers").presses("Save and print")
    take("officer-slip", asha.page)


def take(name: str, page: Any) -> None:
    """Write one picture when it looks different from the one that is there."""
    path, taken = PICTURES / f"{name}.png", page.screenshot()
    if len(taken) > LARGEST:
        raise SystemExit(f"{name}.png would be {len(taken)} bytes, and {LARGEST} is the most.")
    if path.exists() and difference(page, path.read_bytes(), taken) < NOTICEABLE:
        return
    PICTURES.mkdir(exist_ok=True)
    path.write_bytes(taken)
    print(f"{path.name}: {len(taken) // 1000} kB")


def difference(page: Any, one: bytes, two: bytes) -> float:
    """The share of pixels that differ between two pictures, as the browser sees them; no library needed."""
    blank = page.context.new_page()
    try:
        return float(blank.evaluate(DIFFERENCE, [base64.b64encode(png).decode() for png in (one, two)]))
    finally:
        blank.close()


if __name__ == "__main__":
    main()
