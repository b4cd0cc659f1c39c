"""Reference pages that are printed from the code: commands, facts, laws, permissions, floors, rulebook. Django must be set up.

`python -m throughcare.config.commands.reference` writes them all; a test fails when one is not what it should be.
"""

from __future__ import annotations

import argparse
import dataclasses
import inspect
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from throughcare.config.commands import architecture

FOLDER = architecture.ROOT / "docs" / "reference"
HEAD = "<!-- Printed from the code by `python -m throughcare.config.commands.reference`. Change the code, not this page. -->\n\n"

FACTS = (
    "What an action leaves behind. Every fact keeps who (`by`), when it happened (`at`), the patient, the establishment and a",
    "key; below are the other kept fields, which clocks may match on. Carried fields are handed to followers and never stored.",
    "Every fact about a patient also goes to the clocks.",
)
LAWS = (
    "What the database holds to, whatever the code above it does; declared on each model, installed after each migration,",
    "compared with the catalogue by `throughcare doctor`.",
)


def pages() -> dict[Path, str]:
    """Every printed page by its path, as it should be now."""
    from throughcare.config.commands import permission_page, rulebook_pages

    printed = {"commands": _commands(), "facts": _facts(), "laws": _laws(), "permissions": permission_page.lines()}
    made = {FOLDER / f"{name}.md": HEAD + "\n".join(lines).rstrip() + "\n" for name, lines in printed.items()}
    made[architecture.PAGE] = architecture.drawn(architecture.PAGE.read_text(encoding="utf-8"))
    return made | rulebook_pages.pages()


def main() -> int:
    """Write every page."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughcare.config.settings")
    django.setup()
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command of `throughcare` with its parser."""
    from throughcare.config.cli import parser

    action = next(one for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    return dict(action.choices)


def _commands() -> Iterator[str]:
    yield from ("# Commands", "", "`throughcare COMMAND --help` says the same. Exit code 2: a problem told in one sentence.", "")
    for name, verb in commands().items():
        yield from (f"## throughcare {name}", "", (verb.description or "").strip(), "")
        rows = [
            f"| `{_spelt(one)}` | {one.help or ', '.join(one.choices or ())} |" for one in verb._actions if one.dest != "help"
        ]
        yield from (["| argument | what it does |", "|---|---|", *rows, ""] if rows else [])


def _spelt(action: argparse.Action) -> str:
    if action.option_strings:
        return action.option_strings[0] + (f" {action.dest.upper()}" if action.nargs != 0 else "")
    return " / ".join(action.choices) if action.choices else action.dest.upper()


def fact_kinds() -> list[Any]:
    """Every kind of fact that a module defines, in the order of the modules."""
    from throughcare.audit.facts import Fact

    names = [name.strip("()") for floor in reversed(architecture.floors()) for name in floor]
    modules = [import_module(f"throughcare.{name}.facts") for name in names if _has_facts(name)]
    shown = [(module.__name__, one) for module in modules for _, one in inspect.getmembers(module, inspect.isclass)]
    found = [one for name, one in shown if one.__module__ == name or one.__module__.startswith(f"{name}.")]  # a package too
    return [one for one in found if issubclass(one, Fact) and one is not Fact]


def _has_facts(name: str) -> bool:
    return find_spec(f"throughcare.{name}") is not None and find_spec(f"throughcare.{name}.facts") is not None


def _facts() -> Iterator[str]:
    from throughcare.audit.facts import _COLUMNS, followers_of
    from throughcare.pathways import rules

    clocks = [due for entry in rules.pathways() for due in entry.value.steps if not due.waits]
    yield from ("# Facts", "", *FACTS, "")
    yield from ("| fact | says | keeps | carries | heard by | starts | ends |", "|---|---|---|---|---|---|---|")
    for kind in fact_kinds():
        own = [one for one in dataclasses.fields(kind) if one.name not in _COLUMNS]
        kept, carried = ([one.name for one in own if bool(one.metadata.get("carried")) is way] for way in (False, True))
        heard = [f"{one.__module__.split('.')[1]}.{one.__name__}" for one in followers_of(kind)]
        starts = [due.id for due in clocks if any(on.fact == kind.name() for on in due.starts_on)]
        ends = [due.id for due in clocks if any(on.fact == kind.name() for on in due.done_by)]
        cells = [
            _code([kind.name()]),
            inspect.getdoc(kind),
            *map(_code, (kept, carried, heard)),
            f"{len(starts)}",
            f"{len(ends)}",
        ]
        yield "| " + " | ".join(str(cell) for cell in cells) + " |"


def _laws() -> Iterator[str]:
    from throughcare.core import laws

    yield from ("# Laws", "", *LAWS, "")
    yield from ("| table | holds | the app may | who sees a row | further |", "|---|---|---|---|---|")
    ours = [(model, law) for model, law in laws.tables() if model.__module__.startswith("throughcare.")]
    for model, law in ours:
        yield f"| `{model._meta.db_table}` | {_first(model)} | {law.grants.lower()} | {_seen(law)} | {_further(law)} |"
    pairs = [
        f"- `{table}.{column}` and the row of `{target}` it names are about one person"
        for table, column, target, _ in laws.same_person()
    ]
    yield from ("", "## One act, one person", "", *pairs, "", "## What each table refuses", "")
    for model, _ in ours:
        for one in model._meta.constraints:
            yield f"- `{model._meta.db_table}`: {one.name.replace('_', ' ')}"
    libraries = sorted(model._meta.db_table for model, _ in laws.tables() if not model.__module__.startswith("throughcare."))
    yield from ("", "## Tables of libraries", "", f"Free to the app, and about nobody: {_code(libraries)}.")


def _first(model: Any) -> str:
    return (inspect.getdoc(model) or "").split("\n")[0]


def _seen(law: Any) -> str:
    if law.own:
        return "a rule of its own" if law.own != "false" else "nobody but the owner"
    if law.gate:
        return "the scope it names"
    if law.seen_by:
        return f"who `{law.seen_by.table}` lets" + ("; the custody feed" if law.feed else "")
    return "everybody"


def _further(law: Any) -> str:
    said = {"a correction is a new row": law.corrected, "earlier versions are kept": law.history}
    return "; ".join(words for words, holds in said.items() if holds)


def _code(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    raise SystemExit(main())
