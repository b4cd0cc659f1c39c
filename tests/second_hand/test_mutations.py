"""The tables notice when a value changes: three changes that once went unnoticed, and a sample of all of them."""

from random import Random

import pytest

from tests.second_hand import product
from tests.second_hand.mutations import changes, noticed

SAMPLE, AT_LEAST = 120, 0.95


@pytest.mark.parametrize("stem, said", [
    ("phq-9", "['several_days', 'more_than_half', 'nearly_every_day'] becomes ['several_days', 'nearly_every_day']"),
    ("reception-first-stage", "fit_since becomes fit_since_other"),
    ("acct", "24 becomes 25"),
])  # fmt: skip
def test_a_change_that_once_went_unnoticed_is_noticed(stem, said):
    found = [change for change in changes(stem) if str(change).endswith(said)]
    assert found
    assert [str(change) for change in found if noticed(change) != "tables"] == []


def test_every_clinical_file_holds_values_or_none_that_could_change():
    assert sum(len(changes(stem)) for stem in product.files()) > 4000


def test_nearly_every_change_is_noticed():
    every = [change for stem in product.files() for change in changes(stem)]
    tried = Random(2026).sample(every, SAMPLE)
    lost = [str(change) for change in tried if noticed(change) != "tables"]
    assert len(tried) == SAMPLE and len(lost) <= (1 - AT_LEAST) * SAMPLE, lost
