"""The server's settings, written anew at every start; ALTER SYSTEM still wins over them."""

from __future__ import annotations

from pathlib import Path

from throughcare.core.cluster.layout import PORT

COMMON = {
    "listen_addresses": "",
    "port": PORT,
    "max_connections": 60,
    "shared_buffers": "128MB",
    "jit": "off",  # short statements: row security costs a plan much, and compiling it costs more than it saves
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log holds no person: an error goes to the app, which asked; its words, statement and row may name somebody.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
DURABLE = {"max_wal_size": "1GB", "random_page_cost": 1.1}
# For tests only: a power cut may cost everything.
FLEETING = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": 0,
    "max_wal_size": "256MB",
}


def configuration(socket: Path, *, durable: bool) -> str:
    """The text of postgresql.conf."""
    chosen = COMMON | (DURABLE if durable else FLEETING) | {"unix_socket_directories": socket}
    return "# Written at every start. Put your own settings in with ALTER SYSTEM.\n" + "".join(
        f"{name} = {_quoted(value)}\n" for name, value in chosen.items()
    )


def _quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
