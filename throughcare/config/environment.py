"""Reads the environment; secrets may also come as files (NAME_FILE)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from throughcare.core.cluster import APP, BACKUP, OWNER, Cluster


def value(name: str, default: str) -> str:
    """The variable, or the content of the file that NAME_FILE names, or the default."""
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text(encoding="utf-8").strip() if file else os.environ.get(name, default)


def flag(name: str) -> bool:
    """True for 1, true, yes or on."""
    return value(name, "").casefold() in {"1", "true", "yes", "on"}


def listed(name: str, default: str) -> list[str]:
    """Words separated by commas."""
    return [word.strip() for word in value(name, default).split(",") if word.strip()]


def secret(name: str, state: Path) -> str:
    """The variable, else one made for this machine at first start and kept where only its owner reads it."""
    if given := value(name, ""):
        return given
    kept = state / name.casefold()
    if not kept.exists():
        state.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    return kept.read_text(encoding="utf-8")


def database_url(state: Path) -> str:
    """DATABASE_URL, else the address of the embedded cluster (which need not be running to be named)."""
    return value("DATABASE_URL", "") or Cluster(state / "postgres").dsn(APP)


def owner_url(state: Path) -> str:
    """DATABASE_OWNER_URL, else the embedded cluster's owner."""
    return value("DATABASE_OWNER_URL", "") or Cluster(state / "postgres").dsn(OWNER)


def backup_url(state: Path) -> str:
    """DATABASE_BACKUP_URL, of a role that reads everything and writes nothing; else the owner's, or the embedded cluster's."""
    given = value("DATABASE_BACKUP_URL", "")
    return given or (owner_url(state) if value("DATABASE_URL", "") else Cluster(state / "postgres").dsn(BACKUP))
