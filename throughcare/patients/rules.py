"""Whether two names could be taken for each other. Pure; no Django."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from throughcare.core.identifiers import sort_key, sounds_like

# Letters of other scripts that look like one of ours (after Unicode's confusables, the ones that pass in a name).
_LOOKS_LIKE = str.maketrans(
    "авеёкмнорстухіїјѕԁԛԝґαβεζικορτυχν", "abeekmhopctyxiijsdqwrabezikoptyxv"
)  # fmt: skip
_SAME_STROKE = str.maketrans("i10", "llo")  # as "Iqbal" and "lqbal" are on a screen


@dataclass(frozen=True)
class Known:
    """One name somebody goes by, with the date of birth that came with it."""

    family: str
    given: str
    born: date | None = None


def listed_name(family: str, given: str) -> str:
    """FAMILY, Given: as lists in the NHS write it."""
    return f"{family.upper()}, {given}" if given else family.upper()


def spoken_name(family: str, given: str) -> str:
    """Given Family: as people say it."""
    return f"{given} {family}".strip()


def folded(words: str) -> str:
    """The words with letters that only look like ours turned into ours: a Cyrillic \u0410 is an A to the eye."""
    return sort_key(words).translate(_LOOKS_LIKE)


def skeleton(words: str) -> str:
    """What the eye sees of a name: letters of one look are one letter."""
    return folded(words).translate(_SAME_STROKE)


def alike(one: Known, other: Known) -> str:
    """Why two names could be taken for each other, in a few words; blank when they could not."""
    families = skeleton(one.family), skeleton(other.family)
    givens = skeleton(one.given), skeleton(other.given)
    if families[0] and families[0] == families[1]:
        return "same name" if givens[0] == givens[1] else "same family name"
    if any(families) and (families[0], givens[0]) == (givens[1], families[1]):
        return "names swapped"
    if _sound(one.family, other.family) and givens[0][:1] == givens[1][:1]:
        return "sounds alike"
    if one.born and one.born == other.born and _similar(one, other, families, givens):
        return "same date of birth"
    return ""


def alike_in_any(mine: Iterable[Known], theirs: Iterable[Known]) -> str:
    """The gravest reason among all names of two people."""
    found = {alike(one, other) for one in mine for other in theirs}
    return next((why for why in GRAVEST_FIRST if why in found), "")


GRAVEST_FIRST = ("same name", "names swapped", "same family name", "sounds alike", "same date of birth")


def _sound(one: str, other: str) -> bool:
    heard = sounds_like(folded(one)), sounds_like(folded(other))
    return bool(heard[0]) and heard[0] == heard[1]


def _similar(one: Known, other: Known, families: tuple[str, str], givens: tuple[str, str]) -> bool:
    same_start = len(families[0]) > 2 and families[0][:3] == families[1][:3]
    return same_start or (bool(givens[0]) and givens[0] == givens[1]) or _sound(one.family, other.family)
