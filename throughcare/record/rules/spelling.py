"""Words off by a letter: "suicde" is read as suicide. One letter missing, added, changed, or two neighbours swapped."""

from __future__ import annotations

from collections.abc import Iterable


def spelling(words: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """For each of `words` that is one slip away from a known word: that word. Its first letter must be right."""
    by_letter: dict[str, list[str]] = {}
    for right in (right_words := frozenset(known)):
        by_letter.setdefault(right[0], []).append(right)
    wrong = (word for word in words if word not in right_words)
    return {word: right for word in wrong for right in by_letter.get(word[:1], ()) if one_slip(word, right)}


def one_slip(word: str, right: str) -> bool:
    """Whether exactly one slip of the hand makes `word` out of `right`."""
    if word == right or abs(len(word) - len(right)) > 1:
        return False
    same = next((place for place, (a, b) in enumerate(zip(word, right, strict=False)) if a != b), min(len(word), len(right)))
    a, b = word[same:], right[same:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
