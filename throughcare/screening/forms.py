"""What a browser sends about answers, in our words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django.http import QueryDict

from throughcare.core import clock
from throughcare.instruments import rules as asking
from throughcare.instruments.actions import How
from throughcare.instruments.rules import BadAnswer, Item, Value
from throughcare.screening.rules import Books
from throughcare.screening.standing import Standing

CARDS = ("vitals", "repeating", "drawing")
CARRY = "carry-"  # before the alert whose action is carried over, in the name of its controls
SAID = {"yes": True, "no": False}


def item_of(books: Books, item_id: str) -> tuple[str, Item] | None:
    """The reference and the item of a control's name, in any instrument of the visit."""
    for id, book in books.items():
        for item in book.items:
            if item.id == item_id:
                return f"{id}:{item_id}", item
    return None


def one_answer(item: Item, data: QueryDict) -> Value:
    """The answer to one item, sent alone as `value` or, for cards, under full names. Raises BadAnswer."""
    return asking.parse(item, _card(item, data) if item.type in CARDS else data.getlist("value"))


def whole_form(now: Standing, data: QueryDict) -> tuple[dict[str, Value], dict[str, str]]:
    """Every answer of a form sent without script, and the sentence for each that cannot be read."""
    given, wrong = {}, {}
    for ref, item in _sent(now, data):
        try:
            value = asking.parse(item, _card(item, data) if item.type in CARDS else data.getlist(item.id))
            if asking.answered(value) and value != now.answers[ref.partition(":")[0]].get(item.id):
                given[ref] = asking.check(item, value, clock.now())
        except BadAnswer as bad:
            wrong[item.id] = str(bad)
    return given, wrong


def carried(data: QueryDict) -> list[tuple[str, str, str]]:
    """What a form says about the first night's actions: alert, state, why. Lines without a state are not said yet."""
    named = [name.removesuffix(".state") for name in data if name.startswith(CARRY) and name.endswith(".state")]
    return [(name.removeprefix(CARRY), str(data[f"{name}.state"]), data.get(f"{name}.why", "")) for name in named]


def how(data: QueryDict) -> How:
    """How a form was answered, as it was said at the signature."""
    spoken = data.get("language", "").strip() if data.get("mode") == "interpreter" else ""
    return How(mode=data.get("mode", ""), language=spoken, withdrawal=SAID.get(data.get("withdrawal", "")))


def device_time(data: QueryDict) -> datetime:
    """When the tablet says the answer was given; a clock that is wrong or ahead counts as now."""
    now = clock.now()
    try:
        said = clock.aware(datetime.fromisoformat(data.get("at", "").replace("Z", "+00:00")))
    except (ValueError, OverflowError):
        return now
    # An answer kept in a tablet that was offline keeps its own time; one from a clock running ahead does not.
    return said if abs((now - said).days) < 1 and said <= now else now


def moment(typed: str) -> datetime | None:
    """A time typed as hours and minutes today, or as date and time; blank is now, None anything else."""
    if not typed.strip():
        return clock.now()
    try:
        wall = datetime.fromisoformat(typed) if "T" in typed else _today_at(typed)
        return clock.aware(wall.replace(tzinfo=clock.LONDON))
    except (ValueError, OverflowError):
        return None


def _today_at(typed: str) -> datetime:
    hours = time.fromisoformat(typed.strip().replace(".", ":").zfill(5))
    return datetime.combine(clock.prison_day(clock.now()), hours)


def _sent(now: Standing, data: QueryDict) -> Iterator[tuple[str, Item]]:
    for item_id in {name.partition(".")[0] for name in data}:
        if found := item_of(now.books, item_id):
            yield found


def _card(item: Item, data: QueryDict) -> dict[str, Any]:
    return {name.removeprefix(f"{item.id}."): data.getlist(name) for name in data if name.startswith(f"{item.id}.")}


def seen_map(data: QueryDict, now: Standing) -> dict[str, int]:
    """reference -> the number of the answer that the page showed, as the form carries it."""
    try:
        told = json.loads(data.get("seen", "{}"))
        return {found[0]: int(seq) for item, seq in told.items() if (found := item_of(now.books, str(item)))}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}
