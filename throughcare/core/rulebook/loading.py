"""Loading a directory of entries, a site's overlay over it, and the signatures beside them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from throughcare.core.rulebook.entry import IDENTITY, Entry, Rulebook, RulebookError, Signature, Source
from throughcare.core.rulebook.reading import content_hash, read, shaped

T = TypeVar("T")
Build = Callable[[dict[str, Any]], T]
SIGNATURES = "signatures.toml"


def load(directory: Path, build: Build[T], overlay: Path | None = None, *, only: Collection[str] = ()) -> Rulebook[T]:
    """Read every entry (or those ids in `only`) of a directory and of a site's overlay; anything wrong is a RulebookError.

    `build` gets the whole parsed file, its `source` and lists of identity already shaped.
    """
    entries = _entries(directory, build, only, local=False)
    if overlay is not None:
        entries += _entries(overlay, build, only, local=True)
    seen: dict[tuple[str, int], Path] = {}
    for entry in entries:
        if (other := seen.setdefault((entry.id, entry.version), entry.file)) != entry.file:
            raise RulebookError(f"{entry.file}: {entry.id} {entry.version} is also in {other}. Give it a higher version.")
    return Rulebook(tuple(sorted(entries, key=lambda entry: (entry.id, entry.version))))


def _entries(directory: Path, build: Build[T], only: Collection[str], *, local: bool) -> list[Entry[T]]:
    if not directory.is_dir():
        raise RulebookError(f"{directory}: there is no such directory of rules.")
    signed = _signatures(directory)
    files = [(path, read(path)) for path in sorted(directory.glob("*.toml")) if path.name != SIGNATURES]
    wanted = [(path, data) for path, data in files if not only or data.get("id") in only]
    return [_entry(path, data, build, signed, local) for path, data in wanted]


def _entry(path: Path, data: dict[str, Any], build: Build[T], signed: list[Signature], local: bool) -> Entry[T]:
    identity = _identity(path, data)
    try:
        value = build(data | {"source": identity["source"], "to_confirm": tuple(data.get("to_confirm", ()))})
    except RulebookError as error:
        raise RulebookError(f"{path}: {error}")
    hash = content_hash(data)
    signature = next((s for s in signed if (s.entry, s.version, s.hash) == (data.get("id"), data.get("version"), hash)), None)
    return shaped(Entry, identity, str(path), value=value, content_hash=hash, file=path, local=local, signature=signature)


def _identity(path: Path, data: dict[str, Any]) -> dict[str, Any]:
    if type(data.get("version", 1)) is not int:
        raise RulebookError(f"{path}: version must be a whole number, one higher at each change.")
    if stray := [key for key in ("applies_from", "review_by") if type(data.get(key)) is not date]:
        raise RulebookError(f"{path}: {stray[0]} must be a day such as 2026-04-01.")
    source = shaped(Source, data.get("source", {}), f"{path}: source")
    return {key: data[key] for key in IDENTITY if key in data} | {"source": source}


def _signatures(directory: Path) -> list[Signature]:
    path = directory / SIGNATURES
    rows = read(path).get("signatures", []) if path.exists() else []
    signed = [shaped(Signature, row, str(path)) for row in rows]
    for one in signed:
        if one.written_by.strip().casefold() == one.checked_by.strip().casefold():
            raise RulebookError(f"{path}: {one.entry} was written and checked by the same person. A second person must check it.")
    return signed
