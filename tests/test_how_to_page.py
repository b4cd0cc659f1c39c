"""The page “Add a page about a person”, followed block by block in a scratch copy: every law and budget meets the new table."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs/how-to/add-a-page-about-a-person.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(?:python|toml)\n# (\S+)\n(.*?)```", PAGE, re.S)
MIGRATE = re.search(r"```sh\n(.*makemigrations.*)\n```", PAGE)[1]
APPENDED = {"throughcare/record/models/findings.py", "throughcare/record/facts.py"}
# Tests by discovery, none of which knows of wounds. What each shows is said in the file itself.
LAWS = (
    "tests/laws/test_spine.py", "tests/laws/test_written_once.py", "tests/laws/test_reach.py", "tests/laws/test_canaries.py",
    "tests/laws/test_after_death.py", "tests/laws/test_one_place_one_person.py", "throughcare/chart/tests/test_kind_pages.py",
    "tests/test_house.py", "throughcare/record/tests/test_wounds.py",
)  # fmt: skip
EVERYWHERE = ("tests/laws/test_permissions.py", "tests/test_docs.py")  # these ask of all actions and pages at once


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    """A copy of the checkout in which the page was followed."""
    copy = tmp_path_factory.mktemp("scratch")
    for name in said("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT).splitlines():
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    for built in ("throughcare/core/static/build", "node_modules"):
        (copy / built).parent.mkdir(parents=True, exist_ok=True)
        (copy / built).symlink_to(ROOT / built)
    said("git", "init", "--quiet", cwd=copy)
    for path, block in BLOCKS:
        put(copy / path, path, block)
    arguments = MIGRATE.split()[1:]
    said(sys.executable, *arguments, cwd=copy)
    return copy


def put(file, path, block):
    """As the page says: at the end of a file that is there, one line in its place of the alphabet, or a new file."""
    if path.endswith("permissions.toml"):
        lines = [*file.read_text(encoding="utf-8").splitlines(), block.strip()]
        start = lines.index("[actions]") + 1
        file.write_text("\n".join([*lines[:start], *sorted(line for line in lines[start:] if line)]) + "\n", encoding="utf-8")
    elif path in APPENDED:
        file.write_text(f"{file.read_text(encoding='utf-8').rstrip()}\n\n\n{block}", encoding="utf-8")
    else:
        assert not file.exists(), f"{path} is there already: the page would overwrite it"
        file.write_text(block, encoding="utf-8")


def said(*command, cwd):
    """What a command prints; its error output where it fails."""
    env = {**os.environ, "PYTHONPATH": str(cwd), "GIT_DIR": "", "GIT_CEILING_DIRECTORIES": str(cwd)}
    env.pop("GIT_DIR")
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def pytest_in(scratch, *arguments):
    """How many tests passed in the copy, none failing."""
    out = said(sys.executable, "-m", "pytest", "-q", *arguments, cwd=scratch)
    return int(re.search(r"(\d+) passed", out)[1])


def test_the_page_asks_for_seven_files_in_one_package(scratch):
    written = {path for path, _ in BLOCKS} | {
        str(file.relative_to(scratch)) for file in (scratch / "throughcare/record/migrations").glob("*_wound.py")
    }
    assert len(written) == 7 and {path.split("/")[1] for path in written} == {"record"}


def test_what_the_page_asks_somebody_to_type_fits_in_ten_minutes():
    """Forty words a minute, and the blocks need only be copied: the machine's part is seconds."""
    assert sum(len(block.split()) for _, block in BLOCKS) <= 600


def test_every_law_meets_the_new_table_by_itself(scratch):
    assert pytest_in(scratch, *LAWS, "-k", "wound") >= 40


def test_the_house_still_stands(scratch):
    said(sys.executable, "-m", "throughcare.config.commands.reference", cwd=scratch)
    assert pytest_in(scratch, *EVERYWHERE) >= 40


def test_no_page_about_the_new_table_puts_a_barrier_in_the_way(scratch):
    assert pytest_in(scratch, "journeys/test_every_kind.py", "-k", "wound") == 1
