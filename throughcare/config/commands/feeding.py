"""The feed by hand: a file, the queue, the roll."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from throughcare.config.commands.problem import Problem
from throughcare.core.refusals import Refused
from throughcare.hmpps import abreast, actions, search, tasks
from throughcare.hmpps.queue import NoQueue, Queue
from throughcare.hmpps.search import NoSearch, Source


def do(what: str, *, prisoners: str | None = None, once: bool = False, prison: str = "", workers: int = 1) -> int:
    """FILE, sqs or roll. Raises Problem with one sentence when it cannot be done."""
    try:
        source = search.from_lines(_lines(prisoners)) if prisoners else None
        if what == "sqs":
            return _queue(source, once=once)
        return _roll(source, prison) if what == "roll" else _file(what, source, workers)
    except (NoSearch, NoQueue) as error:
        raise Problem(f"The messages were not taken: {error}") from error


def _file(name: str, source: Source | None, workers: int) -> int:
    lines = sys.stdin if name == "-" else _lines(name)
    tally = abreast.take_lines(lines, workers=workers, search=source) if workers > 1 else actions.take_lines(lines, search=source)
    print(tally.words)
    return 0


def _queue(source: Source | None, *, once: bool) -> int:
    """Until interrupted, or until the queue is empty."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        queue = Queue(search=source)
        if once:
            print(queue.drain().words)
        while not once:
            if tally := queue.take():
                print(tally.words, flush=True)
    except KeyboardInterrupt:
        print("Stopped.")
    except (BotoCoreError, ClientError) as error:
        raise Problem(f"The queue cannot be asked: {error}. Check its address, the region and the credentials.") from error
    return 0


def _roll(source: Source | None, prison: str) -> int:
    """Exit code 1 when a prison's list could not be had."""
    missed = 0
    for code in [prison] if prison else tasks.staffed():
        try:
            row = actions.compare_roll(establishment=code, search=source)
            print(f"{code}: {row.on_roll} on the roll, {row.here} here, {row.differences} differences.")
        except Refused as refusal:
            missed += 1
            print(f"{code}: {refusal}")
    return 1 if missed else 0


def _lines(name: str) -> Iterable[str]:
    try:
        return Path(name).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{name} cannot be read: {error}.") from error
