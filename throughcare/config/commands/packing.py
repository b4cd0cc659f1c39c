"""Packs from the command line: check one, or say by which key ours are signed."""

from __future__ import annotations

from throughcare.config.commands.problem import Problem
from throughcare.core.refusals import Refused
from throughcare.reporting import verify_pack


def verify(file: str, key: str) -> int:
    """Check a pack; 1 when it is not to be trusted."""
    try:
        print(verify_pack.verify(file, key))
    except verify_pack.Wrong as wrong:
        print(f"NOT TO BE TRUSTED: {wrong}")
        return 1
    return 0


def own_key() -> int:
    """Print the public key and its fingerprint, to be published. Raises Problem where there is no key."""
    from throughcare.reporting import keys

    try:
        public = keys.public_key(keys.signing_key())
    except Refused as refusal:
        raise Problem(str(refusal)) from refusal
    print(f"public key   {public.hex()}\nfingerprint  {keys.spoken(keys.fingerprint(public))}")
    return 0
