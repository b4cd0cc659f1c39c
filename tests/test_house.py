"""The repository tests itself: floors, laws, sizes, words."""

import ast
import re
import subprocess
import tomllib
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import connection
from django.urls import get_resolver, resolve

from tests.laws.addresses import addresses
from tests.nonempty import nonempty
from tests.rows import name_of, ours
from throughcare.core import ids, laws
from throughcare.core.kinds import kinds
from throughcare.core.laws import Law
from throughcare.pathways.rules.checking import PLANNED

ROOT = Path(__file__).resolve().parents[1]
LAYERS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
HEIGHT = {
    module.strip(" ()"): len(LAYERS) - place for place, layer in enumerate(LAYERS) for module in layer.split("|")
}  # fmt: skip
OURS = [model for model, _ in ours()]
KEYS = [(model, field) for model in OURS for field in model._meta.concrete_fields if field.is_relation]

LINES, FUNCTION_LINES = 400, 45
LONG_FUNCTIONS = 0  # a ratchet: it may only go down
BAD_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common", "stuff"}

# Pages of a lower floor that lead to a page above: each is a door the reader needs, and the list may only get shorter.
LEADS_UP = {
    ("screening", "patient"), ("screening", "arrivals"), ("screening", "today"),
}  # fmt: skip


def files(*suffixes):
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.splitlines() if name.endswith(suffixes) and (ROOT / name).is_file()]


PYTHON = [file for file in files(".py") if "migrations" not in file.parts]


def module_of(path_or_dotted):
    parts = Path(path_or_dotted).relative_to(ROOT).parts if isinstance(path_or_dotted, Path) else path_or_dotted.split(".")
    return parts[1]


def short(thing):
    return str(thing.relative_to(ROOT)) if isinstance(thing, Path) else name_of(thing)


# What reads the machine's clock: the clock itself, what stands a test at another moment, and ages that the machine measures.
WALL = re.compile(
    r"datetime\.(now|today|utcnow)\(|date\.today\(|timezone\.(now|localdate|localtime)\(|\btime\.time\(|functions import Now"
)
READS_THE_WALL = {
    "throughcare/core/clock.py", "tests/clocks.py", "tests/child_clock/sitecustomize.py",
    "throughcare/access/adapters.py", "throughcare/access/tests/people.py", "throughcare/access/tests/test_provider.py",
}  # fmt: skip


def test_nobody_asks_the_clock_on_the_wall():
    found = {short(file) for file in PYTHON if WALL.search(file.read_text(encoding="utf-8"))} - {"tests/test_house.py"}
    assert found == READS_THE_WALL, "ask clock.now(); in a query DatabaseNow()"


def test_no_property_has_a_deadline_or_a_profile_of_its_own():
    own = re.compile(r"deadline=|HealthCheck|suppress_health_check|register_profile")
    found = [short(file) for file in PYTHON if file.name.startswith("test_") and own.search(file.read_text(encoding="utf-8"))]
    assert [name for name in found if name != "tests/test_house.py"] == []


@pytest.mark.parametrize("model, field", KEYS, ids=lambda thing: getattr(thing, "name", None) or name_of(thing))
def test_a_foreign_key_points_down(model, field):
    target = field.related_model.__module__
    assert target.startswith("throughcare."), "no key to a library's table"
    assert HEIGHT[module_of(target)] <= HEIGHT[module_of(model.__module__)]
    same_floor = HEIGHT[module_of(target)] == HEIGHT[module_of(model.__module__)]
    assert not same_floor or module_of(target) == module_of(model.__module__), "siblings know nothing of each other"


def test_what_a_step_may_wait_for_are_the_floors_that_are_not_built():
    assert {module.strip(" ()") for layer in LAYERS for module in layer.split("|") if "(" in module} == PLANNED


def test_every_package_has_its_floor():
    packages = {path.parent.name for path in (ROOT / "throughcare").glob("*/__init__.py")}
    assert packages <= set(HEIGHT)


def test_pages_lead_down_or_sideways_within_a_floor():
    """`url("…")` in a template and `redirect("…")` in a view name pages of the same floor or below."""
    home = {one.name: module_of(one.view.__module__) for one in addresses(get_resolver())} | {"demo-van": "demo"}
    named = set()
    for file in files(".jinja", "views.py"):
        if "throughcare" in file.parts and "tests" not in file.parts:
            named |= {(module_of(file), name) for name in re.findall(r'(?:url|redirect|reverse)\("([a-z-]+)"', file.read_text())}
    unknown = {name for _, name in named} - set(home)
    assert unknown == set()
    upwards = {(module, name) for module, name in named if HEIGHT[home[name]] > HEIGHT[module]}
    assert upwards <= LEADS_UP


SPELLS = {
    "throughcare/core/addresses.py",
    "throughcare/core/templates/core/base.jinja",
    "throughcare/config/commands/benching.py",
}


def test_the_address_of_a_person_is_spelt_in_one_place():
    """Else a page could lead up by a string that the test above does not see."""
    spelt = {
        short(file) for file in files(".py", ".jinja")
        if file.parts[len(ROOT.parts)] == "throughcare" and "tests" not in file.parts
        and re.search(r'["\'(]/patients/', file.read_text()) and file.name != "urls.py"
    }  # fmt: skip
    assert spelt <= SPELLS


# Kinds whose own page still stands on a higher floor than the package that says how they read; it may only get fewer.
KINDS_THAT_LEAD_UP = {
    "capacity", "consent", "disclosure", "disclosure-request", "need", "contact",  # patients
    "document", "document-page", "handover",  # record
    "answer",  # instruments: the visit in which it was asked
    "task", "enrolment",  # pathways
}  # fmt: skip


def test_the_page_of_a_kind_stands_in_its_package_or_below(monkeypatch):
    """A page named by a kind is resolved and its view's floor compared, so that a string hides nothing."""
    up = set()
    for kind in kinds().values():
        if kind.page:
            home = module_of(resolve(urlsplit(kind.address(Anything(), ids.new())).path).func.__module__)
            if HEIGHT[home] > HEIGHT[module_of(kind.title.__module__)]:
                up.add(kind.id)
    assert up == KINDS_THAT_LEAD_UP


class Anything:
    """A row that has every field; as text it is a key."""

    key = ids.new()
    establishment = "LEI"
    number = 1

    def __getattr__(self, name):
        return self

    def __str__(self):
        return str(self.key)


@pytest.mark.parametrize("model", OURS, ids=name_of)
def test_every_model_declares_its_law(model):
    assert isinstance(laws.law_of(model), Law)


def test_the_app_role_holds_the_declared_rights_and_no_others(db):
    held = {}
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT c.relname, string_agg(DISTINCT p, ', ' ORDER BY p) FROM pg_class c,
            unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
              AND has_table_privilege(current_user, c.oid, p) GROUP BY 1""")
        held = dict(cursor.fetchall())
    declared = {model._meta.db_table: law.grants for model, law in laws.tables()}
    mine = {model._meta.db_table for model in apps.get_models() if model.__module__.startswith("throughcare.")}
    assert {table: set(held.get(table, "").split(", ")) for table in mine} == {
        table: set(declared[table].split(", ")) for table in mine
    }
    assert {table for table in held if table not in declared and not table.startswith("procrastinate")} == set()


def test_no_column_may_be_changed_where_rows_are_written_once(db):
    once = [model._meta.db_table for model, law in ours() if "UPDATE" not in law.grants]
    with connection.cursor() as cursor:
        cursor.execute("SELECT t FROM unnest(%s::text[]) t WHERE has_any_column_privilege(current_user, t, 'UPDATE')", [once])
        assert cursor.fetchall() == []


@pytest.mark.parametrize("file", files(".py", ".jinja", ".sql", ".js", ".scss", ".mjs"), ids=short)
def test_a_file_can_be_read_in_one_sitting(file):
    assert len(file.read_text().splitlines()) <= LINES


def test_a_function_fits_on_a_screen():
    long = [
        f"{short(file)}:{node.name}" for file in PYTHON for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES
    ]  # fmt: skip
    assert len(long) <= LONG_FUNCTIONS, long


TWICE = 45  # a ratchet: classes whose name another package has too; it may only go down


def test_a_class_name_stands_once_in_the_house():
    """Else a search for a name finds two things, and one is taken for the other."""
    homes = {}
    for file in PYTHON:
        if "throughcare" in file.parts and "tests" not in file.parts:
            for node in ast.parse(file.read_text()).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    homes.setdefault(node.name, set()).add(module_of(file))
    twice = sorted(name for name, packages in homes.items() if len(packages) > 1)
    assert len(twice) <= TWICE, twice


def test_a_file_is_named_for_what_it_holds():
    assert [short(file) for file in PYTHON if file.stem in BAD_NAMES or file.parent.name in BAD_NAMES] == []


def test_every_module_says_what_it_owns():
    for package in nonempty((ROOT / "throughcare").glob("*/__init__.py")):
        said = ast.get_docstring(ast.parse(package.read_text())) or ""
        assert len(said.splitlines()) >= 2, package


def test_every_public_function_says_what_it_does():
    mute = Counter(
        short(file) for file in PYTHON if not {"tests", "journeys"} & set(file.parts) and file.name != "conftest.py"
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    )  # fmt: skip
    assert mute == {}


HERE = str(Path("/") / "work") + "/"
HOSTS = ("pypi" + ".org", "npmjs" + ".org", "registry." + "npm", "files.python" + "hosted")
LOCKS = {"package-lock.json", "requirements.lock"}


def test_nothing_names_this_machine_or_a_registry():
    for file in nonempty(files(".py", ".toml", ".md", ".json", ".lock", ".mjs", ".jinja", ".sql", "Makefile", ".yml")):
        said = file.read_text()
        assert HERE not in said, file
        assert not [host for host in HOSTS if host in said], file


def test_settings_say_every_value_they_read():
    said = (ROOT / "throughcare/config/settings.py").read_text()
    assert all("THROUGHCARE_" in name or name == "DATABASE_URL" for name in nonempty(re.findall(r'env\.\w+\("([A-Z_]+)"', said)))
