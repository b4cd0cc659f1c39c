"""Reading the words of the record for what could kill: pure functions over text and the terms of the rulebook."""

from pathlib import Path

from throughcare.core.rulebook import Book, Rulebook
from throughcare.record.rules.building import build_terms
from throughcare.record.rules.dates import When, said_when
from throughcare.record.rules.judging import ASIDE, SURE, UNSURE
from throughcare.record.rules.reading import Hit, RiskKind, RiskTerms, read
from throughcare.record.rules.sentences import Sentence, sentences

RULEBOOK = Path(__file__).parent.parent / "rulebook"


RISK_TERMS = Book(RULEBOOK, build_terms, only=("risk-terms",))


def risk_terms() -> Rulebook[RiskTerms]:
    """The words by which a danger is known, every version."""
    return RISK_TERMS.all()


__all__ = [
    "ASIDE", "RISK_TERMS", "RULEBOOK", "SURE", "UNSURE", "Hit", "RiskKind", "RiskTerms", "Sentence", "When", "build_terms",
    "read", "risk_terms", "said_when", "sentences",
]  # fmt: skip
