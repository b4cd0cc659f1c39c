"""The register of steps that applies on a day, and what the files may name."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from throughcare.access.competences import abilities
from throughcare.access.roles import roles
from throughcare.audit.facts import _COLUMNS, Fact
from throughcare.core.rulebook import RulebookError, once
from throughcare.pathways import rules
from throughcare.pathways.rules import Definitions, Known, Pathway, Register, Step
from throughcare.pathways.rules.windows import On, any_matches

HOUSE = "throughcare."


@once
def definitions() -> Definitions:
    """Every version of every pathway; raises RulebookError when one cannot run as written."""
    book = rules.pathways().in_use()
    made = Definitions((entry.applies_from, entry.value) for entry in book)
    for day in sorted({entry.applies_from for entry in book}):
        if found := rules.problems(made.on(day).pathways, known()):
            raise RulebookError(f"The pathways of {day}: {found[0]}")
    return made


def on(day: date) -> Register:
    """All steps of all pathways in force on a day."""
    return definitions().on(day)


def steps(day: date) -> tuple[Step, ...]:
    """Every step in force on a day."""
    return on(day).steps


def pathway(id: str, version: str | int) -> Pathway:
    """One version of a pathway; old versions stay."""
    return rules.pathways().version(id, int(version)).value


def newest() -> tuple[Pathway, ...]:
    """Every pathway in its newest version."""
    return tuple({entry.id: entry.value for entry in rules.pathways()}.values())


def step_title(clock: str) -> str:
    """What a step is called in the newest version that has it; its code where none has it any more."""
    return next((step.title for (id, _), step in sorted(_steps().items(), reverse=True) if id == clock), clock)


def step_of(clock: str, version: str | int) -> Step:
    """The step a task was made from; old versions of its pathway stay. Raises RulebookError when it was removed."""
    found = _steps().get((clock, int(version)))
    if found is None:
        raise RulebookError(f"No pathway has the step {clock} in version {version}. Old versions must stay.")
    return found


def hears(fact: str, told: Mapping[str, Any]) -> bool:
    """Whether some step or pathway of any version names this fact, or it shapes the plan by itself."""
    return fact in rules.STRUCTURE or any_matches(_named().get(fact, ()), fact, told)


def asks_for_competence(fact: str) -> bool:
    """Whether who brings this fact must hold a competence for some step."""
    return fact == "pathways.EvidenceAccepted" or fact in _with_competence()


@once
def known() -> Known:
    """What the files may name: every fact that a module records, with what it tells; roles; competences."""
    facts = {kind.name(): _fields(kind) for kind in _fact_classes()}
    built = frozenset(app.name.removeprefix(HOUSE) for app in apps.get_app_configs() if app.name.startswith(HOUSE))
    return Known(facts, frozenset(roles()), frozenset(abilities()), built)


def _fact_classes() -> list[type[Fact]]:
    names = [f"{app.name}.facts" for app in apps.get_app_configs() if app.name.startswith(HOUSE)]
    modules = [import_module(name) for name in names if find_spec(name)]
    found = [kind for module in modules for _, kind in inspect.getmembers(module, inspect.isclass)]
    return [kind for kind in found if issubclass(kind, Fact) and kind is not Fact]


def _fields(kind: type[Fact]) -> frozenset[str]:
    return frozenset(field.name for field in dataclasses.fields(kind)) - _COLUMNS


@once
def _steps() -> dict[tuple[str, int], Step]:
    return {(step.id, step.version): step for entry in rules.pathways() for step in entry.value.steps}


@once
def _named() -> dict[str, tuple[On, ...]]:
    found: dict[str, list[On]] = {}
    for one in (one for path in definitions() for one in _ons(path)):
        found.setdefault(one.fact, []).append(one)
    return {fact: tuple(ones) for fact, ones in found.items()}


def _ons(path: Pathway) -> list[On]:
    running = [step for step in path.steps if not step.waits]
    return [*path.enters_on, *path.leaves_on, *(one for step in running for one in (*step.starts_on, *step.done_by))]


@once
def _with_competence() -> frozenset[str]:
    running = [step for path in definitions() for step in path.steps if step.competence and not step.waits]
    return frozenset(one.fact for step in running for one in step.done_by)
