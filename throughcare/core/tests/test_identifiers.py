"""A number is checked when it is made, and the sentence says what to do."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from throughcare.core.identifiers import BadIdentifier, NHSNumber, PrisonNumber, sort_key

VALID = [
    "9991000003",
    "9991000372",
    "9991000747",
    "9991001115",
    "9991001484",
    "9991001859",
    "9991002227",
    "9991002596",
    "9991002960",
    "9991003339",
    "9991003703",
    "9991004076",
    "9990000050",
    "9990000190",
    "9990000220",
    "9000000009",
    "9000000025",
    "9000000033",
]


@pytest.mark.parametrize("digits", VALID)
def test_a_number_of_the_test_range_is_taken(digits):
    assert NHSNumber(digits) == digits


@pytest.mark.parametrize("digits, why", [
    ("9990000000", "its first nine digits give 10, so no such number exists"),
    ("9990000140", "the same"),
    ("9990000280", "the same"),
    ("9991000004", "a wrong check digit"),
    ("1111111111", "adds up, but is a placeholder"),
    ("0000000000", "the same"),
    ("9991000030", "two digits changed places"),
])  # fmt: skip
def test_a_number_that_cannot_be_is_refused(digits, why):
    with pytest.raises(BadIdentifier, match="one digit is wrong"):
        NHSNumber(digits)


@pytest.mark.parametrize(
    "typed", ["", "999100000", "99910000030", "999100000X", "９９９１００００03", "+991000003", "999.100.0003"]
)
def test_what_is_not_ten_digits_is_refused(typed):
    with pytest.raises(BadIdentifier, match="has 10 digits"):
        NHSNumber(typed)


@pytest.mark.parametrize("typed", ["999 100 0003", "999-100-0003", " 9991000003\n", "999 1000 003"])
def test_spaces_and_dashes_do_not_matter(typed):
    assert NHSNumber(typed) == "9991000003" and NHSNumber(typed).spaced == "999 100 0003"


@given(some.sampled_from(VALID), some.integers(0, 9), some.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(digits, place, change):
    wrong = str((int(digits[place]) + change) % 10)
    with pytest.raises(BadIdentifier):
        NHSNumber(digits[:place] + wrong + digits[place + 1 :])


@given(some.text(max_size=20))
def test_anything_typed_is_a_number_or_a_sentence(typed):
    for kind in (NHSNumber, PrisonNumber):
        try:
            assert str(kind(typed)).isascii()
        except BadIdentifier as refusal:
            assert "Check" in str(refusal)


@pytest.mark.parametrize("typed, number", [("A7042QX", "A7042QX"), (" a7042qx ", "A7042QX"), ("A7042 QX", "A7042QX")])
def test_a_prison_number_is_tidied(typed, number):
    assert PrisonNumber(typed) == number


@pytest.mark.parametrize("typed", ["", "7042AQX", "A7042Q", "A70421Q", "A7042QXX", "Ä7042QX", "A７042QX", "A7042QX\x00"])
def test_what_is_not_a_prison_number_is_refused(typed):
    with pytest.raises(BadIdentifier, match="A prison number is"):
        PrisonNumber(typed)


@pytest.mark.parametrize("name, key", [
    ("O'Neil", "oneil"),
    ("  José   María ", "jose maria"),
    ("MÜLLER", "muller"),
    ("Straße", "strasse"),
    ("Fenwick-Smith", "fenwicksmith"),
    ("Łukasz", "łukasz"),
    ("ＡＭＩＲ", "amir"),
    ("𝕊am", "sam"),
    ("--", ""),
])  # fmt: skip
def test_names_are_compared_without_accents_case_or_marks(name, key):
    assert sort_key(name) == key


@given(some.text(max_size=60))
def test_a_key_of_a_key_is_itself(name):
    assert sort_key(sort_key(name)) == sort_key(name)
