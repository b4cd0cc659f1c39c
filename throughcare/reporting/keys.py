"""The key that signs packs: from THROUGHCARE_PACK_KEY, or made once in a demo. Its fingerprint is what the provider publishes."""

from __future__ import annotations

import hashlib
import os

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from throughcare.core.refusals import Refused


class NoSigningKey(Refused):
    """An installation with real people was given no key, or one that cannot be read."""

    message = (
        "There is no key to sign packs with: put 64 hexadecimal digits into a file, name it in THROUGHCARE_PACK_KEY_FILE and "
        "start again. Ask your administrator."
    )


def signing_key() -> Ed25519PrivateKey:
    """The key; raises NoSigningKey."""
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(settings.PACK_KEY or _of_the_demo()))
    except ValueError:
        raise NoSigningKey() from None


def public_key(key: Ed25519PrivateKey) -> bytes:
    """Its public half, 32 bytes."""
    return key.public_key().public_bytes_raw()


def fingerprint(public: bytes) -> str:
    """SHA-256 of the public key: what is published, and compared by the reader of a pack."""
    return hashlib.sha256(public).hexdigest()


def spoken(digits: str) -> str:
    """A fingerprint in groups of four, to be read aloud."""
    return " ".join(digits[place : place + 4] for place in range(0, len(digits), 4))


def _of_the_demo() -> str:
    """A key beside the demo's other secrets; none where people may be real."""
    if not settings.DEMO:
        return ""
    kept = settings.STATE / "throughcare_pack_key"
    if not kept.exists():
        settings.STATE.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(os.urandom(32).hex(), encoding="utf-8")
    return str(kept.read_text(encoding="utf-8").strip())
