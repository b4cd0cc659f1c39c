"""The kinds of entry of the record, gathered: `KINDS` is what the pages about a person work from."""

from throughcare.record.entries.contacts import CONTACTS
from throughcare.record.entries.documents import DOCUMENTS
from throughcare.record.entries.findings import FINDINGS, allergy_words
from throughcare.record.entries.prevention import PREVENTION

KINDS = (*CONTACTS, *DOCUMENTS, *FINDINGS, *PREVENTION)

__all__ = ["KINDS", "allergy_words"]
