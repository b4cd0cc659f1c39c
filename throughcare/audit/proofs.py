"""Proofs that rows are under a seal, short enough to travel with a bundle and to be checked without us."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.sql import SQL, Identifier

from throughcare.audit import rules
from throughcare.audit.models import Leaf, Seal, Shape
from throughcare.audit.rules import Proof

SPELT = """set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO, YMD', true),
           set_config('bytea_output', 'hex', true), set_config('intervalstyle', 'iso_8601', true),
           set_config('extra_float_digits', '1', true)"""
# A leaf covers the columns there were: those that came later are left out.
CANONICAL = """SELECT (to_jsonb(t) - coalesce((SELECT array_agg(k) FROM jsonb_object_keys(to_jsonb(t)) k WHERE k <> ALL (%s)),
                                               '{{}}'))::text
               FROM {} t WHERE t.id = %s"""


def proof_of(rows: Iterable[tuple[str, UUID]]) -> dict[tuple[str, UUID], Proof]:
    """A proof of each (table, key) that is sealed; rows that wait for their seal are left out, so compare with what was asked.

    Call it inside a transaction of somebody who acts: a proof carries the row's canonical JSON only where the reader sees it.
    """
    asked, proofs = set(rows), {}
    for number, wanted in _by_seal(asked).items():
        proofs.update({(proof.table, proof.row_id): proof for proof in _under(number, wanted)})
    return proofs


def _by_seal(asked: set[tuple[str, UUID]]) -> dict[int, set[tuple[str, UUID]]]:
    tables = _tables()
    found: dict[int, set[tuple[str, UUID]]] = {}
    for leaf in Leaf.objects.filter(row_id__in={key for _, key in asked}):
        if (entry := (tables[leaf.shape].table_name, leaf.row_id)) in asked:
            found.setdefault(leaf.seal, set()).add(entry)
    return found


def _under(number: int, wanted: set[tuple[str, UUID]]) -> Iterator[Proof]:
    """The proofs of one seal: its leaves are read once, at most 100,000."""
    kept, tables = Seal.objects.get(number=number), _tables()
    seal = rules.Seal(kept.number, kept.made_at, kept.count, kept.root, kept.previous, kept.hash)
    leaves = list(Leaf.objects.filter(seal=number).order_by("position"))
    nodes = [rules.leaf(rules.line(tables[one.shape].table_name, one.row_id, bytes(one.hash))) for one in leaves]
    for place, one in enumerate(leaves):
        table = tables[one.shape].table_name
        if (table, one.row_id) in wanted:
            path = tuple(rules.path_of(nodes, place))
            row = canonical(table, one.row_id, tables[one.shape].columns)
            yield Proof(table, one.row_id, bytes(one.hash).hex(), place, path, seal, row)


def canonical(table: str, key: UUID, columns: list[str]) -> str | None:
    """The canonical JSON of a row over the columns its leaf covered; None for a row that the reader does not see."""
    own: Any = key.int if table == "audit_rowversion" else key
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {SPELT}")
        cursor.execute(SQL(CANONICAL).format(Identifier(table)), [columns, own])
        found = cursor.fetchone()
    return str(found[0]) if found else None


def _tables() -> dict[int, Shape]:
    return {shape.id: shape for shape in Shape.objects.all()}
