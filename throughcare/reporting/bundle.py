"""The bundle: its files, the manifest over them, the signature over that, in one zip whose bytes follow from its content."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from throughcare.core.shown import uk_date
from throughcare.reporting import gaps, keys, story, verify_pack
from throughcare.reporting.book import Packs
from throughcare.reporting.gathering import Gathered

HERE = Path(__file__).parent
EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip says nothing of when; the manifest does


@dataclass(frozen=True)
class Order:
    """What was asked, by whom, and who allowed it: the manifest's own words."""

    establishment: str
    since: datetime
    until: datetime
    basis: str
    basis_words: str
    purpose: str
    recipient: str
    told_person: str
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    approved_by: str
    approved_by_name: str
    approved_at: datetime
    disclosure: str


def bundle(gathered: Gathered, order: Order, book: Packs, made_at: datetime, notes: tuple[str, ...]) -> bytes:
    """The signed zip. Raises NoSigningKey."""
    key = keys.signing_key()
    public = keys.public_key(key)
    files = _files(gathered, order, book, made_at, notes, public)
    manifest = _json(_manifest(gathered, order, made_at, files, keys.fingerprint(public)))
    own = {"manifest.json": manifest, "signature.txt": f"{key.sign(manifest).hex()}\n".encode()}
    return zipped({**files, **own})


def zipped(files: dict[str, bytes]) -> bytes:
    """The same files always give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name in sorted(files):
            one = zipfile.ZipInfo(name, EPOCH)
            one.compress_type, one.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            made.writestr(one, files[name])
    return target.getvalue()


def _files(
    gathered: Gathered, order: Order, book: Packs, made_at: datetime, notes: tuple[str, ...], public: bytes
) -> dict[str, bytes]:
    said = {"gathered": gathered, "order": order, "made_at": made_at, "fingerprint": keys.spoken(keys.fingerprint(public)),
            "born": _born(gathered)}  # fmt: skip
    missing = gaps.gaps(gathered, book, order.since, min(order.until, made_at), notes)
    told = story.entries(gathered, book)
    pages: dict[str, tuple[str, dict[str, Any]]] = {
        "story.html": ("story", {"entries": told, "standing": story.standing(gathered), "looks": gathered.looks, "gaps": missing,
                                 "page_title": book.title, "role_title": story.role_title}),
        "gaps.html": ("gaps", {"gaps": missing}),
        "README.txt": ("readme", {}),
    }  # fmt: skip
    rendered = {
        name: render_to_string(f"reporting/{page}.jinja", {**said, **more}).encode() for name, (page, more) in pages.items()
    }
    return {
        **rendered, "record.json": _json(_record(gathered)), "proofs.json": _json(_proofs(gathered)),
        "verify_pack.py": (HERE / "verify_pack.py").read_bytes(), "public_key.txt": f"{public.hex()}\n".encode(),
    }  # fmt: skip


def _record(gathered: Gathered) -> dict[str, Any]:
    rows = [
        {"table": row.table, "id": str(row.key), "sealed": row.seal is not None, "row": row.text,
         **({"beside": json.loads(row.beside)} if row.beside else {})}
        for row in gathered.rows
    ]  # fmt: skip
    return {"rows": rows, "staff": gathered.staff}


def _proofs(gathered: Gathered) -> dict[str, Any]:
    return {"seals": list(gathered.proofs.seals), "proofs": list(gathered.proofs.proofs)}


def _manifest(gathered: Gathered, order: Order, made_at: datetime, files: dict[str, bytes], key: str) -> dict[str, Any]:
    who = gathered.person
    return {
        "format": verify_pack.FORMAT, "key": key, "made_at": made_at, "software": {"throughcare": _version()},
        "about": {"records": who.linked, "records_in_reach": who.seen, "prisoners": who.prisoners, "name": who.name,
                  "date_of_birth": who.born, "prison_numbers": who.numbers, "died_at": who.died_at},
        "between": {"since": order.since, "until": order.until},
        "basis": {"code": order.basis, "words": order.basis_words, "purpose": order.purpose, "recipient": order.recipient,
                  "told_person": order.told_person, "disclosure": order.disclosure},
        "establishment": {"code": order.establishment, "name": gathered.place},
        "asked": {"by": order.asked_by, "name": order.asked_by_name, "at": order.asked_at},
        "approved": {"by": order.approved_by, "name": order.approved_by_name, "at": order.approved_at},
        "seal": gathered.proofs.head, "rows": gathered.counts,
        "files": {name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in sorted(files.items())},
    }  # fmt: skip


def _born(gathered: Gathered) -> str:
    return uk_date(date.fromisoformat(gathered.person.born)) if gathered.person.born else "not known"


def _version() -> str:
    try:
        return version("throughcare")
    except PackageNotFoundError:
        return "from a checkout"


def _json(value: Any) -> bytes:
    def plain(one: Any) -> str:
        return one.isoformat() if isinstance(one, datetime) else str(one)

    return json.dumps(value, sort_keys=True, indent=1, ensure_ascii=True, default=plain).encode() + b"\n"
