"""Which terms can be in a text at all, by its words alone: a quick look before the slow one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from throughcare.record.rules.terms import NUMBER, Part, Phrase

MOST_WORDS = 50_000  # whose parts are remembered; the words of notes come again and again
Ids = tuple[int, ...]


@dataclass(frozen=True)
class Needs:
    """Every place of every term by a number, and the numbers that a word can fill."""

    of: Mapping[Phrase, frozenset[int]]
    whole: Mapping[str, Ids]
    stems: Mapping[str, Ids]
    ends: Mapping[str, Ids]
    lengths: tuple[int, ...]
    numbers: Ids

    @classmethod
    def among(cls, terms: Iterable[Phrase]) -> Needs:
        known, of = dict[Part, int](), dict[Phrase, frozenset[int]]()
        for term in terms:
            needed = [part for part in term.parts if not (part.gap or part.optional)]
            of[term] = frozenset(known.setdefault(part, len(known)) for part in needed)
        stems = _table((word, number) for part, number in known.items() for word in part.begins)
        return cls(
            of, _table((word.lower(), number) for part, number in known.items() for word in {*part.whole, *part.capitals}), stems,
            _table((word, number) for part, number in known.items() for word in part.ends),
            tuple(sorted({len(stem) for stem in stems})), tuple(number for part, number in known.items() if part.number),
        )  # fmt: skip

    def filled(self, word: str) -> frozenset[int]:
        """The places that a word can fill."""
        found = [*self.whole.get(word, ())]
        for length in self.lengths:
            found += self.stems.get(word[:length], ()) if length <= len(word) else ()
        for end, numbers in self.ends.items():
            found += numbers if word.endswith(end) else ()
        return frozenset([*found, *(self.numbers if NUMBER.fullmatch(word) else ())])

    def remembered(self) -> Filled:
        """The same as `filled`, with a bounded memory."""
        return Filled(self)


class Filled:
    """The places that the words of a text can fill together."""

    def __init__(self, needs: Needs) -> None:
        self._one = lru_cache(MOST_WORDS)(needs.filled)

    def by(self, words: Iterable[str]) -> frozenset[int]:
        return frozenset().union(*map(self._one, words))


def _table(pairs: Iterable[tuple[str, int]]) -> dict[str, Ids]:
    table: dict[str, list[int]] = {}
    for word, number in pairs:
        table.setdefault(word, []).append(number)
    return {word: tuple(numbers) for word, numbers in table.items()}
