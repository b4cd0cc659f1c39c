"""The harness counts what it says it counts."""

import pytest

from throughcare.config.commands import benching
from throughcare.config.commands.benching import Figure

REQUEST = [
    "SELECT session", "SELECT user", "BEGIN", "SELECT set_config('app.user', 'x', true)", "SELECT patients", "SAVEPOINT s1",
    "SELECT answers", "RELEASE SAVEPOINT s1", "INSERT INTO audit_access", "COMMIT",
]  # fmt: skip


def test_a_views_statements_are_those_between_entering_and_the_trace():
    assert benching.inside(REQUEST) == 2


def test_a_request_that_writes_no_trace_counts_to_its_end():
    assert benching.inside(REQUEST[:7]) == 2


@pytest.mark.parametrize("values, found", [([5.0], 5.0), (list(range(1, 21)), 19), (list(range(1, 31)), 29)])
def test_nineteen_of_twenty_do_not_exceed_p95(values, found):
    assert benching.p95(values) == found


def test_a_figure_that_is_not_held_says_so():
    slow = Figure("patient page", inside=16, whole=24, cpu_median=4.0, cpu_p95=6.0, kilobytes=14)
    assert "| patient page | 16 | 11, **not held** | 24 | 4.0 | 5 | 6.0 | 14 |" in benching.table([slow])
