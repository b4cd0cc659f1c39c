"""Seals what has no seal yet and carries the new seals to the anchor.

The database comes first, the anchor second. The other way round a crash between the two would leave an anchor that speaks of
a seal which nobody has, and every later `verify` would cry that the tail was cut. This way round the anchor is behind for a
moment, and the next run carries over what it lacks. What is changed in that moment goes unnoticed, as does what is changed
before it is sealed at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection

from throughcare.audit import rules
from throughcare.audit.anchor import Anchor, AnchorProblem
from throughcare.audit.rules import Seal

SEAL = "SELECT number, made_at, count, root, previous, hash FROM public.audit_seal"
LEAVES = """SELECT l.seal, l.position, s.table_name, l.row_id, l.hash
            FROM public.audit_leaf l LEFT JOIN public.audit_shape s ON s.id = l.shape"""


@dataclass(frozen=True)
class Sealed:
    """What a run did: how many seals it made, and the newest seal there is."""

    made: int
    head: Seal


def seal(connection: Connection[Any], root: Path, *, everything: bool = False) -> Sealed:
    """Seal what is open, then bring the anchor in `root` up to the newest seal. Safe to run at any moment, and twice.

    `everything` looks at every row ever written, not only at the last day's. Raises AnchorProblem or OSError when the anchor
    cannot be used; the rows are sealed all the same.
    """
    made = 0
    try:
        anchor = opened(connection, root)
    finally:
        made = _made(connection, everything)
    bring_up(connection, anchor)
    return Sealed(made, head(connection))


def opened(connection: Connection[Any], root: Path) -> Anchor:
    """The anchor of this database's chain, begun where nothing was sealed yet. Raises AnchorProblem where it has gone."""
    genesis = one_seal(connection, 0)
    if genesis is None:
        raise AnchorProblem("Seal 0 has gone from the database, and with it the name of the chain. Restore a backup.")
    anchor = Anchor(root, genesis.hash)
    if anchor.exists():
        return anchor
    # Begun only before the first seal: an anchor made anew from the database would swear to whatever stands there now.
    if head(connection).number > 0:
        raise AnchorProblem(
            f"The anchor of this chain is not in {root}. Put it back there, or name its directory in THROUGHCARE_ANCHOR."
        )
    anchor.begin(genesis)
    return anchor


def begin_again(connection: Connection[Any], root: Path) -> Anchor:
    """A new anchor that trusts the database as it stands: for an anchor lost for good. Does nothing to one that is there."""
    genesis = one_seal(connection, 0)
    assert genesis
    anchor = Anchor(root, genesis.hash)
    anchor.begin(genesis)
    return anchor


def bring_up(connection: Connection[Any], anchor: Anchor) -> int:
    """Add the seals that the anchor lacks; returns how many. Raises AnchorProblem where the two already disagree."""
    with anchor.alone():
        known = anchor.seals()
        newest = known[max(known)]
        if one_seal(connection, newest.number) != newest:
            raise AnchorProblem(f"Seal {newest.number} is not the one that the anchor in {anchor.folder} holds.")
        lacking = seals(connection, after=newest.number)
        for one in lacking:
            anchor.add(one, (rules.line(table, row, bytes(hash)) for _, _, table, row, hash in leaves_of(connection, one.number)))
    return len(lacking)


def head(connection: Connection[Any]) -> Seal:
    """The newest seal."""
    row = connection.execute(f"{SEAL} ORDER BY number DESC LIMIT 1".encode()).fetchone()
    if row is None:
        raise AnchorProblem("There is no seal in the database, not even the first. Restore a backup.")
    return Seal(*row)


def one_seal(connection: Connection[Any], number: int) -> Seal | None:
    """A seal by its number."""
    row = connection.execute(f"{SEAL} WHERE number = %s".encode(), [number]).fetchone()
    return Seal(*row) if row else None


def seals(connection: Connection[Any], *, after: int = -1) -> list[Seal]:
    """The seals with a higher number, in order."""
    rows = connection.execute(f"{SEAL} WHERE number > %s ORDER BY number".encode(), [after]).fetchall()
    return [Seal(*row) for row in rows]


def leaves_of(connection: Connection[Any], number: int) -> list[tuple[Any, ...]]:
    """(seal, position, table, key, hash) of each leaf of one seal, in order; at most 100,000."""
    return connection.execute(f"{LEAVES} WHERE l.seal = %s ORDER BY l.position".encode(), [number]).fetchall()


def all_leaves(connection: Connection[Any]) -> Iterator[tuple[Any, ...]]:
    """Every leaf in the order of the chain, streamed. Call it inside a transaction."""
    with connection.cursor(name="leaves") as cursor:
        cursor.itersize = 5000
        cursor.execute(f"{LEAVES} ORDER BY l.seal, l.position".encode())
        yield from cursor


def _made(connection: Connection[Any], everything: bool) -> int:
    row = connection.execute("SELECT audit_seal_open(%s)", [everything]).fetchone()
    return int(row[0]) if row else 0
