"""Every score, band, total, bound and alert of every questionnaire is what a second hand wrote down from the sources."""

import pytest

from tests.nonempty import nonempty
from tests.second_hand import behaviour, compare, product, tables

BOOKS = product.questionnaires()


@pytest.mark.parametrize("id", sorted(BOOKS))
def test_every_value_of_a_questionnaire_is_the_one_written_down(id):
    assert compare.questionnaire(BOOKS[id]) == []


@pytest.mark.parametrize("id", sorted(BOOKS))
def test_answers_set_off_exactly_the_alerts_written_down(id):
    assert behaviour.questionnaire(BOOKS[id]) == []


def test_every_row_is_about_something_there_is():
    known = {*BOOKS, *product.paths(), *product.files()}
    assert compare.unknown_files(known) == []


@pytest.mark.parametrize("name", tables.names())
def test_every_row_says_where_it_was_read(name):
    found = tables.rows(name)
    assert found
    assert [row for row in found if not row["source"].strip()] == []


def test_no_row_is_there_twice():
    for name in nonempty(tables.names()):
        found = [tuple(value for key, value in row.items() if key != "source") for row in tables.rows(name)]
        assert found and len(found) == len(set(found)), name
