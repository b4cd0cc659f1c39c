"""The prison that journeys happen in: a small demo database and a web server on it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from throughcare.demo import estate, people

SMALL = 3  # residents: each costs every run half a second
START_SECONDS = 60
STOP_SECONDS = 10


@dataclass(frozen=True)
class House:
    """A web server that journeys talk to, and where it writes what goes wrong."""

    address: str
    log: Path


def build(owner_url: str, residents: int = SMALL) -> None:
    """The demo as the estate builds it, with few residents: staff, earlier stays of the cast, tonight's list."""
    few = people.residents(residents)
    with mock.patch.object(people, "residents", lambda: few):
        estate.build(owner_url)


@contextmanager
def serving(app_url: str, owner_url: str, state: Path) -> Iterator[House]:
    """A web server as `throughcare serve --demo` starts it, on a free port, until the end of the block."""
    port = _free_port()
    house = House(f"http://127.0.0.1:{port}", state / "server.log")
    with house.log.open("wb") as log:
        process = subprocess.Popen(_command(port), env=_environment(app_url, owner_url, state), stdout=log, stderr=log)
        try:
            _wait_for(house, process)
            yield house
        finally:
            _end(process)


def _command(port: int) -> list[str]:
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    return [*web, "--workers", "1", "--blocking-threads", "4", "--log-level", "warning", "throughcare.config.wsgi:application"]


def _environment(app_url: str, owner_url: str, state: Path) -> dict[str, str]:
    ours = {"DATABASE_URL": app_url, "DATABASE_OWNER_URL": owner_url, "THROUGHCARE_STATE": str(state), "THROUGHCARE_DEMO": "1"}
    return {**os.environ, **ours, "DJANGO_SETTINGS_MODULE": "throughcare.config.settings"}


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(house: House, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + START_SECONDS
    while not _answers(f"{house.address}/readyz"):
        if process.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError(f"The web server did not start:\n{house.log.read_text()[-4000:]}")
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
