"""Leaves, trees, seals and proofs, against RFC 6962 as it is written and against every forgery of one digit."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughcare.audit import rules
from throughcare.audit.rules import NotASeal, Proof, Seal, Tree
from throughcare.core import clock, ids

MOMENT = datetime(2026, 10, 25, 1, 30, 0, 5, tzinfo=UTC)
LINES = st.lists(st.text(alphabet="abc 09", min_size=1, max_size=12), max_size=70)
HEX = hashlib.sha256(b"before").hexdigest()


def merkle(leaves):
    """RFC 6962, section 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + merkle(leaves[:half]) + merkle(leaves[half:])).digest()


def sealed(lines, number=7):
    made = Seal(number, MOMENT, len(lines), rules.root_of(lines), HEX, "")
    return replace(made, hash=hashlib.sha256(made.text.encode()).hexdigest())


@given(LINES)
def test_the_root_is_that_of_the_standard(lines):
    assert rules.root_of(lines) == merkle([line.encode() for line in lines]).hex()


@given(LINES.filter(bool), st.data())
def test_every_line_has_a_path_to_the_root_and_no_other_line_has(lines, data):
    place = data.draw(st.integers(0, len(lines) - 1))
    path = rules.path_of([rules.leaf(line) for line in lines], place)
    assert rules.root_by(path, lines[place], place, len(lines)) == rules.root_of(lines)
    assert rules.root_by(path, lines[place] + "!", place, len(lines)) != rules.root_of(lines)
    assert len(path) <= len(lines).bit_length()


@pytest.mark.parametrize("path", [[], ["00" * 32] * 9])
def test_a_path_of_the_wrong_length_proves_nothing(path):
    with pytest.raises(ValueError, match=r"too (short|long)"):
        rules.root_by(path, "a", 2, 5)


def test_a_tree_is_no_larger_than_it_is_high():
    tree = Tree()
    for n in range(5000):
        tree.add(rules.leaf(str(n)))
    assert len(tree._whole) <= 13


class TestAProof:
    row = '{"id": "x", "done": "seen"}'
    keys = [ids.new() for _ in range(5)]

    def made(self):
        lines = [rules.line("record_encounter", key, rules.row_hash(self.row)) for key in self.keys]
        path = rules.path_of([rules.leaf(line) for line in lines], 3)
        return Proof("record_encounter", self.keys[3], rules.row_hash(self.row).hex(), 3, tuple(path), sealed(lines), self.row)

    def test_holds(self):
        assert self.made().holds

    @pytest.mark.parametrize("change", [
        {"row": '{"id": "x", "done": "not seen"}'}, {"table": "record_warning"}, {"row_id": UUID(int=1)}, {"hash": "00" * 32},
        {"place": 2}, {"place": 99}, {"path": ()}, {"seal": sealed(["other"])},
    ])  # fmt: skip
    def test_fails_when_anything_is_changed(self, change):
        assert not replace(self.made(), **change).holds

    def test_may_come_without_the_row(self):
        assert replace(self.made(), row=None).holds


def test_a_seal_is_read_as_it_was_written():
    seal = sealed(["a", "b"])
    assert Seal.read(seal.line) == seal
    assert seal.line.startswith("seal 7 2026-10-25T01:30:00.000005Z 2 ")


@given(st.integers(0, 200), st.sampled_from("0123456789abcdefZ- "))
def test_no_character_of_a_seals_line_can_be_changed(place, other):
    line = sealed(["a"]).line
    changed = line[: place % len(line)] + other + line[place % len(line) + 1 :]
    if changed != line:
        with pytest.raises(NotASeal):
            Seal.read(changed)


def test_the_two_half_past_ones_of_october_are_two_moments():
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert rules.moment(first) < rules.moment(second)


def test_a_key_tells_when_it_was_made():
    before = clock.now() - timedelta(seconds=1)
    key = ids.new()
    assert before < rules.made_at(key) < clock.now() + timedelta(seconds=1)
    assert rules.lowest_key(before) < key < rules.lowest_key(before + timedelta(minutes=1))
    assert rules.made_at(UUID(int=5)) is None


@given(st.lists(st.from_regex(r"[a-z_]+ [0-9a-f]{8}", fullmatch=True)))
def test_a_leaf_file_gives_back_its_lines_and_is_always_the_same(lines):
    assert rules.unpacked(rules.packed(lines)) == lines
    assert rules.packed(lines) == rules.packed(list(lines))


def test_canonical_json_is_hashed_as_it_is_spelt():
    assert rules.row_hash(json.dumps({"a": 1})).hex() == hashlib.sha256(b'{"a": 1}').hexdigest()
