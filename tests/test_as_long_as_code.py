"""Tests grow with the code: of each package in lines, its tests in its own folder against everything else in it, migrations left
out. A ratchet: a number here may only go up."""

from collections import Counter

import pytest

from tests.test_house import PYTHON, ROOT

# Lines of tests to a line of code. Where others fall short of AS_LONG, behaviour that nobody wrote down is still in there.
AS_LONG = 1.0  # of `record`, `custody`, `patients` and `demo`, which every other package rests on or is shown by
FLOORS = {
    "access": 0.55, "audit": 0.4, "chart": 0.7, "config": 0.25, "core": 0.55, "custody": AS_LONG, "demo": 0.5, "hmpps": 0.9,
    "instruments": 0.45, "observations": 0.65, "pathways": AS_LONG, "patients": 0.55, "places": 0.0, "record": 0.65,
    "referrals": 0.7, "reporting": 0.4, "screening": 0.5,
}  # fmt: skip
NEW = 0.7  # of a package that is not listed yet


def counted():
    """Lines of code and of tests of each package."""
    code, tests = Counter(), Counter()
    for file in PYTHON:
        parts = file.relative_to(ROOT).parts
        if parts[0] == "throughcare" and len(parts) > 2:
            (tests if "tests" in parts else code)[parts[1]] += len(file.read_text(encoding="utf-8").splitlines())
    return code, tests


CODE, TESTS = counted()


@pytest.mark.parametrize("package", sorted(CODE))
def test_a_package_has_tests_to_its_code(package):
    floor = FLOORS.get(package, NEW)
    ratio = TESTS[package] / CODE[package]
    assert ratio >= floor, f"{package}: {TESTS[package]} lines of tests to {CODE[package]} of code; write what must hold."


def test_no_floor_is_of_a_package_that_is_gone():
    assert set(FLOORS) - set(CODE) == set()


def test_a_floor_that_was_outgrown_is_raised():
    """Half as much again as asked: the number here no longer keeps anything."""
    assert [one for one in sorted(FLOORS) if FLOORS[one] and TESTS[one] / CODE[one] > 1.5 * FLOORS[one]] == []
