"""A proof travels with a row and is checked without us: with a few lines that know only the page about the format."""

import hashlib
import json

import psycopg
import pytest

from tests import scenes
from tests.nonempty import nonempty
from throughcare.access.acting import acting
from throughcare.audit import sealing
from throughcare.audit.proofs import proof_of
from throughcare.core import ids
from throughcare.demo import people
from throughcare.instruments.models import Answer


@pytest.fixture
def written(committing_db, house, tmp_path):
    """Some of Amir's answers, sealed among everything else."""
    amir = scenes.screened(people.AMIR, house.nurse)
    with psycopg.connect(committing_db.owner_url, autocommit=True) as owner:
        sealing.seal(owner, tmp_path, everything=True)
    with acting(house.nurse):
        return [("instruments_answer", key) for key in Answer.objects.filter(patient=amir).values_list("id", flat=True)[:6]]


def holds(row, table, key, place, path, seal):
    """As docs/security/proof.md says it, with nothing of ours."""
    sha = lambda data: hashlib.sha256(data).digest()  # noqa: E731
    node = sha(b"\0" + f"{table} {key} {sha(row.encode()).hex()}".encode())
    text, _, own = seal.rpartition(" ")
    _, _, _, count, root, _ = text.split(" ")
    width, beside = int(count), [bytes.fromhex(one) for one in path]
    while width > 1:
        if place ^ 1 < width:
            other = beside.pop(0)
            node = sha(b"\1" + (other + node if place % 2 else node + other))
        place, width = place // 2, (width + 1) // 2
    return node.hex() == root and sha(text.encode()).hex() == own


def test_a_proof_is_checked_by_a_few_lines_of_somebody_else(house, written):
    with acting(house.nurse):
        proofs = proof_of(written)
    assert set(proofs) == set(written)
    for proof in nonempty(proofs.values()):
        assert proof.holds
        sent = json.loads(json.dumps([proof.row, proof.table, str(proof.row_id), proof.place, proof.path, proof.seal.line]))
        assert holds(*sent)
        assert not holds(sent[0].replace("a", "b", 1), *sent[1:])
        assert len(proof.path) <= 17, "a seal of 100,000 leaves is seventeen levels high"


def test_who_may_not_see_the_row_gets_its_proof_without_it(house, written):
    with acting(house.other):
        proofs = proof_of(written)
    assert {proof.row for proof in proofs.values()} == {None}
    assert all(proof.holds for proof in nonempty(proofs.values()))


def test_what_waits_for_its_seal_has_no_proof_yet(house, written):
    with acting(house.nurse):
        assert proof_of([("instruments_answer", ids.new())]) == {}
        assert proof_of([("record_warning", written[0][1])]) == {}, "a key is asked for with its table"
