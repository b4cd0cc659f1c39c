"""Who may fill an instrument in: the words of its file, and the roles they mean (rulebook/tables/administered-by.toml)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from throughcare.access.roles import roles
from throughcare.core.rulebook import RulebookError, read
from throughcare.instruments.rules.questionnaire import Questionnaire

TABLE = Path(__file__).parent.parent / "rulebook" / "tables" / "administered-by.toml"


@cache
def meanings() -> dict[str, frozenset[str]]:
    """word -> the roles it means; raises RulebookError for a role that is none, or a word with neither role nor reason."""
    found = {}
    for row in read(TABLE).get("words", ()):
        if strays := [code for code in row["roles"] if code not in roles()]:
            raise RulebookError(f"{TABLE}: {row['word']} means {strays[0]}, which is no role.")
        if not row["roles"] and not row.get("why"):
            raise RulebookError(f"{TABLE}: {row['word']} means no role. Write why.")
        found[row["word"]] = frozenset(row["roles"])
    return found


def may_administer(questionnaire: Questionnaire) -> frozenset[str]:
    """The roles that may fill this instrument in; a role's own code stands for itself unless the table says more."""
    return frozenset(code for word in questionnaire.administered_by for code in _meant(word) or ())


def administered_badly(questionnaire: Questionnaire) -> Iterator[str]:
    """A sentence for each word that means nobody known, and for an instrument that nobody may fill in."""
    unknown = [word for word in questionnaire.administered_by if _meant(word) is None]
    yield from (f"administered_by names {word}, which is neither a role nor in {TABLE.name}." for word in unknown)
    if not unknown and not may_administer(questionnaire):
        yield "nobody with a role may fill it in: name one under administered_by."


def _meant(word: str) -> frozenset[str] | None:
    return meanings().get(word, frozenset({word}) if word in roles() else None)
