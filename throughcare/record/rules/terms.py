"""The little language of the risk terms: phrases as a clinician would list them, matched word by word.

overdos*            a word that begins so; *mg is a word that ends so
(sheet|lace*)       one of these
his?                a word that may be missing
..  ...             up to four, up to nine words in between
#                   a number, in figures or in words
OD                  all capitals: only in capitals
<drug>              one of a named group of words; also inside a bracket: (foil|<drug>)
~collapsed          only a hint: by itself it is never more than "to be read"
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from throughcare.core.rulebook import RulebookError

NAMED = re.compile(r"<(\w+)>")
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
GAPS = {"..": 4, "...": 9}
NO = frozenset({"no", "not", "nil", "never", "nothing", "without", "denies", "denied", "isn't", "doesn't", "hasn't", "didn't"})
NUMBER = re.compile(r"\d+|x\d+|one|two|three|four|five|six|seven|eight|nine|ten|several|many")


class Token(NamedTuple):
    """One word: as it is compared, as it was written, and where."""

    word: str
    written: str
    start: int
    end: int


@dataclass(frozen=True)
class Part:
    """One place of a phrase: the words that may stand there, or a gap of so many words."""

    words: tuple[str, ...] = ()
    gap: int = 0
    optional: bool = False
    whole: frozenset[str] = frozenset()  # of the words: those that stand as they are,
    capitals: frozenset[str] = frozenset()  # those that count only in capitals,
    begins: tuple[str, ...] = ()  # beginnings,
    ends: tuple[str, ...] = ()  # and endings
    number: bool = False

    def fits(self, token: Token) -> bool:
        """Whether the word may stand here."""
        return self._plain(token.word) or token.written in self.capitals

    def _plain(self, word: str) -> bool:
        if word in self.whole or word.startswith(self.begins) or (self.ends and word.endswith(self.ends)):
            return True
        return self.number and NUMBER.fullmatch(word) is not None


@dataclass(frozen=True)
class Phrase:
    """One term, as it is written in the rulebook and as it is matched."""

    text: str
    parts: tuple[Part, ...]
    hint: bool = False

    def end(self, tokens: Sequence[Token], at: int) -> int | None:
        """One past the last word when the phrase begins at word `at`, else None; the shortest reading wins."""
        return _end(self.parts, tokens, at)

    @cached_property
    def says_no(self) -> bool:
        """Whether the term itself holds a "no", as "not eaten" does."""
        return any(not NO.isdisjoint(part.whole) for part in self.parts)

    @property
    def first(self) -> tuple[str, ...]:
        """The words it may begin with."""
        return self.parts[0].words


def phrase(text: str, groups: Mapping[str, Sequence[str]] | None = None) -> Phrase:
    """A term from its text. Raises RulebookError for one that begins with a gap or with a word that may be missing."""
    whole = _with_groups(text.removeprefix("~"), groups or {})
    parts = tuple(_part(piece) for piece in whole.split())
    if not parts or parts[0].gap or parts[0].optional:
        raise RulebookError(f"the term {text!r} must begin with a word.")
    if any(set("()<> ") & set(word) or not word for part in parts for word in part.words):
        raise RulebookError(f"the term {text!r} has a bracket that does not close within one word.")
    return Phrase(text, parts, text.startswith("~"))


def tokens_of(text: str, offset: int = 0, spelling: dict[str, str] | None = None) -> list[Token]:
    """The words of a text; `spelling` gives the right spelling of a word that is off by a letter."""
    right = spelling or {}
    return [_token(found, offset, right) for found in WORD.finditer(text)]


def matches(phrases: Iterable[Phrase], tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Where any of these phrases stands, as (first word, one past the last)."""
    for one in phrases:
        for at in range(len(tokens)):
            if (end := one.end(tokens, at)) is not None:
                yield at, end


def _with_groups(text: str, groups: Mapping[str, Sequence[str]]) -> str:
    """The term with its groups written out. Raises RulebookError for a group that is not there."""
    if unknown := [name for name in NAMED.findall(text) if name not in groups]:
        raise RulebookError(f"the term {text!r} names the group {unknown[0]!r}, which is not there.")
    pieces = (piece if piece.startswith("(") else NAMED.sub(r"(<\1>)", piece) for piece in text.split())
    return " ".join(NAMED.sub(lambda found: "|".join(groups[found[1]]), piece) for piece in pieces)


def _token(found: re.Match[str], offset: int, right: dict[str, str]) -> Token:
    word = found.group().lower().replace("’", "'")
    return Token(right.get(word, word), found.group(), offset + found.start(), offset + found.end())


def _part(piece: str) -> Part:
    if piece in GAPS:
        return Part(gap=GAPS[piece])
    optional = piece.endswith("?")
    piece = piece.removesuffix("?")
    words = piece[1:-1].split("|") if piece.startswith("(") and piece.endswith(")") else [piece]
    capitals = frozenset(word for word in words if word.isupper() and len(word) > 1)
    small = tuple(word if word in capitals else word.lower() for word in words)
    plain = [word for word in small if word not in capitals and word != "#"]
    return Part(
        small, 0, optional, frozenset(word for word in plain if "*" not in word), capitals,
        tuple(word[:-1] for word in plain if word.endswith("*")), tuple(word[1:] for word in plain if word.startswith("*")),
        "#" in small,
    )  # fmt: skip


def _end(parts: Sequence[Part], tokens: Sequence[Token], at: int) -> int | None:
    if not parts:
        return at
    first, rest = parts[0], parts[1:]
    if first.gap:
        ends = (_end(rest, tokens, at + skipped) for skipped in range(first.gap + 1))
        return next((end for end in ends if end is not None), None)
    if at < len(tokens) and first.fits(tokens[at]) and (end := _end(rest, tokens, at + 1)) is not None:
        return end
    return _end(rest, tokens, at) if first.optional else None
