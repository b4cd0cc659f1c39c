"""Why somebody could look, from the trail alone."""

from datetime import UTC, datetime, timedelta

import pytest

from throughcare.patients.reasons import BROKEN, WHY, story, why_they_could

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CAME = ("patients.PatientArrived", NOON, "LEI", "new")
COURT = ("patients.PatientLeft", NOON + HOUR, "LEI", "court")
LEFT = ("patients.PatientLeft", NOON + 2 * HOUR, "LEI", "transfer")
THERE = ("patients.PatientArrived", NOON + 3 * HOUR, "MDI", "transfer")
DUE = ("patients.PatientInbound", NOON - HOUR, "LEI", "")
OTHER = ("screening.CoreDone", NOON, "LEI", "")


@pytest.mark.parametrize("facts, hours, prison, kind", [
    ([], 0, "LEI", ""),                                  # nothing says why
    ([CAME], 0, "LEI", "here"),
    ([CAME], -1, "LEI", ""),                             # before he came
    ([DUE], -1, "LEI", "expected"),
    ([DUE, CAME], 1, "LEI", "here"),
    ([CAME, COURT], 2, "LEI", "here"),                   # a court day closes nothing
    ([CAME, COURT, LEFT], 3, "LEI", "left"),
    ([LEFT, CAME], 3, "LEI", "left"),                    # told late, in the wrong order
    ([CAME, ("patients.PatientInbound", NOON + HOUR, "LEI", "")], 2, "LEI", "here"),  # the list was told after the van
    ([CAME, LEFT, ("patients.PatientInbound", NOON + 3 * HOUR, "LEI", "")], 4, "LEI", "expected"),  # on the van again
    ([CAME, LEFT, THERE], 4, "MDI", "here"),
    ([CAME, LEFT, THERE], 1, "MDI", ""),
    ([OTHER], 1, "LEI", ""),
])  # fmt: skip
def test_the_reason_is_where_he_stood_with_that_prison(facts, hours, prison, kind):
    assert why_they_could(NOON + hours * HOUR, prison, "care", story(facts)) == WHY[kind]


def test_an_emergency_says_so_whatever_else_there_was():
    assert why_they_could(NOON, "LEI", BROKEN, story([CAME])) == "Opened in an emergency: see the review"
