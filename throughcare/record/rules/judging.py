"""Is it said of him, and said to be so? Denied, somebody else's, taught or asked: set aside. In doubt: to be read.

A doubt never hides anything: what is set aside is counted and can be opened, what is unsure stands in a list of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from throughcare.record.rules.dates import YEAR
from throughcare.record.rules.sentences import Sentence
from throughcare.record.rules.terms import Phrase, Token, matches

SURE, UNSURE, ASIDE = "sure", "unsure", "aside"
CARRIES, REACH = 9, 14  # words over which a "no" surely carries, and over which it may; a matter of English, not of care
NEAR = 3
ANSWER = 14  # words; what stands after a question and is longer is not its answer
FAR = 6  # words after a mention within which somebody else may be named whose it was
UNTICKED = ("[ ]", "[]", "☐", "( )")
HEADING = 14  # letters at the beginning of a line that may be its date
STOP = re.compile(r";|\s[-–]\s")
COLON = re.compile(r":\s")


@dataclass(frozen=True)
class Cues:
    """The words that turn a mention round, each a list of phrases of the rulebook."""

    denied_before: tuple[Phrase, ...]
    denied_after: tuple[Phrase, ...]
    closing_no: tuple[Phrase, ...]
    not_denied: tuple[Phrase, ...]
    others: tuple[Phrase, ...]
    others_after: tuple[Phrase, ...]
    beside: tuple[Phrase, ...]
    whose: tuple[Phrase, ...]
    reporting: tuple[Phrase, ...]
    himself: tuple[Phrase, ...]
    taught_before: tuple[Phrase, ...]
    taught_after: tuple[Phrase, ...]
    perhaps: tuple[Phrase, ...]
    turns: tuple[Phrase, ...]
    new_clause: tuple[Phrase, ...]
    happened_before: tuple[Phrase, ...]
    told_of: tuple[Phrase, ...]
    printed_question: tuple[Phrase, ...]
    yes: tuple[Phrase, ...]
    no: tuple[Phrase, ...]
    unanswered: tuple[Phrase, ...]
    planned: tuple[Phrase, ...]
    in_general: tuple[Phrase, ...]


@dataclass(frozen=True)
class Mention:
    """A term found in a sentence: its words are tokens[first:last]."""

    sentence: Sentence
    tokens: Sequence[Token]
    first: int
    last: int
    hint: bool = False

    @property
    def before(self) -> str:
        """The characters of the sentence up to the mention."""
        return self.sentence.text[: self.tokens[self.first].start - self.sentence.start].rstrip()

    def between(self, start: int, end: int) -> str:
        """The characters from the end of one word to the beginning of another."""
        offset = self.sentence.start
        return self.sentence.text[self.tokens[start].end - offset : self.tokens[end].start - offset]


def judge(mention: Mention, cues: Cues, after_tokens: Sequence[Token]) -> str:
    """SURE, UNSURE or ASIDE; what is only hinted at is never SURE."""
    reading = _judged(mention, cues, after_tokens)
    doubt = mention.hint or _has(cues.in_general, mention.tokens) or _others_follow(mention, cues)
    return UNSURE if reading == SURE and doubt else reading


def _judged(mention: Mention, cues: Cues, after_tokens: Sequence[Token]) -> str:
    if mention.sentence.asks:
        return _question(mention, cues, after_tokens)
    if mention.before.endswith(UNTICKED) or _follows(mention, cues.unanswered):
        return ASIDE
    if denied := _denied(mention, cues):
        doubt = _has(cues.happened_before, mention.tokens) or _has(cues.not_denied, mention.tokens) or _dated(mention)
        return UNSURE if doubt else denied
    if about := _somebody_else(mention, cues):
        return about
    if about := _taught(mention, cues):
        told = _has(cues.happened_before, mention.tokens) or _has(cues.told_of, mention.tokens) or _dated(mention)
        return UNSURE if told else about
    return UNSURE if _perhaps(mention, cues) or _planned(mention, cues) else SURE


def _question(mention: Mention, cues: Cues, after: Sequence[Token]) -> str:
    """A question is what its answer makes it; a printed one without an answer says nothing, a clinician's doubt does."""
    printed = _has(cues.printed_question, mention.tokens)
    if _begins(cues.unanswered, after) or _begins(cues.no, after):
        return ASIDE
    if _begins(cues.yes, after):
        return SURE
    answered = mention.sentence.same_line and 0 < len(after) <= ANSWER
    return UNSURE if answered or not printed else ASIDE


def _denied(mention: Mention, cues: Cues) -> str:
    """ASIDE when a "no" surely holds here, UNSURE when it is far off, blank when there is none."""
    if _follows(mention, cues.denied_after) or _follows(mention, cues.closing_no, FAR, closing=True):
        return ASIDE
    before = [end for _, end in _before(cues.denied_before, mention)]
    governing = [end for end in before if _governs(mention, cues, end) and not _stopped(mention, end, COLON)]
    if not governing:
        return ""
    return ASIDE if mention.first - max(governing) <= CARRIES else UNSURE


def _somebody_else(mention: Mention, cues: Cues) -> str:
    """ASIDE for a relative or a cell mate, UNSURE when it is not clear whose it was, blank when it is his own."""
    if _follows(mention, cues.others_after, near=1):
        return ASIDE
    span = mention.tokens[mention.first : mention.last]
    if _has(cues.others, span):
        return UNSURE
    if _has(cues.himself, span):
        return ""
    found = [_whose(mention, cues, start, end) for start, end in _before(cues.others, mention)]
    return UNSURE if UNSURE in found else ASIDE if ASIDE in found else ""


def _whose(mention: Mention, cues: Cues, start: int, end: int) -> str:
    """Whether somebody named before the mention is the one it is about."""
    between = mention.tokens[end : mention.first]
    if _has(cues.himself, between) or _begins_soon(cues.reporting, between) or _stopped(mention, end):
        return ""
    if _begins(cues.whose, between):
        return ASIDE
    beside = _has(cues.beside, mention.tokens[max(0, start - 2) : start])
    return UNSURE if beside or _new_clause(mention, cues, end) else ASIDE


def _others_follow(mention: Mention, cues: Cues) -> bool:
    """Whether somebody else is named soon after, and not as one who was there: "found hanging: his cell mate"."""
    after = mention.tokens[mention.last : mention.last + FAR]
    for start, _ in matches(cues.others, after):
        between = mention.tokens[mention.last : mention.last + start]
        if not (_has(cues.beside, between) or _has(cues.himself, between) or _has(cues.turns, between)):
            return True
    return False


def _planned(mention: Mention, cues: Cues) -> bool:
    """Whether it is said to come, or to come under a condition: "if he uses again", "at risk of"."""
    return any(_governs(mention, cues, end) for _, end in _before(cues.planned, mention))


def _dated(mention: Mention) -> bool:
    """A year inside the sentence, not the date it stands under, says that something was."""
    return any(found.start() > HEADING for found in YEAR.finditer(mention.sentence.text))


def _taught(mention: Mention, cues: Cues) -> str:
    """ASIDE for what was discussed, printed or feared; UNSURE when a colon parts it from its heading."""
    if _follows(mention, cues.taught_after, near=2):
        return ASIDE
    governing = [end for _, end in _before(cues.taught_before, mention) if _governs(mention, cues, end)]
    if not governing:
        return ""
    return UNSURE if all(_stopped(mention, end, COLON) for end in governing) else ASIDE


def _perhaps(mention: Mention, cues: Cues) -> bool:
    near = mention.tokens[max(0, mention.first - NEAR) : mention.first]
    return _has(cues.perhaps, near) or mention.before.endswith("?") or _follows(mention, cues.perhaps, near=1)


def _before(phrases: Iterable[Phrase], mention: Mention) -> list[tuple[int, int]]:
    return list(matches(phrases, mention.tokens[: mention.first]))


def _governs(mention: Mention, cues: Cues, cue_end: int) -> bool:
    """Whether a "no" that ends at a word still holds at the mention: nothing in between turned the sentence round."""
    between = mention.tokens[cue_end : mention.first]
    if len(between) > REACH or _has(cues.turns, between) or _stopped(mention, cue_end):
        return False
    return not _new_clause(mention, cues, cue_end)


def _stopped(mention: Mention, cue_end: int, stop: re.Pattern[str] = STOP) -> bool:
    """A semicolon, a dash or a colon in between; right after the cue it only opens the list of what is denied."""
    if cue_end >= mention.first:
        return False
    offset = mention.sentence.start
    text = mention.sentence.text[mention.tokens[cue_end].end - offset : mention.tokens[mention.first].start - offset]
    return stop.search(text) is not None


def _new_clause(mention: Mention, cues: Cues, cue_end: int) -> bool:
    """A comma or an "and" after which somebody does something: "denies it, took 20 last week"."""
    return any(
        ("," in mention.between(place - 1, place) or mention.tokens[place - 1].word == "and")
        and _begins(cues.new_clause, mention.tokens[place : mention.last])
        for place in range(max(cue_end, 1), mention.first + 1)
    )


def _follows(mention: Mention, phrases: Iterable[Phrase], near: int = NEAR, *, closing: bool = False) -> bool:
    """Whether a phrase begins within a few words after the mention, before any comma or stop, or ends the clause."""
    for start, end in matches(phrases, mention.tokens[mention.last : mention.last + near + 5]):
        place = mention.last + start
        parted = re.search(r"[;,]", mention.between(mention.last - 1, place))
        if closing and not _closes(mention, mention.last + end):
            continue
        if start < near and (not parted or (start == 0 and _closes(mention, mention.last + end))):
            return True
    return False


def _closes(mention: Mention, end: int) -> bool:
    """Whether the clause ends with the word before `end`."""
    return end >= len(mention.tokens) or re.match(r"\s*[.,;]", mention.between(end - 1, end)) is not None


def _has(phrases: Iterable[Phrase], tokens: Sequence[Token]) -> bool:
    return next(matches(phrases, tokens), None) is not None


def _begins(phrases: Iterable[Phrase], tokens: Sequence[Token]) -> bool:
    return any(one.end(tokens, 0) is not None for one in phrases)


def _begins_soon(phrases: Iterable[Phrase], tokens: Sequence[Token]) -> bool:
    return any(start < NEAR for start, _ in matches(phrases, tokens))
