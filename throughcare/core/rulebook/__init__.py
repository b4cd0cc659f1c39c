"""Rulebooks: clinical numbers and words kept as dated, signed data beside the code that reads them.

One file is one entry: TOML, or CSV for many rows. Signatures live beside in `signatures.toml`, by content hash, so that a
changed word is an unsigned entry. A site adds its own in an overlay directory: same id, higher version. Old versions stay.
"""

from throughcare.core.rulebook.book import Book, declared
from throughcare.core.rulebook.entry import (
    IDENTITY,
    Entry,
    Inactive,
    NotInUse,
    Rulebook,
    RulebookError,
    Signature,
    Source,
    Status,
)
from throughcare.core.rulebook.loading import load
from throughcare.core.rulebook.reading import KINDS, content_hash, read
from throughcare.core.rulebook.shape import body, by_id, only, shaped, typed, whole
from throughcare.core.rulebook.signatures import SIGNATURES, sign
from throughcare.core.rulebook.site import Site, here, once, place, root, use, using
from throughcare.core.rulebook.state import Wanting, wanting

__all__ = [
    "IDENTITY", "KINDS", "SIGNATURES", "Book", "Entry", "Inactive", "NotInUse", "Rulebook", "RulebookError", "Signature", "Site",
    "Source", "Status", "Wanting", "body", "by_id", "content_hash", "declared", "here", "load", "once", "only", "place", "read",
    "root", "shaped", "sign", "typed", "use", "using", "wanting", "whole",
]  # fmt: skip
