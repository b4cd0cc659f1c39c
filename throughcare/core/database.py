"""The database as a whole: migrate as the owner, then put the laws in force."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from throughcare.core import lawkeeping, lines

OWNER = "owner"  # the alias under which Django migrates; the app itself never uses it


def settings_from(url: str) -> dict[str, object]:
    """Django's settings for a postgresql:// address; the host may be a socket directory (`?host=` or %2F)."""
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or query.get("port", "")),
    }


def migrate(owner_url: str) -> None:
    """Bring the schema at `owner_url` up to date and put every law in force."""
    connections.databases[OWNER] = {**connections.databases["default"], **settings_from(owner_url), "CONN_MAX_AGE": 0}
    connections.databases[OWNER]["TEST"] = connections.databases["default"].get("TEST", {})
    try:
        call_command("migrate", database=OWNER, interactive=False, verbosity=0)
        enforce(owner_url)
    finally:
        connections[OWNER].close()
        del connections[OWNER], connections.databases[OWNER]


def enforce(owner_url: str) -> None:
    """Install the laws for the role that the app connects as, and write the lines that rows of before do not have."""
    with psycopg.connect(owner_url) as connection:
        lawkeeping.install(connection, str(settings.DATABASES["default"]["USER"]))
        lines.fill(connection)
