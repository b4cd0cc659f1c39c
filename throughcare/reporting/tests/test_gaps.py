"""Times without an entry: what counts as an entry about care is a line of the rulebook."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from throughcare.core import ids
from throughcare.reporting import book, gaps
from throughcare.reporting.about import Row, tables

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RULES = book.on(NOON.date())


def row(table, at, by="somebody"):
    said = {"happened_at": at.isoformat(), "written_at": at.isoformat(), "written_by": by}
    return Row(table, ids.new(), json.dumps(said), None, None, None)


def silences(*rows, rules=RULES):
    """Between two moments that are one and a half times as far apart as the rulebook stays quiet about."""
    gathered = SimpleNamespace(rows=rows)
    return gaps._silent(gathered, rules, NOON, NOON + 1.5 * RULES.quiet)


MIDDLE = NOON + 0.75 * RULES.quiet


@pytest.mark.parametrize("table, lines", [
    ("record_encounter", 0), ("screening_step", 0), ("instruments_answer", 0), ("custody_movement", 1), ("patients_name", 1),
])  # fmt: skip
def test_care_breaks_a_silence_and_nothing_else_does(table, lines):
    assert len(silences(row(table, MIDDLE))) == lines


def test_what_counts_as_care_is_said_by_the_rulebook():
    wider = replace(RULES, care=(*RULES.care, "custody_"))
    assert silences(row("custody_movement", MIDDLE), rules=wider) == []


def test_a_machine_breaks_no_silence():
    assert len(silences(row("record_encounter", MIDDLE, by="system:custody"))) == 1


def test_each_line_of_the_rulebook_is_the_beginning_of_a_table():
    names = [table.name for table in tables()]
    assert RULES.care and all(any(name.startswith(begins) for name in names) for begins in RULES.care)


def test_the_building_is_given_longer_than_any_pack_takes():
    assert RULES.stuck >= timedelta(minutes=5)
