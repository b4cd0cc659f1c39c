"""Value by value: a sentence for each row of a table that the product does not have so, and for each value that has no row."""

from datetime import date, datetime, time
from decimal import Decimal

from tests.second_hand import tables
from tests.second_hand.tables import of, rows

TIMES = {"same_evening": "same evening", "lock_up": "lock-up or noon", "next_noon": "next noon"}
SIGNS = {
    "eq": "is",
    "any_of": "is",
    "none_of": "not",
    "ne": "not",
    "answered": "answered",
    "gt": ">",
    "ge": ">=",
    "lt": "<",
    "le": "<=",
}
WAYS = ("enters on", "leaves on")
TOP = ("recall_days", "change_threshold", "difference_threshold")  # of a questionnaire, beside its questions
IDENTITY = ("version", "applies_from", "review_by")


def differences(what, table, product):
    """Both directions: what the table has and the product has not so, and the other way round."""
    wrong = [f"{what} {key}: the table says {value}, the product {product.get(key, 'nothing')}" for key, value in table.items()
             if product.get(key) != value]  # fmt: skip
    return wrong + [f"{what} {key}: {value} has no row; a second hand is needed" for key, value in product.items()
                    if key not in table]  # fmt: skip


def questionnaire(book):
    """Scores, bands, totals, bounds and severities of one questionnaire."""
    return [*scores(book), *bands(book), *totals(book), *bounds(book), *severities(book)]


def scores(book):
    """What each answer to each scored question earns, by the answer's words or its range."""
    table = {(row["item"], row["answer"]): int(row["score"]) for row in of("scores", "instrument", book.id)}
    scored = [item for item in book.items if item.scored]
    product = {(item.id, option.text): option.score for item in scored for option in item.options}
    product |= {(item.id, f"{part.min} to {part.max}"): part.score for item in scored for part in item.ranges}
    product |= {(item.id, option.text): option.score for item in book.items for option in item.options if option.score}
    return differences(f"{book.id}, score", table, product)


def bands(book):
    """What each total is called."""
    table = {(row["scale"], int(row["lowest"]), int(row["highest"])): row["label"] for row in of("bands", "instrument", book.id)}
    product = {("total", band.min, band.max): band.label for band in book.bands}
    product |= {(scale.id, band.min, band.max): band.label for scale in book.subscales for band in scale.bands}
    return differences(f"{book.id}, band", table, product)


def totals(book):
    """The totals that can be reached, and the questions of each subscale."""
    found = of("totals", "instrument", book.id)
    table = {row["scale"]: (tuple(row["items"].split()), int(row["lowest"]), int(row["highest"])) for row in found}
    product = {scale.id: (scale.items, scale.min, scale.max) for scale in book.subscales}
    if book.scoring.method == "sum":
        product["total"] = ((), book.scoring.min, book.scoring.max)
    return differences(f"{book.id}, total", table, product)


def bounds(book):
    """What can be typed: lowest, highest, step, and the weight a number counts with."""
    kinds = ("low", "high", "step", "weight")
    found = of("bounds", "instrument", book.id)
    table = {row["question"]: tuple(Decimal(row[kind]) if row[kind] else None for kind in kinds) for row in found}
    parts = [(item.id, item) for item in book.items]
    parts += [(f"{item.id}.{field.id}", field) for item in book.items for field in item.fields]
    product = {id: tuple(getattr(part, kind, None) for kind in kinds) for id, part in parts}
    return differences(
        f"{book.id}, bounds", table, {id: value for id, value in product.items() if any(one is not None for one in value)}
    )


def severities(book):
    """How grave each alert is. What sets it off, `behaviour` asks."""
    table = {row["alert"]: row["severity"] for row in of("alerts", "instrument", book.id)}
    return differences(f"{book.id}, alert", table, {rule.id: rule.severity for rule in book.alerts})


def pathway(path):
    """Every step and stage of one pathway."""
    steps = {row["step"]: row for row in of("steps", "pathway", path.id)}
    table = {(id, column): _said(column, row[column]) for id, row in steps.items() for column in row
             if column not in ("pathway", "step", "source")}  # fmt: skip
    product = {(step.id, column): value for step in path.steps for column, value in _step(step).items()}
    stages = {row["stage"]: (row["from day"], row["to day"]) for row in of("stages", "pathway", path.id)}
    days = {one.id: (str(one.from_day), "" if one.to_day is None else str(one.to_day)) for one in path.stages}
    return [*differences(path.id, table, product), *differences(f"{path.id}, stage", stages, days), *_ways(path)]


def _ways(path):
    """By what somebody comes onto a pathway and leaves it."""
    table = {
        (row["pathway"], column): _said(column, row[column]) for row in of("pathways", "pathway", path.id) for column in WAYS
    }
    product = {(path.id, "enters on"): path.enters_on, (path.id, "leaves on"): path.leaves_on}
    return differences("pathway", table, {key: frozenset(map(fact, facts)) for key, facts in product.items()})


def observations(plans):
    """Every slot of every plan of observations."""
    kinds = ("instruments", "days", "gaps alert", "opens", "closes")
    table = {(row["plan"], row["slot"]): tuple(row[kind] for kind in kinds) for row in rows("observations")}
    product = {(plan.id, slot.id): _slot(plan, slot) for plan in plans for slot in plan.slots}
    return differences("observation plan", table, product)


def _slot(plan, slot):
    return " ".join(plan.instruments), str(plan.days), str(plan.gaps_alert), f"{slot.opens:%H:%M}", f"{slot.closes:%H:%M}"


def dangers(rules):
    """The weight of every danger on arrival."""
    table = {row["danger"]: int(row["weight"]) for row in rows("dangers")}
    return differences("danger", table, {rule.code: rule.weight for rule in rules})


def lines(stem, parsed):
    """When each line of a visit holds: parts that are asked only sometimes, advice for officers, the sheet for the man."""
    table = {row["line"]: _clauses(row["holds when"]) for row in of("lines", "visit", stem)}
    product = {
        f"{part}.{line.get('code') or line['title']}": _clauses(_as_text(line["when"]))
        for part in ("core", "rest", "location_advice", "tomorrow") for line in parsed.get(part, ()) if "when" in line
    }  # fmt: skip
    return differences(f"{stem}, line", table, product)


def suggestions(parsed):
    """Whom an alert suggests, how soon, and who owns a service."""
    table = {row["alert"]: (frozenset(row["services"].split()), row["urgency"]) for row in rows("suggestions")}
    owners = {row["service"]: row["owner"] for row in rows("services")}
    product = {row["id"]: (frozenset(row["services"]), row["urgency"]) for row in parsed["alerts"]}
    found = {row["code"]: row["owner_role"] for row in parsed["services"]} | {"manager": parsed["manager"]["role"]}
    return differences("suggestion", table, product) + differences("service", owners, found)


def _clauses(text):
    """A condition as a set of clauses, each a set of terms, with codes in no order."""
    return frozenset(frozenset(map(_codes_sorted, clause.split(" and "))) for clause in text.split(" or "))


def _codes_sorted(term):
    name, op, rest = [*term.split(" ", 2), ""][:3]
    return " ".join([name, op, "|".join(sorted(rest.split("|")))])


def _as_text(when):
    """A condition of a file as the tables write one: any of several, each all of several."""
    if "any" in when or "all" in when:
        return (" or " if "any" in when else " and ").join(map(_as_text, when.get("any") or when["all"]))
    value = when.get("value", "")
    codes = "|".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"{when['item']} {SIGNS[when['op']]} {codes}".strip()


def numbers(stem, parsed, kind=None):
    """Every other number, time and day of a file; of a questionnaire only those beside its questions."""
    table = {row["number"]: row["value"] for row in of("numbers", "file", stem)}
    if kind == "questionnaire":
        product = {key: str(parsed[key]) for key in TOP if key in parsed}
    else:
        product = {} if kind else dict(_leaves({key: value for key, value in parsed.items() if key not in IDENTITY}))
    return differences(stem, table, product)


def _leaves(value, path=""):
    """Every number, time and day, by its path; a row of a list goes by its name."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves(part, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            name = (
                next((part[key] for key in ("id", "code", "number") if key in part), place) if isinstance(part, dict) else place
            )
            yield from _leaves(part, f"{path}.{name}")
    elif isinstance(value, int | float | Decimal | date | datetime | time) and not isinstance(value, bool):
        yield path, str(value)


def _step(step):
    return {
        "due": length(step.due),
        "warn after": "" if step.warn_after is None else length(step.warn_after),
        "owner": step.owner_role,
        "tier": str(step.tier),
        "escalates to": frozenset(f"{rung.to} after {length(rung.after)}" for rung in step.escalate),
        "on leaving": step.on_leaving,
        "visit": step.visit,
        "pauses": " ".join(step.pauses),
        "counts from": step.counts_from,
        **{
            name: length(found) if found else ""
            for name, found in (("opens", step.opens), ("at least", step.at_least), ("done holds", step.done_holds))
        },
        "needs": step.needs,
        "waits": "yes" if step.waits else "",
        "starts on": frozenset(map(fact, step.starts_on)),
        "done by": frozenset(map(fact, step.done_by)),
    }


def _said(column, text):
    """A cell as `_step` gives it: several facts or rungs in no order."""
    if column not in (*WAYS, "starts on", "done by", "escalates to"):
        return text
    parts = [part for part in text.split(" + ") if part]
    return frozenset(parts if column == "escalates to" else map(_fact_said, parts))


def _fact_said(text):
    name, *asked = text.split(" ")
    return " ".join([name, *sorted(map(_sorted, asked))])


def _sorted(word):
    key, equals, values = word.partition("=")
    return f"{key}={'|'.join(sorted(values.split('|')))}" if equals else word


def length(window):
    """A window as the tables write it: `24 hours`, `10 working days`, `same evening`."""
    if window.at:
        return TIMES[window.at]
    unit = next(unit for unit in ("minutes", "hours", "days", "working_days") if getattr(window, unit) is not None)
    count = getattr(window, unit)
    words = unit.replace("_", " ")
    return f"{count} {words.removesuffix('s') if abs(count) == 1 else words}"


def fact(on):
    """A fact as the tables write it: its name without its package, then `key=value|value` for what it asks."""
    asked = {key: value if isinstance(value, list | tuple) else [value] for key, value in (on.where or {}).items()}
    words = [f"{key}={'|'.join(sorted(map(_word, values)))}" for key, values in sorted(asked.items())]
    return " ".join([on.fact.rpartition(".")[2], *words])


def _word(value):
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def unknown_files(known):
    """Rows of tables about something the product does not have, by table and name."""
    columns = {"steps": "pathway", "stages": "pathway", "pathways": "pathway", "numbers": "file", "lines": "visit"}
    named = {(table, row[columns.get(table, "instrument")]) for table in tables.names() for row in rows(table)
             if columns.get(table, "instrument") in row}  # fmt: skip
    return sorted(f"{table}: {name}" for table, name in named if name not in known)
