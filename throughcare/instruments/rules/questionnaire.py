"""What a questionnaire is made of: frozen values, built from one rulebook file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from throughcare.core.rulebook import RulebookError, Source, shaped

Severity = Literal["info", "urgent", "stop"]
SEVERITIES: tuple[Severity, ...] = ("stop", "urgent", "info")
TYPES = frozenset(
    {"choice", "multichoice", "integer", "number", "text", "date", "datetime"}
    | {"vitals", "repeating", "drawing", "signature", "derived"}
)
OPS = frozenset({"eq", "ne", "ge", "gt", "le", "lt", "any_of", "none_of", "answered"})
METHODS = frozenset({"none", "sum", "per_subscale"})
NOT_ANSWERED = "NA"  # not answered or not disclosed: kept as an answer of its own, never as nought

# What an answer looks like in JSON: a code, words, a decimal or a moment as a string; a whole number; a list; a card of fields.
Value = Any
Answers = Mapping[str, Value]


@dataclass(frozen=True)
class Option:
    """One thing that can be ticked. `exclusive` stands alone ("none"); `again` asks for the question to be put again."""

    code: str
    text: str
    score: int = 0
    exclusive: bool = False
    again: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Range:
    """Numbers from `min` to `max`, both included, and the score they earn."""

    min: Decimal
    max: Decimal
    score: int


@dataclass(frozen=True)
class Field:
    """One field on a card of vitals, or one column of a repeating table. `weight` counts towards the card's total.

    `instead` stands for the whole card ("not answered"): the other fields are then left blank.
    """

    id: str
    text: str
    type: str = "number"
    options: tuple[Option, ...] = ()
    concept: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    step: Decimal | None = None
    unit: str = ""
    weight: Decimal | None = None
    required: bool = False
    past: bool = False
    instead: bool = False
    hint: str = ""
    short: str = ""

    @property
    def label(self) -> str:
        return self.short or self.text.rstrip("?")


@dataclass(frozen=True)
class Condition:
    """A comparison with one answer (`item`, or `item.field` of a card), or several joined by `all` or `any`."""

    item: str = ""
    op: str = ""
    value: Any = None
    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class FillFrom:
    """An answer given elsewhere that settles this yes-or-no question: any of `yes` under `concept` means yes.

    Anything else means no, unless `no` lists the only answers that do. `only_yes`: it never settles a no, because other
    reasons for a yes remain, and the question is then asked.
    """

    concept: str
    yes: tuple[Any, ...] = ()
    no: tuple[Any, ...] = ()
    only_yes: bool = False


@dataclass(frozen=True)
class Item:
    """One question. `stable` facts may be offered again on a later visit; all others are always asked afresh.

    A `whole` card has a total only when every number on it is filled in (four weekly counts), or its `instead` field.
    A number that `may_be_not_answered` takes NA, which is not nought. `anchors` are words beside some numbers of a scale.
    `asked_by = "staff"`: never put to a person alone at a kiosk, nor by a peer. A derived one is the total of `sum_of`, or
    yes where any of `yes_if_any` is.
    """

    id: str
    text: str
    type: str
    section: str = ""
    required: bool = True
    options: tuple[Option, ...] = ()
    concept: str = ""
    fields: tuple[Field, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    step: Decimal | None = None
    unit: str = ""
    enable_when: Condition | None = None
    stable: bool = False
    hint: str = ""
    short: str = ""
    past: bool = False
    scored: bool = False
    ranges: tuple[Range, ...] = ()
    sum_of: str = ""
    assumed: str = ""
    fill_from: tuple[FillFrom, ...] = ()
    yes_if_any: tuple[str, ...] = ()
    whole: bool = False
    may_be_not_answered: bool = False
    low_label: str = ""
    high_label: str = ""
    anchors: Mapping[str, str] | None = None
    asked_by: str = ""
    reason: str = ""

    @property
    def label(self) -> str:
        """The question in a few words, for a message or a summary line."""
        return self.short or self.text.rstrip("?")

    @property
    def places(self) -> int:
        """Decimal places a number may have."""
        return decimal_places(self.step)


@dataclass(frozen=True)
class AlertRule:
    """What an answer sets off. A stop is met by one of `actions`, who was told, when, and a holding plan.

    `op` may also be `fall_ge`: a score lower than last time by at least `value`.

    `evidence` names the kinds of contact that answer the task it may start; alerts of one `concept` are one alert to the
    person at the screen. `fires` and `silent` are worked examples.
    """

    id: str
    item: str
    severity: Severity
    action: str
    op: str = ""
    value: Any = None
    when: Condition | None = None
    actions: tuple[Option, ...] = ()
    told: tuple[str, ...] = ()
    holding_plan: bool = False
    concept: str = ""
    evidence: tuple[str, ...] = ()
    reason: str = ""
    fires: tuple[Mapping[str, Any], ...] = ()
    silent: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Band:
    """Totals from `min` to `max`, both included: what they are called and what to do."""

    min: int
    max: int
    label: str
    action: str


@dataclass(frozen=True)
class Subscale:
    """Some of the questions with a total of their own; no total unless every one of them that is asked is answered."""

    id: str
    title: str
    items: tuple[str, ...]
    min: int
    max: int
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True)
class Scoring:
    """How a total is made. No total unless every scored question asked is answered, and exactly one of `exactly_one`.

    `per_subscale`: no overall total, each subscale stands alone.
    """

    method: Literal["none", "sum", "per_subscale"] = "none"
    min: int | None = None
    max: int | None = None
    missing: str = ""
    exactly_one: tuple[str, ...] = ()


@dataclass(frozen=True)
class Questionnaire:
    """A form or an instrument: its questions in order, what its answers set off, and how it is scored.

    `stem` is said before the questions; `recall_days` and `recall_note` say which time they are about; `stages` are the
    occasions a form has names for. `change_threshold` is the least move worth showing; `difference_threshold` the gap
    between two people's views worth a talk.
    """

    id: str
    version: int
    title: str
    applies_from: date
    review_by: date
    source: Source
    to_confirm: tuple[str, ...]
    short_title: str
    mode: str
    items: tuple[Item, ...]
    alerts: tuple[AlertRule, ...] = ()
    scoring: Scoring = Scoring()
    bands: tuple[Band, ...] = ()
    subscales: tuple[Subscale, ...] = ()
    people: tuple[Option, ...] = ()
    examples: tuple[Mapping[str, Any], ...] = ()
    edition: str = ""
    wording: str = ""
    wording_note: str = ""
    licence_status: str = ""
    licence: str = ""
    completed_by: str = ""
    administered_by: tuple[str, ...] = ()
    domain: str = ""
    timing: tuple[str, ...] = ()
    deadline: str = ""
    stem: str = ""
    recall_days: int | None = None
    recall_note: str = ""
    stages: tuple[str, ...] = ()
    reference_period: Mapping[str, str] | None = None
    change_threshold: int | None = None
    difference_threshold: int | None = None
    metrics: tuple[str, ...] = ()
    caution: str = ""
    design_rule: str = ""
    reason: str = ""

    @cached_property
    def _by_id(self) -> dict[str, Item]:
        return {item.id: item for item in reversed(self.items)}

    @cached_property
    def worked_out(self) -> tuple[Item, ...]:
        """The derived questions."""
        return tuple(item for item in self.items if item.type == "derived")

    @cached_property
    def fillable(self) -> tuple[Item, ...]:
        """The questions that an answer given elsewhere may settle."""
        return tuple(item for item in self.items if item.concept or item.fill_from or item.assumed)

    @cached_property
    def concepts(self) -> tuple[tuple[str, str], ...]:
        """(concept, `item` or `item.field`) of whatever has a concept: questions first, then the fields of cards."""
        fields = ((field.concept, f"{item.id}.{field.id}") for item in self.items for field in item.fields)
        return tuple((concept, name) for concept, name in (*((item.concept, item.id) for item in self.items), *fields) if concept)

    def item(self, id: str) -> Item:
        """The question with this id; raises KeyError when the questionnaire never had it."""
        return self._by_id.get(id) or _absent(self.id, id)

    def alert(self, id: str) -> AlertRule:
        """The alert rule with this id; raises KeyError when the questionnaire never had it."""
        return next((rule for rule in self.alerts if rule.id == id), None) or _absent(self.id, id)


def decimal_places(step: Decimal | None) -> int:
    """How many decimal places a step of this size needs; none when there is no step."""
    return 0 if step is None else max(0, -int(step.as_tuple().exponent))


def condition(data: Mapping[str, Any] | None, where: str) -> Condition | None:
    """A condition from its table, or None; refuses an operator that is not known."""
    if data is None:
        return None
    parts = {join: tuple(condition(part, where) for part in data[join]) for join in ("all", "any") if join in data}
    built = shaped(Condition, data, where, **parts)
    if not parts and (not built.item or built.op not in OPS):
        raise RulebookError(f"{where}: a condition needs an item and one of {', '.join(sorted(OPS))}.")
    return built


def build(data: dict[str, Any]) -> Questionnaire:
    """A questionnaire from its parsed file; anything misspelt or dangling is a RulebookError."""
    sets, cards = data.get("option_sets", {}), data.get("field_sets", {})
    body = {key: value for key, value in data.items() if key not in ("option_sets", "field_sets")}
    return shaped(
        Questionnaire,
        body,
        "the file",
        items=tuple(_item(row, sets, cards) for row in data.get("items", ())),
        alerts=tuple(_alert(row, sets) for row in data.get("alerts", ())),
        scoring=shaped(Scoring, data.get("scoring", {}), "scoring"),
        bands=_bands(data.get("bands", ()), "bands"),
        subscales=tuple(_subscale(row) for row in data.get("subscales", ())),
        people=_options(data, "people", sets, "people"),
    )


def _item(row: Mapping[str, Any], sets: Mapping[str, Any], cards: Mapping[str, Any]) -> Item:
    where = f"items, {row.get('id', 'one without an id')}"
    fields = _named(row.get("fields", ()), cards, "field set", where)
    return shaped(
        Item,
        row,
        where,
        options=_options(row, "options", sets, where),
        fields=tuple(_field(part, sets, where) for part in fields),
        ranges=tuple(_range(part, where) for part in row.get("ranges", ())),
        fill_from=tuple(shaped(FillFrom, part, where) for part in row.get("fill_from", ())),
        enable_when=condition(row.get("enable_when"), f"{where}, enable_when"),
        **_decimals(row),
    )


def _field(row: Mapping[str, Any], sets: Mapping[str, Any], where: str) -> Field:
    where = f"{where}, field {row.get('id', 'without an id')}"
    return shaped(Field, row, where, options=_options(row, "options", sets, where), **_decimals(row))


def _alert(row: Mapping[str, Any], sets: Mapping[str, Any]) -> AlertRule:
    where = f"alerts, {row.get('id', 'one without an id')}"
    when = condition(row.get("when"), f"{where}, when")
    return shaped(AlertRule, row, where, when=when, actions=_options(row, "actions", sets, where))


def _options(row: Mapping[str, Any], key: str, sets: Mapping[str, Any], where: str) -> tuple[Option, ...]:
    rows = _named(row.get(key, ()), sets, "option set", where)
    return tuple(shaped(Option, part, f"{where}, {key}") for part in rows)


def _named(rows: Any, sets: Mapping[str, Any], what: str, where: str) -> Any:
    """The rows written here, or those of the set they name."""
    if isinstance(rows, str) and rows not in sets:
        raise RulebookError(f"{where}: there is no {what} {rows!r}.")
    return sets[rows] if isinstance(rows, str) else rows


def _subscale(row: Mapping[str, Any]) -> Subscale:
    where = f"subscales, {row.get('id', 'one without an id')}"
    return shaped(Subscale, row, where, bands=_bands(row.get("bands", ()), where))


def _bands(rows: Any, where: str) -> tuple[Band, ...]:
    return tuple(shaped(Band, row, where) for row in rows)


def _range(row: Mapping[str, Any], where: str) -> Range:
    numbers = {key: Decimal(row[key]) for key in ("min", "max") if key in row}
    return shaped(Range, row, f"{where}, ranges", **numbers)


def _decimals(row: Mapping[str, Any]) -> dict[str, Decimal]:
    return {key: Decimal(row[key]) for key in ("low", "high", "step", "weight") if key in row}


def _absent(questionnaire: str, id: str) -> Any:
    raise KeyError(f"{questionnaire} has no {id}.")
