"""A person with 10,000 entries: what the timeline and the digest of them cost, and how long they take to plan."""

from __future__ import annotations

import re
import time
from statistics import median
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from throughcare.access.acting import acting
from throughcare.chart import timeline
from throughcare.chart.digest import digest, lines_in_words
from throughcare.demo import estate
from throughcare.demo.people import AMIR
from throughcare.patients import queries as patients
from throughcare.patients.models import Patient
from throughcare.patients.opened import PlacedPatient

ENTRIES, REPEATS = 10_000, 20
HOLD = 3.0  # milliseconds to plan a page's longest statement
MANY = """
    INSERT INTO record_encounter (id, patient_id, establishment, happened_at, written_at, written_by, written_by_name, addendum,
                                  kind, done, plan)
    SELECT gen_random_uuid(), %s, %s, now() - n * interval '1 hour', now(), 'bench', 'A nurse', false, 'early_days_check',
           'Slept well, eats with the others, nothing new to tell today, number ' || n, '' FROM generate_series(1, %s) n
"""


def line_of(username: str = "asha") -> str:
    """The figures as a sentence of the page. Everything happens in one transaction that is undone."""
    with acting(estate.actor(username)) as by, connection.cursor() as cursor:
        here = Patient.objects.filter(family_name=AMIR.family_name, given_names=AMIR.given_names)
        patient = PlacedPatient.of(patients.with_custody(here).get())
        began = time.perf_counter()
        cursor.execute(MANY, [patient.id, by.establishment, ENTRIES])
        wrote = 1000 * (time.perf_counter() - began)
        page = timeline.statement(patient, timeline.Filters(), timeline.PAGE + 1)
        planned = max(_planning(page), _planning(lines_in_words((patient.id,))))
        shown, said = _spent(lambda: timeline.timeline(patient)), _spent(lambda: digest((patient.id,)), 3)
        transaction.set_rollback(True)
    held = "held" if planned <= HOLD else "**not held**"
    return (
        f"A person with {ENTRIES:,} entries: a page of the timeline {shown:.0f} ms, the digest over all of them {said:.0f} ms, "
        f"in two statements each; planned in {planned:.1f} ms; hold {HOLD:.0f} ms to plan: {held}. To write that many rows with "
        f"their lines took {wrote:.0f} ms."
    )


def _planning(rows: QuerySet[Any]) -> float:
    """Milliseconds that PostgreSQL takes to plan a statement, at the median."""
    said = [rows.explain(summary=True) for _ in range(REPEATS)]
    return median(float(found[1]) for text in said if (found := re.search(r"Planning Time: ([\d.]+) ms", text)))


def _spent(read: Any, repeats: int = REPEATS) -> float:
    """Milliseconds of one reading, the database's own time included, at the median."""
    found = []
    for _ in range(repeats):
        began = time.perf_counter()
        read()
        found.append(1000 * (time.perf_counter() - began))
    return median(found)
