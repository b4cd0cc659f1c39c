"""What the answers of a visit put on the record: allergies, measurements, needs, scores, samples."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from throughcare.access.acting import Actor
from throughcare.instruments import actions as instruments
from throughcare.instruments import rules as asking
from throughcare.instruments.models import QuestionnaireResponse
from throughcare.patients import actions as patients
from throughcare.patients import consent
from throughcare.record import actions as record
from throughcare.record import queries as on_record
from throughcare.record.panels import Panel, panels
from throughcare.screening.standing import Standing

AGREED = {"yes": "given", "no": "refused"}
SAID = {"yes": "present", "no": "none-known"}  # any other answer about allergies: he could not be asked
_MOMENTS = {"taken_at": "sample_at:", "told_at": "told_at:"}
CAME_TO = {"failed": "invalid"}  # a form’s word for a sample to take again; its other words are the panel’s own


def land(now: Standing, *, at: datetime, by: Actor) -> None:
    """Once the safety core is done, the record knows what it says; what it knows already is not written again."""
    known = _by_concept(now)
    _allergies(now, known, at, by)
    _needs(now, known, at, by)
    had = _landed(now)
    taken = [one for one in _measurements(now) if had.get(one[0]) != one]
    record.record_observations(patient=now.screen.patient_id, taken=taken, source=now.screen.id, at=at, by=by)
    _scores(now, at, by)


def fill(now: Standing, *, at: datetime, by: Actor) -> None:
    """Once signed, every instrument holds the answers that were given to another question of the same concept.

    One that the visit would have asked and that nobody answered stays blank: it was not asked. Samples and results are entries
    of the record from here on.
    """
    put = {ref.partition(":")[0] for group in (*now.definition.core, *now.definition.rest) for ref in group.items}
    sheets = []
    for id, answers in now.said.known.items():
        if id not in now.plain.instruments or (id in put and id not in now.covered):
            continue
        missing = {item: value for item, value in answers.items() if item not in now.answers[id]}
        given = [instruments.Given(item, missing[item.id]) for item in now.books[id].items if item.id in missing]
        sheets += [instruments.Sheet(response_of(now, id, at, by), given)] if given else []
    if sheets:
        instruments.answer_sheets(sheets=sheets, at=at, by=by)
    _consent(now, at, by)
    _samples(now, by)


def scores_on_record(now: Standing, *, at: datetime, by: Actor) -> None:
    """Once signed, every total and the total of every subscale is an observation: score:<instrument>[:<subscale>]."""
    known = now.said.known
    taken = [one for id in now.covered for one in _totals(now.books[id], known[id])]
    record.record_observations(patient=now.screen.patient_id, taken=taken, source=now.screen.id, at=at, by=by)


def response_of(now: Standing, id: str, at: datetime, by: Actor) -> QuestionnaireResponse:
    """The response of one instrument on this screen, opened when it is first needed."""
    if known := now.response(id):
        return known
    return instruments.open_response(patient=now.screen.patient_id, occasion=now.screen.id, entry=now.entries[id], at=at, by=by)


def _by_concept(now: Standing) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for id, book in now.books.items():
        found |= asking.concepts(book, now.answers[id])
    return found


def _allergies(now: Standing, known: dict[str, Any], at: datetime, by: Actor) -> None:
    if "allergy" not in known:
        return
    rows = known.get("allergy_list") or []
    substance = "; ".join(" ".join(str(part) for part in row.values() if part) for row in rows if isinstance(row, dict))
    said = SAID.get(known["allergy"], "unable")
    held = on_record.allergies_of([now.screen.patient_id]).get(now.screen.patient_id)
    if held and (held.said, held.substance, held.source) == (said, record.listed(substance), now.screen.id):
        return
    record.record_allergies(patient=now.screen.patient_id, said=said, substance=substance, source=now.screen.id, at=at, by=by)


def _needs(now: Standing, known: dict[str, Any], at: datetime, by: Actor) -> None:
    if known.get("interpreter_needed") == "yes":
        asked = (item for book in now.books.values() for item in book.items if item.concept == "language")
        words = next((asking.words(item, known["language"]) for item in asked if known.get("language")), "")
        patients.record_need(
            patient=now.screen.patient_id, code="interpreter", detail=words, source=now.plain.title.lower(), at=at, by=by.id
        )


def _consent(now: Standing, at: datetime, by: Actor) -> None:
    """The answer about the GP record, once the screen is signed; what was said about it later elsewhere stands."""
    asked, row = consent.today().purpose("gp_record_in"), _row_of(now, "consent_gp_record")
    if asked is None or row is None or row.value not in AGREED or not patients.can_ask(by, asked):
        return
    held = consent.standing(now.screen.patient_id, asked.code, asked.recipient)
    if held and (held.status == AGREED[row.value] or held.happened_at >= row.happened_at):
        return
    patients.record_consent(
        patient=now.screen.patient_id, purpose=asked.code, status=AGREED[row.value], how="spoken", at=row.happened_at, by=by
    )


def _samples(now: Standing, by: Actor) -> None:
    """Samples that the answers say were taken, what they came to and that he was told; not one that was declined."""
    known = _by_concept(now)
    for panel in panels().values():
        if known.get(f"sample:{panel.id}") in panel.methods:
            record.record_tested(patient=now.screen.patient_id, said=_tested(now, panel, known), by=by)


def _tested(now: Standing, panel: Panel, known: dict[str, Any]) -> record.Tested:
    results = {test.id: known[name] for test in panel.tests if (name := f"test:{panel.id}:{test.id}") in known}
    moments = {
        name: datetime.fromisoformat(known[key])
        for name in ("taken_at", "told_at")
        if (key := _MOMENTS[name] + panel.id) in known
    }
    asked = [_row_of(now, f"sample:{panel.id}"), *(_row_of(now, f"test:{panel.id}:{test}") for test in results)]
    return record.Tested(
        panel=panel.id, method=known[f"sample:{panel.id}"], asked_at=max(row.happened_at for row in asked),
        results={test: CAME_TO.get(said, said) for test, said in results.items()}, **moments,
    )  # fmt: skip


def _row_of(now: Standing, concept: str) -> Any:
    """The answer to the question of a concept, or None."""
    found = (
        now.rows.get(id, {}).get(item.id) for id, book in now.books.items() for item in book.items if item.concept == concept
    )
    return next((row for row in found if row), None)


def _landed(now: Standing) -> dict[str, tuple[str, str, str]]:
    """The latest measurement of each kind that this screen has put on the record."""
    rows = [row for row in on_record.observations_of(now.screen.patient_id) if row.source == now.screen.id]
    latest = sorted(rows, key=lambda row: row.written_at)
    return {row.code: (row.code, row.value, row.unit) for row in latest}


def _measurements(now: Standing) -> Iterator[tuple[str, str, str]]:
    for book in now.books.values():
        for item in book.items:
            value = now.answers[book.id].get(item.id)
            if item.concept == "observations" and isinstance(value, dict):
                yield from ((f.concept or f.id, str(value[f.id]), f.unit) for f in item.fields if value.get(f.id))
            elif item.type == "number" and item.concept and item.unit and asking.answered(value):
                yield item.concept, str(value), item.unit


def _totals(book: asking.Questionnaire, answers: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    if found := asking.score(book, answers):
        yield f"score:{book.id}", str(found.total), ""
    for id, part in asking.subscores(book, answers).items():
        yield f"score:{book.id}:{id}", str(part.total), ""


def _scores(now: Standing, at: datetime, by: Actor) -> None:
    known = now.said.known
    for id, entry in now.entries.items():
        if entry.value.scoring.method != "none" and asking.score(entry.value, known[id]):
            instruments.score(response=response_of(now, id, at, by), entry=entry, answers=known[id], at=at, by=by)
