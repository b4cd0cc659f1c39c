"""Ruth opens the pages of every kind of entry about Liam: none puts a barrier in her way. Kinds are found by discovery."""

from __future__ import annotations

import pytest

from journeys import records
from journeys.pages import Person
from tests.nonempty import nonempty
from throughcare.core.kinds import kinds
from throughcare.demo.people import LIAM

pytestmark = pytest.mark.usefixtures("van_is_in")
KINDS = sorted(kinds())
TOGETHER = 12  # kinds that one journey opens: a prison a kind would take an hour


@pytest.mark.parametrize("some", [KINDS[at : at + TOGETHER] for at in range(0, len(KINDS), TOGETHER)], ids=" ".join)
def test_the_list_and_the_form_of_each_kind(ruth: Person, some: list[str]):
    base = f"/patients/{records.key_of(LIAM)}/entries"
    for kind in nonempty(some):
        writing = kinds()[kind].writing
        assert ruth.goes_to(f"{base}/{kind}/").status == 200
        ruth.is_told(kinds()[kind].plural)
        if writing and writing.new and not writing.page:
            assert ruth.goes_to(f"{base}/{kind}/new/").status == 200
            ruth.is_told("Save and sign")


def test_one_entry_of_a_kind_and_its_correction(ruth: Person):
    base = f"/patients/{records.key_of(LIAM)}/entries/condition"
    ruth.goes_to(f"{base}/new/")
    ruth.types("Problem", "Asthma")
    for answer in ("Now", "Confirmed"):
        ruth.page.get_by_label(answer, exact=True).check()
    ruth.presses("Save and sign")
    ruth.goes_to(f"{base}/")
    ruth.page.get_by_role("link", name="Asthma").first.click()
    ruth.is_told("Asthma: now").presses("Change or correct")
    ruth.is_told("Correct: problem")
