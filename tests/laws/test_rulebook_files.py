"""Every file of the rulebook goes through one loader: with an identity, typed, printed, replaceable by a site, signable."""

from __future__ import annotations

import ast
import copy
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.nonempty import nonempty
from throughcare.config.commands import rulebooks
from throughcare.config.commands.problem import Problem
from throughcare.core import rulebook
from throughcare.core.rulebook import KINDS, SIGNATURES, Book, Inactive, RulebookError, Site
from throughcare.instruments import rules as instruments
from throughcare.observations import rules as observations
from throughcare.pathways import rules as pathways
from throughcare.screening import rules as screening

HOUSE, LOADER = rulebooks.HOUSE, rulebooks.HOUSE / "core/rulebook"
BOOKS = rulebooks.books()
FILLED = [book for book in BOOKS if list(book.all())]
FILES = {
    path for folder in HOUSE.glob("*/rulebook") for path in folder.rglob("*")
    if path.suffix in KINDS and path.name != SIGNATURES
}  # fmt: skip
LATER = date(2027, 1, 1)
MODULES = [path for path in sorted(HOUSE.rglob("*.py")) if not {"tests", "migrations"} & set(path.relative_to(HOUSE).parts)]
# Modules that read what is no rulebook, with what, and the words in them that say so.
OTHERS = {
    "config/commands/architecture.py": ({"tomllib"}, "pyproject.toml"),
    "config/commands/rulebooks.py": ({"read_text"}, 'HOUSE.rglob("*.py")'),
    "places/reference.py": ({"csv"}, "establishments.csv"),
    "patients/pictures.py": ({"open"}, "Image.open(io.BytesIO(upload)"),
}
READS = {"open", "read_text", "read_bytes", "loads", "load", "DictReader", "reader"}
# Tables whose keys are codes of their own, by where they stand in a file.
CODED = re.compile(
    r"(domains|groups|answers|before|fires|silent|where|tells|systems|subscales|raises|only_if|settled_by)(\.|$)"
    r"|^(option_sets|field_sets|reference_period)$"
)


def name(path: Path) -> str:
    return str(path.relative_to(HOUSE))


def called(book: Book[Any]) -> str:
    return "-".join([book.package, *(book.only or (book.folder.name,))])


def test_every_file_is_read_by_one_declared_book():
    read = [entry.file for book in BOOKS for entry in book.all()]
    assert sorted(map(name, read)) == sorted(map(name, FILES)) and len(FILES) > 80


def test_only_the_hours_of_prisons_are_left_to_them():
    """Every other book has entries of the house, so that nothing runs on a book that nobody filled."""
    assert [called(book) for book in BOOKS if book not in FILLED] == ["pathways-regimes"]


def test_every_entry_says_who_it_is():
    for book in FILLED:
        for entry in nonempty(book.all()):
            assert entry.title and entry.source.title and entry.review_by > entry.applies_from, entry.file
            assert re.fullmatch(r"[0-9a-f]{64}", entry.content_hash), entry.file


def readers(text: str) -> set[str]:
    """Names of what a module reads files of data with, where it imports a parser of them or names a rulebook."""
    tree = ast.parse(text)
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    named = any(isinstance(node, ast.Constant) and node.value == "rulebook" for node in ast.walk(tree))
    calls = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found = {func.attr for func in calls if isinstance(func, ast.Attribute)} | {f.id for f in calls if isinstance(f, ast.Name)}
    parsers = imported & {"tomllib", "csv"}
    return parsers | (found & READS if named else set())


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_module_reads_a_rulebook_by_itself(path):
    if path.parent != LOADER:
        allowed, _ = OTHERS.get(name(path), (set(), ""))
        assert readers(path.read_text(encoding="utf-8")) == allowed, "Declare a Book of throughcare.core.rulebook."


@pytest.mark.parametrize("text, found", [
    ("import tomllib\n", {"tomllib"}),
    ("from tomllib import loads\n", {"tomllib"}),
    ("import csv\n", {"csv"}),
    ('from pathlib import Path\nBOOK = (Path("x") / "rulebook" / "a.toml").read_text()\n', {"read_text"}),
    ('from pathlib import Path\nopen(Path("x") / "rulebook" / "a.toml")\n', {"open"}),
    ('from pathlib import Path\nFOLDER = Path("x") / "rulebook"\n', set()),
])  # fmt: skip
def test_a_reader_of_its_own_is_found(text, found):
    assert readers(text) == found


@pytest.mark.parametrize("other", OTHERS)
def test_what_is_excused_reads_what_it_says(other):
    assert OTHERS[other][1] in (HOUSE / other).read_text(encoding="utf-8")


IDENTITY = {
    "id": "'x'", "version": "1", "title": "'X'", "applies_from": "2026-01-01", "review_by": "2027-01-01",
    "source": "{title = 'x'}",
}  # fmt: skip


@pytest.mark.parametrize("missing, why", [
    ("id", "id must be a text"), ("version", "version must be a whole number"), ("title", "title must be a text"),
    ("applies_from", "applies_from must be a day"), ("review_by", "review_by must be a day"), ("source", "'title' is missing"),
])  # fmt: skip
@pytest.mark.parametrize("head, kind", [("", "toml"), ("# ", "csv")])
def test_a_file_without_identity_stops_the_start(tmp_path, missing, why, head, kind):
    lines = [f"{head}{key} = {value}" for key, value in IDENTITY.items() if key != missing]
    (tmp_path / f"x.{kind}").write_text("\n".join([*lines, "code,words" if head else ""]), encoding="utf-8")
    with pytest.raises(RulebookError, match=rf"x\.{kind}: .*{why}"):
        rulebook.load(tmp_path, dict)


def misspelt(data: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Every copy of the data in which one table, the first of each list, has a key that nobody knows."""
    for at, path in tables(data):
        changed = copy.deepcopy(data)
        target = changed
        for step in path:
            target = target[step]
        target["misspelt"] = "x"
        yield at, changed


def tables(data: Any, at: str = "", path: tuple[Any, ...] = ()) -> Iterator[tuple[str, tuple[Any, ...]]]:
    if isinstance(data, dict):
        yield at, path
        for key, value in data.items():
            yield from tables(value, f"{at}.{key}".lstrip("."), (*path, key))
    elif isinstance(data, list) and data:
        yield from tables(data[0], at, (*path, 0))


@pytest.mark.parametrize("book", BOOKS, ids=called)
def test_a_key_that_nobody_knows_is_refused_wherever_it_stands(book, tmp_path, monkeypatch):
    folder = tmp_path / book.package / "rulebook"
    folder.mkdir(parents=True)
    for entry in book.all().newest():
        for at, data in misspelt(rulebook.read(entry.file)):
            if CODED.search(at):
                continue
            monkeypatch.setattr("throughcare.core.rulebook.loading.read", lambda _, data=data: data)
            (folder / "x.toml").touch()
            with pytest.raises(RulebookError, match=r"misspelt|a window is one of"):
                loaded = rulebook.load(folder, book._build)
                (book._checked or (lambda found: found))(loaded)
                pytest.fail(f"{name(entry.file)}: a misspelt key in {at or 'the file'} is taken.")


def overlaid(book: Book[Any], overlay: Path) -> str:
    """One entry of a book, one version higher, in a site's own directory; returns its id."""
    entry = book.all().newest()[-1]
    folder = rulebook.place(book.folder, overlay)
    folder.mkdir(parents=True, exist_ok=True)
    text, count = re.subn(
        rf"(?m)^(# )?version = {entry.version}$", rf"\g<1>version = {entry.version + 1}", entry.file.read_text(encoding="utf-8")
    )
    assert count == 1, entry.file
    (folder / f"{entry.id}{entry.file.suffix}").write_text(text, encoding="utf-8")
    return entry.id


@pytest.mark.parametrize("book", FILLED, ids=called)
def test_a_site_replaces_an_entry_of_every_kind_of_file(book, tmp_path):
    before = book.all().newest()[-1]
    id = overlaid(book, tmp_path)
    with rulebook.using(Site(tmp_path)):
        entry = book.all().on(id, LATER)
        assert (entry.local, entry.version) == (True, before.version + 1)
        assert book.all().version(id, before.version).content_hash == before.content_hash, "The old version stays."
    assert book.all().on(id, LATER).version == before.version


def ran(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "throughcare.config", "rulebook", *arguments], capture_output=True, text=True, check=False,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "throughcare.config.settings"} | environment,
    )  # fmt: skip


def test_one_setting_gives_a_sites_directory_to_every_loader(tmp_path):
    ids = [(book.package, overlaid(book, tmp_path)) for book in FILLED]
    said = ran("list", THROUGHCARE_OVERLAY=str(tmp_path))
    assert said.returncode == 0, said.stderr
    local = [line.split()[:2] for line in said.stdout.splitlines() if line.endswith("(of this site)")]
    assert sorted(map(tuple, local)) == sorted(ids)


@pytest.mark.parametrize("change, why", [
    (("late_minutes = 60", "late_minuts = 60"), "pathways/calendar.toml: .*'late_minuts' is not known"),
    (("version = 2", "version = 1"), "pathways/calendar.toml: calendar 1 is also in .*Give it a higher version"),
    (("late_minutes = 60", "late_minutes = = 60"), "pathways/calendar.toml: .*line"),
])  # fmt: skip
def test_a_mistake_of_a_site_stops_the_start_with_file_and_key(tmp_path, change, why):
    overlaid(pathways.CALENDAR_BOOK, tmp_path)
    path = tmp_path / "pathways/calendar.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with rulebook.using(Site(tmp_path)), pytest.raises(Problem, match=why):
        rulebooks.lines()


@pytest.mark.parametrize("stray", ["pathways/calender.toml", "calendar.toml", "pathway/calendar.toml"])
def test_a_sites_file_that_nothing_reads_is_no_silence(tmp_path, stray):
    overlaid(pathways.CALENDAR_BOOK, tmp_path)
    text = (tmp_path / "pathways/calendar.toml").read_text(encoding="utf-8").replace('id = "calendar"', 'id = "calender"')
    (tmp_path / stray).parent.mkdir(exist_ok=True)
    (tmp_path / stray).write_text(text, encoding="utf-8")
    with rulebook.using(Site(tmp_path)), pytest.raises(Problem, match=rf"{stray}: no rulebook has such a file"):
        rulebooks.lines()


def test_the_forms_of_the_first_night_and_of_the_rounds_are_never_missing_in_silence():
    day = date(2026, 6, 1)
    asked = set(screening.screens().on(screening.FIRST_NIGHT, day).value.instruments)
    asked |= {id for entry in observations.observation_plans() for plan in entry.value.plans for id in plan.instruments}
    assert asked <= set(instruments.VITAL) and instruments.BOOK.inactive is Inactive.ABSENT


def test_one_of_many_may_be_missing_and_what_the_house_runs_on_may_not():
    """A questionnaire, a visit, a pathway is asked of a person; all else is read whatever anybody does."""
    asked = {called(book) for book in BOOKS if book.inactive is not Inactive.STANDS}
    assert asked == {"instruments-rulebook", "screening-rulebook", "pathways-pathways"}
