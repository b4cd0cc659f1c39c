"""The pages say what is so: links lead somewhere, printed pages are current, commands and buttons exist, the tutorial works."""

from __future__ import annotations

import re
import shutil
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.nonempty import nonempty
from throughcare.config.commands import architecture, reference, rulebook_pages
from throughcare.core.rulebook import load
from throughcare.demo import people, staff
from throughcare.instruments import rules as instruments
from throughcare.screening import rules as screening

ROOT = architecture.ROOT
SKIPPED = {"node_modules", "build", ".venv", ".state", ".git", ".hypothesis"}
PAGES = sorted(path for path in ROOT.rglob("*.md") if not SKIPPED & set(path.relative_to(ROOT).parts))
TAUGHT = [ROOT / "README.md", ROOT / "docs/tutorials/your-first-evening.md", ROOT / "docs/tutorials/add-a-question.md"]
TUTORIAL = TAUGHT[2]
PATHWAY = ROOT / "docs/how-to/add-a-pathway.md"
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"throughcare (?:-m )?([a-z]+)(?: ([a-z]+))?")
NAMED = re.compile(r"(?:`|^|/)(throughcare [a-z][^`\n]*)", re.M)
READERS = {"Reception nurses and their colleagues", "Clinical leads", "Information governance", "Developers"}
PROSE = READERS | {"Not for clinical use", "Click first:", "the evening of arrival"}
OF_THE_SCRIPT = {ROOT / "docs/pictures/arrivals.png"}  # made by the script that takes pictures of the running demo


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def templates() -> str:
    words = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "throughcare").glob("*/templates/**/*.jinja"))]
    tables = [(ROOT / "throughcare" / name).read_text(encoding="utf-8") for name in ("chart/arrivals.py", "config/context.py")]
    return "\n".join([*words, *tables])


def fixed(text: str) -> str:
    """A page without the fence lines and line breaks that Markdown ignores."""
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page):
    targets = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not link.startswith(("http", "mailto:", "#"))]
    gone = [link for link in targets if not (page.parent / link.partition("#")[0]).exists()]
    assert [link for link in gone if (page.parent / link).resolve() not in OF_THE_SCRIPT] == []


@pytest.mark.parametrize("page", reference.pages(), ids=name)
def test_printed_pages_are_current(page):
    assert page.read_text(encoding="utf-8") == reference.pages()[page], "Run: python -m throughcare.config.commands.reference"


def test_every_fact_of_every_module_is_printed():
    from throughcare.pathways import register

    assert {kind.name() for kind in reference.fact_kinds()} == set(register.known().facts)


def test_no_printed_rulebook_page_is_left_over():
    assert set(rulebook_pages.FOLDER.glob("*.md")) == set(rulebook_pages.pages())


@pytest.mark.parametrize("page", [page for page in PAGES if NAMED.search(page.read_text(encoding="utf-8"))], ids=name)
def test_commands_named_on_a_page_exist(page):
    verbs = reference.commands()
    for line in nonempty(NAMED.findall(page.read_text(encoding="utf-8"))):
        verb, what = COMMAND.match(line).groups()
        assert verb in verbs, line
        offered = next((one.choices for one in verbs[verb]._actions if one.choices), None)
        assert not (offered and what) or what in offered, line
        options = {option for one in verbs[verb]._actions for option in one.option_strings}
        assert set(re.findall(r"--[a-z-]+", line)) <= options, line


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_make_targets_named_on_a_page_exist(page):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", page.read_text(encoding="utf-8"), re.M)) <= targets


@pytest.mark.parametrize("page", TAUGHT, ids=name)
def test_buttons_named_to_a_beginner_are_on_the_pages(page):
    words = templates()
    buttons = {fixed(bold) for bold in re.findall(r"\*\*([^*]+)\*\*", page.read_text(encoding="utf-8"))}
    prose = {*PROSE, *(member.name for member in staff.STAFF)}
    assert {one for one in buttons - prose if one not in words} == set()


def test_people_of_the_tutorial_are_the_demos():
    cast = {man.name for man in people.VAN} | {member.name for member in staff.STAFF}
    told = TAUGHT[1].read_text(encoding="utf-8")
    for who in ("Amir Khan", "Wayne Hollis", "Marcus Bell", "Asha Patel", "Dr Helen Marsh", "Tom Whiteley", "Carys Bevan"):
        assert who in cast
        assert who in fixed(told)


def test_tasks_named_in_the_tutorial_are_clocks():
    from throughcare.pathways import rules

    titles = {due.title for entry in rules.pathways() for due in entry.value.steps}
    rows = re.findall(r"^\| .*(?:Amir|Wayne): (.*) \|$", TAUGHT[1].read_text(encoding="utf-8"), re.M)
    assert {title for row in rows for title in re.findall(r"\*([^*]+)\*", row)} <= titles
    assert len(rows) == 3


def test_the_tutorial_of_the_question_works_as_written(tmp_path):
    question, alert, line = re.findall(r"```toml\n(.*?)```", TUTORIAL.read_text(encoding="utf-8"), re.S)
    books, screens = copied(tmp_path, "instruments"), copied(tmp_path, "screening")
    put(books / "reception-first-stage.toml", after='id = "fs_nicotine"', block=question)
    put(books / "reception-first-stage.toml", after="# Urgent: a task tonight, never a bar to going on.", block=alert)
    swap(screens / "first-night.toml", 'items = [\n  "reception-first-stage:fs_nicotine",\n', line)
    book = load(books, instruments.build).on("reception-first-stage", date(2026, 3, 2)).value
    screen = load(screens, screening.build, only=("first-night",)).on("first-night", date(2026, 3, 2)).value
    assert instruments.problems(book) == []
    assert screening.problems(screen, {**screening.newest(date(2026, 3, 2)), book.id: book}) == []
    assert any("reception-first-stage:fs_no_food" in group.items for group in screen.rest)
    assert [one.id for one in instruments.raised(book, {"fs_no_food": "yes"})] == ["fs_no_food_urgent"]


def test_the_how_to_of_the_pathway_works_as_written(tmp_path):
    from throughcare.pathways import register, rules

    kind, pathway = re.findall(r"```toml\n(.*?)```", PATHWAY.read_text(encoding="utf-8"), re.S)
    books, records = copied(tmp_path, "pathways") / "pathways", copied(tmp_path, "record")
    (books / "wounds.toml").write_text(pathway, encoding="utf-8")
    with (records / "encounters.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{kind}")
    loaded = list(load(books, rules.build))
    assert rules.problems((entry.value for entry in loaded), register.known()) == []
    assert tomllib.loads((records / "encounters.toml").read_text(encoding="utf-8"))["kinds"][-1]["id"] == "wound_care"
    told = rules.Definitions((entry.applies_from, entry.value) for entry in loaded)
    raised = happened("screening.AlertRaised", DAY_ONE, alert="fs_wound_urgent")
    seen = happened("record.EncounterRecorded", DAY_ONE + timedelta(hours=20), kind="wound_care")
    plan = rules.tell([raised, seen], told, rules.calendars())
    mine = {item.step.id: item.status for item in plan.items if item.step.pathway == "wounds"}
    assert mine == {"wound_seen": "done", "wound_again": "open"}
    assert [stay.key for stay in plan.stays if stay.key == "wounds"] == ["wounds"]


def test_the_how_to_of_the_pathway_quotes_the_machine(tmp_path):
    from throughcare.pathways import register, rules

    text = PATHWAY.read_text(encoding="utf-8")
    pathway = re.findall(r"```toml\n(.*?)```", text, re.S)[1].replace('after = ["wound_seen"]', 'after = ["wound_again"]')
    (tmp_path / "wounds.toml").write_text(pathway, encoding="utf-8")
    found = rules.problems((entry.value for entry in load(tmp_path, rules.build)), register.known())
    assert found == ["wound_again comes after itself."]
    assert found[0] in text


DAY_ONE = datetime(2026, 6, 2, 20, tzinfo=UTC)


def happened(name: str, at: datetime, **told: str) -> Any:
    from throughcare.pathways.rules import Happening

    return Happening(at, at, f"{name} {at}", name, f"{name} {at}", told, "LEI", "somebody", "Somebody")


def copied(folder: Path, module: str) -> Path:
    return Path(shutil.copytree(ROOT / "throughcare" / module / "rulebook", folder / module))


def put(file: Path, *, after: str, block: str) -> None:
    """Below the whole block that holds `after`, as the tutorial says."""
    text = file.read_text(encoding="utf-8")
    end = text.index("\n\n", text.index(after)) + 2
    file.write_text(f"{text[:end]}{block}\n{text[end:]}", encoding="utf-8")


def swap(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
