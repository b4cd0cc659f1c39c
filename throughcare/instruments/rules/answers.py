"""Reading an answer from a form, checking it, and saying it in plain English.

`parse` gives an answer its shape, `check` says whether it can be true. Every sentence says what to do next.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from throughcare.core.clock import LONDON, local
from throughcare.core.refusals import Refused
from throughcare.instruments.rules.asking import answered, chosen, weighed
from throughcare.instruments.rules.questionnaire import NOT_ANSWERED, Field, Item, Value, decimal_places

NUMBERS = frozenset({"integer", "number"})
LONGEST_TEXT = 4000
MOST_ROWS = 40
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,4})?")
_DAY_PARTS = ("year", "month", "day")
_TIME_PARTS = ("hour", "minute")
_SLACK = timedelta(minutes=2)  # a device's clock may run a little fast

Asked = Item | Field
Raw = Sequence[str] | Mapping[str, Any]


class BadAnswer(Refused):
    """An answer that cannot stand, with the sentence that says what to do."""

    message = "{sentence}"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence=sentence)


def parse(item: Asked, raw: Raw) -> Value:
    """An answer's shape from what a form sent, or None when it was left blank; raises BadAnswer.

    A list of strings for one input; a mapping for several: a card's fields by name, day, month, year, hour and minute
    of a moment, and a table's cells as "row.field" (0.name, 1.name). The result still has to be checked.
    """
    if item.type in ("vitals", "repeating", "drawing"):
        return _PARSE_MANY[item.type](item, raw if isinstance(raw, Mapping) else {})
    if isinstance(raw, Mapping):
        return _moment_words(raw)
    words = [part.strip() for part in _strings(raw) if part.strip()]
    if words and _says_not_answered(item, words[-1]):
        return NOT_ANSWERED
    if item.type == "multichoice":
        return list(dict.fromkeys(words)) or None
    if item.type == "integer" and words:
        return _whole(item, words[-1])
    return words[-1] if words else None


def check(item: Asked, value: Value, now: datetime) -> Value:
    """The answer as it is kept, or BadAnswer. A blank stays None. `now` bounds dates that must lie in the past."""
    if not answered(value):
        return None
    if item.type not in _CHECK:
        raise BadAnswer(f"“{item.label}” is worked out and cannot be entered.")
    if _says_not_answered(item, value):
        return NOT_ANSWERED
    return _CHECK[item.type](item, value, now)


def words(item: Asked, value: Value) -> str:
    """The answer in plain English; "Not answered" where there is none."""
    if not answered(value):
        return "Not answered"
    if _says_not_answered(item, value):
        return "Not answered or not disclosed"
    if item.type in ("choice", "multichoice"):
        return "; ".join(option.text for option in chosen(item, value)) or "Not answered"  # type: ignore[arg-type]
    if isinstance(item, Item) and item.type == "vitals":
        return _card_words(item, value)
    if isinstance(item, Item) and item.type in ("repeating", "drawing"):
        return "; ".join(_card_words(item, row) for row in value)
    if item.type in ("date", "datetime"):
        return _moment_said(item, str(value))
    return f"{value} {item.unit}".strip()


def _says_not_answered(item: Asked, value: Value) -> bool:
    """Whether a number was left unanswered on purpose: NA, which is not nought and not a blank."""
    may = isinstance(item, Item) and item.may_be_not_answered
    return may and isinstance(value, str) and value.strip().upper() == NOT_ANSWERED


def _card_words(item: Item, value: Mapping[str, Value]) -> str:
    said = [f"{field.label}: {words(field, value[field.id])}" for field in item.fields if answered(value.get(field.id))]
    total = weighed(item, value)
    return ", ".join(said) + ("" if total is None or not item.unit else f" (in all {total} {item.unit})")


def _moment_said(item: Asked, value: str) -> str:
    if item.type == "date":
        return f"{date.fromisoformat(value):%-d %B %Y}"
    return f"{local(datetime.fromisoformat(value)):%-d %B %Y at %H:%M}"


def _strings(raw: Raw) -> list[str]:
    return [str(part) for part in ([raw] if isinstance(raw, str) else raw)]


def _whole(item: Asked, words: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", words):
        raise BadAnswer(_number_sentence(item))
    return int(words)


def _moment_words(raw: Mapping[str, Any]) -> str | None:
    """Day, month, year and perhaps hour and minute as one ISO string; what is no date is left for the check to refuse."""
    given = {part: "".join(_strings(raw.get(part, ""))).strip() for part in (*_DAY_PARTS, *_TIME_PARTS)}
    if not any(given.values()):
        return None
    day = "-".join(given[part].zfill(4 if part == "year" else 2) for part in _DAY_PARTS)
    clock = ":".join(given[part].zfill(2) for part in _TIME_PARTS)
    return f"{day}T{clock}" if any(given[part] for part in _TIME_PARTS) else day


def _parse_card(item: Any, raw: Mapping[str, Any]) -> dict[str, Value] | None:
    card = {}
    for field in item.fields:
        part = raw.get(field.id, [])
        value = parse(field, part if isinstance(part, Mapping) else _strings(part))
        if value is not None:
            card[field.id] = value
    return card or None


def _parse_rows(item: Any, raw: Mapping[str, Any]) -> list[dict[str, Value]] | None:
    rows: dict[int, dict[str, Any]] = {}
    for name, part in raw.items():
        row, _, field = str(name).partition(".")
        if field and re.fullmatch(r"[0-9]{1,3}", row):
            rows.setdefault(int(row), {})[field] = part
    cards = [_parse_card(item, rows[number]) for number in sorted(rows)]
    return [card for card in cards if card] or None


_PARSE_MANY: dict[str, Callable[[Any, Mapping[str, Any]], Value]] = {
    "vitals": _parse_card,
    "repeating": _parse_rows,
    "drawing": _parse_rows,
}


def _choice(item: Asked, value: Value, now: datetime) -> str:
    if not isinstance(value, str) or value not in {option.code for option in item.options}:
        raise BadAnswer(f"Choose one of the answers listed for “{item.label}”.")
    return value


def _multichoice(item: Asked, value: Value, now: datetime) -> list[str]:
    codes = value if isinstance(value, list) else [value]
    picked = list(dict.fromkeys(_choice(item, code, now) for code in codes))
    alone = [option.text for option in item.options if option.exclusive and option.code in picked]
    if alone and len(picked) > 1:
        raise BadAnswer(f"For “{item.label}”, take off “{alone[0]}” or take off the others.")
    return [option.code for option in item.options if option.code in picked]


def _integer(item: Asked, value: Value, now: datetime) -> int:
    if isinstance(value, str):
        value = _whole(item, value.strip())
    if type(value) is not int or not _within(item, Decimal(value)):
        raise BadAnswer(_number_sentence(item))
    return value


def _number(item: Asked, value: Value, now: datetime) -> str:
    said = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not _NUMBER.fullmatch(said):
        raise BadAnswer(_number_sentence(item))
    exact = Decimal(said)
    if not _within(item, exact) or (item.step and exact % item.step):
        raise BadAnswer(_number_sentence(item))
    return f"{exact:f}"


def _within(item: Asked, value: Decimal) -> bool:
    return (item.low is None or value >= item.low) and (item.high is None or value <= item.high)


def _number_sentence(item: Asked) -> str:
    places = decimal_places(item.step)
    kind = "a whole number" if item.type == "integer" or (item.step and not places) else "a number"
    bounds = f" from {item.low} to {item.high}" if item.low is not None and item.high is not None else ""
    after = f", with at most {places} figure{'s' if places > 1 else ''} after the point" if places else ""
    return f"{item.label} must be {kind}{bounds}{after}. Check the figure and enter it again."


def _text(item: Asked, value: Value, now: datetime) -> str:
    if not isinstance(value, str):
        raise BadAnswer(f"Write the answer to “{item.label}” in words.")
    said = value.replace("\r\n", "\n").strip()
    if any(unicodedata.category(mark) in ("Cc", "Cs") and mark not in "\n\t" for mark in said):
        raise BadAnswer(f"“{item.label}” holds a mark that cannot be kept. Type the words again instead of pasting them.")
    if len(said) > LONGEST_TEXT:
        raise BadAnswer(f"“{item.label}” is {len(said)} characters long. Shorten it to {LONGEST_TEXT} or fewer.")
    return said


def _date(item: Asked, value: Value, now: datetime) -> str:
    try:
        day = date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise BadAnswer(f"{item.label} must be a real date, such as 27 3 2026. Enter the day, month and year again.")
    if day.year < 1900 or (item.past and day > local(now).date()):
        raise BadAnswer(f"{item.label} must be a date in the past. Check the day, month and year.")
    return day.isoformat()


def _datetime(item: Asked, value: Value, now: datetime) -> str:
    try:
        when = datetime.fromisoformat(value if isinstance(value, str) and "T" in value else "")
        when = (when if when.tzinfo else when.replace(tzinfo=LONDON)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadAnswer(f"{item.label} must be a real date and time, such as 27 3 2026 at 18:30. Enter both again.")
    if when.year < 1900 or (item.past and when > now + _SLACK):
        raise BadAnswer(f"{item.label} must be in the past. Check the date and the time.")
    return when.isoformat()


def _vitals(item: Any, value: Value, now: datetime) -> dict[str, Value]:
    known = {field.id: field for field in item.fields}
    if not isinstance(value, Mapping) or not set(value) <= set(known):
        raise BadAnswer(f"“{item.label}” holds something that is not on its card. Enter it again.")
    card = {id: check(field, value.get(id), now) for id, field in known.items()}
    for field in item.fields:
        if field.required and card[field.id] is None:
            raise BadAnswer(f"“{item.label}” needs {field.label.lower()}. Enter it, or take the line away.")
    kept = {id: part for id, part in card.items() if part is not None}
    _alone(item, kept)
    return kept


def _alone(item: Any, card: Mapping[str, Value]) -> None:
    """A field that stands for the whole card is given alone."""
    instead = [field.label for field in item.fields if field.instead and field.id in card]
    if instead and len(card) > 1:
        raise BadAnswer(f"For “{item.label}”, take off “{instead[0]}” or take off the numbers.")


def _repeating(item: Any, value: Value, now: datetime) -> list[dict[str, Value]]:
    if not isinstance(value, list):
        raise BadAnswer(f"“{item.label}” is a list. Enter it line by line.")
    if len(value) > MOST_ROWS:
        raise BadAnswer(f"“{item.label}” has more than {MOST_ROWS} lines. Take some away and put the rest in the notes.")
    return [row for row in (_vitals(item, part, now) for part in value) if row]


_CHECK: dict[str, Callable[[Any, Value, datetime], Value]] = {
    "choice": _choice,
    "multichoice": _multichoice,
    "integer": _integer,
    "number": _number,
    "text": _text,
    "signature": _text,
    "date": _date,
    "datetime": _datetime,
    "vitals": _vitals,
    "repeating": _repeating,
    "drawing": _repeating,
}
