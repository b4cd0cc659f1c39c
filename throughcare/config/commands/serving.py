"""Web and worker under one parent; the demo built first when it is asked for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from types import FrameType

from throughcare.config.commands import database

CONCURRENCY = ("--workers", "2", "--blocking-threads", "4")  # two cores; persistent connections, one a thread


def serve(*, host: str, port: int, demo: bool) -> int:
    """Serve until interrupted; when one process ends, the other is ended too."""
    if demo:
        os.environ["THROUGHCARE_DEMO"] = "1"
    os.environ.setdefault("THROUGHCARE_HOSTS", f"{host},127.0.0.1,localhost,[::1]")
    database.ready()
    database.migrate()
    _refuse_unsafe(demo)
    _read_rulebooks()
    if demo:
        _build_demo()
        _plan_the_van()
        _say_where(host, port)
    return _run([_web(host, port), _job_runner()])


def work(*, once: bool) -> int:
    """The worker in this process."""
    from django.core.management import call_command

    _read_rulebooks()
    call_command("procrastinate", "worker", *(["--one-shot"] if once else []))
    return 0


def demo(what: str) -> int:
    """build, van, check or reset; check ends with 1 when a written rule does not hold."""
    os.environ["THROUGHCARE_DEMO"] = "1"  # invented people: the rulebook is used unsigned
    database.ready()
    if what == "reset":
        database.wipe()
    database.migrate()
    _build_demo()
    if what == "van":
        from throughcare.demo import emulator

        print(emulator.send_van())
    return _check() if what == "check" else 0


def _check() -> int:
    from throughcare.demo import plausibility_book, plausible

    found = list(plausible.broken())
    for one in found:
        print(f"Not true: {one.rule.says} ({one.count}, such as {', '.join(one.some)})")
    print(f"{len(plausibility_book.rules()) - len(found)} of {len(plausibility_book.rules())} rules hold.")
    return 1 if found else 0


def _build_demo() -> None:
    from throughcare.config import environment as env
    from throughcare.demo import estate

    if estate.build(env.owner_url(database.state()), progress=print):
        print("The demo is ready.")


def _plan_the_van() -> None:
    from throughcare.demo import tasks

    tasks.plan_the_van()


def _say_where(host: str, port: int) -> None:
    from throughcare.access.signing_in import cards

    print(f"\nThroughcare demo: http://{host}:{port}  (invented people, not for clinical use)\nSign-in cards:")
    for card in cards():
        print(f"  {card.user.name:<22} {card.role.title:<28} {card.establishment}")
    print("Stop with Ctrl+C.\n", flush=True)


def _refuse_unsafe(demo: bool) -> None:
    """Production refuses DEBUG, a superuser role, and a demo mark; see SECURITY.md."""
    from throughcare.config.commands import doctoring

    doctoring.refuse_unsafe(demo=demo)


def _read_rulebooks() -> None:
    """Every rulebook and a site's own: a mistake in any stops the start with its sentence."""
    from throughcare.config.commands import rulebooks

    rulebooks.lines()


def _web(host: str, port: int) -> list[str]:
    app = "throughcare.config.wsgi:application"
    return [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), *CONCURRENCY,
            "--log-level", "warning", app]  # fmt: skip


def _job_runner() -> list[str]:
    return [sys.executable, "-m", "throughcare.config", "worker"]


def _run(commands: list[list[str]]) -> int:
    """Start every command; the first to end ends all."""
    running = [subprocess.Popen(command, start_new_session=True) for command in commands]
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        while all(process.poll() is None for process in running):
            time.sleep(0.3)
    except KeyboardInterrupt:
        pass
    return _end(running)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end(running: list[subprocess.Popen[bytes]]) -> int:
    codes = [process.poll() for process in running]
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
        with suppress(ProcessLookupError):
            # A server ended while it was starting leaves its workers behind, still holding the port.
            os.killpg(process.pid, signal.SIGKILL)
    return next((code for code in codes if code), 0)
