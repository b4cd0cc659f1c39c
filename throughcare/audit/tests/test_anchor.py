"""The anchor survives power cuts and says when somebody wrote into it."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from throughcare.audit import rules
from throughcare.audit.anchor import Anchor, AnchorProblem
from throughcare.audit.rules import Seal

AT = datetime(2026, 3, 2, 20, 10, tzinfo=UTC)


def seal(number, lines=(), previous="0" * 64):
    text = f"seal {number} {rules.moment(AT + timedelta(hours=number))} {len(lines)} {rules.root_of(lines)} {previous}"
    return Seal.read(f"{text} {hashlib.sha256(text.encode()).hexdigest()}")


GENESIS = seal(0)
FIRST = seal(1, ["a_table key 00", "a_table other 11"])
SECOND = seal(2, ["a_table third 22"])


@pytest.fixture
def anchor(tmp_path):
    made = Anchor(tmp_path, GENESIS.hash)
    made.begin(GENESIS)
    made.add(FIRST, ["a_table key 00", "a_table other 11"])
    return made


def test_it_holds_what_was_put_in(anchor):
    assert anchor.seals() == {0: GENESIS, 1: FIRST}
    assert anchor.leaves(FIRST) == ["a_table key 00", "a_table other 11"]


def test_two_chains_share_a_directory(anchor, tmp_path):
    other = Anchor(tmp_path, SECOND.hash)
    assert not other.exists()
    other.begin(SECOND)
    assert anchor.seals() == {0: GENESIS, 1: FIRST}


def test_adding_again_changes_nothing(anchor):
    anchor.add(FIRST, ["a_table key 00", "a_table other 11"])
    anchor.begin(GENESIS)
    assert anchor.seals() == {0: GENESIS, 1: FIRST}


@pytest.mark.parametrize("kept", [1, 30, 100, -2])
def test_a_line_torn_by_a_power_cut_is_written_again(anchor, kept):
    before = anchor.file.read_bytes()
    anchor.add(SECOND, ["a_table third 22"])
    torn = anchor.file.read_bytes()[len(before) :][:kept]
    anchor.file.write_bytes(before + torn)
    assert anchor.seals() == {0: GENESIS, 1: FIRST}
    anchor.add(SECOND, ["a_table third 22"])
    assert anchor.seals() == {0: GENESIS, 1: FIRST, 2: SECOND}


def test_a_changed_line_is_refused(anchor):
    anchor.file.write_text(anchor.file.read_text().replace(" 2 ", " 1 "))
    with pytest.raises(AnchorProblem, match="nobody of ours wrote"):
        anchor.seals()


@pytest.mark.parametrize("spoilt", [lambda file: file.unlink(), lambda file: file.write_bytes(file.read_bytes()[:-9]),
                                    lambda file: file.write_bytes(rules.packed(["a_table key 99"]))])  # fmt: skip
def test_a_spoilt_leaf_file_is_named(anchor, spoilt):
    (file,) = (anchor.folder / "leaves").iterdir()
    spoilt(file)
    with pytest.raises(AnchorProblem, match=file.name):
        anchor.leaves(FIRST)


def test_after_a_restore_the_chain_goes_on_and_nothing_is_overwritten(anchor):
    anchor.add(SECOND, ["a_table third 22"])
    anchor.restored(1, AT)
    assert anchor.seals() == {0: GENESIS, 1: FIRST}
    again = seal(2, ["a_table written_anew 33"])
    anchor.add(again, ["a_table written_anew 33"])
    assert anchor.seals()[2] == again
    assert anchor.leaves(SECOND) == ["a_table third 22"]
