"""A long record with hidden dangers: several stays, two records of one person, 240 pages, everything by real actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests import scenes
from throughcare.access.acting import Actor, acting
from throughcare.chart.digest import Digest, digest
from throughcare.core import clock
from throughcare.core.laws import kind_of
from throughcare.demo import people
from throughcare.record import actions as record

HERE = Path(__file__).parent
PAGES = 240  # of both papers together
# What old records are full of; nothing in it endangers anybody.
FILLER = (
    "Seen on the wing, bright and chatty. Blood pressure 124/78, weight steady at 81 kg. Dressing changed, wound clean and dry.",
    "Bloods taken for the yearly review and sent to the laboratory. Asked about his job in the kitchens and his English course.",
    "Dental list: filling lower left six. Optician: new glasses ordered. Chiropody: nails cut, no concerns with circulation.",
    "Paracetamol two tablets for headache, Peptac after meals, hydrocortisone for the elbows. Diary: see again in two weeks.",
    "Hepatitis B vaccine second dose given left deltoid, batch noted. Stop smoking: carbon monoxide four, patches continue.",
    "Came to clinic on time. Knee pain after football, full movement, no swelling, exercises shown. Light duties for a week.",
)


@dataclass(frozen=True)
class Planted:
    """One line of a list: the risks it names (none for a decoy), where it goes, the year, the words."""

    risks: tuple[str, ...]
    where: str
    year: int
    words: str


def lines(name: str) -> list[Planted]:
    """A list of planted sentences and decoys."""
    rows = [row for row in (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines() if row and not row.startswith("#")]
    parts = [[part.strip() for part in row.split("|", 3)] for row in rows]
    return [
        Planted(() if risk == "none" else tuple(risk.split("+")), where, int(year), said) for risk, where, year, said in parts
    ]


@dataclass(frozen=True)
class Hidden:
    """The planted record: the linked keys, and for each line where it was put, as a link begins."""

    patients: tuple[Any, ...]
    places: dict[Planted, str]

    def digest(self, nurse: Actor) -> Digest:
        with acting(nurse):
            return digest(self.patients)


def build(house: Any, name: str) -> Hidden:
    """Two records of one man, merged by two people, with every line of a list put where it says."""
    first, alias = _stays(house)
    planted = lines(name)
    with acting(house["LEI nurse_in_charge"]) as nurse:
        papers = [one for one in planted if one.where == "page"]
        places = {**_paper(alias, papers[::2], nurse), **_paper(first, papers[1::2], nurse)}
        for number, one in enumerate(one for one in planted if one.where != "page"):
            places[one] = _write(first if number % 2 else alias, one, nurse)
    return Hidden(_merged(house, first, alias), places)


def _stays(house: Any) -> tuple[Any, Any]:
    """In, out and in again under one name; once before under another."""
    long_ago = clock.now() - timedelta(days=300)
    man = scenes.received(people.JOE, long_ago)
    scenes.released(people.JOE, long_ago + timedelta(days=30))
    scenes.received(people.JOE)
    return man, scenes.received(scenes.plain(7), long_ago - timedelta(days=300))


def _paper(patient: Any, lines: Sequence[Planted], nurse: Actor) -> dict[Planted, str]:
    """Half of the pages: each line on a page of its own, among filler, the page dated by its year."""
    pages = [_page(number, lines[number] if number < len(lines) else None) for number in range(PAGES // 2)]
    paper = record.add_document(
        patient=patient.id, kind="old_record", title="Earlier record", origin="SystmOne print", at=_in(2025), by=nurse,
        words="\f".join(pages),
    )  # fmt: skip
    return {one: f"/documents/{paper.id}/pages/{number}/" for number, one in enumerate(lines, 1)}


def _page(number: int, line: Planted | None) -> str:
    filler = [FILLER[(number + place) % len(FILLER)] for place in range(12)]
    dated = f"12/04/{line.year}" if line else "01/02/2019"
    return "\n".join([f"{dated} 10:20 Nurse", *filler[:6], *([line.words] if line else []), *filler[6:]])


def _write(patient: Any, line: Planted, nurse: Actor) -> str:
    """One entry of its kind; the end of the address at which it is found."""
    about: dict[str, Any] = {"patient": patient.id, "at": _in(line.year), "by": nurse}
    made: Any = {
        "encounter": lambda: record.record_encounter(**about, kind="early_days_check", done=line.words, plan=""),
        "warning": lambda: record.write_warning(**about, source="police", words=line.words),
        "condition": lambda: record.record_condition(
            **about, words=line.words, status="active", verification="confirmed", onset=""
        ),
        "allergy": lambda: record.ask_allergies(**about, said="present", substance=line.words),
        "flag": lambda: record.raise_flag(**about, kind="other", words=line.words),
        "incident": lambda: record.record_incident(**about, kind="other", harm="low", words=line.words, done=""),
    }[line.where]()
    return f"/entries/{kind_of(type(made))}/{made.id}/"


def _merged(house: Any, survivor: Any, alias: Any) -> tuple[Any, ...]:
    scenes.joined(house, alias, survivor)
    return (survivor.id, alias.id)


def _in(year: int) -> datetime:
    return datetime(year, 4, 12, 10, 20, tzinfo=UTC)


@dataclass(frozen=True)
class Figures:
    """How the digest did on a list."""

    planted: int
    listed: int
    sure: int
    decoys: int
    false: int
    mentioned: int
    missed: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def recall(self) -> float:
        return self.listed / self.planted

    @property
    def precision(self) -> float:
        """Of what the sure list says about planted lines and decoys, how much is so."""
        return self.sure / (self.sure + self.false)


def figures(hidden: Hidden, found: Digest) -> Figures:
    """Compare a digest with what was planted: right risk at the right place, and nothing sure that is not so."""
    by_place = {place: line for line, place in hidden.places.items()}
    sure = {(line.risk, _at(line.href)) for line in found.lines}
    mentioned = {(line.risk, _at(line.href)) for line in found.unsure}
    planted = [(line, (line.risks[0], place)) for line, place in hidden.places.items() if line.risks]
    decoys = [place for line, place in hidden.places.items() if not line.risks]
    wrong = [(risk, place) for risk, place in sure if place not in by_place or risk not in by_place[place].risks]
    return Figures(
        len(planted), sum(key in sure | mentioned for _, key in planted), sum(key in sure for _, key in planted),
        len(decoys), len(wrong), sum(place in {at for _, at in mentioned} for place in decoys),
        tuple(line.words for line, key in planted if key not in sure | mentioned),
        tuple(f"{risk}: {by_place[place].words if place in by_place else place}" for risk, place in wrong),
    )  # fmt: skip


def _at(href: str) -> str:
    """The place of a link, without the person it begins with and the word it points at."""
    return "/" + href.partition("#")[0].split("/", 3)[3]
