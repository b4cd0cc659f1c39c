"""The chain from its first seal to its last: leaves against their seal, each seal against the one before and the anchor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any
from uuid import UUID

from psycopg import Connection

from throughcare.audit import rules, sealing
from throughcare.audit.anchor import Anchor
from throughcare.audit.rules import Seal, Tree

EVERY = 200_000  # leaves between two words of progress
END = 1 << 60  # a place after every leaf of its seal


@dataclass(frozen=True)
class Bad:
    """One entry that is not as it was sealed, or a seal that is not as it was made; `seal` is None for a row without a leaf."""

    wrong: str
    table: str = ""
    row_id: UUID | None = None
    seal: int | None = None
    position: int = END
    sealed_at: datetime | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in the chain; what was never sealed comes last."""
        return (END if self.seal is None else self.seal, self.position)

    @property
    def written_at(self) -> datetime | None:
        """When its key was made."""
        return rules.made_at(self.row_id) if self.row_id else None

    @property
    def id(self) -> str:
        """The key as the table has it."""
        if self.row_id is None:
            return ""
        return str(self.row_id.int) if self.row_id.int < 1 << 63 else str(self.row_id)

    def __str__(self) -> str:
        if not self.table:
            return self.wrong
        made = f", written {self.written_at:%d %B %Y %H:%M} UTC" if self.written_at else ""
        under = f"seal {self.seal}" if self.seal is not None else "no seal"
        under += f" of {self.sealed_at:%d %B %Y %H:%M} UTC" if self.sealed_at else ""
        return f"The first bad entry is {self.table} {self.id} ({under}{made}): {self.wrong}"


@dataclass
class Walked:
    """How far the walk came."""

    bad: Bad | None = None
    leaves: int = 0
    seals: int = 0
    head: Seal | None = None


Leaf = tuple[int, int, str, UUID, bytes]


class _Leaves:
    """The stream of leaves, handed out seal by seal."""

    def __init__(self, stream: Iterator[Any]) -> None:
        self._stream = stream
        self.next: Leaf | None = next(stream, None)

    def of(self, number: int) -> Iterator[Leaf]:
        """The leaves of a seal; those of a lower number, which no seal claims, come with them and are found wrong."""
        while self.next and self.next[0] <= number:
            yield self.next
            self.next = next(self._stream, None)


def walk(connection: Connection[Any], anchor: Anchor, *, ahead: bool, say: Callable[[str], None]) -> Walked:
    """Walk until the first thing that is wrong. Raises AnchorProblem when the anchor cannot be read."""
    anchored, walked, said = anchor.seals() if anchor.exists() else {}, Walked(), EVERY
    stream = sealing.all_leaves(connection)
    leaves, before = _Leaves(stream), None
    for seal in sealing.seals(connection):
        walked.bad = _gap(connection, seal, before, anchor, anchored) or _one(connection, seal, before, leaves, anchor, anchored)
        if walked.bad:
            break
        walked.leaves, walked.seals, before, walked.head = walked.leaves + seal.count, seal.number, seal, seal
        if walked.leaves >= said:
            said = walked.leaves + EVERY
            say(f"{walked.leaves:,} leaves up to seal {seal.number}")
    else:
        walked.bad = _after_the_last(leaves, before, anchor, anchored, ahead)
    stream.close()  # type: ignore[attr-defined]
    return walked


def _gap(connection: Any, seal: Seal, before: Seal | None, anchor: Anchor, anchored: dict[int, Seal]) -> Bad | None:
    """A number passed over: the seal is gone."""
    due = before.number + 1 if before else 0
    if seal.number == due:
        return None
    return _gone(due, anchor, anchored, f"seal {due} has gone from the database.")


def _one(
    connection: Any, seal: Seal, before: Seal | None, leaves: _Leaves, anchor: Anchor, anchored: dict[int, Seal]
) -> Bad | None:
    """What is wrong with one seal and its leaves."""
    tree, stray = Tree(), None
    for place, (number, position, table, row_id, hash) in enumerate(leaves.of(seal.number)):
        if stray is None and (number, position) != (seal.number, place):
            stray = Bad("a leaf stands where none was made.", str(table), row_id, seal.number, place, seal.made_at)
        tree.add(rules.leaf(rules.line(table, row_id, hash)))
    wrong = _wrong(seal, before, tree, anchored.get(seal.number))
    if not (wrong or stray):
        return None
    return _first_difference(connection, seal, anchor, anchored) or stray or Bad(wrong, seal=seal.number, sealed_at=seal.made_at)


def _wrong(seal: Seal, before: Seal | None, tree: Tree, anchored: Seal | None) -> str:
    """The sentence for the seal as a whole; empty when it holds."""
    if (tree.count, tree.root) != (seal.count, seal.root):
        return f"The leaves of seal {seal.number} are not those it was made of."
    if not seal.holds:
        return f"Seal {seal.number} is not as it was made: its hash is that of something else."
    if before and seal.previous != before.hash:
        return f"Seal {seal.number} does not follow seal {before.number}."
    if anchored and anchored != seal:
        return f"Seal {seal.number} is not the one that the anchor holds: the chain was made anew from there."
    return ""


def _first_difference(connection: Any, seal: Seal, anchor: Anchor, anchored: dict[int, Seal]) -> Bad | None:
    """The first line in which the database and the anchor differ; the anchor's word counts."""
    if seal.number not in anchored:
        return None
    mine = anchored[seal.number]
    there = (rules.line(table, row, bytes(hash)) for _, _, table, row, hash in sealing.leaves_of(connection, seal.number))
    for place, (held, kept) in enumerate(zip_longest(there, anchor.leaves(mine) if mine.count else [])):
        if held != kept:
            table, row, _ = (kept or held or "").split(" ")
            wrong = "its leaf is not the one that the anchor holds." if kept else "the anchor knows no such entry in this seal."
            return Bad(wrong, table, UUID(row), seal.number, place, mine.made_at)
    return None


def _gone(number: int, anchor: Anchor, anchored: dict[int, Seal], wrong: str) -> Bad:
    """A whole seal is missing: its first entry, as the anchor has it."""
    if number not in anchored or not anchored[number].count:
        return Bad(wrong[0].upper() + wrong[1:], seal=number)
    mine = anchored[number]
    table, row, _ = anchor.leaves(mine)[0].split(" ")
    return Bad(wrong, table, UUID(row), number, 0, mine.made_at)


def _after_the_last(leaves: _Leaves, last: Seal | None, anchor: Anchor, anchored: dict[int, Seal], ahead: bool) -> Bad | None:
    """Nothing may come after the last seal: no leaf, and no seal that only the anchor knows."""
    number = last.number + 1 if last else 0
    if last and not anchored:
        return Bad(f"There is no anchor of this chain in {anchor.root}: nobody outside the database can say what it held.")
    if not last or (number in anchored and not ahead):
        return _gone(number, anchor, anchored, f"seal {number} and what follows it has gone from the database.")
    if leaves.next:
        _, _, table, row, _ = leaves.next
        return Bad("it has a leaf under a seal that was never made.", table, row, leaves.next[0], leaves.next[1])
    return None
