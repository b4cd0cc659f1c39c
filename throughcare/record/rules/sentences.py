"""Cutting written words into sentences, knowing that nurses write in notes and that pasted lines break anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A stop ends a sentence, whatever follows: a "no" must not reach over it. A new line does unless it goes on in lower case,
# which is a line of a printed page that was wrapped.
END = re.compile(r"[.!?]([\s\"']+)(?=[\w\"'(\[])|\n+(?![a-z])|[•▪]\s*|\n{2,}")


@dataclass(frozen=True)
class Sentence:
    """One sentence with where it begins, and the sentence after it, which may hold the answer to a question."""

    text: str
    start: int
    after: str = ""
    same_line: bool = False  # whether the sentence after it stands on the same line,
    answered: int = 0  # and where it ends

    @property
    def asks(self) -> bool:
        """Whether it ends as a question."""
        return self.text.rstrip(" \t\"'").endswith("?")


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text, in order."""
    spans = list(_spans(text))
    for place, (start, end) in enumerate(spans):
        begins, ends = spans[place + 1] if place + 1 < len(spans) else (end, end)
        yield Sentence(text[start:end], start, text[begins:ends], "\n" not in text[end:begins], ends)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in END.finditer(text):
        end = found.start(1) if found[1] else found.start()
        if text[start:end].strip():
            yield start, end
        start = found.end()
    if text[start:].strip():
        yield start, len(text)
