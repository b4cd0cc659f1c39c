"""Rulebooks: clinical numbers and words kept as dated, signed data beside the code that reads them.

One TOML file is one entry. Signatures live beside in `signatures.toml`, by content hash, so that a changed word is an
unsigned entry. A site adds its own in an overlay directory: same id, higher version. Old versions stay.
"""

from throughcare.core.rulebook.entry import IDENTITY, Entry, Rulebook, RulebookError, Signature, Source, Status
from throughcare.core.rulebook.loading import SIGNATURES, load
from throughcare.core.rulebook.reading import content_hash, read, shaped

__all__ = [
    "IDENTITY",
    "SIGNATURES",
    "Entry",
    "Rulebook",
    "RulebookError",
    "Signature",
    "Source",
    "Status",
    "content_hash",
    "load",
    "read",
    "shaped",
]
