"""`throughcare`: one entry point for everything that runs the house. Each command says how it is used."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from throughcare.config import commands
from throughcare.core.rulebook import RulebookError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code, and prints one clear sentence for an anticipated problem."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughcare.config.settings")
    chosen = parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen) or 0)
    except (commands.Problem, RulebookError) as problem:
        print(problem, file=sys.stderr)
        return 2


def parser() -> argparse.ArgumentParser:
    """Every command with its help; the reference page is printed from this."""
    top = argparse.ArgumentParser(
        prog="throughcare",
        description="One record and one plan for healthcare in prison. Start with: throughcare serve --demo",
    )
    verbs = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name, add in COMMANDS.items():
        add(verbs.add_parser(name, help=(add.__doc__ or "").split(".")[0], description=add.__doc__))
    return top


def _serve(verb: argparse.ArgumentParser) -> None:
    """Run the web and the worker under one parent, on the embedded database or the one in DATABASE_URL."""
    verb.add_argument("--demo", action="store_true", help="invented people and sign-in cards; builds the demo when there is none")
    verb.add_argument("--port", type=int, default=8000, help="the port on 127.0.0.1 (8000)")
    verb.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    verb.set_defaults(run=commands.serve)


def _worker(verb: argparse.ArgumentParser) -> None:
    """Run the background jobs alone, for a machine of their own."""
    verb.add_argument("--once", action="store_true", help="do what is waiting, then stop")
    verb.set_defaults(run=commands.worker)


def _db(verb: argparse.ArgumentParser) -> None:
    """Start, stop, migrate or talk to the database. Migrating puts every data law in force. Lines: compare the spine of the
    record with every row; rebuild: make it again from the rows."""
    verb.add_argument(
        "what", choices=["start", "stop", "migrate", "url", "status", "lines", "rebuild"], help="url prints the app's address"
    )
    verb.set_defaults(run=commands.db)


def _rulebook(verb: argparse.ArgumentParser) -> None:
    """Check the rulebooks, list them with their signatures, sign an entry, or print their reference pages."""
    verb.add_argument("what", choices=["check", "list", "sign", "print"], help="print writes docs/reference/rulebook/")
    verb.add_argument("entry", nargs="?", default="", help="sign: the id of the entry, or package/id where two have the same")
    verb.add_argument("--as", dest="part", choices=["written", "checked"], help="sign: which part; two people, never the same")
    verb.add_argument("--by", default="", help="sign: the name of the person who signs")
    verb.add_argument("--version", type=int, default=0, help="sign: which version (the highest)")
    verb.add_argument("--release", action="store_true", help="also fail for an unsigned or overdue entry")
    verb.set_defaults(run=commands.rulebook)


def _feed(verb: argparse.ArgumentParser) -> None:
    """Take custody events as HMPPS sends them: from a file of JSON lines, or from a queue. Taking them twice changes nothing."""
    verb.add_argument("what", metavar="FILE|sqs|roll", help=(
        "a file with one domain event a line, bare or in its SNS envelope (- reads standard input); sqs: the queue, until "
        "interrupted; roll: compare the prison's roll with who is here"
    ))  # fmt: skip
    verb.add_argument("--prisoners", help="a file of JSON lines in the prisoner-search shape, for the re-fetch and the roll")
    verb.add_argument("--workers", type=int, default=1, help="a file: processes side by side, each with its share of the people")
    verb.add_argument("--once", action="store_true", help="sqs: take what waits, then stop")
    verb.add_argument("--prison", default="", help="roll: one prison's code; otherwise every prison where somebody of ours works")
    verb.set_defaults(run=commands.feed)


def _doctor(verb: argparse.ArgumentParser) -> None:
    """Say how this installation stands: versions, database role, laws in force, rulebooks, feed."""
    verb.add_argument("--json", action="store_true", help="for machines")
    verb.set_defaults(run=commands.doctor)


def _demo(verb: argparse.ArgumentParser) -> None:
    """Build the invented prison, send its evening van, hold it to its written rules, or begin again from nothing."""
    verb.add_argument("what", choices=["build", "van", "check", "reset"], nargs="?", default="build")
    verb.set_defaults(run=commands.demo)


def _bench(verb: argparse.ArgumentParser) -> None:
    """Measure this installation against the figures to hold."""
    verb.set_defaults(run=commands.bench)


def _verify(verb: argparse.ArgumentParser) -> None:
    """Seal what is open, then say whether every entry stands as it was sealed, or name the first that does not (exit code 1)."""
    verb.add_argument("--json", action="store_true", help="for machines")
    anew = "begin an anchor that trusts the database as it stands, because the old one is lost for good"
    verb.add_argument("--reanchor", action="store_true", help=anew)
    verb.set_defaults(run=commands.verify)


def _backup(verb: argparse.ArgumentParser) -> None:
    """Put a dump, the anchor's copy and a manifest into a new folder of a directory."""
    verb.add_argument("directory", help="where backups are kept, best on another machine")
    verb.set_defaults(run=commands.backup)


def _restore(verb: argparse.ArgumentParser) -> None:
    """Put a backup into this installation's empty database, or try whether it could be."""
    verb.add_argument("file", help="the backup's folder, or any file in it")
    verb.add_argument("--drill", action="store_true", help="on a server that is thrown away; exit code 2 when it fails")
    verb.set_defaults(run=commands.restore)


def _pack(verb: argparse.ArgumentParser) -> None:
    """Check an inspection pack, or print the key that ours are signed with, to be published."""
    verb.add_argument("what", choices=["verify", "key"])
    verb.add_argument("file", nargs="?", default="", help="verify: the pack")
    verb.add_argument("--key", default="", help="verify: the fingerprint that the maker of the pack published")
    verb.set_defaults(run=commands.pack)


def _staff(verb: argparse.ArgumentParser) -> None:
    """Take the first people on, as the operator; prints a password once. Afterwards two colleagues let others in."""
    verb.add_argument("username", help="what the person signs in with")
    verb.add_argument("name", help="the name, in quotation marks")
    verb.add_argument("--at", required=True, help="the establishment's code, such as LEI")
    verb.add_argument("--role", required=True, help="a role code of the rulebook, such as head_of_healthcare")
    verb.add_argument("--employer", required=True, help="the organisation, in quotation marks")
    verb.set_defaults(run=commands.staff)


def _contract(verb: argparse.ArgumentParser) -> None:
    """Begin or end what an organisation is contracted for at a prison, or put somebody under it. Competences count only there."""
    verb.add_argument("what", choices=["begin", "end", "join"], help="end: whoever works under it is out the day after")
    verb.add_argument("username", nargs="?", default="", help="join: who works under the contract from now on")
    verb.add_argument("--employer", required=True, help="the organisation, in quotation marks")
    verb.add_argument("--at", required=True, help="the establishment's code, such as LEI")
    verb.add_argument("--service", required=True, help="what it is for, in one word such as substance_misuse")
    verb.add_argument(
        "--tiers", type=int, nargs="+", choices=[1, 2, 3, 4], default=[], help="begin: the tiers it covers, such as 2 3"
    )
    verb.add_argument("--team", default="", help="begin: the name of its first team; join: the team")
    verb.add_argument("--on", default="", help="the first or last day, such as 2026-11-22 (today)")
    verb.set_defaults(run=commands.contract)


def _competence(verb: argparse.ArgumentParser) -> None:
    """Write that a colleague found somebody able to do something, or that it ends. It adds to the role under a contract."""
    verb.add_argument("what", choices=["give", "end"], help="end: now, at the next press of anything")
    verb.add_argument("username", help="who is able")
    verb.add_argument("code", help="a competence of the rulebook, such as signs_first_night or countersigns")
    verb.add_argument("--at", required=True, help="the establishment's code, such as LEI")
    verb.add_argument(
        "--checked-by", required=True, help="the user name of who found it: a nurse in charge or head of healthcare"
    )
    verb.add_argument("--on", default="", help="give: from which day, such as 2026-11-22 (today)")
    verb.set_defaults(run=commands.competence)


COMMANDS = {
    "serve": _serve, "worker": _worker, "db": _db, "rulebook": _rulebook, "feed": _feed, "doctor": _doctor, "demo": _demo,
    "staff": _staff, "contract": _contract, "competence": _competence, "bench": _bench, "verify": _verify, "backup": _backup,
    "restore": _restore, "pack": _pack,
}  # fmt: skip
