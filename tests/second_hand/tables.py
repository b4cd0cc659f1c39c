"""The tables: rows of CSV, by name."""

import csv
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def rows(name):
    """Every row of a table as a dict of strings."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, strict=True))


def of(name, column, value):
    """The rows of a table in which a column has this value."""
    return [row for row in rows(name) if row[column] == value]


def names():
    """The tables there are."""
    return sorted(path.stem for path in FOLDER.glob("*.csv"))
