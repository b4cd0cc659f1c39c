"""The rulebook as pages: every question, alert, clock, role and number in words, printed from the data itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from throughcare.access.roles import roles
from throughcare.core.rulebook import Entry
from throughcare.core.shown import sentence
from throughcare.instruments import rules as instruments
from throughcare.instruments.rules import AlertRule, Condition, Field, Item, Questionnaire
from throughcare.pathways import rules as pathways
from throughcare.pathways.rules import Clock, On, Window
from throughcare.record import rules as record
from throughcare.record.kinds import kinds
from throughcare.screening import rules as screening
from throughcare.screening.rules import Group, Screen
from throughcare.screening.rules.screen import Budget

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "docs" / "reference" / "rulebook"
HEAD = "<!-- Printed by `throughcare rulebook print`. Change the rulebook, not this page. -->\n\n"
SIGNS = {"eq": "is", "ne": "is not", "ge": "at least", "gt": "more than", "le": "at most", "lt": "less than",
         "any_of": "is any of", "none_of": "is none of", "answered": "has an answer"}  # fmt: skip


def pages() -> dict[Path, str]:
    """Every page of the rulebook by its path, as it should be now."""
    made = {FOLDER / f"{entry.id}.md": questionnaire(entry) for entry in _newest(instruments.book())}
    made[FOLDER / "first-night.md"] = screen(_newest(screening.screens())[0])
    made[FOLDER / "danger.md"] = dangers(_newest(screening.dangers())[0])
    made[FOLDER / "risk-terms.md"] = risk_terms(_newest(record.risk_terms())[0])
    made[FOLDER / "clocks.md"] = clocks(_newest(pathways.registers())[0])
    made[FOLDER / "roles.md"] = HEAD + "\n".join(_roles())
    made[FOLDER / "encounters.md"] = HEAD + "\n".join(_kinds())
    made[FOLDER / "README.md"] = HEAD + "\n".join(_contents(made))
    return made


def questionnaire(entry: Entry[Questionnaire]) -> str:
    """One instrument: its questions with their options, what the answers set off, how it is scored."""
    book = entry.value
    alerts: dict[str, list[AlertRule]] = {}
    for rule in book.alerts:
        alerts.setdefault(rule.item.partition(".")[0], []).append(rule)
    lines = [*_identity(entry), *_licence(book), "## Questions", ""]
    for item in book.items:
        lines += [*_item(item), *(line for rule in alerts.pop(item.id, []) for line in _alert(rule)), ""]
    rest = [line for rules in alerts.values() for rule in rules for line in _alert(rule)]
    lines += [*(["## Alerts on the whole", "", *rest, ""] if rest else []), *_bands(book)]
    return HEAD + "\n".join(lines).rstrip() + "\n"


def screen(entry: Entry[Screen]) -> str:
    """The first-night screen in its order, and what others are told."""
    shown, books = entry.value, screening.newest(entry.applies_from)
    lines = [*_identity(entry), _budget(shown.budget), ""]
    for title, part in (("Safety core", shown.core), ("The rest", shown.rest)):
        lines += [f"## {title}", "", *(line for group in part for line in _group(group, books))]
    lines += ["## Observed only", "", f"Asked again after {shown.observed_only.again_after_minutes} minutes.", ""]
    lines += [f"- {_question(books, ref)}" for ref in shown.observed_only.items]
    for title, told in (("Officers may be told", shown.location_advice), ("The man is told", shown.tomorrow)):
        lines += [
            "",
            f"## {title}",
            "",
            *(f"- {line.words}" + (f" (suggested when {_when(line.when)})" if line.when else "") for line in told),
        ]
    return HEAD + "\n".join(lines) + "\n"


def risk_terms(entry: Entry[Any]) -> str:
    """The words by which a danger is known in free text, with the worked examples."""
    lines = _identity(entry)
    for risk in entry.value.risks:
        lines += [f"## {sentence(risk.words)}", "", f"Because: {risk.basis}.", "", f"Known by {len(risk.terms)} terms:", ""]
        lines += [" · ".join(f"`{term.text}`" for term in risk.terms), "", "Not when it stands in:", ""]
        lines += [" · ".join(f"`{term.text}`" for term in risk.unless), "", "| words | read as |", "|---|---|"]
        for read_as, examples in (
            ("sure", risk.fires),
            ("to be read", risk.unsure),
            ("set aside", risk.aside),
            ("nothing", risk.silent),
        ):
            lines += [f"| {words} | {read_as} |" for words in examples]
        lines += [""]
    return HEAD + "\n".join(lines)


def dangers(entry: Entry[Any]) -> str:
    """What lifts an arrival up the board, the gravest first."""
    rows = sorted(entry.value, key=lambda rule: -rule.weight)
    table = [
        f"| {one.words} | {one.weight} | {_when(one.when) if one.when else 'known from elsewhere'} | {one.basis} |"
        for one in rows
    ]
    return (
        HEAD
        + "\n".join([*_identity(entry), "| danger | weight | when an answer says | basis |", "|---|---|---|---|", *table])
        + "\n"
    )


def clocks(entry: Entry[tuple[Clock, ...]]) -> str:
    """Every deadline: what starts it, when it is due, whose it is, what ends it."""
    running, waiting = [c for c in entry.value if not c.waits], [c for c in entry.value if c.waits]
    lines = [*_identity(entry), f"{len(running)} clocks run; {len(waiting)} wait for facts that nothing records yet.", ""]
    lines += ["## Clocks that run", "", *(line for due in running for line in _clock(due))]
    lines += ["## Clocks that wait", "", "| clock | owner | due | source |", "|---|---|---|---|"]
    lines += [f"| {due.title} | {_role(due.owner_role)} | {_window(due.due)} | {due.basis} ({due.source}) |" for due in waiting]
    return HEAD + "\n".join(lines) + "\n"


def _budget(budget: Budget) -> str:
    core = f"{budget.core_questions} questions that everybody meets and {budget.core_minutes} minutes in the safety core"
    whole = f"{budget.simple_minutes} minutes for a simple man, {budget.complex_minutes} for a complex one"
    return f"Held in a test: at most {core}; {whole}."


def _identity(entry: Entry[Any]) -> list[str]:
    signed = (
        f"written by {entry.signature.written_by}, checked by {entry.signature.checked_by}"
        if entry.signature
        else "not signed yet"
    )
    source = ", ".join(filter(None, [entry.source.title, entry.source.section, " ".join(entry.source.codes)]))
    dates = f"version {entry.version}, applies from {entry.applies_from}, to be reviewed by {entry.review_by}"
    lines = [f"# {entry.title}", "", f"`{entry.id}`, {dates}; {signed}.", "", f"Source: {source}.", ""]
    return lines + (["To be confirmed:", "", *(f"- {one}" for one in entry.to_confirm), ""] if entry.to_confirm else [])


def _licence(book: Questionnaire) -> list[str]:
    return [f"Licence: {book.licence}", ""] if book.licence else []


def _item(item: Item) -> list[str]:
    lines = [f"`{item.id}`, {item.type}" + ("" if item.required else ", may be left blank")]
    if item.enable_when:
        lines.append(f"Asked when {_when(item.enable_when)}.")
    if item.stable:
        lines.append("A stable fact: offered again on a later visit as “still true?”.")
    if item.reason:
        lines.append(f"Why so: {item.reason}")
    parts = [f"- {option.text} (`{option.code}`" + (f", {option.score}" if item.scored else "") + ")" for option in item.options]
    parts += [f"- from {part.min} to {part.max}: {part.score}" for part in item.ranges]
    parts += [f"- {_field(field)}" for field in item.fields]
    return [f"### {item.text}", "", "  \n".join(lines), *(["", *parts] if parts else [])]


def _field(field: Field) -> str:
    span = f", {field.low} to {field.high}" if field.low is not None and field.high is not None else ""
    worth = f", counts {field.weight}" if field.weight is not None else ""
    return f"{field.text} (`{field.id}`{span}{' ' + field.unit if field.unit else ''}{worth})"


def _alert(rule: AlertRule) -> list[str]:
    when = _when(rule.when) if rule.when else _one(Condition(rule.item, rule.op, rule.value))
    lines = ["", f"**{rule.severity.capitalize()}** when {when}: {rule.action} (`{rule.id}`)."]
    if rule.actions:
        lines.append(
            f"Met by one of: {'; '.join(option.text for option in rule.actions)}; with who was told, when, and the plan."
        )
    return lines + ([f"Why so: {rule.reason}"] if rule.reason else [])


def _bands(book: Questionnaire) -> list[str]:
    if not book.bands:
        return []
    rows = [f"| {band.min} to {band.max} | {band.label} | {band.action} |" for band in book.bands]
    return ["## Totals", "", book.scoring.missing, "", "| total | band | action |", "|---|---|---|", *rows]


def _group(group: Group, books: Any) -> list[str]:
    lead = [f"“{group.lead}”", ""] if group.lead else []
    when = [f"Opens when {_when(group.when)}.", ""] if group.when else []
    return [
        f"### {group.title}",
        "",
        *lead,
        *when,
        *(f"{n}. {_question(books, ref)}" for n, ref in enumerate(group.items, 1)),
        "",
    ]


def _question(books: Any, ref: str) -> str:
    id, _, item = ref.partition(":")
    found = books[id].item(item)
    return found.text + (f" *(when {_when(found.enable_when)})*" if found.enable_when else "")


def _when(condition: Condition) -> str:
    """A condition in words."""
    if condition.item:
        return _one(condition)
    joined, word = (condition.all, " and ") if condition.all else (condition.any, " or ")
    return word.join(f"({_when(part)})" if part.all or part.any else _when(part) for part in joined)


def _one(condition: Condition) -> str:
    value = condition.value
    shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else "" if value is None else str(value)
    name = "the total" if condition.item == "total" else f"`{condition.item}`"
    return f"{name} {SIGNS.get(condition.op, condition.op)} {shown}".strip()


def _clock(due: Clock) -> list[str]:
    lines = [f"### {due.title}", "", f"`{due.id}`, stage {due.stage}", ""]
    lines += [f"- starts on {_facts(due.starts_on)}", f"- due {_window(due.due)}"]
    lines += [f"- warns after {_window(due.warn_after)}"] if due.warn_after else []
    lines += [
        f"- owed by the {_role(due.owner_role)}; escalates to the {_role(due.escalate)}",
        f"- done by {_facts(due.done_by)}",
    ]
    lines += [f"- when the person leaves: {due.on_leaving}", f"- source: {due.basis} ({due.source})"]
    return lines + ([f"- to be confirmed: {due.to_confirm}"] if due.to_confirm else []) + [""]


def _facts(facts: Iterable[On]) -> str:
    return "; or ".join(
        f"`{one.fact}`" + "".join(f", {field} {_any(value)}" for field, value in (one.where or {}).items()) for one in facts
    )


def _any(value: Any) -> str:
    return " or ".join(f"`{one}`" for one in (value if isinstance(value, list | tuple) else [value]))


def _window(window: Window) -> str:
    found = {"minutes": window.minutes, "hours": window.hours, "days": window.days, "working days": window.working_days}
    length = next((f"{amount} {unit}" for unit, amount in found.items() if amount is not None), "")
    return length or (window.at or "").replace("_", " ")


def _role(code: str) -> str:
    return roles()[code].title.lower() if code in roles() else code.replace("_", " ")


def _roles() -> Iterator[str]:
    yield from ("# Roles", "", "| role | records | lands on | may |", "|---|---|---|---|")
    for role in roles().values():
        yield f"| {role.title} (`{role.id}`) | {role.scope} | {role.lands_on} | {', '.join(sorted(role.may)).replace('_', ' ')} |"
    yield ""


def _kinds() -> Iterator[str]:
    yield from ("# Kinds of contact", "", "A kind is evidence: clocks name it as what ends them.", "")
    for kind in kinds().values():
        who = ", ".join(sorted(_role(code) for code in kind.roles))
        yield from (
            f"## {kind.title}",
            "",
            f"`{kind.id}`, written by: {who}",
            "",
            f"- {kind.ask}",
            *([f"- {kind.plan}"] if kind.plan else []),
            "",
        )


def _contents(made: Iterable[Path]) -> Iterator[str]:
    yield from ("# The rulebook, printed", "", "Every clinical question, number and deadline the code reads, in words.", "")
    yield from (f"- [{path.stem.replace('-', ' ')}]({path.name})" for path in made)
    yield ""


def _newest(book: Any) -> list[Any]:
    """The highest version of each entry."""
    return list({entry.id: entry for entry in book}.values())
