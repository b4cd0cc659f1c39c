"""The two halves of a run are the whole suite, once."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests import halves

PATHS = st.sets(st.from_regex(r"(throughcare|tests|journeys)/test_[a-z]{1,4}\.py", fullmatch=True))


@given(PATHS, st.dictionaries(st.sampled_from(["tests/test_a.py", "journeys/test_b.py"]), st.floats(0, 900)))
def test_every_file_is_in_one_half_whatever_was_recorded(paths, seconds):
    first, second = halves.deal(paths, seconds)
    assert first | second == paths and not first & second


@given(PATHS)
def test_the_journeys_stay_together(paths):
    assert sum(any(path.startswith("journeys/") for path in half) for half in halves.deal(paths, {})) <= 1


def test_the_halves_take_about_as_long():
    kept = halves.recorded()
    first, second = (sum(kept.get(path, halves.UNTIMED) for path in halves.half(number)) for number in (1, 2))
    assert len(kept) > 100
    assert abs(first - second) < 0.1 * (first + second)


def test_the_slowest_come_first_and_are_twenty():
    times = Counter({f"tests/test_a.py::test_{number}": float(number) for number in range(40)})
    shown = halves.slowest(times)
    assert len(shown) == 20 and shown[0].endswith("test_39") and shown[-1].endswith("test_20")


def test_what_was_written_is_read_back(tmp_path):
    times = Counter({"tests/test_a.py::test_x[with space]": 1.5, "tests/test_b.py::test_y": 0.25})
    halves.write_times(tmp_path / "one", times)
    assert halves.read_times([str(tmp_path / "one")]) == times
