"""What is written to the record: by whom it may be, what is refused, and what follows when somebody comes or goes."""

from datetime import timedelta

import pytest

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock, ids
from throughcare.core.refusals import NotAllowed
from throughcare.demo import people
from throughcare.record import actions as record
from throughcare.record import queries
from throughcare.record.models import DocumentPage, EpisodeOfCare

pytestmark = pytest.mark.django_db


@pytest.fixture
def nurse(house):
    with acting(house["LEI nurse_in_charge"]) as actor:
        yield actor


def about(man, by, **more):
    return {"patient": man.id, "at": clock.now() - timedelta(minutes=5), "by": by, **more}


PROBLEM = {"words": "Epilepsy", "status": "active", "verification": "confirmed", "onset": "as a child"}
INCIDENT = {"kind": "overdose", "harm": "severe", "words": "Found on the floor.", "done": "Naloxone."}


def test_a_problem_changes_by_a_row_that_names_the_one_before(man, nurse):
    first = record.record_condition(**about(man, nurse, **PROBLEM))
    second = record.record_condition(**about(man, nurse, **{**PROBLEM, "status": "remission"}), corrects=first)
    first.refresh_from_db()
    assert first.superseded_by == second.id
    with pytest.raises(record.AlreadyCorrected):
        record.record_condition(**about(man, nurse, **PROBLEM), corrects=first)


def test_two_corrections_at_once_are_one_and_a_sentence(man, nurse):
    first = record.record_condition(**about(man, nurse, **PROBLEM))
    stale = type(first).objects.get(id=first.id)
    record.record_condition(**about(man, nurse, **PROBLEM), corrects=first)
    with pytest.raises(record.AlreadyCorrected, match="latest version"):
        record.record_condition(**about(man, nurse, **PROBLEM), corrects=stale)


@pytest.mark.parametrize("act, given, refusal", [
    (record.record_condition, {**PROBLEM, "words": " "}, record.NameTheProblem),
    (record.record_condition, {**PROBLEM, "status": "gone"}, record.NameTheProblem),
    (record.ask_allergies, {"said": "present"}, record.NameTheSubstance),
    (record.ask_allergies, {"said": "perhaps"}, record.SayWhatWasAnswered),
    (record.raise_flag, {"kind": "nonsense", "words": "x"}, record.SayWhatToKnow),
    (record.record_incident, {**INCIDENT, "words": ""}, record.SayWhatHappened),
    (record.add_document, {"kind": "other", "title": "X", "origin": ""}, record.NameThePaper),
    (record.add_document, {"kind": "other", "title": "X", "origin": "", "content": b"MZ\0"}, record.NotAPaper),
])  # fmt: skip
def test_what_says_nothing_is_refused(man, nurse, act, given, refusal):
    with pytest.raises(refusal):
        act(**about(man, nurse, **given))


@pytest.mark.parametrize("act, given", [(record.record_condition, PROBLEM), (record.record_incident, INCIDENT)])
def test_what_has_not_happened_yet_is_refused(man, nurse, act, given):
    with pytest.raises(record.InTheFuture):
        act(**{**about(man, nurse, **given), "at": clock.now() + timedelta(minutes=1)})


def test_an_incident_that_happened_is_never_refused_however_late_or_grave(man, nurse):
    long_ago = clock.now() - timedelta(days=9000)
    written = record.record_incident(**{**about(man, nurse, **{**INCIDENT, "harm": "fatal"}), "at": long_ago})
    assert written.happened_at == long_ago


def test_none_known_names_no_substance(man, nurse):
    assert record.ask_allergies(**about(man, nurse), said="none-known", substance="typed before").substance == ""


def test_a_flag_ends_once_and_keeps_its_words(man, nurse):
    flag = record.raise_flag(**about(man, nurse), kind="self_harm", words="x" * 120)
    ended = record.end_flag(flag=flag, why="Reviewed", at=clock.now(), by=nurse)
    assert ended.ended and ended.words == "x" * 120 + " (ended: Reviewed)"
    with pytest.raises(record.AlreadyCorrected):
        record.end_flag(flag=ended, why="again", at=clock.now(), by=nurse)


def long(most):
    return "x" * (most + 1)


TOO_LONG = {
    "flag": lambda man, by: record.raise_flag(**about(man, by), kind="self_harm", words=long(120)),
    "end of a flag": lambda man, by: record.end_flag(
        flag=record.raise_flag(**about(man, by), kind="self_harm", words="x" * 120), why=long(70), at=clock.now(), by=by
    ),
    "warning": lambda man, by: record.write_warning(**about(man, by), source="police", words=long(400)),
    "page": lambda man, by: record.correct_page(page=page_of(man, by), words=long(20_000), by=by),
}


@pytest.mark.parametrize("writes", TOO_LONG.values(), ids=TOO_LONG)
def test_what_does_not_fit_is_refused_with_its_length_and_never_cut(man, nurse, writes):
    with pytest.raises(record.TooLong, match=r"This has [\d,]+ characters, and [\d,]+ fit here. Shorten it"):
        writes(man, nurse)


def page_of(man, by):
    paper = record.add_document(**about(man, by), kind="other", title="Old", origin="", words="One.")
    return DocumentPage.objects.get(document=paper)


def tomorrow():
    return clock.now() + timedelta(days=1)


AHEAD = {
    "contact": lambda man, **when: record.record_encounter(patient=man.id, kind="early_days_check", done="x", plan="", **when),
    "warning": lambda man, **when: record.write_warning(patient=man.id, source="police", words="x", **when),
    "signature": lambda man, at, by: record.sign_warning(
        warning=record.write_warning(**about(man, by), source="police", words="x"), at=at, by=by
    ),
    "allergies of a screen": lambda man, **when: record.record_allergies(
        patient=man.id, said="unable", substance="", source=ids.new(), **when
    ),
    "measurement": lambda man, **when: record.record_observations(
        patient=man.id, taken=[("weight", "80", "kg")], source=ids.new(), **when
    ),
    "paper": lambda man, **when: record.add_document(
        patient=man.id, kind="other", title="Old", origin="", words="One.", **when
    ),
}  # fmt: skip


@pytest.mark.parametrize("writes", AHEAD.values(), ids=AHEAD)
def test_nothing_is_written_of_tomorrow(man, nurse, writes):
    with pytest.raises(record.InTheFuture):
        writes(man, at=tomorrow(), by=nurse)


def test_no_fact_says_what_was_written(man, nurse):
    record.record_condition(**about(man, nurse, **PROBLEM))
    record.record_incident(**about(man, nurse, **INCIDENT))
    kept = str(list(Fact.objects.filter(patient_id=man.id).values_list("kept", flat=True)))
    assert "Epilepsy" not in kept and "floor" not in kept and "active" in kept


def test_who_may_not_is_told_so(house, man):
    with acting(house["LEI administrator"]) as administrator, pytest.raises(NotAllowed):
        record.record_condition(**about(man, administrator, **PROBLEM))


def test_every_allergy_is_known_and_a_later_none_takes_none_away(man, nurse):
    assert queries.allergies_known([man.id]) is None
    record.ask_allergies(**about(man, nurse), said="unable")
    assert queries.allergies_known([man.id]).said == "unable"
    record.ask_allergies(
        **about(man, nurse), said="present", substance="Penicillin", reaction="throat closed", criticality="high"
    )
    wrong = record.ask_allergies(**about(man, nurse), said="present", substance="Latex")
    record.ask_allergies(**about(man, nurse), said="none-known")
    known = queries.allergies_known([man.id])
    assert (known.said, known.substance) == ("present", "Penicillin: throat closed; Latex")
    record.ask_allergies(**about(man, nurse), said="none-known", corrects=wrong)
    assert queries.allergies_known([man.id]).substance == "Penicillin: throat closed"


class TestStays:
    def episodes(self, house, man, prison="LEI"):
        with acting(house[f"{prison} reception_nurse"]):
            rows = EpisodeOfCare.objects.current().filter(patient=man).order_by("happened_at", "written_at")
            return [(row.establishment, row.status) for row in rows]

    def test_begin_when_he_comes_in(self, house, man):
        assert self.episodes(house, man) == [("LEI", "active")]

    def test_end_when_he_is_released_and_begin_anew(self, house, man):
        scenes.released(people.JOE)
        assert self.episodes(house, man) == [("LEI", "finished")]
        scenes.received(people.JOE, clock.now() + timedelta(seconds=1))
        assert self.episodes(house, man) == [("LEI", "finished"), ("LEI", "active")]

    def test_go_on_while_he_is_at_court(self, house, man):
        scenes.released(people.JOE, reason="SENT_TO_COURT")
        assert self.episodes(house, man) == [("LEI", "active")]

    def test_wait_while_he_is_in_hospital(self, house, man):
        scenes.released(people.JOE, reason="RELEASED_TO_HOSPITAL")
        assert self.episodes(house, man) == [("LEI", "onhold")]

    def test_move_with_him(self, house, man):
        scenes.released(people.JOE, reason="TRANSFERRED")
        scenes.received(people.JOE, clock.now() + timedelta(seconds=1), prison="MDI", reason="TRANSFERRED")
        assert self.episodes(house, man, "MDI") == [("LEI", "finished"), ("MDI", "active")]
