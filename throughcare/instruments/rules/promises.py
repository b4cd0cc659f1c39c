"""What a scored questionnaire promises: ranges and bands without gaps, totals that can be reached, worked examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from throughcare.instruments.rules.answers import NUMBERS
from throughcare.instruments.rules.questionnaire import METHODS, Band, Item, Questionnaire, Range, Subscale
from throughcare.instruments.rules.scoring import score, subscores

_ONE = Decimal(1)


def scored_badly(book: Questionnaire) -> Iterator[str]:
    """A sentence for each broken promise about scores."""
    for check in (_methods, _gaps, _band_gaps, _reach, _subscales, _score_entry, _examples):
        yield from check(book)


def _methods(book: Questionnaire) -> Iterator[str]:
    if book.scoring.method not in METHODS:
        yield f"the scoring method {book.scoring.method} is not known."
    if book.scoring.method == "none" and any(item.scored for item in book.items):
        yield "questions are scored, but there is no method to score them."
    if book.scoring.method == "per_subscale" and not book.subscales:
        yield "scores are promised for each subscale, but there is none."
    for item in book.items:
        if item.scored and not (item.ranges or item.options or (item.low is not None and item.high is not None)):
            yield f"{item.id} is scored, but has neither options, ranges nor bounds."


def _gaps(book: Questionnaire) -> Iterator[str]:
    for item in book.items:
        if item.ranges and not _tiles(item.ranges, item.low, item.high, item.step or _ONE):
            yield f"the ranges of {item.id} leave a gap or overlap between {item.low} and {item.high}."


def _band_gaps(book: Questionnaire) -> Iterator[str]:
    if not _banded(book.bands, book.scoring.min, book.scoring.max):
        yield "the bands leave a gap or overlap."
    for one in book.subscales:
        if not _banded(one.bands, one.min, one.max):
            yield f"the bands of the subscale {one.id} leave a gap or overlap."
    if book.scoring.method == "sum" and not book.bands:
        yield "there is a total but no band to say what it means."


def _banded(bands: Sequence[Band], least: int | None, most: int | None) -> bool:
    spans = [Range(Decimal(band.min), Decimal(band.max), 0) for band in bands]
    if not spans:
        return True
    return least is not None and most is not None and _tiles(spans, Decimal(least), Decimal(most), _ONE)


def _reach(book: Questionnaire) -> Iterator[str]:
    if book.scoring.method != "sum":
        return
    always = [_points(item) for item in book.items if item.scored and item.id not in book.scoring.exactly_one]
    one_of = [_points(item) for item in book.items if item.id in book.scoring.exactly_one]
    least = sum(map(min, always)) + min((min(one) for one in one_of), default=0)
    most = sum(map(max, always)) + max((max(one) for one in one_of), default=0)
    if (least, most) != (book.scoring.min, book.scoring.max):
        yield f"totals from {least} to {most} can be reached, but {book.scoring.min} to {book.scoring.max} is promised."


def _subscales(book: Questionnaire) -> Iterator[str]:
    scored = {item.id: item for item in book.items if item.scored}
    for one in book.subscales:
        strays = [id for id in one.items if id not in scored]
        yield from (f"the subscale {one.id} counts {id}, which is no scored question." for id in strays)
        points = [_points(scored[id]) for id in one.items if id in scored]
        reached = (sum(map(min, points)), sum(map(max, points)))
        if not strays and reached != (one.min, one.max):
            yield f"the subscale {one.id} reaches {reached[0]} to {reached[1]}, but {one.min} to {one.max} is promised."


def _score_entry(book: Questionnaire) -> Iterator[str]:
    """A file whose text may not be shipped holds totals, never a question of the instrument."""
    if book.mode != "score_entry":
        return
    if book.wording != "none" or book.stem:
        yield "only the total may be kept here: wording must be none, and there is no stem."
    for item in book.items:
        if item.scored and (item.type != "integer" or item.options or "score entered from a licensed copy" not in item.text):
            yield f"{item.id} looks like a question of the instrument; only a total entered from a licensed copy may be asked."
    for ending in ("_edition", "_filed"):
        if not any(item.id.endswith(ending) and item.required for item in book.items):
            yield f"a question whose id ends in {ending} is missing: a total is kept with its edition and where it is filed."


def _examples(book: Questionnaire) -> Iterator[str]:
    if book.scoring.method == "none":
        return
    if len(book.examples) < 4:
        yield "a score needs four worked examples: the lowest, the highest, one between and one without a total."
    if book.scoring.method == "sum":
        yield from _worked(book, "the total", _totals(book), book.scoring.min, book.scoring.max)
    for one in book.subscales:
        yield from _worked(book, f"the subscale {one.id}", _subtotals(book, one), one.min, one.max, missing=False)


def _worked(
    book: Questionnaire, what: str, totals: Iterable[int | None], least: Any, most: Any, missing: bool = True
) -> Iterator[str]:
    found = list(totals)
    yield from (f"no worked example shows the {word} of {what}, {at}." for word, at in (("lowest", least), ("highest", most))
                if at not in found)  # fmt: skip
    if missing and None not in found:
        yield f"no worked example shows when {what} is missing."


def _totals(book: Questionnaire) -> Iterator[int | None]:
    for example in book.examples:
        found = score(book, _answers(example))
        yield found.total if found else None


def _subtotals(book: Questionnaire, one: Subscale) -> Iterator[int | None]:
    for example in book.examples:
        found = subscores(book, _answers(example)).get(one.id)
        yield found.total if found else None


def _answers(example: Mapping[str, Any]) -> Mapping[str, Any]:
    answers = example.get("answers", {})
    return answers if isinstance(answers, Mapping) else {}


def _points(item: Item) -> list[int]:
    """Every score one answer can earn, or the least and the most of a whole number that counts itself."""
    if item.type in NUMBERS and not item.ranges and item.low is not None and item.high is not None:
        return [int(item.low), int(item.high)]
    return [part.score for part in item.ranges] or [option.score for option in item.options] or [0]


def _tiles(spans: Sequence[Range], low: Any, high: Any, step: Decimal) -> bool:
    edges = [(span.min, span.max) for span in spans]
    joined = all(left[1] + step == right[0] for left, right in pairwise(edges))
    return joined and edges[0][0] == low and edges[-1][1] == high and all(low <= high for low, high in edges)
