"""Visits as data: which questions when, what officers may know, what the man is told, who asks, who is in danger.

Pure functions over answers kept as {instrument: {item: value}}. The files are in `rulebook/` beside this package.
"""

from datetime import date
from pathlib import Path

from throughcare.core.rulebook import Book, Entry, Inactive, NotInUse, Rulebook, RulebookError, here
from throughcare.core.shown import sentence
from throughcare.instruments import rules as instruments
from throughcare.screening.rules.asking import (
    Sitting,
    alerts,
    alerts_in,
    core_done,
    covered,
    covered_in,
    flattened,
    left,
    minutes,
    not_asked,
    observed_enough,
    observed_only,
    put_again,
    question_count,
    questions,
    rest_done,
    shared,
    unanswered,
)
from throughcare.screening.rules.danger import Danger, DangerRule, build_dangers, danger
from throughcare.screening.rules.history import fits
from throughcare.screening.rules.screen import Answers, Books, Group, Line, Part, Question, Screen, build, problems
from throughcare.screening.rules.telling import NotOnTheList, advice, suggested, tomorrow
from throughcare.screening.rules.who import Mode, Visits, build_visits
from throughcare.screening.rules.whole import ALONE, SCORE_ENTRY, alone, left_open, whole

RULEBOOK = Path(__file__).parent.parent / "rulebook"
FIRST_NIGHT = "first-night"
NOT_VISITS = ("danger", "visits", "permissions")  # files of other kinds in the same folder


def screens() -> Rulebook[Screen]:
    """Every version of every visit that has a file of its own; one of whose forms one is not in use is not in use either."""
    return SCREENS.all()


def _checked(loaded: Rulebook[Screen]) -> Rulebook[Screen]:
    """The visits, checked against the questionnaires they name. Raises RulebookError."""
    for entry in loaded:
        if found := problems(entry.value, newest(entry.applies_from)):
            raise RulebookError(f"{entry.file}: {found[0]}")
    return loaded.only_if(_can_be_asked)


def _can_be_asked(entry: Entry[Screen]) -> bool:
    """Whether every form of a visit is in use on the day of the start, or when the visit first applies."""
    day = max(entry.applies_from, here().since or entry.applies_from)
    try:
        return all(instruments.book().on(id, day).active for id in entry.value.instruments)
    except NotInUse:
        return False


def on(id: str, day: date) -> Screen:
    """The visit that applies on a day, an instrument alone among them; raises RulebookError for one that does not exist."""
    if id.startswith(ALONE):
        return alone(instruments.book().on(id.removeprefix(ALONE), day))
    return screens().on(id, day).value


def known(id: str, day: date) -> Screen:
    """As `on`, in use or not: for a visit that was begun already."""
    if id.startswith(ALONE):
        return alone(instruments.book().known(id.removeprefix(ALONE), day))
    return screens().known(id, day).value


def version(id: str, number: int) -> Screen:
    """The version under which a visit was opened; raises RulebookError when it was removed."""
    if id.startswith(ALONE):
        return alone(instruments.book().version(id.removeprefix(ALONE), number))
    return screens().version(id, number).value


def offered(day: date) -> list[Screen]:
    """Every visit that somebody may begin: those with a file, and each instrument that no such file is for."""
    named = [screens().on(id, day).value for id in screens().ids(day)]
    mains = {screen.instruments[0] for screen in named}
    books = (instruments.book().on(id, day) for id in instruments.book().ids(day) if id not in mains)
    return [*(screen for screen in named if not screen.on_arrival), *(alone(entry) for entry in books)]


def for_instrument(instrument: str, day: date) -> str:
    """The id of the visit in which an instrument is asked: the one that is for it, else the instrument alone."""
    named = (screens().on(id, day).value for id in screens().ids(day))
    return next((screen.id for screen in named if screen.instruments[0] == instrument), f"{ALONE}{instrument}")


def title(id: str) -> str:
    """What a visit is called, in the words of its newest version; one that was taken away, by its own name."""
    book = instruments.book() if id.startswith(ALONE) else screens()
    named = [entry.title for entry in book if entry.id == id.removeprefix(ALONE)]
    return named[-1] if named else sentence(id.removeprefix(ALONE).replace("-", " "))


def visits() -> Rulebook[Visits]:
    """What holds for every visit, every version."""
    return VISITS.all()


def newest(day: date) -> Books:
    """The questionnaires that apply on a day, by id, in use or not."""
    book = instruments.book()
    return {id: book.known(id, day).value for id in book.applying(day)}


def dangers() -> Rulebook[tuple[DangerRule, ...]]:
    """What makes an arrival dangerous, every version."""
    return DANGERS.all()


SCREENS = Book(RULEBOOK, build, but=NOT_VISITS, inactive=Inactive.ABSENT, vital=(FIRST_NIGHT,), checked=_checked)
VISITS = Book(RULEBOOK, build_visits, only=("visits",))
DANGERS = Book(RULEBOOK, build_dangers, only=("danger",))


__all__ = [
    "ALONE", "FIRST_NIGHT", "SCORE_ENTRY", "Answers", "Books", "Danger", "DangerRule", "Group", "Line", "Mode",
    "NotOnTheList", "Part", "Question", "Screen", "Sitting", "Visits", "advice", "alerts", "alerts_in", "alone", "build",
    "build_dangers", "build_visits", "core_done", "covered", "covered_in", "danger", "dangers", "fits", "flattened",
    "for_instrument", "known", "left", "left_open", "minutes", "newest", "not_asked", "observed_enough", "observed_only",
    "offered", "on", "problems", "put_again", "question_count", "questions", "rest_done", "screens", "shared", "suggested",
    "title", "tomorrow", "unanswered", "version", "visits", "whole",
]  # fmt: skip
