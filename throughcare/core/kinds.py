"""What a package says of each kind of entry it writes: how it is called, how it reads, who writes it and with which form.

`<package>/entries.py` offers its kinds as `KINDS`; they are gathered here by discovery, and every page that is about entries
in general (timeline, one entry, a list, a new one, a correction, what could kill) works from a Kind alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from throughcare.core import laws
from throughcare.core.addresses import of_person
from throughcare.core.shown import sentence

Row = Any  # a row of the kind's own model
Parts = Iterable[tuple[str, str]]


def nothing(row: Row) -> Any:
    """No parts, no links, no reason."""
    return ()


@dataclass(frozen=True)
class Writing:
    """How an entry of a kind is written and put right from the person's page.

    may: the permission. form: its class. action: takes `patient`, `by`, `at` and the form's fields; with `corrects` it writes the
    corrected version. new, change: the words of the buttons. page: where a new one is written, under the person's address, if
    not on the generic page. beside: the question at which a refusal stands. evidence: the fact that a new one leaves, by which a
    task ends; asks: which words of the task's step its form takes over. fixed: fields that a correction keeps. locked: why a row
    cannot be put right; blank when it can. can: for a row, where the permission alone does not say.
    """

    may: str = ""
    form: Any = None
    action: Callable[..., Any] | None = None
    new: str = ""
    change: str = "Correct"
    page: str = ""
    beside: str = ""
    evidence: str = ""
    asks: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    locked: Callable[[Row], Any] = nothing
    can: Callable[[Any, Row], Any] | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of entry: a model, how its rows read, and how they are written.

    label, plural: what it is called. title, body: of one row; body as (word, words), of which blank ones are left out. codes:
    what the `code` of a line says in words. page: of a row, under the person's address, where it is not the generic one. origin:
    where a row says that it is from, in a list of dangers, if not its label. lists: whether the timeline shows it unasked.
    joins: rows of one moment are one entry. order: of such rows. links: what else can be done with a row, as (words, address).
    """

    model: type[models.Model]
    label: str
    plural: str
    title: Callable[[Row], str]
    body: Callable[[Row], Parts] = nothing
    codes: Callable[[], Mapping[str, str]] = dict
    page: Callable[[Row], str] | None = None
    origin: Callable[[Row], str] | None = None
    writing: Writing | None = None
    lists: bool = True
    joins: bool = False
    order: Callable[[Row], Any] = nothing
    links: Callable[[Row], Parts] = nothing

    @cached_property
    def id(self) -> str:
        """As it stands in lines and in addresses."""
        return laws.kind_of(self.model)

    def titled(self, rows: Iterable[Row]) -> str:
        """The title of one row, or of several of one moment."""
        return sentence("; ".join(self.title(row) for row in rows))

    def parts(self, row: Row) -> list[tuple[str, str]]:
        """What stands under the title, without blank parts."""
        return [(word, words) for word, words in self.body(row) if words]

    def named(self, row: Row, code: str) -> str:
        """What it is called where a danger names its source."""
        words = self.codes().get(code, "")
        return self.origin(row) if self.origin else f"{self.label}: {words}" if words else self.label

    def address(self, row: Row, patient: UUID) -> str:
        """Where one row is read whole."""
        page = self.page(row) if self.page else f"entries/{self.id}/{row.id}/"
        return page if page.startswith("/") else of_person(patient, page)


def offered(module: str, name: str) -> Iterator[Any]:
    """What the packages offer under one name of one module: `KINDS` of every `<package>/entries.py`, in the order of the
    settings; where entries is a package, of each of its modules. One without the name in it is a mistake and raises."""
    for config in apps.get_app_configs():
        dotted = f"{config.name}.{module}"
        if config.name.startswith("throughcare.") and find_spec(dotted):
            found = import_module(dotted)
            parts = sorted(part.name for part in iter_modules(getattr(found, "__path__", ())))
            for part in [import_module(f"{dotted}.{part}") for part in parts] or [found]:
                yield from getattr(part, name)


_kinds: dict[str, Kind] = {}


def kinds() -> Mapping[str, Kind]:
    """Every kind by its id, in the order of their labels. Raises ValueError for two of one id, when first asked."""
    if not _kinds:
        found = sorted(offered("entries", "KINDS"), key=lambda kind: kind.label)
        if len({kind.id for kind in found}) < len(found):
            raise ValueError("two kinds of entry have one id")
        _kinds.update({kind.id: kind for kind in found})
    return _kinds
