"""Keys sort by time, look like version 7, and repeat only when seeded."""

import threading
import uuid

import pytest

from throughcare.core import ids


def test_a_key_is_a_uuid_of_version_7():
    key = ids.new()
    assert isinstance(key, uuid.UUID) and key.version == 7 and key.variant == uuid.RFC_4122


@pytest.mark.parametrize("earlier, later", [(0, 1), (1_700_000_000_000, 1_700_000_000_001), (2**47, 2**47 + 5)])
def test_keys_of_a_later_millisecond_sort_later_whatever_the_noise(earlier, later):
    assert ids._version_7(earlier, 2**80 - 1) < ids._version_7(later, 0)


def test_the_time_can_be_read_back():
    assert ids._version_7(1_700_000_000_000, 12345).int >> 80 == 1_700_000_000_000


def test_ten_thousand_keys_are_ten_thousand():
    assert len({ids.new() for _ in range(10_000)}) == 10_000


def noise(key):
    return key.int & (1 << 62) - 1


def test_a_seed_repeats_the_random_part():
    runs = []
    for _ in range(2):
        with ids.seeded("demo"):
            runs.append([noise(ids.new()) for _ in range(5)])
    assert runs[0] == runs[1] and len(set(runs[0])) == 5


def test_a_seed_ends_with_its_block_also_after_a_failure():
    with pytest.raises(ZeroDivisionError), ids.seeded(1):
        raise ZeroDivisionError
    with ids.seeded(1):
        first = noise(ids.new())
    assert noise(ids.new()) != first


def test_a_nested_seed_gives_the_outer_one_back():
    with ids.seeded("a"):
        alone = [noise(ids.new()), noise(ids.new())]
    with ids.seeded("a"):
        first = noise(ids.new())
        with ids.seeded("b"):
            ids.new()
        assert [first, noise(ids.new())] == alone


def test_a_seed_is_of_its_thread_alone():
    found = []
    with ids.seeded("a"):
        expected = noise(ids.new())
    with ids.seeded("a"):
        thread = threading.Thread(target=lambda: found.append(noise(ids.new())))
        thread.start()
        thread.join()
        assert found[0] != expected and noise(ids.new()) == expected
