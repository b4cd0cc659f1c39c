"""The rulebook of the prison's words: what its alert codes, dates and restrictions are called on our pages. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from throughcare.core.rulebook import Book, RulebookError, only, shaped

FOLDER = Path(__file__).parent / "rulebook"
STRENGTHS = ("urgent", "info")
NOT_ON_OUR_LIST = "meaning not on our list"


@dataclass(frozen=True)
class AlertCode:
    """One alert code: the prison's own label, and for the banner how strong, in which order and in which plain words."""

    type: str
    code: str
    label: str
    active: str
    banner: str
    rank: int
    words: str
    basis: str

    @property
    def text(self) -> str:
        """What a reader meets: the plain words where there are some, else the prison's own label."""
        return self.words or self.label


@dataclass(frozen=True)
class Word:
    """A code, and what a reader meets instead of it."""

    code: str
    words: str


@dataclass(frozen=True)
class Words:
    """Everything of one version of the book that is not the table of alerts."""

    dates: tuple[Word, ...]
    certainties: tuple[Word, ...]
    restrictions: tuple[Word, ...]


def alert_codes() -> dict[str, AlertCode]:
    """Every alert code that we know the meaning of."""
    return CODES.current()


def meaning(code: str) -> AlertCode:
    """What an alert code means; one that is not on our list is said to be so, under the prison's code."""
    return alert_codes().get(code) or AlertCode("", code, f"{code}: {NOT_ON_OUR_LIST}", "", "", 0, "", "")


def date_words() -> dict[str, str]:
    """What each kind of date is called, in the order in which a page shows them."""
    return _words(WORDS.current().dates)


def certainty_words() -> dict[str, str]:
    """How sure a date is, in words."""
    return _words(WORDS.current().certainties)


def restriction_words() -> dict[str, str]:
    """How far two people are kept apart, in words."""
    return _words(WORDS.current().restrictions)


def build_codes(data: dict[str, Any]) -> dict[str, AlertCode]:
    """The table of alert codes. Raises RulebookError with the line that cannot be used, and why."""
    only(data, "rows")
    found: dict[str, AlertCode] = {}
    for row in data["rows"]:
        rank = row.get("rank") or ""
        one = shaped(AlertCode, row | {"rank": int(rank) if rank.isdigit() else 0}, row.get("code", "a line"))
        if why := _wrong(one, found):
            raise RulebookError(f"{one.code or 'a line without a code'}: {why}")
        found[one.code] = one
    return found


def _wrong(one: AlertCode, others: dict[str, AlertCode]) -> str:
    """Why a line cannot be used, or blank."""
    ranks = {other.rank for other in others.values() if other.banner}
    problems = {
        "it is listed twice.": one.code in others,
        "code, type, label and basis are needed.": not all((one.code, one.type, one.label, one.basis)),
        f"banner is one of {', '.join(STRENGTHS)}, or blank.": one.banner not in ("", *STRENGTHS),
        "what stands in the banner has plain words and a rank of its own.":
            bool(one.banner) and not (one.words and one.rank > 0 and one.rank not in ranks),
    }  # fmt: skip
    return next((why for why, is_so in problems.items() if is_so), "")


def _words(rows: tuple[Word, ...]) -> dict[str, str]:
    return {one.code: one.words for one in rows}


def _built(data: dict[str, Any]) -> Words:
    rows = {
        name: tuple(shaped(Word, row, name) for row in data.get(name, ())) for name in ("dates", "certainties", "restrictions")
    }
    for name, several in rows.items():
        if len(_words(several)) < len(several):
            raise RulebookError(f"{name}: a code is listed twice.")
    only(data, *rows)
    return Words(**rows)


WORDS = Book(FOLDER, _built, only=("custody-words",))
CODES = Book(FOLDER, build_codes, only=("alert-codes",))
