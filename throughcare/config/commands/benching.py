"""The first harness: pages of the demo, their Python time and their statements, on the server's side of the request."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase
from django.test import Client
from django.test.client import ClientHandler
from django.test.utils import CaptureQueriesContext

from throughcare.access.acting import acting
from throughcare.access.models import Membership
from throughcare.config import environment as env
from throughcare.config.commands import database, long_record, replaying, retelling
from throughcare.config.commands.problem import Problem
from throughcare.core import clock
from throughcare.core.shown import uk_date
from throughcare.demo import emulator, estate
from throughcare.demo.people import AMIR
from throughcare.patients.models import Patient

WARM, REQUESTS = 5, 30
PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "bench.md"
ENTERS, LEAVES = "set_config('app.user'", "audit_access"  # the house's statements before and after a view's own


@dataclass(frozen=True)
class Figure:
    """One page: statements inside the view and in all, Python CPU in milliseconds, size of the answer in kB."""

    name: str
    inside: int
    whole: int
    cpu_median: float
    cpu_p95: float
    kilobytes: float


# What we hold ourselves to: statements inside the view, and milliseconds of Python at the median.
HOLD = {
    "arrivals board": (6, 20), "Today of the prescriber": (6, 20), "patient page": (11, 5), "first-night screen": (10, 20),
    "search by name": (10, 5), "pathway board": (6, 20), "breach forecast": (6, 20),
}  # fmt: skip


class TimedHandler(ClientHandler):
    """Keeps the CPU time that each request took in this process, from the first middleware to the finished response."""

    seconds: float = 0

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        """The response, timed; the client's own share is outside."""
        began = time.process_time()
        try:
            return super().get_response(request)
        finally:
            self.seconds = time.process_time() - began


def run() -> int:
    """Measure on the demo, print the figures and write the page. Nothing of it stays in the database."""
    database.migrate()
    estate.build(env.owner_url(database.state()), progress=print)
    with transaction.atomic():
        emulator.send_van()  # so that somebody is in reception; undone with everything else
        figures = [measure(client, name, address) for client, name, address in _pages()]
        transaction.set_rollback(True)
    replayed = f"{long_record.line_of()}\n\n{retelling.line_of()}\n\n{replaying.line_of()}"
    print(table(figures), replayed, sep="\n\n")
    _write(figures, replayed)
    return 0


def measure(client: Client, name: str, address: str) -> Figure:
    """One page, asked for again and again. Raises Problem when it does not answer."""
    for _ in range(WARM):
        client.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer: Any = client.get(address)
    if answer.status_code != 200:
        raise Problem(f"{name}: {address} answered {answer.status_code}.")
    statements = [query["sql"] for query in captured.captured_queries]
    spent = [_spent(client, address) for _ in range(REQUESTS)]
    at_most, whole = inside(statements), sum(1 for sql in statements if not _keeps_time(sql))
    return Figure(name, at_most, whole, 1000 * median(spent), 1000 * p95(spent), len(answer.content) / 1000)


def inside(statements: Sequence[str]) -> int:
    """How many statements a view ran itself: after the house let it in and before the house wrote who looked."""
    entered = next((n for n, sql in enumerate(statements) if ENTERS in sql), -1)
    left = next((n for n, sql in enumerate(statements) if LEAVES in sql), len(statements))
    return sum(1 for sql in statements[entered + 1 : left] if not _keeps_time(sql))


def p95(values: Sequence[float]) -> float:
    """The value that 19 of 20 do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * 95 // 100) - 1)]


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table, each with what it should be."""
    heads = [
        "| page | statements in the view | hold | with the house's own | CPU median, ms | hold | CPU p95, ms | kB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    return "\n".join([*heads, *map(_row, figures)])


def _row(one: Figure) -> str:
    statements, cpu = HOLD[one.name]
    held = [
        f"{limit}" if found <= limit else f"{limit}, **not held**"
        for found, limit in ((one.inside, statements), (one.cpu_median, cpu))
    ]
    return (
        f"| {one.name} | {one.inside} | {held[0]} | {one.whole} | {one.cpu_median:.1f} | {held[1]} | {one.cpu_p95:.1f} "
        f"| {one.kilobytes:.0f} |"
    )


def _spent(client: Client, address: str) -> float:
    client.get(address)
    handler: Any = client.handler
    return float(handler.seconds)


def _keeps_time(sql: str) -> bool:
    """BEGIN, COMMIT and savepoints are no reads and no writes."""
    return sql.split(" ", 1)[0].upper() in {"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"}


def _pages() -> list[tuple[Client, str, str]]:
    nurse, prescriber, in_charge = map(_signed_in, ("asha", "helen", "ruth"))
    with acting(estate.actor("asha")):
        amir = Patient.objects.get(family_name=AMIR.family_name, given_names=AMIR.given_names, date_of_birth=AMIR.born).id
    return [
        (nurse, "arrivals board", "/establishments/LEI/arrivals/"),
        (prescriber, "Today of the prescriber", "/today/"),
        (nurse, "patient page", f"/patients/{amir}/"),
        (nurse, "first-night screen", f"/patients/{amir}/first-night/"),
        (nurse, "search by name", "/search/?q=khan"),
        (in_charge, "pathway board", "/establishments/LEI/pathways/"),
        (in_charge, "breach forecast", "/establishments/LEI/forecast/"),
    ]


def _signed_in(username: str) -> Client:
    held = Membership.objects.get(user__username=username)
    client = Client(SERVER_NAME="127.0.0.1")
    client.handler = TimedHandler(enforce_csrf_checks=False)
    client.post("/sign-in/", {"card": str(held.id)})
    return client


def _write(figures: Sequence[Figure], replayed: str) -> None:
    if PAGE.parents[1].is_dir():
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        head = HEAD.format(machine=_machine(), requests=REQUESTS, warm=WARM)
        PAGE.write_text(f"{head}{table(figures)}\n\n{replayed}\n", encoding="utf-8")


def _machine() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0].split(" ")[0]
    facts = [
        f"{os.cpu_count()} cores ({_processor()})",
        f"Python {platform.python_version()}",
        f"PostgreSQL {postgres}",
        platform.system(),
    ]
    return f"{', '.join(facts)}; {uk_date(clock.now())}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


HEAD = """# Figures, measured

Written by `make bench` on the machine it ran on. {machine}.

Each page is asked for {requests} times after {warm} to warm up, in one process, signed in, with its access row written, while the
database runs beside it. CPU is the Python time of the server's side of the request; the database's own time and the client's are
not in it. Everything happens in one transaction that is undone, so the time to commit is not in it either. The demo is small: one
prison, 48 residents and ten men off the van.

"""
