"""`throughcare verify`: seals what is open, then says in one sentence whether everything stands as it was sealed."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import psycopg
from django.conf import settings

from throughcare.audit import sealing, verifying
from throughcare.audit.anchor import Anchor, AnchorProblem
from throughcare.audit.rules import LATE
from throughcare.audit.verifying import Found
from throughcare.config import environment as env
from throughcare.config.commands import database
from throughcare.config.commands.problem import Problem
from throughcare.core import clock, laws

QUIET = 5.0  # seconds between two words of progress


def verify(*, as_json: bool, reanchor: bool) -> int:
    """Print what was found; 1 unless all is well."""
    with psycopg.connect(env.backup_url(database.state()), autocommit=True) as connection:
        trouble = _sealed(connection, reanchor)
        found = looked_through(connection, sealed=not trouble)
    well = found.bad is None and not trouble
    said = found.sentence if found.bad else trouble or found.sentence
    print(json.dumps(as_data(found, said, well), indent=2) if as_json else said)
    return 0 if well else 1


def looked_through(connection: psycopg.Connection[Any], *, sealed: bool) -> Found:
    """Everything against the anchor of this installation. `sealed`: it was all sealed just now, so no old row may lack a leaf."""
    genesis = sealing.one_seal(connection, 0)
    anchor = Anchor(settings.ANCHOR, genesis.hash if genesis else "none")
    by = clock.now() - LATE if sealed else None
    return verifying.verify(connection, anchor, laws.sealed(), sealed_by=by, demo=is_demo(connection), say=_Progress().say)


def is_demo(connection: psycopg.Connection[Any]) -> bool:
    """Whether the database is marked as a demo, whose history was written today."""
    return connection.execute("SELECT 1 FROM access_installation WHERE kind = 'demo'").fetchone() is not None


def as_data(found: Found, said: str, well: bool) -> dict[str, Any]:
    """For machines."""
    head, bad = found.head, found.bad
    return {
        "well": well, "sentence": said, "entries": found.entries, "tables": found.tables, "seals": found.seals,
        "not_yet_sealed": found.not_yet, "anchor": found.anchor,
        "head": head and {"number": head.number, "made_at": head.made_at.isoformat(), "hash": head.hash},
        "first_bad": bad and {
            "table": bad.table, "id": bad.id, "seal": bad.seal, "wrong": bad.wrong,
            "written_at": bad.written_at and bad.written_at.isoformat(),
        },
    }  # fmt: skip


def _sealed(connection: psycopg.Connection[Any], reanchor: bool) -> str:
    """Seal what is open; returns the sentence of what was wrong with the anchor, which must not keep anybody from looking."""
    try:
        if reanchor:
            sealing.begin_again(connection, settings.ANCHOR)
        sealing.seal(connection, settings.ANCHOR, everything=True)
    except psycopg.errors.UndefinedTable:
        raise Problem("This database has no seals yet: run throughcare db migrate.") from None
    except (AnchorProblem, OSError) as problem:
        return f"Sealed, but not anchored: {problem}"
    return ""


class _Progress:
    """A word now and then, to the terminal and never into the answer."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def say(self, words: str) -> None:
        """Unless something was said a moment ago."""
        if time.monotonic() - self._last > QUIET:
            self._last = time.monotonic()
            print(words, file=sys.stderr, flush=True)
