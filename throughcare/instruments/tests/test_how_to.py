"""The page “Add an instrument”, followed block by block: a file is all it takes."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.nonempty import nonempty
from throughcare.core.rulebook import RulebookError, load
from throughcare.instruments import rules

PAGE = (rules.RULEBOOK.parents[2] / "docs" / "how-to" / "add-an-instrument.md").read_text(encoding="utf-8")
FILE = re.findall(r"```toml\n(.*?)```", PAGE, re.S)[0]
TRIED = re.search(r"Try it: write `(.*?)` in the second band", PAGE)
DAY = date(2026, 3, 2)


@pytest.fixture
def shelf(tmp_path) -> Path:
    """A copy of the shelf with the page's file on it."""
    copied = Path(shutil.copytree(rules.RULEBOOK, tmp_path / "rulebook"))
    (copied / "sleep-check.toml").write_text(FILE, encoding="utf-8")
    return copied


def read(shelf):
    return rules.checked(load(shelf, rules.build))


def test_the_page_works_as_written(shelf):
    book = read(shelf).on("sleep-check", DAY).value
    assert rules.may_administer(book) >= {"reception_nurse", "healthcare_assistant"}
    for example in nonempty(book.examples):
        found = rules.score(book, example["answers"])
        assert (found and found.total, found and found.band.label) == (example.get("total"), example.get("band"))
    assert [one.id for one in rules.raised(book, book.alerts[0].fires[0])] == ["sleep_hardly_urgent"]
    assert rules.raised(book, book.alerts[0].silent[0]) == ()


def test_the_mistake_of_the_page_says_what_the_page_says(shelf):
    file = shelf / "sleep-check.toml"
    file.write_text(FILE.replace("min = 3", TRIED.group(1)), encoding="utf-8")
    with pytest.raises(RulebookError, match=r"sleep-check\.toml: sleep-check: the bands leave a gap or overlap\."):
        read(shelf)


def test_two_versions_stand_side_by_side(shelf):
    (shelf / "sleep-check.v1.toml").write_text(FILE, encoding="utf-8")
    newer = FILE.replace("version = 1", "version = 2").replace("applies_from = 2026-01-01", "applies_from = 2026-03-01")
    (shelf / "sleep-check.toml").write_text(newer.replace("Most nights", "Nearly every night"), encoding="utf-8")
    book = read(shelf)
    old, new = book.version("sleep-check", 1).value, book.on("sleep-check", DAY).value
    assert (new.version, book.on("sleep-check", date(2026, 2, 1)).version) == (2, 1)
    assert [q.items[0].options[-1].text for q in (old, new)] == ["Most nights", "Nearly every night"]
    assert not rules.comparable(old, new)


def test_a_file_for_a_later_day_waits_and_disturbs_nothing(shelf):
    (shelf / "sleep-check.toml").write_text(
        FILE.replace("applies_from = 2026-01-01", "applies_from = 2026-12-01"), encoding="utf-8"
    )
    book = read(shelf)
    assert "sleep-check" not in book.ids(DAY)
    assert "sleep-check" in book.ids(date(2026, 12, 1))
    assert {book.on(id, DAY).id for id in book.ids(DAY)} == set(rules.book().ids(DAY))


def test_what_the_page_asks_somebody_to_type_fits_in_ten_minutes():
    """Forty words a minute, and the file need only be copied: the machine's part is seconds."""
    assert len(FILE.split()) <= 600
