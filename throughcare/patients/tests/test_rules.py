"""Whom one could be taken for: twins of every kind are warned of, and strangers are not (T9)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughcare.patients.rules import Known, alike, alike_in_any, folded, skeleton

BORN, OTHER = date(1990, 3, 3), date(1971, 1, 1)
KHAN = Known("Khan", "Amir", BORN)
NAMES = st.text(alphabet=st.characters(categories=["L", "Zs", "Pd"]), max_size=20)


@pytest.mark.parametrize("other, why", [
    (Known("KHAN", "amir", OTHER), "same name"),
    (Known("Khan", "Omar", OTHER), "same family name"),
    (Known("Кhаn", "Аmir", OTHER), "same name"),
    (Known("Kháñ", "Amir", OTHER), "same name"),
    (Known("Amir", "Khan", OTHER), "names swapped"),
    (Known("Khann", "Aaron", OTHER), "sounds alike"),
    (Known("Khann", "Bob", OTHER), ""),
    (Known("Khatun", "Bob", BORN), "same date of birth"),
    (Known("Smith", "Amir", BORN), "same date of birth"),
    (Known("Smith", "Bob", BORN), ""),
    (Known("Smith", "Bob", OTHER), ""),
])  # fmt: skip
def test_why_two_names_could_be_taken_for_each_other(other, why):
    assert alike(KHAN, other) == alike(other, KHAN) == why


def test_letters_of_one_look_are_one_letter():
    assert skeleton("lqbal") == skeleton("Iqbal") and folded("Аmir") == "amir"


def test_any_name_of_either_counts_and_the_gravest_is_said():
    tony, anthony = Known("Reid", "Tony", BORN), Known("Marsh", "Anthony", BORN)
    assert alike_in_any([anthony, tony], [Known("Reid", "Tom"), Known("Reid", "Tony")]) == "same name"
    assert alike_in_any([anthony], [Known("Smith", "Bob")]) == ""


@given(NAMES, NAMES)
def test_nobody_is_unlike_himself_unless_nameless(family, given_name):
    me = Known(family, given_name, BORN)
    assert alike(me, me) == "same name" or not skeleton(family)


@given(NAMES, NAMES, NAMES, NAMES)
def test_it_never_matters_who_is_asked_first(one, two, three, four):
    first, second = Known(one, two, BORN), Known(three, four, BORN)
    assert alike(first, second) == alike(second, first)
