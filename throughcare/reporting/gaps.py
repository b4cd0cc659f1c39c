"""What a pack does not hold, and why: said aloud, never left out in silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from throughcare.core.laws import PATIENT, PRISONER
from throughcare.core.shown import duration, sentence, uk_datetime
from throughcare.reporting import about
from throughcare.reporting.about import Table
from throughcare.reporting.book import Packs
from throughcare.reporting.gathering import Gathered
from throughcare.reporting.rules import silences

FIRST_NIGHT = "first-night"


@dataclass(frozen=True)
class Gap:
    """One kind of gap and its lines."""

    title: str
    lines: tuple[str, ...]
    none: str  # what to say where there is no such gap


def gaps(gathered: Gathered, book: Packs, since: datetime, until: datetime, notes: tuple[str, ...]) -> list[Gap]:
    """Every gap. `until` is at most the moment of making. `notes`: what the building met on its way."""
    return [
        Gap(
            "Out of this prison’s reach",
            tuple(_out_of_reach(gathered)),
            "Every record that is joined to this person was within reach.",
        ),
        Gap("Outside the dates that were asked for", tuple(_outside(gathered)), "Nothing."),
        Gap("Not under a seal", tuple(_unsealed(gathered)), "Every row that is written once was sealed."),
        Gap("Times without an entry", tuple(_silent(gathered, book, since, until)), "There is no such stretch."),
        Gap("Expected, and not there", tuple(_absent(gathered, book)), "Everything that is looked for was found."),
        Gap(
            "Pages that the reckoning of “who had been shown what” does not know", tuple(_unknown_pages(gathered, book)), "None."
        ),
        Gap("Never in a pack", (*book.never, *notes, _left_out()), ""),
    ]


def title(table: Table | str, gathered: Gathered) -> str:
    """A table by the first sentence about it."""
    name = table if isinstance(table, str) else table.name
    model = next((one.model for one in gathered.tables if one.name == name), None)
    return f"{words_of(model)} ({name})" if model else name


def words_of(model: type) -> str:
    """What a table holds, from its own description."""
    return (model.__doc__ or model.__name__).split("\n")[0].split(". ")[0].split(": ")[0].rstrip(".:")


def _out_of_reach(gathered: Gathered) -> list[str]:
    who, lines = gathered.person, []
    for key in who.linked:
        if key not in who.seen:
            lines.append(
                f"The joined record {key} is out of reach: nothing of it is here. Ask the prison that holds or held the person."
            )
    rows = {row.key for row in gathered.of("custody_prisoner")}
    for key in who.prisoners:
        if key not in rows:
            lines.append(f"The prison’s own record {key} is out of reach: movements under that number are not here.")
    return lines


def _outside(gathered: Gathered) -> list[str]:
    return [f"{count:,} rows: {title(name, gathered)}." for name, count in sorted(gathered.outside.items())]


def _unsealed(gathered: Gathered) -> list[str]:
    lines, once = [], {table.name for table in gathered.tables if table.once}
    waiting: dict[str, int] = {}
    for row in gathered.rows:
        if row.seal is None and row.table in once:
            waiting[row.table] = waiting.get(row.table, 0) + 1
    lines += [f"{count:,} rows waited for their seal: {title(name, gathered)}." for name, count in sorted(waiting.items())]
    changing = [table for table in gathered.tables if not table.once and gathered.of(table.name)]
    stands = "These rows may change, so they stand here as they are now; each earlier version is sealed and here"
    lines += [f"{stands}: {title(table, gathered)}." for table in changing]
    return lines


def _silent(gathered: Gathered, book: Packs, since: datetime, until: datetime) -> list[str]:
    """Between two entries that people wrote about care; the prison's own movements do not break a silence."""
    care = [row for row in gathered.rows if row.table.startswith(book.care) and row.moments]
    moments = [row.moments[0] for row in care if not str(row.said.get("written_by", "")).startswith("system:")]
    return [
        f"From {uk_datetime(one)} to {uk_datetime(other)}: {duration(other - one)} without an entry about care."
        for one, other in silences(moments, since, until, book.quiet)
    ]


def _absent(gathered: Gathered, book: Packs) -> list[str]:
    lines = [f"Not one row in these dates: {title(name, gathered)}." for name in book.expected if not gathered.of(name)]
    for row in gathered.of("pathways_task"):
        if not row.said.get("ended_at"):
            due = row.moment("due_at")
            when = f", due {uk_datetime(due)}" if due else ""
            lines.append(f"Still open: {str(row.said.get('clock')).replace('_', ' ')}{when}.")
    signed = {row.said.get("screen_id") for row in gathered.of("screening_step") if row.said.get("kind") == "signed"}
    for row in gathered.of("screening_screen"):
        if str(row.key) not in signed:
            what = "first-night screen" if row.said.get("definition", FIRST_NIGHT) == FIRST_NIGHT else "form"
            lines.append(f"A {what} of {uk_datetime(row.moments[0])} has no signature in these dates.")
    return lines


def _unknown_pages(gathered: Gathered, book: Packs) -> list[str]:
    known = {page.name for page in book.pages}
    return [f"{sentence(page.replace('-', ' '))} ({page}): looks at it are in the list of looks, but count for no entry."
            for page in sorted({look.page for look in gathered.looks} - known)]  # fmt: skip


def _left_out() -> str:
    return f"Tables of the database that hold nothing about one person, or are left out as said: {', '.join(about.left_out())}."


WHOSE = {PATIENT: "healthcare", PRISONER: "custody", None: "who did what"}


def disclosed(tables: list[Table]) -> list[str]:
    """What is going to be disclosed, a line a table, for the person who approves."""
    return [f"{words_of(table.model)} ({WHOSE[table.law.seen_by]})" for table in tables]
