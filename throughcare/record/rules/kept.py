"""What was read of a text, kept while the process runs: entries never change, so a text says tomorrow what it says today.

What is kept are places in the text and never its words; the oldest reading goes when there are too many.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 20_000  # texts, some eighty long records; a matter of memory, not of care


class Kept(Generic[T]):
    """A bounded store of readings by the hash of the text and the hash of the rulebook that read it."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._readings: OrderedDict[tuple[bytes, str], T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[bytes, str]) -> T | None:
        """What was read, or None when it was not read yet or has gone."""
        with self._lock:
            if key in self._readings:
                self._readings.move_to_end(key)
            return self._readings.get(key)

    def put(self, key: tuple[bytes, str], reading: T) -> None:
        """Keep a reading; the one that was asked for longest ago goes."""
        with self._lock:
            self._readings[key] = reading
            if len(self._readings) > self._most:
                self._readings.popitem(last=False)

    def __len__(self) -> int:
        return len(self._readings)


def key_of(text: str, rulebook: str) -> tuple[bytes, str]:
    """The key of a text under a rulebook with this hash."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).digest(), rulebook
