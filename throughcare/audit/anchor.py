"""The anchor: the chain's seals and leaves in a directory outside the database, best on another machine.

    <chain>/seals.txt                       one line a seal, only ever added to
    <chain>/leaves/<number>-<hash>.gz       the lines of that seal

<chain> is the beginning of the hash of seal 0, so that several databases may share a directory. `verify` compares with it;
whoever can write both here and in the database can deceive it, so the two belong to different people.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from throughcare.audit import rules
from throughcare.audit.rules import NotASeal, Seal

RESTORED = "restored"


class AnchorProblem(Exception):
    """The anchor cannot be used; the message says why and what to do."""


class Anchor:
    """What lies outside for one chain."""

    def __init__(self, root: Path, chain: str) -> None:
        self.root = root
        self.folder = root / chain[:16]

    @property
    def file(self) -> Path:
        return self.folder / "seals.txt"

    def exists(self) -> bool:
        return self.file.is_file()

    def begin(self, genesis: Seal) -> None:
        """Make the anchor with seal 0. Raises OSError where it cannot be written."""
        (self.folder / "leaves").mkdir(parents=True, exist_ok=True)
        if not self.exists():
            self._append(genesis.line)
            for folder in (self.folder, self.root):
                _sync(folder)

    def seals(self) -> dict[int, Seal]:
        """The seals by number, those before a restore that was not of them left out.

        Raises AnchorProblem for a line that somebody changed.
        """
        found: dict[int, Seal] = {}
        for words in self._lines():
            if words.startswith(f"{RESTORED} "):
                kept = int(words.split(" ")[1])
                found = {number: seal for number, seal in found.items() if number <= kept}
            else:
                seal = self._read(words)
                found[seal.number] = seal
        return found

    def add(self, seal: Seal, lines: Iterable[str]) -> None:
        """Leaves first, then the line that speaks of them; both are on the disk when this returns. Adding twice is harmless."""
        place = self._leaf_file(seal)
        draft = place.with_name(f"{place.name}.{os.getpid()}")
        with draft.open("wb") as file:
            file.write(rules.packed(lines))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(place)
        _sync(place.parent)
        self._append(seal.line)

    def leaves(self, seal: Seal) -> list[str]:
        """The lines of a seal of ours. Raises AnchorProblem when they are not what the seal says."""
        try:
            lines = rules.unpacked(self._leaf_file(seal).read_bytes())
        except (OSError, EOFError, ValueError) as error:
            raise AnchorProblem(f"{self._leaf_file(seal)} cannot be read: {error}. Put the anchor's own copy back.") from error
        if rules.root_of(lines) != seal.root:
            raise AnchorProblem(f"{self._leaf_file(seal)} is not what seal {seal.number} was made of. Put its own copy back.")
        return lines

    def restored(self, number: int, at: datetime) -> None:
        """A backup was put back whose head is seal `number`: what came after is kept here, and the chain goes on from there."""
        self._append(f"{RESTORED} {number} {rules.moment(at)}")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One writer at a time."""
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _leaf_file(self, seal: Seal) -> Path:
        return self.folder / "leaves" / f"{seal.number:09d}-{seal.hash[:16]}.gz"

    def _lines(self) -> Iterator[str]:
        lines = self.file.read_text(encoding="utf-8").split("\n")
        for n, words in enumerate(lines):
            # A power cut may leave half a line; the next writer began a new one, which starts with the same words.
            torn = n + 1 == len(lines) or lines[n + 1].startswith(words)
            if words and not torn:
                yield words

    def _read(self, words: str) -> Seal:
        try:
            return Seal.read(words)
        except NotASeal:
            raise AnchorProblem(f"{self.file} has a line that nobody of ours wrote: {words[:60]}") from None

    def _append(self, words: str) -> None:
        with self.file.open("a+b") as file:
            if file.tell() and _last_byte(file.fileno(), file.tell()) != b"\n":
                file.write(b"\n")
            file.write(f"{words}\n".encode())
            file.flush()
            os.fsync(file.fileno())


def _last_byte(file: int, size: int) -> bytes:
    return os.pread(file, 1, size - 1)


def _sync(folder: Path) -> None:
    """The names in a directory reach the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
