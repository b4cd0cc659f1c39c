"""Reading rulebook files strictly: TOML, or a CSV of many rows under one header. Nothing else in the house opens one."""

from __future__ import annotations

import csv
import hashlib
import json
import tomllib
from collections.abc import Mapping
from copy import deepcopy
from decimal import Decimal
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from throughcare.core.rulebook.entry import RulebookError

KINDS = (".toml", ".csv")


def read(path: Path) -> dict[str, Any]:
    """One file, numbers with a point as Decimal; a syntax error names the file and the line.

    A CSV begins with its identity, as TOML behind `# `; its lines become `rows`, every value a text.
    """
    return deepcopy(_parsed(path, path.read_bytes()))


@lru_cache(maxsize=256)
def _parsed(path: Path, content: bytes) -> dict[str, Any]:
    """Several books of one folder read the same files, and a command reads all of them more than once."""
    try:
        text = content.decode("utf-8")
        return _table(path, text) if path.suffix == ".csv" else tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulebookError(f"{path}: {error}.")


def content_hash(data: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of the parsed data: layout and comments may change, words and numbers may not."""
    words = json.dumps(data, sort_keys=True, separators=(",", ":"), default=str, ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()


def _table(path: Path, text: str) -> dict[str, Any]:
    lines = text.splitlines()
    head = list(takewhile(lambda line: line.startswith("#"), lines))
    rows = list(csv.DictReader(lines[len(head) :]))
    for number, row in enumerate(rows, len(head) + 2):
        if None in row or None in row.values():
            raise RulebookError(f"{path}: line {number} has more or fewer values than there are columns.")
    return tomllib.loads("\n".join(line.removeprefix("#").strip() for line in head)) | {"rows": rows}
