"""What each command does. Django is set up only when a command needs it, so that `--help` answers at once."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from throughcare.config.commands import database, serving
from throughcare.config.commands.problem import Problem

__all__ = [
    "Problem", "backup", "bench", "competence", "contract", "db", "demo", "doctor", "feed", "pack", "restore", "rulebook",
    "serve", "staff", "verify", "worker",
]  # fmt: skip


def serve(chosen: argparse.Namespace) -> int:
    """Database up, migrated, demo built if asked for, then web and worker until interrupted."""
    return serving.serve(host=chosen.host, port=chosen.port, demo=chosen.demo)


def worker(chosen: argparse.Namespace) -> int:
    """The background jobs alone."""
    database.ready()
    return serving.work(once=chosen.once)


def db(chosen: argparse.Namespace) -> int:
    """Start, stop, migrate, or say where the database is."""
    return database.do(chosen.what)


def rulebook(chosen: argparse.Namespace) -> int:
    """Check, list or print the rulebooks, or sign an entry."""
    from throughcare.config.commands import rulebook_signing, rulebooks

    if chosen.what == "sign":
        return rulebook_signing.sign(chosen.entry, chosen.part or "", chosen.by, chosen.version)
    return rulebooks.do(chosen.what, release=chosen.release)


def feed(chosen: argparse.Namespace) -> int:
    """Take events from a file or a queue, or compare the roll."""
    database.ready()
    from throughcare.config.commands import feeding

    return feeding.do(
        chosen.what, prisoners=chosen.prisoners, once=chosen.once, prison=chosen.prison, workers=chosen.workers
    )  # fmt: skip


def doctor(chosen: argparse.Namespace) -> int:
    """How this installation stands; exit 1 when something is red."""
    database.ready()
    from throughcare.config.commands import doctoring

    return doctoring.report(as_json=chosen.json)


def staff(chosen: argparse.Namespace) -> int:
    """Take somebody on as the operator."""
    database.ready()
    from throughcare.config.commands import staffing

    return staffing.add(
        username=chosen.username, name=chosen.name, establishment=chosen.at, role=chosen.role, organisation=chosen.employer
    )


def contract(chosen: argparse.Namespace) -> int:
    """Begin or end a contract, or put somebody under one."""
    database.ready()
    from throughcare.config.commands import staffing

    which = {"employer": chosen.employer, "establishment": chosen.at, "service": chosen.service}
    if chosen.what == "begin":
        return staffing.begin_contract(**which, tiers=chosen.tiers, since=chosen.on, team=chosen.team)
    if chosen.what == "end":
        return staffing.end_contract(**which, on=chosen.on)
    if not chosen.username:
        raise Problem("Say who: throughcare contract join USERNAME --employer … --at … --service …")
    return staffing.join(**which, username=chosen.username, team=chosen.team)


def competence(chosen: argparse.Namespace) -> int:
    """Write that somebody was found able to do something, or no longer is."""
    database.ready()
    from throughcare.config.commands import staffing

    whose = {"username": chosen.username, "code": chosen.code, "establishment": chosen.at, "checked_by": chosen.checked_by}
    return staffing.end_competence(**whose) if chosen.what == "end" else staffing.give_competence(**whose, since=chosen.on)


def demo(chosen: argparse.Namespace) -> int:
    """Build, send the van, or reset."""
    os.environ["THROUGHCARE_DEMO"] = "1"
    return serving.demo(chosen.what)


def pack(chosen: argparse.Namespace) -> int:
    """Check a pack, which needs no database, or print our public key."""
    if chosen.what == "verify" and not chosen.file:
        raise Problem("Say which pack: throughcare pack verify PACK.zip --key FINGERPRINT")
    from throughcare.config.commands import packing

    return packing.verify(chosen.file, chosen.key) if chosen.what == "verify" else packing.own_key()


def bench(chosen: argparse.Namespace) -> int:
    """The first harness: pages of the demo, counted and timed on the server's side."""
    os.environ["THROUGHCARE_DEMO"] = "1"
    database.ready()
    from throughcare.config.commands import benching

    return benching.run()


def verify(chosen: argparse.Namespace) -> int:
    """Whether everything stands as it was sealed; exit 1 when something does not."""
    database.ready()
    from throughcare.config.commands import proving

    return proving.verify(as_json=chosen.json, reanchor=chosen.reanchor)


def backup(chosen: argparse.Namespace) -> int:
    """Dump, anchor and manifest."""
    database.ready()
    from throughcare.config.commands import backing_up

    return backing_up.backup(Path(chosen.directory))


def restore(chosen: argparse.Namespace) -> int:
    """Put a backup back, or only try it."""
    database.ready()
    from throughcare.config.commands import drilling, restoring

    return drilling.drill(Path(chosen.file)) if chosen.drill else restoring.restore(Path(chosen.file))
