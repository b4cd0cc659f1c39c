"""The data laws, declared on each model and kept by the database.

A model says `law = append_only(seen_by=PATIENT)`; `install()` turns every declaration into grants, row security,
triggers and keys, as the owner, after each migration. It is safe to run again, and `in_force()` compares what was
declared with what the database has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.db import models


@dataclass(frozen=True)
class Sight:
    """A table that says which scopes may see whom: (column, scope, until, writes)."""

    table: str
    column: str
    bars: str = ""  # a table that names who may not see whom, whatever they reach


PATIENT = Sight("patients_reach", "patient_id", bars="patients_bar")
PRISONER = Sight("custody_sight", "prisoner_id")
SYSTEM = "system:custody"  # the scope of the custody feed, which nobody signs in with

# Functions that the app may not call, because they trust whoever calls them. Those of triggers that run as the owner are closed
# without being named here. A backup brings functions back without their rights, so that these are taken away with every law, not
# only where the function is made.
CLOSED = ("core_same_person", "patients_copy_bar")


@dataclass(frozen=True)
class Spine:
    """What of a row stands in its line of the spine (`record_line`), which a trigger writes.

    words: columns that hold somebody's words about what is or was. plans: words about what is to come, which are read as a
    mention. code: the column that says which kind of thing this is, in a code. moment: the column with the time it happened.
    rows: an SQL condition on `r`, for a table of which only some rows have a line. latest_of: a newer row with the same values
    in these columns replaces the line of the earlier one. beside: keys to rows that its title needs.
    """

    words: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    code: str = ""
    moment: str = "happened_at"
    written: str = "written_at"
    by: str = "written_by_name"
    rows: str = ""
    latest_of: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Law:
    """How the database keeps one table.

    grants: what the app role may do. seen_by: whose row this is, for row security (`key` is its column here).
    corrected: rows name what they correct, and the corrected row learns it once. history: old versions are kept.
    gate: this is the reach table itself. feed: the custody feed sees it too, to match people; never a clinical table.
    names: a named list may show it (oversight, audit); never a clinical table. addenda: what is written after a death is
    marked as an addendum. own and written: conditions of their own for reading and for writing. also: beside those who
    reach the person, whoever fulfils this may read (and, with also_written, write) a row; for those who hold no reach at all. A
    bar keeps them out like everybody. spine: what of it stands in its line of the record; no_line: why it has none. excused:
    text columns that hold nobody's words, each with the reason; those of `codes` hold a code, and the database lets no words in.
    derived: worked out from other rows, so that it can be made again and is no part of a pack.
    """

    grants: str
    seen_by: Sight | None = None
    key: str = ""
    corrected: bool = False
    history: bool = False
    gate: bool = False
    feed: bool = False
    newcomers: str = ""
    own: str = ""
    written: str = "true"
    names: bool = False
    addenda: bool = False
    once: bool = False
    also: str = ""
    also_written: str = ""
    spine: Spine | None = None
    no_line: str = ""
    codes: tuple[str, ...] = ()
    excused: tuple[tuple[str, str], ...] = ()
    derived: bool = False

    @property
    def column(self) -> str:
        return self.key or (self.seen_by.column if self.seen_by else "")


def append_only(
    *, seen_by: Sight | None = None, key: str = "", corrected: bool = False, own: str = "", written: str = "true",
    feed: bool = False, names: bool = False, addenda: bool = False, also: str = "", also_written: str = "", no_line: str = "",
) -> Law:  # fmt: skip
    """L1: rows are written once; a correction is a new row."""
    return Law(
        "SELECT, INSERT", seen_by, key, corrected=corrected, own=own, written=written, feed=feed, names=names,
        addenda=addenda, once=True, also=also, also_written=also_written, no_line=no_line,
    )  # fmt: skip


def clinical(
    *, words: tuple[str, ...] = (), plans: tuple[str, ...] = (), code: str = "", codes: tuple[str, ...] = (),
    excused: Mapping[str, str] | None = None, line: bool = True, why: str = "", corrected: bool = False, addenda: bool = False,
    rows: str = "", latest_of: tuple[str, ...] = (), beside: tuple[str, ...] = (), by: str = "written_by_name",
    feed: bool = False, names: bool = False, also: str = "", also_written: str = "",
) -> Law:  # fmt: skip
    """A table of the record: written once, seen by who reaches the patient, and one line a row in the spine.

    `words` and `plans` are the columns that hold somebody's words; every other text column is a code (`codes`, and `code`,
    the one that says what kind of thing it is) or is excused with a reason. `line=False` says `why` its rows have no line.
    """
    assert line or why, "a clinical table without a line says why"
    spine = Spine(words, plans, code, by=by, rows=rows, latest_of=latest_of, beside=beside) if line else None
    return Law(
        "SELECT, INSERT", PATIENT, corrected=corrected, addenda=addenda, feed=feed, names=names, once=True, also=also,
        also_written=also_written, spine=spine, no_line="" if line else why,
        codes=(*codes, *([code] if code else [])), excused=tuple((excused or {}).items()),
    )  # fmt: skip


def entry(**declared: Any) -> Law:
    """`clinical`, and a later row may correct it, and what was written after the person's death says so."""
    return replace(clinical(**declared), corrected=True, addenda=True)


def mutable(
    *, seen_by: Sight | None = None, key: str = "", feed: bool = False, names: bool = False, spine: Spine | None = None,
    no_line: str = "", codes: tuple[str, ...] = (), excused: Mapping[str, str] | None = None,
) -> Law:  # fmt: skip
    """One of the few tables whose rows change; every earlier version is kept. Its line of the spine changes with it."""
    return Law(
        "SELECT, INSERT, UPDATE", seen_by, key, history=True, feed=feed, names=names, spine=spine, no_line=no_line, codes=codes,
        excused=tuple((excused or {}).items()),
    )  # fmt: skip


def derived(*, seen_by: Sight) -> Law:
    """Rows that the database works out from others by itself: read by who reaches the person, written by nobody."""
    return Law("SELECT", seen_by, derived=True)


def by_function(*, own: str) -> Law:
    """Rows written once, and only by a function of the database, which ties them to what else it does."""
    return Law("SELECT", own=own, once=True)


def reach(sight: Sight, *, newcomers: str = "") -> Law:
    """The table that says who may see whom: a scope reads its own rows, the custody feed reads and writes all of them.

    `newcomers` names a function that knows every person there is: for somebody it does not know, a scope may write
    its own first row, as for a man without a booking. Nobody widens their own reach to a person who exists.
    """
    return Law("SELECT, INSERT, UPDATE", sight, sight.column, gate=True, history=True, newcomers=newcomers)


def reference() -> Law:
    """Read by everybody, written by the owner's commands."""
    return Law("SELECT")


def free() -> Law:
    """Tables of libraries (sessions, jobs): no person's record."""
    return Law("SELECT, INSERT, UPDATE, DELETE")


def law_of(model: type[models.Model]) -> Law:
    """The declared law; a model of ours without one is a mistake, a library's table is free."""
    if model.__module__.startswith("throughcare."):
        return model.law  # type: ignore[attr-defined]
    return free()


def tables() -> Iterator[tuple[type[models.Model], Law]]:
    """Every table with its law."""
    for model in apps.get_models(include_auto_created=True):
        yield model, law_of(model)


def with_lines() -> list[tuple[type[models.Model], Law, Spine]]:
    """Every table whose rows have a line in the spine, by name."""
    found = [(model, law, law.spine) for model, law in tables() if law.spine]
    return sorted(found, key=lambda one: one[0]._meta.db_table)


def kind_of(model: type[models.Model]) -> str:
    """The kind of a model's lines and entries, as it stands in addresses: AllergyIntolerance is allergy-intolerance."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", model.__name__).lower()


def sealed() -> list[str]:
    """The tables whose rows are written once, and are therefore sealed, by name."""
    return sorted(model._meta.db_table for model, law in tables() if law.once)


def same_person() -> Iterator[tuple[str, str, str, str]]:
    """L3: (table, column, target table, person column) of each relation between two rows about a person."""
    for model, law in tables():
        for field in model._meta.concrete_fields:
            target = field.related_model if isinstance(field, models.ForeignKey) else None
            if law.seen_by and isinstance(target, type) and law.key != "id":
                aimed = law_of(target)
                if aimed.seen_by == law.seen_by and aimed.key != "id" and not aimed.gate and field.column:
                    yield model._meta.db_table, field.column, target._meta.db_table, law.column
