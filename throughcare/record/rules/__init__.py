"""Reading the words of the record for what could kill: pure functions over text and the terms of the rulebook."""

from functools import cache
from pathlib import Path

from throughcare.core.rulebook import Rulebook, load
from throughcare.record.rules.building import build_terms
from throughcare.record.rules.dates import When, said_when
from throughcare.record.rules.judging import ASIDE, SURE, UNSURE
from throughcare.record.rules.reading import Hit, RiskKind, RiskTerms, read
from throughcare.record.rules.sentences import Sentence, sentences

RULEBOOK = Path(__file__).parent.parent / "rulebook"


@cache
def risk_terms(overlay: Path | None = None) -> Rulebook[RiskTerms]:
    """The words by which a danger is known, every version."""
    return load(RULEBOOK, build_terms, overlay, only=("risk-terms",))


__all__ = [
    "ASIDE", "RULEBOOK", "SURE", "UNSURE", "Hit", "RiskKind", "RiskTerms", "Sentence", "When", "build_terms", "read",
    "risk_terms", "said_when", "sentences",
]  # fmt: skip
