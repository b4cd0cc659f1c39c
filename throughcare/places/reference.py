"""Loads the reference data: the list of establishments, by the owner."""

from __future__ import annotations

import csv
from pathlib import Path

import psycopg

LIST = Path(__file__).parent / "data" / "establishments.csv"


def rows() -> list[dict[str, str]]:
    """Every establishment of the list, as its columns."""
    with LIST.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def load(owner_url: str) -> int:
    """Insert or refresh every establishment; returns how many there are."""
    found = rows()
    with psycopg.connect(owner_url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO places_establishment (code, name, gender, function, region, remote_island)
               VALUES (%(code)s, %(name)s, %(gender)s, %(function)s, %(region)s, %(remote_island)s = 'Y')
               ON CONFLICT (code) DO UPDATE SET name = excluded.name, gender = excluded.gender,
               function = excluded.function, region = excluded.region, remote_island = excluded.remote_island""",
            found,
        )
    return len(found)
