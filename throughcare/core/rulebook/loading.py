"""The one loader: a folder of entries, a site's own over it, the signatures beside both, and what may be used here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from throughcare.core.rulebook.entry import IDENTITY, Entry, Inactive, Rulebook, RulebookError, Source
from throughcare.core.rulebook.reading import KINDS, content_hash, read
from throughcare.core.rulebook.shape import shaped
from throughcare.core.rulebook.signatures import SIGNATURES, Row, rows, signature
from throughcare.core.rulebook.site import Site, here, place, root

T = TypeVar("T")
Build = Callable[[dict[str, Any]], T]


def load(
    folder: Path, build: Build[T], *, only: Collection[str] = (), but: Collection[str] = (),
    inactive: Inactive = Inactive.STANDS, vital: Collection[str] = (),
) -> Rulebook[T]:  # fmt: skip
    """Read every entry (those ids in `only`, or not in `but`) of a folder and of the site's own; a mistake is a RulebookError.

    `build` gets the whole parsed file, its `source` and lists of identity already shaped. `inactive` says what becomes of an
    entry without two signatures where they are asked for; those in `vital` are kept once they were signed.
    """
    site = here()
    if not folder.is_dir():
        raise RulebookError(f"{folder}: there is no such directory of rules.")
    if site.overlay is not None and not site.overlay.is_dir():
        raise RulebookError(f"{site.overlay}: THROUGHCARE_OVERLAY names this directory, and it is not there.")
    own = place(folder, site.overlay) if site.overlay else None
    signed = [*rows(root(folder)), *(rows(place(root(folder), site.overlay) or folder) if site.overlay else ())]
    wanted = partial(_is_wanted, only, but)
    entries = _entries(folder, build, wanted, signed, local=False)
    if own is not None and own.is_dir():
        entries += _entries(own, build, wanted, signed, local=True)
    _each_once(entries)
    ordered = sorted(entries, key=lambda entry: (entry.id, entry.version))
    return Rulebook(tuple(_judged(ordered, inactive, vital, site) if site.signed_only else ordered))


def _is_wanted(only: Collection[str], but: Collection[str], data: dict[str, Any]) -> bool:
    return data.get("id") in only if only else data.get("id") not in but


def _entries(
    folder: Path, build: Build[T], wanted: Callable[[dict[str, Any]], bool], signed: list[Row], *, local: bool,
) -> list[Entry[T]]:  # fmt: skip
    paths = [path for path in sorted(folder.iterdir()) if path.suffix in KINDS and path.name != SIGNATURES]
    files = [(path, read(path)) for path in paths]
    return [_entry(path, data, build, signed, local) for path, data in files if wanted(data)]


def _entry(path: Path, data: dict[str, Any], build: Build[T], signed: list[Row], local: bool) -> Entry[T]:
    identity = _identity(path, data)
    hash = content_hash(data)
    stands = signature(signed, identity.get("id", ""), identity["version"], hash, str(path))
    try:
        value = build(data | {"source": identity["source"], "to_confirm": tuple(data.get("to_confirm", ()))})
    except RulebookError as error:
        raise RulebookError(f"{path}: {error}")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RulebookError(f"{path}: cannot be read ({type(error).__name__}: {error}). Check its keys and values.")
    return shaped(Entry, identity, str(path), value=value, content_hash=hash, file=path, local=local, signature=stands)


def _identity(path: Path, data: dict[str, Any]) -> dict[str, Any]:
    if type(data.get("version")) is not int:
        raise RulebookError(f"{path}: version must be a whole number, one higher at each change.")
    if stray := [key for key in ("applies_from", "review_by") if type(data.get(key)) is not date]:
        raise RulebookError(f"{path}: {stray[0]} must be a day such as 2026-04-01.")
    if blank := [key for key in ("id", "title") if not isinstance(data.get(key), str) or not data[key].strip()]:
        raise RulebookError(f"{path}: {blank[0]} must be a text that is not blank.")
    source = shaped(Source, data.get("source", {}), f"{path}: source")
    return {key: data[key] for key in IDENTITY if key in data} | {"source": source}


def _each_once(entries: Iterable[Entry[T]]) -> None:
    seen: dict[tuple[str, int], Path] = {}
    for entry in entries:
        if (other := seen.setdefault((entry.id, entry.version), entry.file)) != entry.file:
            raise RulebookError(f"{entry.file}: {entry.id} {entry.version} is also in {other}. Give it a higher version.")


def _judged(entries: list[Entry[T]], inactive: Inactive, vital: Collection[str], site: Site) -> list[Entry[T]]:
    """The same entries, each in use or not."""
    since = site.since or date.min
    found = []
    for one in entries:
        use = Inactive.KEPT if inactive is Inactive.ABSENT and one.id in vital else inactive
        in_date = one.is_signed and (use is not Inactive.ABSENT or one.review_by >= since)
        found.append(replace(one, active=in_date or (use is Inactive.STANDS and not _signed_before(one, entries))))
    return found


def _signed_before(one: Entry[T], entries: Iterable[Entry[T]]) -> bool:
    """Whether a signed version of the same entry applies by then."""
    return any(other.id == one.id and other.is_signed and other.applies_from <= one.applies_from for other in entries)
