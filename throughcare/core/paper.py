"""Which words may not stand where others read them: on a slip that somebody carries, beside a name in a list."""

from __future__ import annotations

import re
from collections.abc import Iterable


def unfit_for_paper(words: str, hidden: Iterable[str], names: Iterable[str], own: Iterable[str] = ()) -> str:
    """The first word that does not go on paper others may read; blank when all is well.

    Of `hidden` the start of a word is enough, in any letters. A name counts whole and written as one, with a capital: a
    Mr Bell has a cell bell too. `own` are words of the house, which name nobody.
    """
    folded = words.casefold()
    found = [stem for stem in hidden if re.search(rf"\b{re.escape(stem.casefold())}", folded)]
    for piece in own:
        words = words.replace(piece, "\n")
    return next(iter([*found, *(name for name in names if name and _is_named(name, words))]), "")


def _is_named(name: str, words: str) -> bool:
    written = re.findall(rf"\b{re.escape(name)}\b", words, re.IGNORECASE)
    return any(not one.islower() for one in written)
