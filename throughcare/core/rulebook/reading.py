"""Reading TOML strictly: syntax errors name the line, unknown and missing keys are refused by name."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from throughcare.core.rulebook.entry import RulebookError

T = TypeVar("T")


def read(path: Path) -> dict[str, Any]:
    """One TOML file, numbers with a point as Decimal; a syntax error names the file and the line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulebookError(f"{path}: {error}.")


def content_hash(data: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of the parsed data: layout and comments may change, words and numbers may not."""
    words = json.dumps(data, sort_keys=True, separators=(",", ":"), default=str, ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()


def shaped(kind: type[T], data: Mapping[str, Any], where: str, **ready: Any) -> T:
    """A frozen dataclass from one table: unknown and missing keys are refused by name, lists become tuples."""
    known: Any = fields(kind)  # type: ignore[arg-type]
    if not isinstance(data, Mapping):
        raise RulebookError(f"{where}: a table is expected here.")
    if unknown := sorted(set(data) - {part.name for part in known}):
        raise RulebookError(f"{where}: the key {unknown[0]!r} is not known. Check the spelling.")
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()} | ready
    needed = [part.name for part in known if part.default is MISSING and part.default_factory is MISSING]
    if missing := [name for name in needed if name not in values]:
        raise RulebookError(f"{where}: the key {missing[0]!r} is missing.")
    return kind(**values)
