"""Keys: UUIDv7 made here, so that PostgreSQL 15 to 18 all work and the demo can seed them."""

from __future__ import annotations

import os
import random
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from throughcare.core import clock

_seeded = threading.local()


def new() -> uuid.UUID:
    """A new time-ordered key (UUID version 7, RFC 9562)."""
    source: random.Random | None = getattr(_seeded, "random", None)
    noise = source.getrandbits(80) if source else int.from_bytes(os.urandom(10), "big")
    return _version_7(int(clock.machine().timestamp() * 1000), noise)


@contextmanager
def seeded(seed: int | str) -> Iterator[None]:
    """Keys whose random part repeats with the seed: for tests and the demo estate, never for real people."""
    before = getattr(_seeded, "random", None)
    _seeded.random = random.Random(seed)
    try:
        yield
    finally:
        _seeded.random = before


def _version_7(milliseconds: int, noise: int) -> uuid.UUID:
    value = (milliseconds & (1 << 48) - 1) << 80 | noise & ((1 << 80) - 1)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)
