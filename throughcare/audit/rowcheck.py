"""Rows against their leaves, corrections against what they correct. The work is the database's; one row comes back a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier, Literal

from throughcare.audit import rules
from throughcare.audit.chainwalk import Bad

KEYS = {"uuid": "t.id", "int8": "lpad(to_hex(t.id), 32, '0')::uuid"}  # a number is kept as the uuid of that value
WRONG = {
    "gone": "the row has gone.",
    "changed": "the row is not as it was sealed.",
    "early": "it claims to be older than the seal before its own: it was put in afterwards.",
}

# The column that says when a row was written, in the tables that have one.
WRITTEN = ("written_at", "changed_at")
LOOKED = "audit_access"  # there it is `at`

# Every leaf of one shape with its row. `early`: its key, or the moment of its writing, is older than it can be.
AGAINST_LEAVES = """
    SELECT l.seal, l.position, l.row_id, s.made_at,
           CASE WHEN t.id IS NULL THEN 'gone' WHEN {hash} <> l.hash THEN 'changed' ELSE 'early' END
    FROM public.audit_leaf l
    LEFT JOIN public.audit_seal s ON s.number = l.seal
    LEFT JOIN (SELECT number + 1 AS seal, made_at - {late} AS since,
                      rpad(lpad(to_hex((extract(epoch FROM made_at - {late}) * 1000)::bigint), 12, '0'), 32, '0')::uuid
                      AS lowest
               FROM public.audit_seal WHERE number > 0) p ON p.seal = l.seal
    LEFT JOIN public.{table} t ON {key} = l.row_id
    WHERE l.shape = {shape} AND (t.id IS NULL OR {hash} <> l.hash OR {early})
    ORDER BY l.seal, l.position LIMIT 1"""

WITHOUT_LEAF = """
    SELECT count(*), count(*) FILTER (WHERE {overdue}), (array_agg({key} ORDER BY t.id) FILTER (WHERE {overdue}))[1]
    FROM public.{table} t
    WHERE NOT EXISTS (SELECT 1 FROM public.audit_leaf l WHERE l.row_id = {key} AND l.shape = ANY ({shapes}))"""

# superseded_by is no part of a leaf, because it is written later: it must name the row that names this one.
LINKS = """
    SELECT l.seal, l.position, t.id, s.made_at FROM public.{table} t
    LEFT JOIN public.{table} c ON c.corrects_id = t.id
    LEFT JOIN public.audit_leaf l ON l.row_id = t.id AND l.shape = ANY ({shapes})
    LEFT JOIN public.audit_seal s ON s.number = l.seal
    WHERE t.superseded_by IS DISTINCT FROM c.id
    ORDER BY l.seal, l.position LIMIT 1"""


@dataclass(frozen=True)
class Table:
    """A table as the catalogue has it now."""

    name: str
    columns: dict[str, str]  # column -> type
    shapes: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def key(self) -> SQL:
        return SQL(KEYS[self.columns["id"]])

    @property
    def corrected(self) -> bool:
        return {"superseded_by", "corrects_id"} <= self.columns.keys()

    @property
    def numbered(self) -> bool:
        return self.columns["id"] == "int8"

    @property
    def written(self) -> str:
        """The column that says when a row was written; empty where none does."""
        return "at" if self.name == LOOKED else next((name for name in WRITTEN if name in self.columns), "")

    def older(self, moment: SQL | Composed, lowest: SQL | Composed, demo: bool) -> Composed:
        """Whether a row says that it is older than a moment: in its key (version 7 holds the time), or in its own words."""
        said = [SQL("substr(t.id::text, 15, 1) = '7' AND t.id < {}").format(lowest)] if not self.numbered else []
        # The demo writes its history under a clock of the past.
        said += [SQL("t.{} < {}").format(Identifier(self.written), moment)] if self.written and not demo else []
        return SQL(" OR ").join(said) if said else Composed([SQL("false")])

    def names(self, **more: Any) -> dict[str, Any]:
        shapes = Literal([number for number, _ in self.shapes])
        return {"table": Identifier(self.name), "key": self.key, "shapes": shapes, **more}


@dataclass
class Rows:
    """What was found: at most one bad entry a shape and a table, and how many rows wait for a seal."""

    bad: list[Bad] = field(default_factory=list)
    tables: int = 0
    not_yet: int = 0


def check(
    connection: Connection[Any], tables: Sequence[str], due: datetime | None, demo: bool, say: Callable[[str], None]
) -> Rows:
    """Every row against its leaf, and every row for a leaf. `due`: a row that says it is older must have one."""
    found = Rows()
    for table in _tables(connection, tables):
        if not table.columns:
            found.bad.append(Bad("It is no longer a table of this database.", table.name, seal=0))
            continue
        found.tables += bool(table.shapes)
        found.bad += _against_leaves(connection, table, demo)
        _without_leaf(connection, table, due, demo, found)
        say(f"{table.name} looked through")
    return found


def links(connection: Connection[Any], tables: Sequence[str], say: Callable[[str], None]) -> Bad | None:
    """The first row whose superseded_by and its correction's corrects_id do not name each other."""
    wrong = []
    for table in _tables(connection, tables):
        if table.corrected and (row := connection.execute(SQL(LINKS).format(**table.names())).fetchone()):
            seal, position, id, made_at = row
            wrong.append(Bad("it and its correction do not name each other.", table.name, id, seal, position or 0, made_at))
    return min(wrong, key=lambda one: one.place, default=None)


def _against_leaves(connection: Connection[Any], table: Table, demo: bool) -> Iterator[Bad]:
    for shape, covered in table.shapes:
        row = connection.execute(_statement(table, shape, covered, demo)).fetchone()
        if row:
            seal, position, row_id, made_at, wrong = row
            yield Bad(WRONG[wrong], table.name, row_id, seal, position, made_at)


def _statement(table: Table, shape: int, covered: tuple[str, ...], demo: bool) -> Composed:
    """A leaf covers the columns there were: those that came later are left out of the hash."""
    later = Literal(sorted(table.columns.keys() - set(covered)))
    hash = SQL("sha256(convert_to((to_jsonb(t) - {}::text[])::text, 'UTF8'))").format(later)
    early = table.older(SQL("p.since"), SQL("p.lowest"), demo)
    late = SQL("{}::interval").format(Literal(rules.LATE))
    return SQL(AGAINST_LEAVES).format(**table.names(hash=hash, early=early, late=late, shape=Literal(shape)))


def _without_leaf(connection: Connection[Any], table: Table, due: datetime | None, demo: bool, found: Rows) -> None:
    overdue = _overdue(table, due, demo)
    row = connection.execute(SQL(WITHOUT_LEAF).format(**table.names(overdue=overdue))).fetchone()
    waiting, bad, first = row or (0, 0, None)
    found.not_yet += waiting - bad
    if bad:
        found.bad.append(Bad("it has no leaf, though it claims to be older than the last seal.", table.name, first))


def _overdue(table: Table, due: datetime | None, demo: bool) -> Composed:
    if due is None:
        return Composed([SQL("false")])
    moment, lowest = Composed([Literal(due)]), Composed([Literal(rules.lowest_key(due))])
    return table.older(moment, lowest, demo)


def _tables(connection: Connection[Any], tables: Sequence[str]) -> Iterator[Table]:
    """As they are now; without columns where the name is no table."""
    shapes = connection.execute("SELECT table_name, id, columns FROM public.audit_shape ORDER BY id").fetchall()
    there = connection.execute(
        """SELECT c.relname, a.attname, y.typname
           FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type y ON y.oid = a.atttypid
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname = ANY (%s)
             AND a.attnum > 0 AND NOT a.attisdropped""",
        [list(tables)],
    ).fetchall()
    for name in tables:
        columns = {column: kind for table, column, kind in there if table == name}
        yield Table(name, columns, tuple((id, tuple(held)) for table, id, held in shapes if table == name))
