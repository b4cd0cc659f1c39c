"""Whether everything sealed still stands as it was sealed, and if not, the first entry that does not.

Trusts PostgreSQL's own functions and nothing that the owner of the tables could have rewritten: hashes of rows are worked out
by the statements of `rowcheck`, roots and the chain by `rules`. Reads as a role that row security does not bind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection

from throughcare.audit import chainwalk, rowcheck
from throughcare.audit.anchor import Anchor, AnchorProblem
from throughcare.audit.chainwalk import Bad
from throughcare.audit.rules import LATE, Seal

Say = Callable[[str], None]
# Nothing that a session or the owner can set may change how a value is spelt or which table a name means.
FIXED = """SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD';
           SET LOCAL intervalstyle = 'iso_8601'; SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1;
           SET LOCAL row_security = off"""


@dataclass(frozen=True)
class Found:
    """What `verify` has to say."""

    bad: Bad | None
    entries: int
    tables: int
    seals: int
    not_yet: int  # rows that wait for their seal
    head: Seal | None
    anchor: str

    @property
    def sentence(self) -> str:
        """For the person who asked."""
        if self.bad or self.head is None:
            return str(self.bad)
        waiting = f" {self.not_yet:,} written since wait for the next seal." if self.not_yet else ""
        many = f"{self.seals:,} seal{'' if self.seals == 1 else 's'}"
        return (
            f"All well: {self.entries:,} entries of {self.tables} tables stand as they were sealed, under {many} that the anchor "
            f"in {self.anchor} confirms. The head is seal {self.head.number} of {self.head.made_at:%d %B %Y %H:%M} UTC, "
            f"{self.head.hash}.{waiting}"
        )


def verify(
    connection: Connection[Any], anchor: Anchor, tables: Sequence[str], *, sealed_by: datetime | None = None,
    ahead: bool = False, demo: bool = False, say: Say = lambda words: None,
) -> Found:  # fmt: skip
    """Check everything in one snapshot; see `first_bad`. The connection must be in autocommit."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return first_bad(connection, anchor, tables, sealed_by=sealed_by, ahead=ahead, demo=demo, say=say)


def first_bad(
    connection: Connection[Any], anchor: Anchor, tables: Sequence[str], *, sealed_by: datetime | None = None,
    ahead: bool = False, demo: bool = False, say: Say = lambda words: None,
) -> Found:  # fmt: skip
    """The first bad entry in the order of the chain, inside the caller's transaction.

    `sealed_by`: a row made before it must have a leaf (an hour before the head, unless said). `ahead`: the anchor may know later
    seals, as it does of a backup. `demo`: what rows say of when they were written is not asked. Seals and leaves are read first,
    then rows against leaves; links between corrections are asked last, because a missing correction breaks them too.
    """
    connection.execute(FIXED.encode())
    try:
        walked = chainwalk.walk(connection, anchor, ahead=ahead, say=say)
    except AnchorProblem as problem:
        return _found(Bad(str(problem)), walked=None, anchor=anchor)
    due = sealed_by or (walked.head.made_at - LATE if walked.head else None)
    rows = rowcheck.check(connection, tables, due, demo, say)
    # Of two at one place the walk's comes first: there the anchor says what stood, a row only what its leaf says now.
    bad = min(filter(None, (walked.bad, *rows.bad)), key=lambda one: one.place, default=None)
    return _found(bad or rowcheck.links(connection, tables, say), walked, anchor, rows)


def _found(bad: Bad | None, walked: Any, anchor: Anchor, rows: Any = None) -> Found:
    return Found(
        bad, walked.leaves if walked else 0, rows.tables if rows else 0, walked.seals if walked else 0,
        rows.not_yet if rows else 0, walked.head if walked else None, str(anchor.folder),
    )  # fmt: skip
