"""What is in a pack, and that an independent script tells a whole one from two hundred altered ones."""

import hashlib
import io
import json
import os
import random
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.proofs import proof_of
from throughcare.core import clock
from throughcare.demo import people
from throughcare.patients import actions as patients
from throughcare.record import actions as record
from throughcare.reporting import about, building, keys, verify_pack
from throughcare.reporting.bundle import zipped
from throughcare.reporting.tests import packing

PLANTED = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>=HYPERLINK(1)"
OURS = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(packing.KEY))
FINGERPRINT = keys.fingerprint(keys.public_key(OURS))


@pytest.fixture
def sealing(settings, tmp_path):
    settings.PACK_KEY, settings.ANCHOR = packing.KEY, tmp_path / "anchor"


def looks(house, patient):
    """The nurse opens his page; what comes is kept as a look."""
    client = house.sign_in(Client(), "LEI nurse_in_charge")
    assert client.get(f"/patients/{patient.id}/").status_code == 200


def writes(by, patient, done):
    with acting(by):
        return record.record_encounter(patient=patient.id, kind="early_days_check", done=done, plan="", at=clock.now(), by=by)


def files_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


@pytest.fixture
def amir(committing_db, house, sealing):
    amir = scenes.screened(people.AMIR, house.nurse)
    writes(house.nurse, amir, PLANTED)
    looks(house, amir)
    return amir


@pytest.fixture
def pack(house, amir):
    return packing.built(house, amir.id)


def outside(tmp_path, content, *arguments):
    """verify_pack.py as shipped, on a machine without Throughcare: isolated Python, empty environment, another folder."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    (elsewhere / "pack.zip").write_bytes(content)
    shutil.copy(Path(verify_pack.__file__), elsewhere / "verify_pack.py")
    command = [sys.executable, "-I", "verify_pack.py", "pack.zip", *arguments]
    return subprocess.run(command, cwd=elsewhere, env={"PATH": os.defpath}, capture_output=True, text=True, check=False)


def test_it_verifies_elsewhere_and_after_later_writes(house, amir, pack, tmp_path):
    writes(house.nurse, amir, "Written after the pack")
    said = outside(tmp_path, bytes(pack.content), FINGERPRINT)
    assert (said.returncode, said.stdout[:3]) == (0, "OK:"), said
    assert "compare the fingerprint" in outside(tmp_path, bytes(pack.content)).stdout
    assert "Written after the pack" not in files_of(bytes(pack.content))["record.json"].decode()


def test_the_script_is_short_and_needs_nothing_of_ours():
    source = Path(verify_pack.__file__).read_text()
    assert len(source.splitlines()) <= 150 and "import throughcare" not in source and "django" not in source.lower()


def test_what_is_in_it(house, amir, pack):
    files = files_of(bytes(pack.content))
    manifest, told = json.loads(files["manifest.json"]), json.loads(files["record.json"])
    assert set(files) == {
        "README.txt", "gaps.html", "manifest.json", "proofs.json", "public_key.txt", "record.json", "signature.txt", "story.html",
        "verify_pack.py",
    }  # fmt: skip
    assert manifest["about"]["records"] == [str(amir.id)] and manifest["approved"]["name"] == house[packing.HEAD].name
    assert manifest["basis"]["code"] == "court_order" and manifest["basis"]["disclosure"]
    for table in ("instruments_answer", "record_encounter", "custody_movement", "audit_fact", "audit_access", "audit_rowversion",
                  "patients_patient", "patients_disclosure", "reporting_packrequest"):  # fmt: skip
        assert manifest["rows"].get(table), table
    assert {row["sealed"] for row in told["rows"] if row["table"] == "instruments_answer"} == {True}


def test_the_paths_are_those_of_the_audit_trail(house, amir, pack):
    proofs = json.loads(files_of(bytes(pack.content))["proofs.json"])["proofs"]
    mine = {
        (one["table"], one["id"]): (one["seal"], one["place"], one["path"])
        for one in proofs
        if one["table"] == "record_encounter"
    }
    with acting(house.nurse):
        theirs = proof_of([(table, UUID(key)) for table, key in mine])
    assert mine == {(p.table, str(p.row_id)): (p.seal.number, p.place, list(p.path)) for p in theirs.values()}


def test_the_story_says_who_had_been_shown_an_entry_and_what_it_does_not_hold(house, pack):
    story = files_of(bytes(pack.content))["story.html"].decode()
    entry = story.split("early days check")[1].split("</article>")[0]
    assert "Had been shown it: " + house["LEI nurse_in_charge"].name in entry and house.nurse.name in entry
    assert "What is missing, and why" in story and "Not one row in these dates" in story


def test_text_is_inert_everywhere(pack):
    files = files_of(bytes(pack.content))
    for name in ("story.html", "gaps.html"):
        assert "<script" not in files[name].decode() and "<img" not in files[name].decode()
        assert "default-src 'none'" in files[name].decode()
    assert "&lt;script&gt;" in files["story.html"].decode()


def test_rows_out_of_reach_are_a_gap_and_not_in_the_pack(house, amir, as_owner):
    """Another man's rows never come, whatever his keys are asked for."""
    omar = scenes.received(scenes.OMAR, prison="MDI")
    with acting(building.builder("LEI", "x")):
        about.spell()
        everything = [row for table in about.tables() for row in table.rows([omar.id], [], [omar.id])]
    assert everything == []


# Tampering


def record_of(files):
    return json.loads(files["record.json"])


def resigned(files, key):
    """The manifest fitted to the files again, and signed."""
    manifest = json.loads(files["manifest.json"])
    public = key.public_key().public_bytes_raw()
    files["public_key.txt"] = f"{public.hex()}\n".encode()
    manifest["key"] = hashlib.sha256(public).hexdigest()
    listed = {name: data for name, data in files.items() if name not in verify_pack.OWN}
    manifest["files"] = {name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in listed.items()}
    files["manifest.json"] = json.dumps(manifest).encode()
    files["signature.txt"] = f"{key.sign(files['manifest.json']).hex()}\n".encode()
    return files


def a_byte(files, chance):
    name = chance.choice(sorted(files))
    data = bytearray(files[name])
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(7)
    return files | {name: bytes(data)}


def swapped_members(files, chance):
    one, other = chance.sample(sorted(files), 2)
    return files | {one: files[other], other: files[one]}


def a_row_dropped(files, chance):
    told = record_of(files)
    told["rows"].pop(chance.randrange(len(told["rows"])))
    changed = files | {"record.json": json.dumps(told).encode()}
    manifest = json.loads(files["manifest.json"])
    data = changed["record.json"]
    manifest["files"]["record.json"] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    return changed | {"manifest.json": json.dumps(manifest).encode()}


def another_key(files, chance):
    return resigned(files, Ed25519PrivateKey.from_private_bytes(chance.randbytes(32)))


def swapped_proofs(files, chance):
    told = json.loads(files["proofs.json"])
    one, other = chance.sample(range(len(told["proofs"])), 2)
    told["proofs"][one]["path"], told["proofs"][other]["path"] = told["proofs"][other]["path"], told["proofs"][one]["path"]
    changed = files | {"proofs.json": json.dumps(told).encode()}
    return resigned(changed, OURS) if told != json.loads(files["proofs.json"]) else a_byte(files, chance)


def a_sealed_row_rewritten(files, chance):
    """By somebody who holds our key: the seals still speak."""
    told = record_of(files)
    row = chance.choice([row for row in told["rows"] if row["sealed"]])
    row["row"] = row["row"].replace("2026-", "2025-", 1) if "2026-" in row["row"] else row["row"][:-1] + ', "x": 1}'
    return resigned(files | {"record.json": json.dumps(told).encode()}, OURS)


def a_seal_changed(files, chance):
    told = json.loads(files["proofs.json"])
    number = chance.randrange(len(told["seals"]))
    told["seals"][number] = told["seals"][number][:-1] + ("0" if told["seals"][number][-1] != "0" else "1")
    return resigned(files | {"proofs.json": json.dumps(told).encode()}, OURS)


def a_file_added_or_gone(files, chance):
    if chance.random() < 0.5:
        return files | {"more.html": b"<p>"}
    name = chance.choice(sorted(files))
    return {one: data for one, data in files.items() if one != name}


WAYS = (
    a_byte, a_byte, a_byte, swapped_members, a_row_dropped, another_key, swapped_proofs, a_sealed_row_rewritten, a_seal_changed,
    a_file_added_or_gone,
)  # fmt: skip
TIMES = 24


def refusal(target):
    """The sentence for an altered bundle; blank for one that was taken."""
    try:
        verify_pack.verify(str(target), FINGERPRINT)
    except verify_pack.Wrong as wrong:
        return str(wrong)[:60]
    return ""


def test_every_tampering_is_refused_with_a_sentence(pack, tmp_path):
    content, chance, said = bytes(pack.content), random.Random(19), {}
    files = files_of(content)
    for number in range(TIMES * len(WAYS)):
        way = WAYS[number % len(WAYS)]
        target = tmp_path / "tampered.zip"
        target.write_bytes(zipped(way(dict(files), chance)))
        said.setdefault(way.__name__, set()).add(refusal(target))
    print(f"\n{TIMES * len(WAYS)} tamperings refused", {way: len(words) for way, words in said.items()})
    assert all("" not in words for words in said.values()), said
    assert all("cannot be read" not in word for way in ("another_key", "swapped_proofs", "a_row_dropped") for word in said[way])


def test_a_truncated_or_flipped_zip_is_refused(pack, tmp_path):
    content, chance = bytes(pack.content), random.Random(5)
    for _ in range(30):
        target = tmp_path / "cut.zip"
        target.write_bytes(content[: chance.randrange(len(content) - 1)])
        with pytest.raises(verify_pack.Wrong, match=r"cut short|missing"):
            verify_pack.verify(str(target), FINGERPRINT)


def test_outside_says_it_too(pack, tmp_path):
    files = files_of(bytes(pack.content))
    said = outside(tmp_path, zipped(a_row_dropped(files, random.Random(1))), FINGERPRINT)
    assert said.returncode == 1 and "NOT TO BE TRUSTED: The signature does not fit the manifest" in said.stdout


def test_the_same_record_gives_the_same_zip(pack):
    assert zipped(files_of(bytes(pack.content))) == bytes(pack.content)


PAGES, A_PAGE = 60, 8  # entries that a printed page holds


def test_it_is_made_in_time(house, amir):
    for number in range(PAGES * A_PAGE):
        writes(house.nurse, amir, f"Entry {number}: " + "slept, ate, said that he was well. " * 6)
    began = time.monotonic()
    made = packing.built(house, amir.id)
    seconds = time.monotonic() - began
    print(f"\n{PAGES} pages, {len(record_of(files_of(bytes(made.content)))['rows'])} rows: {seconds:.1f} s, {made.size:,} bytes")
    assert seconds * 240 / PAGES < 120


def test_after_a_death_the_story_marks_late_entries_corrections_and_addenda(house, amir):
    with acting(house.nurse) as by:
        early = {"patient": amir.id, "kind": "early_days_check", "plan": "", "by": by}
        first = record.record_encounter(**early, done="Seen, well", at=clock.now() - 5 * scenes.HOUR)
        record.record_encounter(**early, done="Seen, not well", at=clock.now() - 5 * scenes.HOUR, corrects=first)
    with acting(house[packing.HEAD]) as head:
        patients.record_death(patient=amir.id, died_at=clock.now(), by=head)
    writes(house.nurse, amir, "Written after the death")
    files = files_of(bytes(packing.built(house, amir.id).content))
    entries = {words: part for part in files["story.html"].decode().split("<article") for words in SAID if words in part}
    assert "(late)" in entries["Seen, well"] and "later corrected" in entries["Seen, well"]
    assert "Corrects" in entries["Seen, not well"] and "addendum, written after the death" not in entries["Seen, not well"]
    assert "addendum, written after the death" in entries["Written after the death"]
    assert json.loads(files["manifest.json"])["about"]["died_at"] and "<strong>Died " in files["story.html"].decode()


SAID = ("Seen, well", "Seen, not well", "Written after the death")


def test_what_lies_outside_the_dates_is_counted_and_not_shown(house, amir):
    tomorrow = clock.now() + scenes.DAY
    files = files_of(bytes(packing.built(house, amir.id, since=tomorrow, until=tomorrow + scenes.DAY).content))
    assert "early_days_check" not in files["record.json"].decode()
    assert "(record_encounter)" in files["gaps.html"].decode().split("Outside the dates")[1].split("<h3>")[0]
