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
        ages = about_ages(connection, found)
    well = found.bad is None and not trouble
    said = (found.sentence if found.bad else trouble or found.sentence) + ages
    print(json.dumps(as_data(found, said, well), indent=2) if as_json else said)
    return 0 if well else 1


def looked_through(connection: psycopg.Connection[Any], *, sealed: bool) -> Found:
    """Everything against the anchor of this installation. `sealed`: it was all sealed just now, so no old row may lack a leaf."""
    genesis = sealing.one_seal(connection, 0)
    anchor = Anchor(settings.ANCHOR, genesis.hash if genesis else "none")
    by = clock.now() - LATE if sealed else None
    return verifying.verify(connection, anchor, laws.sealed(), sealed_by=by, demo=settings.DEMO, say=_Progress().say)


def about_ages(connection: psycopg.Connection[Any], found: Found) -> str:
    """What is to be said of when entries were written, which a demo's history of today cannot stand being asked.

    Whether this is one is THROUGHCARE_DEMO's to say and never the database's, whose owner may be the one we look for.
    """
    if settings.DEMO:
        return " When entries were written was not asked, because THROUGHCARE_DEMO is set: never set it over real people."
    marked = connection.execute("SELECT 1 FROM access_installation WHERE kind = 'demo'").fetchone()
    return (
        " The database says that it is a demo: if it is one, ask again with THROUGHCARE_DEMO=1." if found.bad and marked else ""
    )


def as_data(found: Found, said: str, well: bool) -> dict[str, Any]:
    """For machines."""
    head, bad = found.head, found.bad
    return {
        "well": well, "sentence": said, "entries": found.entries, "tables": found.tables, "seals": found.seals,
        "not_yet_sealed": found.not_yet, "anchor": found.anchor, "ages_asked": not settings.DEMO,
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
