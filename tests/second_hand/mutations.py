"""Change one value of the clinical rulebook at a time, in memory, and count how many changes the tables notice.

    .venv/bin/python -m tests.second_hand.mutations            every change: some minutes
    .venv/bin/python -m tests.second_hand.mutations phq-9 acct  every change of these files
    .venv/bin/pytest tests/second_hand/test_mutations.py       a sample with a fixed seed

A number goes up and down by one, a time by half an hour, a day by one; a code of a condition leaves its list or becomes
another of its question; a severity, an owner and what a step starts on or is done by become another. Examples, versions,
dates of review and words for people are no values.
"""

import copy
import os
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from tests.second_hand import behaviour, compare, product

IDENTITY = {"version", "applies_from", "review_by", "source", "to_confirm"}
NO_VALUES = {"examples", "fires", "silent", "actions"}  # worked examples, and the names of what can be done at a stop
SWAPS = {
    "severity": ("urgent", "stop", "info"),
    "owner_role": ("nurse_in_charge", "prescriber"),
    "to": ("nurse_in_charge", "prescriber"),
}
CODES = {"value", "kind", "alert", "code", "service", "urgency", "at", "opens", "closes"}


@dataclass(frozen=True)
class Change:
    """One value of one file, and what it becomes."""

    stem: str
    path: tuple
    was: object
    becomes: object

    def __str__(self):
        return f"{self.stem}: {'.'.join(map(str, self.path))}: {self.was} becomes {self.becomes}"


def changes(stem):
    """Every change of one file, in order."""
    parsed = {key: value for key, value in product.data(stem).items() if key not in IDENTITY}
    return [Change(stem, path, was, becomes) for path, was in _values(parsed) for becomes in _others(path, was)]


def noticed(change):
    """How a change is noticed: by the `tables`, by the product, which cannot read it (`refused`), or not at all: ``."""
    parsed = copy.deepcopy(product.data(change.stem))
    _put(parsed, change.path, change.becomes)
    try:
        built = product.build(change.stem, parsed)
    except product.Refused:
        return "refused"
    try:
        return "tables" if _differences(change.stem, parsed, built) else ""
    except (ArithmeticError, LookupError, StopIteration, TypeError, ValueError):
        return "tables"  # a test that cannot even be asked has failed


def _differences(stem, parsed, built):
    kind, value = built or (None, None)
    checks = {
        "questionnaire": (compare.questionnaire, behaviour.first),
        "pathway": (compare.pathway,),
        "observations": (compare.observations,),
        "dangers": (compare.dangers, behaviour.dangers),
    }.get(kind, ())
    plain = compare.numbers(stem, parsed, kind) or (kind is None and compare.lines(stem, parsed))
    return plain or (stem == "referring" and compare.suggestions(parsed)) or any(check(value) for check in checks)


def _values(value, path=()):
    """Every value that could be another, by where it stands."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key not in NO_VALUES:
                yield from _values(part, (*path, key))
    elif isinstance(value, list):
        if _is_code(path) and value and all(isinstance(part, str | int) for part in value):
            yield path, value
        for place, part in enumerate(value):
            yield from _values(part, (*path, place))
    elif _is_number(value) or (isinstance(value, str) and (path[-1] in SWAPS or _is_code(path))):
        yield path, value


def _is_number(value):
    return isinstance(value, int | float | Decimal | date | datetime | time) and not isinstance(value, bool)


def _is_code(path):
    names = [part for part in path if isinstance(part, str)]
    return (
        bool(names)
        and names[-1] in CODES
        and bool({"when", "where", "alerts", "enable_when", "due", "warn_after", "slots"} & set(names))
    )


def _others(path, was):
    """What a value becomes, one after the other."""
    if isinstance(was, list):
        return [[one for one in was if one != gone] for gone in was] if len(was) > 1 else []
    if isinstance(was, time):
        return [time((was.hour + 1) % 24, 30 if was.minute == 0 else 0)]
    if isinstance(was, date):
        return [was + timedelta(days=1)]
    if isinstance(was, str):
        return _other_words(path, was)
    return [was + 1, was - 1]


def _other_words(path, was):
    if path[-1] in SWAPS:
        return [next(one for one in SWAPS[path[-1]] if one != was)]
    if path[-1] in ("opens", "closes"):
        hour, minute = was.split(":")
        return [f"{hour}:{'15' if minute != '15' else '30'}"]
    if path[-1] == "at":
        return [next(one for one in ("same_evening", "next_noon") if one != was)]
    return [f"{was}_other"]


def _put(parsed, path, value):
    for part in path[:-1]:
        parsed = parsed[part]
    parsed[path[-1]] = value


def main(stems):
    """Every change of the files named, or of all; prints what nobody noticed and the figures."""
    counted, lost = Counter(), []
    for stem in stems or product.files():
        for change in changes(stem):
            how = noticed(change)
            counted[how or "unnoticed"] += 1
            lost += [] if how else [str(change)]
    print(*lost, sep="\n")
    total = counted.total()
    print(f"{total} changes: {dict(counted)}; the tables notice {100 * counted['tables'] / total:.1f} %")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughcare.config.settings")
    main(sys.argv[1:])
