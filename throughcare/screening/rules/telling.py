"""What people outside healthcare are told: officers from a closed list, the man himself in short words."""

from __future__ import annotations

from collections.abc import Collection

from throughcare.core.refusals import Refused
from throughcare.instruments import rules as instruments
from throughcare.screening.rules.asking import Facts, flattened, rest_done, shared
from throughcare.screening.rules.screen import Answers, Books, Line, Screen, item_of


class NotOnTheList(Refused):
    """Officers were to be told something outside the closed list, or two things that exclude each other."""

    message = "{why}"


def suggested(screen: Screen, books: Books, answers: Answers) -> tuple[str, ...]:
    """The codes of the closed list that the answers suggest; a nurse decides."""
    flat = flattened(books, shared(books, answers))
    return tuple(line.code for line in screen.location_advice if line.when and instruments.holds(line.when, flat))


def advice(screen: Screen, books: Books, answers: Answers, chosen: Collection[str]) -> tuple[str, ...]:
    """What officers are told, in the words of the closed list; raises NotOnTheList for anything else."""
    known = {line.code: line for line in screen.location_advice}
    if strays := sorted(set(chosen) - set(known)):
        raise NotOnTheList(why=f"Officers cannot be told “{strays[0]}”. Choose from the list.")
    lines = [line for line in screen.location_advice if line.code in chosen]
    for line in lines:
        if clash := [known[code].words for code in line.not_with if code in chosen]:
            raise NotOnTheList(why=f"“{line.words}” and “{clash[0]}” cannot both be said. Take one off.")
    return tuple(_said(line, books, answers) for line in lines)


def tomorrow(screen: Screen, books: Books, answers: Answers, facts: Facts | None = None) -> tuple[str, ...]:
    """What happens next, for the man himself."""
    flat = flattened(books, shared(books, answers))
    done = rest_done(screen, books, answers, facts)
    lines = [line for line in screen.tomorrow if line.when is None or instruments.holds(line.when, flat)]
    return tuple(line.words for line in lines if not (line.unless_done and done))


def _said(line: Line, books: Books, answers: Answers) -> str:
    if not line.names:
        return line.words
    id, _, item = line.names.partition(":")
    value = shared(books, answers).get(id, {}).get(item)
    spoken = instruments.words(item_of(books, line.names), value) if instruments.answered(value) else "not yet known"
    return line.words.format(language=spoken)
