"""Finding the terms of the rulebook in what was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from throughcare.record.rules.judging import ASIDE, SURE, UNSURE, Cues, Mention, judge
from throughcare.record.rules.kept import Kept, key_of
from throughcare.record.rules.needing import MOST_WORDS, Filled, Needs
from throughcare.record.rules.sentences import Sentence, sentences
from throughcare.record.rules.spelling import spelling
from throughcare.record.rules.terms import NO, WORD, Phrase, Token, matches, tokens_of

LONG = 7  # letters; in a shorter word a slip makes too many others
ORDER = {SURE: 0, UNSURE: 1, ASIDE: 2}
Spans = dict[tuple[int, int], bool]  # first word and one past the last: whether only hints stand there
Wanted = Mapping[str, Sequence["Start"]]


@dataclass(frozen=True)
class RiskKind:
    """One thing that kills: its words, its weight, the terms it is known by, and phrases that mean something else."""

    code: str
    words: str
    weight: int
    basis: str
    terms: tuple[Phrase, ...]
    unless: tuple[Phrase, ...] = ()
    incidents: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    fires: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """A risk that one sentence names: how it reads, the sentence as written, and where its words begin."""

    risk: str
    reading: str
    quote: str
    start: int


@dataclass(frozen=True)
class Place:
    """A hit without its words: what may be kept."""

    risk: str
    reading: str
    start: int
    begins: int
    ends: int

    def hit(self, text: str) -> Hit:
        """The hit with the words of the text it was found in."""
        return Hit(self.risk, self.reading, " ".join(text[self.begins : self.ends].split()), self.start)


@dataclass(frozen=True)
class RiskTerms:
    """All of it: the risks, the words that turn a mention round, and the words known when misspelt."""

    risks: tuple[RiskKind, ...]
    cues: Cues
    spelt: tuple[str, ...]
    fingerprint: str = ""  # of the data that all this was built from

    @cached_property
    def by_code(self) -> Mapping[str, RiskKind]:
        return {risk.code: risk for risk in self.risks}

    @cached_property
    def starts(self) -> Starts:
        """Which terms may begin with which word."""
        return Starts.of(self.risks, self.needs)

    @cached_property
    def needs(self) -> Needs:
        """What every term needs."""
        return Needs.among(term for risk in self.risks for term in risk.terms)

    @cached_property
    def filled(self) -> Filled:
        """What the words of a text give it."""
        return self.needs.remembered()

    @cached_property
    def starting(self) -> Callable[[str], Sequence[Start]]:
        """The terms that may begin with a word; the words of notes come again and again."""
        return lru_cache(MOST_WORDS)(self.starts.at)

    @cached_property
    def meant(self) -> Callable[[str], str | None]:
        """What a word of seven letters or more means that is one slip away from a known one, else None."""
        return lru_cache(MOST_WORDS)(lambda word: spelling([word], self.spelt).get(word) if len(word) >= LONG else None)


@dataclass(frozen=True)
class Start:
    """A term of a risk that may begin with a word, and the places that must be filled for it to be there."""

    risk: str
    term: Phrase
    needs: frozenset[int]


@dataclass(frozen=True)
class Starts:
    """Terms by the word, or the beginning of the word, that they begin with."""

    whole: Mapping[str, tuple[Start, ...]]
    stems: Mapping[str, tuple[Start, ...]]
    lengths: tuple[int, ...]

    @classmethod
    def of(cls, risks: Sequence[RiskKind], needs: Needs) -> Starts:
        whole: dict[str, tuple[Start, ...]] = {}
        stems: dict[str, tuple[Start, ...]] = {}
        for start in (Start(risk.code, term, needs.of[term]) for risk in risks for term in risk.terms):
            for word in start.term.first:
                table, key = (stems, word[:-1]) if word.endswith("*") else (whole, word.lower())
                table[key] = (*table.get(key, ()), start)
        return cls(whole, stems, tuple(sorted({len(stem) for stem in stems})))

    def at(self, word: str) -> list[Start]:
        """The terms that may begin with this word."""
        found = list(self.whole.get(word, ()))
        for length in self.lengths:
            found += self.stems.get(word[:length], ()) if length <= len(word) else ()
        return found


KEPT: Kept[tuple[Place, ...]] = Kept()


def read(text: str, terms: RiskTerms) -> list[Hit]:
    """Every risk that the text names, once a sentence, in the order of the text; what is denied is there too, as aside."""
    key = key_of(text, terms.fingerprint)
    if (places := KEPT.get(key)) is None:
        KEPT.put(key, places := tuple(places_of(text, terms)))
    return [place.hit(text) for place in places]


def places_of(text: str, terms: RiskTerms) -> Iterator[Place]:
    """The same, read afresh."""
    lowered = text.lower().replace("’", "'")
    words = frozenset(WORD.findall(lowered))
    right = {word: meant for word in words if len(word) >= LONG and (meant := terms.meant(word))}
    wanted = _wanted(words | frozenset(right.values()), terms)
    if wanted:
        for sentence in sentences(text):
            if narrowed := _narrowed(wanted, sentence.text.lower().replace("’", "'"), terms, right):
                yield from _in_sentence(sentence, narrowed, terms, right)


def _wanted(words: frozenset[str], terms: RiskTerms) -> Wanted:
    """The terms that can be in a text with these words, by the word that they would begin with."""
    filled = terms.filled.by(words)
    found = ((word, [start for start in terms.starting(word) if start.needs <= filled]) for word in words)
    return {word: starts for word, starts in found if starts}


def _narrowed(wanted: Wanted, sentence: str, terms: RiskTerms, right: Mapping[str, str]) -> Wanted:
    """Of these terms, those that one sentence can hold."""
    written = WORD.findall(sentence)
    words = {right.get(word, word) for word in written} if right else set(written)
    if wanted.keys().isdisjoint(words):
        return {}
    filled = terms.filled.by(words)
    found = ((word, [start for start in wanted[word] if start.needs <= filled]) for word in words if word in wanted)
    return {word: starts for word, starts in found if starts}


def _in_sentence(sentence: Sentence, wanted: Wanted, terms: RiskTerms, right: dict[str, str]) -> Iterator[Place]:
    tokens = tokens_of(sentence.text, sentence.start, right)
    found: dict[str, dict[tuple[int, int], bool]] = {}
    for at, token in enumerate(tokens):
        for start in wanted.get(token.word, ()):
            if (end := start.term.end(tokens, at)) is not None:
                spans = found.setdefault(start.risk, {})
                spans[at, end] = _only_hints(start.term, tokens[at:end]) and spans.get((at, end), True)
    for code, spans in found.items():
        if standing := _standing(spans, terms.by_code[code], tokens):
            yield _place(code, standing, sentence, tokens, terms.cues)


def _only_hints(term: Phrase, span: Sequence[Token]) -> bool:
    """Whether this is no more than a hint: the term is one, or a "no" stands in its gap ("meds, not refusing")."""
    return term.hint or (not term.says_no and any(token.word in NO for token in span))


def _standing(spans: Spans, risk: RiskKind, tokens: Sequence[Token]) -> Spans:
    """The spans that no phrase of another meaning covers."""
    other = list(matches(risk.unless, tokens))
    return {(a, b): hint for (a, b), hint in spans.items() if not any(a < end and start < b for start, end in other)}


def _place(code: str, spans: Spans, sentence: Sentence, tokens: Sequence[Token], cues: Cues) -> Place:
    """The surest reading of several in one sentence: a denial beside an event never hides the event."""
    after = tokens_of(sentence.after)
    readings = {(a, b): judge(Mention(sentence, tokens, a, b, hint), cues, after) for (a, b), hint in spans.items()}
    (first, _), reading = min(readings.items(), key=lambda pair: (ORDER[pair[1]], pair[0]))
    ends = sentence.start + len(sentence.text)
    if sentence.asks and reading != ASIDE and sentence.same_line:
        ends = sentence.answered
    return Place(code, reading, tokens[first].start, sentence.start, ends)
