"""What the feed does: take messages, each once, and compare the roll; a file a subject."""

from throughcare.hmpps.actions.reconciling import (
    AnsweredBefore,
    NoRoll,
    NotThisAnswer,
    answer_difference,
    ask_unsettled,
    compare_roll,
    follow_held_departure,
    follow_joined_numbers,
)
from throughcare.hmpps.actions.taking import (
    NOT_TAKEN,
    PARKED,
    REPEATED,
    TAKEN,
    Tally,
    park_message,
    take_lines,
    take_message,
)
from throughcare.hmpps.search import Search, Source

__all__ = [
    "NOT_TAKEN", "PARKED", "REPEATED", "TAKEN", "AnsweredBefore", "NoRoll", "NotThisAnswer", "Search", "Source", "Tally",
    "answer_difference", "ask_unsettled", "compare_roll", "follow_held_departure", "follow_joined_numbers", "park_message",
    "take_lines", "take_message",
]  # fmt: skip
