"""The roles of the database, their passwords, and the database itself."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from urllib.parse import quote, urlencode

from throughcare.core.cluster.layout import PORT

DATABASE = "throughcare"
ADMIN, OWNER, APP, BACKUP = "admin", "owner", "app", "backup"
ROLES = {name: f"throughcare_{name}" for name in (ADMIN, OWNER, APP, BACKUP)}
HERE = Path(__file__).parent


def passwords(state_dir: Path) -> dict[str, str]:
    """The password of each role, made at the first asking and kept in `roles.json`, which only its owner reads."""
    kept = state_dir / "roles.json"
    if not kept.exists():
        state_dir.mkdir(parents=True, exist_ok=True)
        _write_once(kept, {name: secrets.token_urlsafe(24) for name in ROLES})
    found: dict[str, str] = json.loads(kept.read_text())
    return found


def _write_once(kept: Path, made: dict[str, str]) -> None:
    # Linked into place whole, so that two first askers agree on one file.
    draft = kept.with_name(f"{kept.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(made))
    try:
        os.link(draft, kept)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def address(role: str, password: str, socket: Path, database: str) -> str:
    """The postgresql:// address of `database` through the socket directory, for one of ROLES."""
    query = urlencode({"host": str(socket), "port": PORT}, quote_via=quote)
    return f"postgresql://{ROLES[role]}:{quote(password)}@/{quote(database)}?{query}"


def preparation(known: dict[str, str]) -> str:
    """The psql script that makes roles, extensions and database; running it again changes nothing."""
    secret = "".join(f"\\set {name}_password '{known[name]}'\n" for name in ROLES)
    parts = [(HERE / f"{name}.sql").read_text() for name in ("roles", "extensions", "database", "extensions")]
    return secret + "\n".join(parts)
