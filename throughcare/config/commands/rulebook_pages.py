"""The rulebook as pages: every question, alert, clock, role and number in words, printed from the data itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from throughcare.access.roles import BOOK as ROLES
from throughcare.access.roles import roles
from throughcare.config.commands import rulebooks
from throughcare.config.commands.rulebook_file_pages import identity, name, page
from throughcare.core.rulebook import Entry
from throughcare.core.shown import sentence
from throughcare.instruments import rules as instruments
from throughcare.instruments.rules import AlertRule, Band, Condition, Field, Item, Questionnaire
from throughcare.pathways import rules as pathways
from throughcare.pathways.rules import On, Pathway, Rung, Step, Window
from throughcare.record import rules as record
from throughcare.record.kinds import BOOK as KINDS
from throughcare.record.kinds import kinds
from throughcare.screening import rules as screening
from throughcare.screening.rules import Group, Screen
from throughcare.screening.rules.screen import Budget

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "docs" / "reference" / "rulebook"
# Books with pages of their own, written in sentences; all others are printed as they are.
IN_WORDS = (
    instruments.BOOK, screening.SCREENS, screening.DANGERS, record.RISK_TERMS, pathways.PATHWAY_BOOK, ROLES, KINDS,
)  # fmt: skip
HEAD = "<!-- Printed by `throughcare rulebook print`. Change the rulebook, not this page. -->\n\n"
SIGNS = {"eq": "is", "ne": "is not", "ge": "at least", "gt": "more than", "le": "at most", "lt": "less than",
         "any_of": "is any of", "none_of": "is none of", "answered": "has an answer",
         "fall_ge": "has fallen by at least"}  # fmt: skip


def pages() -> dict[Path, str]:
    """Every page of the rulebook by its path, as it should be now."""
    made = {FOLDER / f"{entry.id}.md": questionnaire(entry) for entry in instruments.book().newest()}
    made[FOLDER / "instruments.md"] = shelf(instruments.book().newest())
    made |= {FOLDER / _visit_page(entry.id): screen(entry) for entry in screening.screens().newest()}
    made[FOLDER / "danger.md"] = dangers(screening.dangers().newest()[0])
    made[FOLDER / "risk-terms.md"] = risk_terms(record.risk_terms().newest()[0])
    made |= {FOLDER / f"pathway-{entry.id}.md": pathway(entry) for entry in pathways.pathways().newest()}
    made[FOLDER / "roles.md"] = HEAD + "\n".join(_roles())
    made[FOLDER / "encounters.md"] = HEAD + "\n".join(_kinds())
    for book in rulebooks.books():
        if book not in IN_WORDS:
            made |= {FOLDER / name(book, entry): HEAD + page(entry) for entry in book.all().newest()}
    made[FOLDER / "README.md"] = HEAD + "\n".join(_contents(made))
    return made


def questionnaire(entry: Entry[Questionnaire]) -> str:
    """One instrument: by which right, its questions with their options, what the answers set off, how it is scored."""
    book = entry.value
    alerts: dict[str, list[AlertRule]] = {}
    for rule in book.alerts:
        alerts.setdefault(rule.item.partition(".")[0], []).append(rule)
    lines = [*identity(entry), *_rights(book), *_asking(book), "## Questions", ""]
    for item in book.items:
        lines += [*_item(item), *(line for rule in alerts.pop(item.id, []) for line in _alert(rule)), ""]
    rest = [line for rules in alerts.values() for rule in rules for line in _alert(rule)]
    lines += [*(["## Alerts on the whole", "", *rest, ""] if rest else []), *_bands(book), *_worked(book)]
    return HEAD + "\n".join(lines).rstrip() + "\n"


def shelf(entries: Iterable[Entry[Questionnaire]]) -> str:
    """Every instrument on one page: what it gives, whose words it holds and by which right, who may fill it in."""
    lines = [
        "# Instruments",
        "",
        "Whose words are shown, and by which right. A total is never made up from part of the answers.",
        "",
    ]
    lines += ["| instrument | gives | wording | licence | who may fill it in |", "|---|---|---|---|---|"]
    for entry in entries:
        book = entry.value
        who = ", ".join(sorted(_role(code) for code in instruments.may_administer(book)))
        name = f"[{book.short_title}]({entry.id}.md)"
        lines.append(f"| {name} | {_gives(book)} | {book.wording} | {_words(book.licence_status)} | {who} |")
    return HEAD + "\n".join(lines) + "\n"


def screen(entry: Entry[Screen]) -> str:
    """A visit such as the first-night screen in its order, and what others are told."""
    shown, books = entry.value, screening.newest(entry.applies_from)
    lines = [*identity(entry), *([_budget(shown.budget), ""] if shown.budget else [])]
    for title, part in (("Safety core", shown.core), ("The rest" if shown.core else "Questions", shown.rest)):
        lines += [f"## {title}", "", *(line for group in part for line in _group(group, books))] if part else []
    if seen := shown.observed_only:
        lines += ["## Observed only", "", f"Asked again after {seen.again_after_minutes} minutes.", ""]
        lines += [*(f"- {_question(books, ref)}" for ref in seen.items), ""]
    for title, told in (("Officers may be told", shown.location_advice), ("The man is told", shown.tomorrow)):
        rows = [f"- {line.words}" + (f" (suggested when {_when(line.when)})" if line.when else "") for line in told]
        lines += [f"## {title}", "", *rows, ""] if rows else []
    return HEAD + "\n".join(lines).rstrip() + "\n"


def _visit_page(id: str) -> str:
    """An instrument may have the same id as the visit that asks it, so other visits say what they are."""
    return "first-night.md" if id == "first-night" else f"visit-{id}.md"


def risk_terms(entry: Entry[Any]) -> str:
    """The words by which a danger is known in free text, with the worked examples."""
    lines = identity(entry)
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
        + "\n".join([*identity(entry), "| danger | weight | when an answer says | basis |", "|---|---|---|---|", *table])
        + "\n"
    )


def pathway(entry: Entry[Pathway]) -> str:
    """One pathway: who enters and leaves it, its stages, and every step: what starts it, when it is due, whose, what ends it."""
    book = entry.value
    running, waiting = [one for one in book.steps if not one.waits], [one for one in book.steps if one.waits]
    lines = [*identity(entry), book.about, "", *_course(book)]
    lines += [f"{len(running)} steps run; {len(waiting)} wait for facts that nothing records yet.", ""]
    lines += ["## Steps that run", "", *(line for step in running for line in _step(step))] if running else []
    lines += ["## Steps that wait", "", "| step | waits for | owner | due | source |", "|---|---|---|---|---|"] if waiting else []
    lines += [
        f"| {due.title} | {due.waits_for} | {_role(due.owner_role)} | {_window(due.due)} | {due.basis} ({due.source}) |"
        for due in waiting
    ]
    return HEAD + "\n".join(lines).rstrip() + "\n"


def _budget(budget: Budget) -> str:
    core = f"{budget.core_questions} questions that everybody meets and {budget.core_minutes} minutes in the safety core"
    whole = f"{budget.simple_minutes} minutes for a simple man, {budget.complex_minutes} for a complex one"
    return f"Held in a test: at most {core}; {whole}."


def _rights(book: Questionnaire) -> list[str]:
    """Edition, wording and licence: by which right the words are here."""
    said = [f"Edition: {book.edition}." if book.edition else ""]
    note = f" ({book.wording_note})" if book.wording_note else ""
    said += [f"Wording: {book.wording}{note}; licence status: {_words(book.licence_status)}."]
    said += [f"Licence: {book.licence}" if book.licence else ""]
    return [line for words in said if words for line in (words, "")]


def _asking(book: Questionnaire) -> list[str]:
    """Who is asked by whom and when, about which time, and what to beware of."""
    who = ", ".join(sorted(_role(code) for code in instruments.may_administer(book)))
    said = [f"Completed by: {book.completed_by}. May be filled in by: {who}. When: {', '.join(map(_words, book.timing))}."]
    said += [f"Said first: “{book.stem}”" if book.stem else ""]
    said += [f"About: the last {book.recall_days} days. {book.recall_note}".strip() if book.recall_days else ""]
    said += [f"About: {book.recall_note}." if book.recall_note and not book.recall_days else ""]
    said += [f"Stages: {', '.join(map(_words, book.stages))}." if book.stages else ""]
    said += [book.design_rule, f"Take care: {book.caution}" if book.caution else "", book.reason]
    return [line for words in said if words for line in (words, "")]


def _gives(book: Questionnaire) -> str:
    if book.scoring.method == "sum":
        return f"a total from {book.scoring.min} to {book.scoring.max}" + (" (entered)" if book.mode == "score_entry" else "")
    return f"{len(book.subscales)} scores, no total" if book.subscales else "answers and alerts" if book.alerts else "answers"


def _words(code: str) -> str:
    return code.replace("_", " ").replace("-", " ")


def _item(item: Item) -> list[str]:
    lines = [f"`{item.id}`, {item.type}" + ("" if item.required or item.type == "derived" else ", may be left blank")]
    if item.type == "derived":
        lines.append(f"Worked out from {', '.join(f'`{id}`' for id in item.yes_if_any or (item.sum_of,))}, never typed.")
    if item.enable_when:
        lines.append(f"Asked when {_when(item.enable_when)}.")
    if item.stable:
        lines.append("A stable fact: offered again on a later visit as “still true?”.")
    if item.may_be_not_answered or any(field.instead for field in item.fields):
        lines.append("NA (not answered or not disclosed) is an answer, and is not nought.")
    if item.whole:
        lines.append("Counts only when every number is filled in.")
    if item.asked_by:
        lines.append(f"Asked by {item.asked_by} only.")
    if item.reason:
        lines.append(f"Why so: {item.reason}")
    parts = [f"- {option.text} (`{option.code}`" + (f", {option.score}" if item.scored else "") + ")" for option in item.options]
    parts += [f"- from {part.min} to {part.max}: {part.score}" for part in item.ranges]
    parts += [f"- {_field(field)}" for field in item.fields]
    parts += [f"- {number}: “{words}”" for number, words in (item.anchors or {}).items()]
    parts += _bounds(item)
    return [f"### {item.text}", "", "  \n".join(lines), *(["", *parts] if parts else [])]


def _bounds(item: Item) -> list[str]:
    if item.low is None or item.high is None or item.ranges:
        return []
    ends = f" ({item.low_label} to {item.high_label})" if item.low_label else ""
    return [f"- from {item.low} to {item.high} {item.unit}".rstrip() + ends]


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
    if book.scoring.method == "none":
        return []
    lines = ["## Totals", "", sentence(book.scoring.missing) + ".", "", *_table(book.bands)]
    for one in book.subscales:
        counted = ", ".join(f"`{id}`" for id in one.items)
        lines += [f"### {one.title} (`{one.id}`)", "", f"From {one.min} to {one.max}: {counted}.", "", *_table(one.bands)]
    return lines


def _table(bands: Iterable[Band]) -> list[str]:
    rows = [f"| {band.min} to {band.max} | {band.label} | {band.action} |" for band in bands]
    return ["| total | band | action |", "|---|---|---|", *rows, ""] if rows else []


def _worked(book: Questionnaire) -> list[str]:
    """The worked examples, which run as tests."""
    rows = [f"- {example['says']} {_result(example)}".rstrip() for example in book.examples]
    return ["## Worked examples", "", *rows, ""] if rows else []


def _result(example: Mapping[str, Any]) -> str:
    parts = [f"{name.replace('_', ' ')} {total}" for name, total in example.get("subscales", {}).items()]
    said = [f"Total {example['total']}, {example['band']}." if "total" in example else ""]
    said += ["No total." if "no_total" in example else ""]
    said += [f"Scores: {', '.join(parts)}." if parts else ""]
    said += [f"Sets off: {', '.join(example['raises']) or 'nothing'}." if "raises" in example else ""]
    return " ".join(filter(None, said))


def _group(group: Group, books: Any) -> list[str]:
    lead = [f"“{group.lead}”", ""] if group.lead else []
    when = [f"Opens when {_when(group.when)}.", ""] if group.when else []
    asked = [f"{n}. {_question(books, ref)}" for n, ref in enumerate(group.items, 1)]
    if group.form:
        part = f": {'; '.join(group.sections)}" if group.sections else ""
        asked.append(f"The questions of [{books[group.form].short_title}]({group.form}.md){part}.")
    title = group.title or books[group.form].title
    return [f"### {title}", "", *lead, *when, *asked, ""]


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
    whole = {"total": "the total", "any_scored_item": "any score"}
    name = whole.get(condition.item, f"`{condition.item}`")
    return f"{name} {SIGNS.get(condition.op, condition.op)} {shown}".strip()


def _course(book: Pathway) -> list[str]:
    lines = [f"For: {', '.join(book.services).replace('_', ' ')}.", ""] if book.services else []
    lines += (
        [f"Entered on {_facts(book.enters_on)}."] if book.enters_on else ["Nobody is enrolled: its steps start by themselves."]
    )
    lines += ["", f"Left on {_facts(book.leaves_on)}, and on leaving prison."] if book.leaves_on else []
    rows = [f"| {one.title} | {one.from_day} | {'the end' if one.to_day is None else one.to_day} |" for one in book.stages]
    return [*lines, "", "| stage | from day | to day |", "|---|---|---|", *rows, ""]


def _step(due: Step) -> list[str]:
    lines = [f"### {due.title}", "", f"`{due.id}`, stage {due.stage}, tier {due.tier}", ""]
    lines += [f"- starts on {_facts(due.starts_on)}"] if due.starts_on else []
    lines += [f"- starts when this is done: {', '.join(f'`{one}`' for one in due.after)}"] if due.after else []
    lines += [f"- due {_window(due.due)}"]
    lines += [f"- warns after {_window(due.warn_after)}"] if due.warn_after else []
    lines += [f"- owed by the {_role(due.owner_role)}{_ladder(due.escalate)}", f"- done by {_facts(due.done_by)}"]
    lines += [f"- who does it holds the competence `{due.competence}`"] if due.competence else []
    lines += [f"- stands still during: {', '.join(due.pauses)}"] if due.pauses else []
    lines += [f"- done in one slot with others: {due.visit.replace('_', ' ')}"] if due.visit else []
    lines += [f"- when the person leaves: {due.on_leaving}", f"- source: {due.basis} ({due.source})"]
    return lines + ([f"- to be confirmed: {due.to_confirm}"] if due.to_confirm else []) + [""]


def _ladder(rungs: Iterable[Rung]) -> str:
    steps = [f"{_window(rung.after)} after it was due the {_role(rung.to)} sees it too" for rung in rungs]
    return "; " + "; ".join(steps).replace("0 minutes after it was due", "from the moment it was due") if steps else ""


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
    yield from (*identity(ROLES.all().newest()[0]), "What each may do: [permissions](../permissions.md).", "")
    yield from ("| role | records | lands on |", "|---|---|---|")
    yield from (f"| {role.title} (`{role.id}`) | {role.scope} | {role.lands_on} |" for role in roles().values())
    yield ""


def _kinds() -> Iterator[str]:
    yield from (*identity(KINDS.all().newest()[0]), "A kind is evidence: clocks name it as what ends them.", "")
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
