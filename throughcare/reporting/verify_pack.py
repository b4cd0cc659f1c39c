"""Checks an inspection pack of Throughcare without Throughcare: Python 3.11 or newer and the package `cryptography` are enough.

    python verify_pack.py PACK.zip FINGERPRINT

FINGERPRINT: of the provider's signing key, got by another way than the pack. Exit code 1: the sentence says what is wrong.
"""

import hashlib
import json
import sys
import zipfile
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT, SIGNED, OWN, LARGEST = "throughcare-inspection-pack/1", "manifest.json", ("manifest.json", "signature.txt"), 2**31


class Wrong(Exception):
    """What is wrong, in one sentence."""


def sha(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def members(path: str) -> dict[str, bytes]:
    """Every file of the bundle; each name once, and readable to its last byte."""
    with zipfile.ZipFile(path) as bundle:
        names = [one.filename for one in bundle.infolist()]
        if len(names) != len(set(names)):
            raise Wrong("The bundle holds two files of one name.")
        if sum(one.file_size for one in bundle.infolist()) > LARGEST:
            raise Wrong("The bundle is larger than any that is made.")
        return {name: bundle.read(name) for name in names}


def signed(files: dict[str, bytes], expected: str) -> dict:
    """The manifest, once its signature holds."""
    for name in (*OWN, "public_key.txt"):
        if name not in files:
            raise Wrong(f"The file {name} is missing.")
    key = bytes.fromhex(files["public_key.txt"].decode().strip())
    fingerprint = sha(key).hex()
    if expected and fingerprint != expected:
        raise Wrong(f"It was signed with another key: its fingerprint is {fingerprint}, not the one you gave.")
    signature = bytes.fromhex(files["signature.txt"].decode())
    if files["signature.txt"] != f"{signature.hex()}\n".encode():
        raise Wrong("The file signature.txt is not as it was written.")
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, files[SIGNED])
    except InvalidSignature:
        raise Wrong("The signature does not fit the manifest: one of the two was changed.") from None
    manifest = json.loads(files[SIGNED])
    if manifest["format"] != FORMAT or manifest["key"] != fingerprint:
        raise Wrong("The manifest speaks of another format or another key.")
    return manifest


def whole(files: dict[str, bytes], manifest: dict) -> None:
    """Every file as the manifest lists it, and no other."""
    listed = manifest["files"]
    for name in sorted(set(files) - set(listed) - set(OWN)):
        raise Wrong(f"The file {name} is not in the manifest: it was added.")
    for name, told in listed.items():
        if name not in files:
            raise Wrong(f"The file {name} is missing.")
        if len(files[name]) != told["bytes"] or sha(files[name]).hex() != told["sha256"]:
            raise Wrong(f"The file {name} is not as it was signed.")


def chain(lines: list[str], head: str | None) -> dict[int, tuple[int, str]]:
    """number -> (count, root) of every seal, once each holds and follows the one before, up to the head of the manifest."""
    seals, before = {}, None
    for line in lines:
        text, _, own = line.rpartition(" ")
        _, number, _, count, root, previous = text.split(" ")
        if sha(text.encode()).hex() != own:
            raise Wrong(f"Seal {number} is not as it was made.")
        if before and (int(number), previous) != (before[0] + 1, before[1]):
            raise Wrong(f"Seal {number} does not follow seal {before[0]}.")
        before, seals[int(number)] = (int(number), own), (int(count), root)
    if (lines[-1] if lines else None) != head:
        raise Wrong("The last seal is not the head that the manifest names.")
    return seals


def root(entry: str, place: int, count: int, path: list[str]) -> str:
    """The root of the tree that this entry leads to (RFC 6962)."""
    made, beside = sha(b"\0" + entry.encode()), [bytes.fromhex(one) for one in path]
    while count > 1:
        if place ^ 1 < count:
            other = beside.pop(0) if beside else b""  # a path too short leads nowhere
            made = sha(b"\1" + (other + made if place & 1 else made + other))
        place, count = place >> 1, (count + 1) >> 1
    return "" if beside else made.hex()


def proved(record: dict, proofs: dict, manifest: dict) -> tuple[int, int]:
    """How many rows lie under a seal and how many do not; every row that says so is led to its seal."""
    seals, counted, rows = chain(proofs["seals"], manifest["seal"]), {}, {}  # type: ignore[var-annotated]
    for row in record["rows"]:
        own = json.loads(row["row"])["id"]
        if str(UUID(int=own) if isinstance(own, int) else own) != row["id"] or (row["table"], row["id"]) in rows:
            raise Wrong(f"The row {row['table']} {row['id']} is there twice, or says that it is another.")
        rows[row["table"], row["id"]], counted[row["table"]] = row, counted.get(row["table"], 0) + 1
    if counted != manifest["rows"]:
        raise Wrong("The record does not hold as many rows as the manifest counts.")
    led = set()
    for proof, named in ((one, (one["table"], one["id"])) for one in proofs["proofs"]):
        if named not in rows or not rows[named]["sealed"] or named in led:
            raise Wrong(f"There is a proof of {named[0]} {named[1]}, but no such sealed row.")
        count, sealed_root = seals.get(proof["seal"], (0, ""))
        entry = f"{named[0]} {named[1]} {sha(rows[named]['row'].encode()).hex()}"
        if not 0 <= proof["place"] < count or root(entry, proof["place"], count, proof["path"]) != sealed_root:
            raise Wrong(f"The row {named[0]} {named[1]} is not the one under seal {proof['seal']}.")
        led.add(named)
    for named in (one for one in rows if rows[one]["sealed"] and one not in led):
        raise Wrong(f"The row {named[0]} {named[1]} says that it is sealed, but has no proof.")
    return len(led), len(rows) - len(led)


def verify(path: str, expected: str = "") -> str:
    """The sentence of a bundle that holds; raises Wrong with the sentence of one that does not."""
    expected = "".join(letter for letter in expected.lower() if letter in "0123456789abcdef")
    try:
        files = members(path)
        manifest = signed(files, expected)
        whole(files, manifest)
        under, beside = proved(json.loads(files["record.json"]), json.loads(files["proofs.json"]), manifest)
    except Wrong:
        raise
    except Exception as error:  # whatever cannot be read is no bundle of ours
        raise Wrong(f"The bundle cannot be read: {type(error).__name__}, {error}. It was cut short or changed.") from error
    kept = f"{under} rows lie under seals, {beside} rows stand by the signature alone. Seal of the head: {manifest['seal']}"
    if expected:
        return f"OK: signed by the key you named, every file as it was signed. {kept}"
    return f"Whole, but compare the fingerprint of its key with the provider's: {manifest['key']}. {kept}"


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    try:
        print(verify(*sys.argv[1:]))
    except Wrong as wrong:
        print(f"NOT TO BE TRUSTED: {wrong}")
        sys.exit(1)
