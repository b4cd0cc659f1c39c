"""An amount and its unit travel together (T14)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from throughcare.core.quantities import Quantity, UnitMismatch

AMOUNTS = some.decimals(min_value=-(10**7), max_value=10**7, places=4, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize("words, said", [
    ("500 mg", "500 mg"),
    ("500.00 mg", "500 mg"),
    ("0.5 ml", "0.5 ml"),
    (".5 ml", "0.5 ml"),
    ("1E+2 mg", "100 mg"),
    ("70 mg", "70 mg"),
    ("-3 ml", "-3 ml"),
])  # fmt: skip
def test_an_amount_is_read_and_said_without_trailing_noughts(words, said):
    assert str(Quantity.parse(words)) == said


@pytest.mark.parametrize("words", [
    "500", "mg", "", "500mg", "5,5 mg", "5 0 mg", "NaN mg", "Infinity mg", "-Infinity mg", "1e9 mg", "0.00001 mg", "five mg",
    "12 3 mg",
])  # fmt: skip
def test_what_is_not_an_amount_is_refused(words):
    with pytest.raises(ValueError):
        Quantity.parse(words)


@pytest.mark.parametrize("amount", [0.1, 5, "5", None, True])
def test_only_a_decimal_is_an_amount(amount):
    with pytest.raises(ValueError):
        Quantity(amount, "mg")


@pytest.mark.parametrize("put_together", [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a < b,
    lambda a, b: a > b,
    lambda a, b: a <= b,
    lambda a, b: max(a, b),
])  # fmt: skip
def test_milligrams_never_meet_millilitres(put_together):
    with pytest.raises(UnitMismatch):
        put_together(Quantity.parse("500 mg"), Quantity.parse("5 ml"))


def test_the_same_number_of_another_unit_is_not_the_same():
    assert Quantity.parse("5 mg") != Quantity.parse("5 ml")
    assert Quantity.parse("5 mg") == Quantity.parse("5.0 mg")


@given(AMOUNTS, AMOUNTS)
def test_adding_and_taking_away_give_the_first_back(one, other):
    first, second = Quantity(one, "mg"), Quantity(other, "mg")
    assert first + second - second == first


@given(AMOUNTS)
def test_what_is_said_reads_back(amount):
    assert Quantity.parse(str(Quantity(amount, "mg"))) == Quantity(amount, "mg")


@given(AMOUNTS, AMOUNTS)
def test_order_is_that_of_the_numbers(one, other):
    assert (Quantity(one, "mg") < Quantity(other, "mg")) == (one < other)


def test_a_sum_too_large_for_the_table_is_refused():
    most = Quantity(Decimal("99999999.9999"), "mg")
    with pytest.raises(ValueError):
        _ = most + most
