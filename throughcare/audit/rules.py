"""How rows become leaves, leaves a seal and seals a chain: pure functions, from which an outsider can check everything.

A *line* is what is hashed for one row: table, key and the SHA-256 of the row's canonical JSON. The lines of a seal are the
leaves of a Merkle tree as in RFC 6962; the seal's hash covers its number, moment, count, root and the hash before it.
docs/security/proof.md has the same in words.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID

LEAF, NODE = b"\x00", b"\x01"  # RFC 6962: a leaf can never be passed off as a node
EMPTY = hashlib.sha256(b"").hexdigest()
# How long after its key was made a row may still be committed. A row that turns up later than that was put in afterwards.
LATE = timedelta(hours=1)
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


class NotASeal(ValueError):
    """A line of the anchor that is none of ours."""


def line(table: str, row_id: UUID, row_hash: bytes) -> str:
    """What stands for one row: in its leaf, in the anchor's file, in a proof."""
    return f"{table} {row_id} {row_hash.hex()}"


def row_hash(canonical: str) -> bytes:
    """The hash of a row's canonical JSON."""
    return hashlib.sha256(canonical.encode()).digest()


def leaf(of_line: str) -> bytes:
    """A line as a leaf of the tree."""
    return hashlib.sha256(LEAF + of_line.encode()).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Two nodes as one."""
    return hashlib.sha256(NODE + left + right).digest()


class Tree:
    """The root over leaves that come one by one; holds no more nodes than the tree is high."""

    def __init__(self) -> None:
        self.count = 0
        self._whole: list[bytes] = []  # roots of whole subtrees, the largest first

    def add(self, made: bytes) -> None:
        """One leaf more."""
        width = self.count
        while width & 1:
            made = node(self._whole.pop(), made)
            width >>= 1
        self._whole.append(made)
        self.count += 1

    @property
    def root(self) -> str:
        """The root over what came so far, in hexadecimal digits."""
        if not self._whole:
            return EMPTY
        *rest, root = self._whole
        for left in reversed(rest):
            root = node(left, root)
        return root.hex()


def root_of(lines: Iterable[str]) -> str:
    """The root over the lines of a seal."""
    tree = Tree()
    for one in lines:
        tree.add(leaf(one))
    return tree.root


def path_of(leaves: Sequence[bytes], place: int) -> list[str]:
    """The nodes beside the way from a leaf to the root, from the bottom up: what a proof of membership needs."""
    level, path = list(leaves), []
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            path.append(level[beside].hex())
        pairs = (level[n : n + 2] for n in range(0, len(level), 2))
        level, place = [node(*pair) if len(pair) == 2 else pair[0] for pair in pairs], place >> 1
    return path


def root_by(path: Sequence[str], of_line: str, place: int, count: int) -> str:
    """The root that a line at its place leads to; raises ValueError for a path of the wrong length."""
    made, rest = leaf(of_line), list(path)
    while count > 1:
        if place ^ 1 < count:
            if not rest:
                raise ValueError("The path is too short.")
            beside = bytes.fromhex(rest.pop(0))
            made = node(beside, made) if place & 1 else node(made, beside)
        place, count = place >> 1, (count + 1) >> 1
    if rest:
        raise ValueError("The path is too long.")
    return made.hex()


@dataclass(frozen=True)
class Seal:
    """One link of the chain, as the database and the anchor both hold it."""

    number: int
    made_at: datetime
    count: int
    root: str
    previous: str
    hash: str

    @property
    def text(self) -> str:
        """What the hash covers."""
        return f"seal {self.number} {moment(self.made_at)} {self.count} {self.root} {self.previous}"

    @property
    def holds(self) -> bool:
        """Whether the hash is that of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest() == self.hash

    @property
    def line(self) -> str:
        """As the anchor has it."""
        return f"{self.text} {self.hash}"

    @classmethod
    def read(cls, words: str) -> Self:
        """From the anchor's line; raises NotASeal."""
        try:
            kind, number, made_at, count, root, previous, own = words.split(" ")
            made = cls(int(number), datetime.strptime(made_at, MOMENT).replace(tzinfo=UTC), int(count), root, previous, own)
        except ValueError as error:
            raise NotASeal(words) from error
        if kind != "seal" or not made.holds or made.line != words:
            raise NotASeal(words)
        return made


@dataclass(frozen=True)
class Proof:
    """That a row is in a seal: `row` is its canonical JSON, where the reader may see the row."""

    table: str
    row_id: UUID
    hash: str
    place: int
    path: tuple[str, ...]
    seal: Seal
    row: str | None = None

    @property
    def holds(self) -> bool:
        """Whether row, line, path and seal fit each other. That the seal is the anchor's is for the reader to compare."""
        if self.row is not None and row_hash(self.row).hex() != self.hash:
            return False
        try:
            root = root_by(self.path, line(self.table, self.row_id, bytes.fromhex(self.hash)), self.place, self.seal.count)
        except ValueError:
            return False
        return 0 <= self.place < self.seal.count and root == self.seal.root and self.seal.holds


def moment(at: datetime) -> str:
    """A moment as hashes and files spell it: UTC, six places."""
    return at.astimezone(UTC).strftime(MOMENT)


def made_at(key: UUID) -> datetime | None:
    """When a key was made; None for one that is no UUID version 7."""
    if key.version != 7:
        return None
    return datetime.fromtimestamp((key.int >> 80) / 1000, UTC)


def lowest_key(at: datetime) -> UUID:
    """No key made from `at` on is lower than this."""
    return UUID(int=max(int(at.timestamp() * 1000), 0) << 80)


def packed(lines: Iterable[str]) -> bytes:
    """The leaf file of a seal: its lines in order, gzip; the same lines always give the same bytes."""
    return gzip.compress("".join(f"{one}\n" for one in lines).encode(), mtime=0)


def unpacked(file: bytes) -> list[str]:
    """The lines of a leaf file."""
    return gzip.decompress(file).decode().splitlines()
