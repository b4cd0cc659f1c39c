"""Identifiers that are checked when they are made, and the sentence for the person who mistyped one."""

from __future__ import annotations

import re
import unicodedata
from typing import Self

import jellyfish

_PLACEHOLDERS = {str(digit) * 10 for digit in range(10)}


class BadIdentifier(ValueError):
    """What was typed cannot be that number; the message says what to do next."""


class NHSNumber(str):
    """An NHS number: ten digits, the last one the Modulus 11 check digit (NHS Data Dictionary, NHS NUMBER)."""

    def __new__(cls, typed: str) -> Self:
        digits = re.sub(r"[\s-]", "", typed)
        if not re.fullmatch(r"[0-9]{10}", digits):
            raise BadIdentifier("An NHS number has 10 digits. Check the number, or leave it blank and add it later.")
        if digits in _PLACEHOLDERS or _check_digit(digits) != int(digits[9]):
            raise BadIdentifier("That is not a valid NHS number: one digit is wrong. Check it, or leave it blank for now.")
        return super().__new__(cls, digits)

    @property
    def spaced(self) -> str:
        """As people read it out: 999 100 0003."""
        return f"{self[:3]} {self[3:6]} {self[6:]}"


class PrisonNumber(str):
    """A prison (NOMS) number such as A7042QX. An alias of a person: people have several, and numbers are merged."""

    def __new__(cls, typed: str) -> Self:
        tidy = re.sub(r"\s", "", typed).upper()
        if not re.fullmatch(r"[A-Z][0-9]{4}[A-Z]{2}", tidy):
            raise BadIdentifier("A prison number is a letter, four digits and two letters, such as A7042QX. Check it.")
        return super().__new__(cls, tidy)


def _check_digit(digits: str) -> int:
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11  # 10 is no digit, so such a number never matches


def sort_key(words: str) -> str:
    """A name as it is compared and searched: no accents, case, punctuation or double spaces."""
    # Twice, because a letter may only become a capital, or gain a mark, when it is taken apart or lowered.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", words).casefold()).casefold()
    kept = "".join(letter for letter in plain if letter.isalnum() or letter.isspace())
    return " ".join(kept.split())


def sounds_like(words: str) -> str:
    """A name as it sounds in English (Metaphone, word by word), so that Reilly finds Riley. Blank for other scripts."""
    return " ".join(filter(None, map(jellyfish.metaphone, sort_key(words).split())))
