"""Whether the database keeps what the models declare: the laws compared with PostgreSQL's own catalogue.

Needs no right that the app role lacks and leaves nothing behind. Each breach is a sentence that names the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from psycopg.sql import SQL, Identifier

from throughcare.core import lawkeeping, laws, lines
from throughcare.core.laws import Law

PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
BY_COLUMN = ("SELECT", "INSERT", "UPDATE", "REFERENCES")  # those that can be granted on single columns as well
SUPERSEDES = ("a_correction_supersedes", "core_supersede")
MARKS_ADDENDA = ("an_addendum_says_so", "core_mark_addendum")
KEEPS_VERSIONS = ("earlier_versions_are_kept", "core_keep_version")
SOURCES = "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname = any(%s)"
COMMANDS = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "*": "ALL"}
RELATIONS = (
    "SELECT c.oid, c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r','p','v','m')"
)


@dataclass(frozen=True)
class DatabaseRole:
    """The role that the app connects as, and what it must not be."""

    name: str
    superuser: bool
    bypasses_row_security: bool
    owned_tables: int

    @property
    def problems(self) -> list[str]:
        """A sentence for each power that would put the laws out of force."""
        wrong = [f"The database role {self.name} is a superuser, whom no law binds."] if self.superuser else []
        if self.bypasses_row_security:
            wrong.append(f"The database role {self.name} bypasses row security.")
        if self.owned_tables:
            wrong.append(
                f"The database role {self.name} owns {self.owned_tables} tables, and an owner is not bound by row security."
            )
        return wrong


def database_role() -> DatabaseRole:
    """Who we are to the database. A member of an owning role counts as the owner."""
    row = _rows(
        """SELECT rolname, rolsuper, rolbypassrls, (SELECT count(*) FROM pg_class c
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND pg_has_role(c.relowner, 'MEMBER'))
           FROM pg_roles WHERE rolname = current_user"""
    )[0]
    return DatabaseRole(*row)


def breaches() -> list[str]:
    """A sentence for each law that is declared and not kept, or kept otherwise; empty when all are in force."""
    declared = {model._meta.db_table: law for model, law in laws.tables()}
    relations = dict(_rows(RELATIONS.replace("c.oid, c.relname", "c.relname, c.oid")))
    found = [f"{table} does not exist." for table in declared.keys() - relations.keys()]
    for table in sorted(declared.keys() & relations.keys()):
        found += [f"{table}: {wrong}" for wrong in _table(table, declared[table])]
    found += [f"{table} has no law, but the app may {', '.join(may)} on it." for table, may in _lawless(declared)]
    return found + list(_same_person()) + list(_sealed()) + list(_lines()) + list(_callable())


def _table(table: str, law: Law) -> Iterator[str]:
    yield from _grants(table, law)
    yield from _row_security(table, law)
    yield from _triggers(table, law)


def _grants(table: str, law: Law) -> Iterator[str]:
    declared, held = set(law.grants.split(", ")), set(_held(table))
    yield from (f"the app may {one}, which is not declared." for one in sorted(held - declared))
    yield from (f"the app may not {one}, which is declared." for one in sorted(declared - held))


def _held(table: str) -> list[str]:
    """What the connected role may do to a table or to any of its columns."""
    asked = [f"has_table_privilege(oid, '{one}')" for one in PRIVILEGES]
    asked += [f"has_any_column_privilege(oid, '{one}')" for one in BY_COLUMN]
    row = _rows(f"SELECT {', '.join(asked)} FROM pg_class WHERE oid = %s::regclass", [f'public."{table}"'])[0]
    return [one for one, may in zip((*PRIVILEGES, *BY_COLUMN), row, strict=True) if may]


def _row_security(table: str, law: Law) -> Iterator[str]:
    wanted = bool(law.seen_by or law.own)
    on = _rows("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", [f'public."{table}"'])[0][0]
    if on != wanted:
        yield "row security is " + ("on, which is not declared." if on else "off: everybody sees every row.")
    there, declared = _policies(f'public."{table}"'), _declared_policies(table, law) if wanted else {}
    for name in sorted(there.keys() | declared.keys()):
        if there.get(name) != declared.get(name):
            state = "missing" if name not in there else "not declared" if name not in declared else "not what was declared"
            yield f"the policy {name} is {state}."


def _policies(relation: str) -> dict[str, tuple[Any, ...]]:
    """name -> permissive or not, command, the roles it binds, both conditions as PostgreSQL spells them."""
    rows = _rows(
        """SELECT polname, polpermissive, polcmd, polroles::text,
                  pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
           FROM pg_policy WHERE polrelid = %s::regclass""",
        [relation],
    )
    return {name: (kind, COMMANDS[_text(command)], *more) for name, kind, command, *more in rows}


def _declared_policies(table: str, law: Law) -> dict[str, tuple[Any, ...]]:
    """The declared policies in PostgreSQL's spelling: made on an empty twin of the table, read, and undone."""
    with transaction.atomic(), connection.cursor() as cursor:
        mark = transaction.savepoint()
        cursor.execute(SQL("CREATE TEMP TABLE {0} (LIKE public.{0})").format(Identifier(table)))
        for name, rule in lawkeeping._policies(table, law).items():
            cursor.execute(SQL("CREATE POLICY {} ON pg_temp.{} ").format(Identifier(name), Identifier(table)) + SQL(rule))
        found = _policies(f'pg_temp."{table}"')
        transaction.savepoint_rollback(mark)
    return found


def _triggers(table: str, law: Law) -> Iterator[str]:
    rows = _rows(
        """SELECT t.tgname, p.proname, t.tgenabled FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
           WHERE t.tgrelid = %s::regclass AND NOT t.tgisinternal""",
        [f'public."{table}"'],
    )
    running = {(name, function) for name, function, enabled in rows if _text(enabled) in ("O", "A")}
    lined = (lines.TRIGGER, f"{lines.TABLE}_of_{table}"[:63])
    for needed, trigger in (
        (law.corrected, SUPERSEDES), (law.history, KEEPS_VERSIONS), (law.addenda, MARKS_ADDENDA), (law.spine, lined),
    ):  # fmt: skip
        if needed and trigger not in running:
            yield f"the trigger {trigger[0]} does not run."


def _lines() -> Iterator[str]:
    """Functions that write lines otherwise than the laws declare."""
    declared = {lines.function_of(model): lines.body(model, law, spine).as_string() for model, law, spine in laws.with_lines()}
    there = dict(_rows(SOURCES, [list(declared)]))
    yield from (f"{name}() does not write the declared line." for name in sorted(declared) if there.get(name) != declared[name])


def _lawless(declared: dict[str, Law]) -> Iterator[tuple[str, list[str]]]:
    """Relations without a law, partitions among them, that the app may touch all the same."""
    for _, table in _rows(RELATIONS):
        if table not in declared and (may := sorted(set(_held(table)))):
            yield table, may


def _same_person() -> Iterator[str]:
    """L3: the pairs of relations that must name one person."""
    rows = _rows("SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f' AND convalidated")
    kept = {(table.strip('"'), name) for table, name in rows}
    for table, column, target, _ in laws.same_person():
        if (table, f"{table}_{column}_same_person"[:60]) not in kept:
            yield f"{table}: {column} may name a row of {target} that is about somebody else."


def _sealed() -> Iterator[str]:
    """Tables that the hourly seal passes over, or takes although their rows change."""
    kept, declared = {name for (name,) in _rows("SELECT unnest(core_sealed_tables())")}, set(laws.sealed())
    yield from (f"{table}: its rows are written once, but nothing seals them." for table in sorted(declared - kept))
    yield from (f"{table}: it is sealed, which is not declared." for table in sorted(kept - declared))


def _callable() -> Iterator[str]:
    """Functions that trust whoever calls them, and that the app may call; and those declared closed that are not there."""
    closed = [name for (name,) in _rows(lawkeeping.NOT_FOR_THE_APP, [list(laws.CLOSED)])]
    for name, may in _rows("SELECT f, has_function_privilege(f, 'EXECUTE') FROM unnest(%s::text[]) f", [closed]):
        if may:
            yield f"{name}: the app may call it, which is not declared."
    yield from (f"{one}() does not exist." for one in laws.CLOSED if not any(name.startswith(f"{one}(") for name in closed))


def _rows(statement: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _text(char: Any) -> str:
    """PostgreSQL's one-byte char comes as bytes from some drivers."""
    return char.decode() if isinstance(char, bytes) else str(char)
