"""Who may fill an instrument in: the words of its file, and the roles they mean (rulebook/tables/administered-by.toml)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from throughcare.access.roles import roles
from throughcare.core.rulebook import Book, RulebookError, whole
from throughcare.instruments.rules.questionnaire import Questionnaire

TABLES = Path(__file__).parent.parent / "rulebook" / "tables"


@dataclass(frozen=True)
class Word:
    """A word of `administered_by`, the roles it means, and where it means none, why."""

    word: str
    roles: frozenset[str]
    why: str = ""


@dataclass(frozen=True)
class _File:
    words: tuple[Word, ...]


def meanings() -> dict[str, frozenset[str]]:
    """word -> the roles it means; raises RulebookError for a role that is none, or a word with neither role nor reason."""
    return BOOK.current()


def _build(data: dict[str, Any]) -> dict[str, frozenset[str]]:
    found = {}
    for row in whole(_File)(data).words:
        if strays := sorted(row.roles - set(roles())):
            raise RulebookError(f"{row.word} means {strays[0]}, which is no role.")
        if not row.roles and not row.why:
            raise RulebookError(f"{row.word} means no role. Write why.")
        found[row.word] = row.roles
    return found


BOOK = Book(TABLES, _build, only=("administered-by",))


def may_administer(questionnaire: Questionnaire) -> frozenset[str]:
    """The roles that may fill this instrument in; a role's own code stands for itself unless the table says more."""
    return frozenset(code for word in questionnaire.administered_by for code in _meant(word) or ())


def administered_badly(questionnaire: Questionnaire) -> Iterator[str]:
    """A sentence for each word that means nobody known, and for an instrument that nobody may fill in."""
    unknown = [word for word in questionnaire.administered_by if _meant(word) is None]
    yield from (f"administered_by names {word}, which is neither a role nor in administered-by.toml." for word in unknown)
    if not unknown and not may_administer(questionnaire):
        yield "nobody with a role may fill it in: name one under administered_by."


def _meant(word: str) -> frozenset[str] | None:
    return meanings().get(word, frozenset({word}) if word in roles() else None)
