"""The suite in two halves that take about as long: files dealt out by how long each took when that was last recorded.

    pytest --half 1 --times FILE    runs one half, and writes there how long each test took
    python -m tests.halves slowest FILE…    the slowest twenty of those runs
    python -m tests.halves record FILE…     keeps what each file took in tests/durations.txt, to be committed

The stories in the browser stay together: they share a demo, a web server and a browser. A file that nobody has timed
counts as `UNTIMED`, so that a stale record costs balance and nothing else.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "tests" / "durations.txt"
WHERE = ("throughcare", "tests", "journeys")
TOGETHER = "journeys"
UNTIMED = 5.0  # seconds
SLOWEST = 20


def files() -> list[str]:
    """Every file of tests, by its path in the checkout."""
    return sorted(str(path.relative_to(ROOT)) for place in WHERE for path in (ROOT / place).rglob("test_*.py"))


def recorded() -> dict[str, float]:
    """What each file took, in seconds."""
    lines = RECORD.read_text(encoding="utf-8").splitlines() if RECORD.exists() else []
    return {path: float(seconds) for seconds, path in (line.split() for line in lines)}


def deal(paths: Iterable[str], seconds: dict[str, float]) -> tuple[frozenset[str], frozenset[str]]:
    """Two halves: the longest first, each to the half that has less so far; what must stay together is one piece."""
    pieces: dict[str, list[str]] = {}
    for path in paths:
        pieces.setdefault(TOGETHER if path.startswith(f"{TOGETHER}/") else path, []).append(path)
    weight = {piece: sum(seconds.get(path, UNTIMED) for path in held) for piece, held in pieces.items()}
    halves: tuple[set[str], set[str]] = (set(), set())
    full = [0.0, 0.0]
    for piece in sorted(pieces, key=lambda one: (-weight[one], one)):
        lesser = 0 if full[0] <= full[1] else 1
        halves[lesser].update(pieces[piece])
        full[lesser] += weight[piece]
    return frozenset(halves[0]), frozenset(halves[1])


@cache
def half(number: int) -> frozenset[str]:
    """The files of the first or the second half; raises IndexError for any other number."""
    return deal(files(), recorded())[number - 1]


def write_times(target: Path, times: Mapping[str, float]) -> None:
    """One line a test: seconds and its name."""
    longest = sorted(times.items(), key=lambda pair: -pair[1])
    target.write_text("".join(f"{seconds:.3f} {test}\n" for test, seconds in longest), encoding="utf-8")


def read_times(sources: Sequence[str]) -> Counter[str]:
    """What several runs wrote, together."""
    lines = [line for source in sources for line in Path(source).read_text(encoding="utf-8").splitlines()]
    return Counter({test: float(seconds) for seconds, test in (line.split(" ", 1) for line in lines)})


def slowest(times: Counter[str]) -> list[str]:
    """The tests that took longest, set-up and tear-down included."""
    return [f"{seconds:7.1f} s  {test}" for test, seconds in times.most_common(SLOWEST)]


def record(times: Counter[str]) -> None:
    """Keep what each file took; files that did not run keep what they had, files that are gone go."""
    by_file: Counter[str] = Counter()
    for test, seconds in times.items():
        by_file[test.split("::")[0]] += seconds
    kept = {path: seconds for path, seconds in (recorded() | by_file).items() if (ROOT / path).exists()}
    RECORD.write_text("".join(f"{seconds:7.1f} {path}\n" for path, seconds in sorted(kept.items())), encoding="utf-8")


def main(what: str, *sources: str) -> None:
    """`slowest` or `record`, of the named files."""
    times = read_times(sources)
    if what == "record":
        record(times)
    else:
        print(f"The slowest {SLOWEST}:", *slowest(times), sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
