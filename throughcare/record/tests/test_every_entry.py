"""What holds of everything that is put on the record, asked of each kind: both times, one fact without words, corrections that
land once, refusals that change nothing, addenda after a death, and another prison that neither sees nor writes."""

from threading import Barrier, Thread

import pytest
from django.db import Error, ProgrammingError, connection, transaction

from tests import scenes
from tests.failing import Broken, break_at
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.core.refusals import NotAllowed
from throughcare.demo import people
from throughcare.patients import actions as patients
from throughcare.record import actions as record
from throughcare.record.models import DocumentPage, Entry
from throughcare.record.tests.writing import ACTS, DAY, ELSEWHERE, HOUR, MINUTE, NURSE, write

pytestmark = pytest.mark.usefixtures("evening")
EACH = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)


@pytest.fixture
def nurse(house):
    with acting(house[NURSE]) as actor:
        yield actor


def facts_of(man):
    return Fact.objects.filter(patient_id=man.id, kind__startswith="record.").order_by("id")


def rows(man):
    """How much stands about him in every table of the record."""
    return {
        model.__name__: model.objects.filter(patient=man).count() for model in Entry.__subclasses__() if not model._meta.abstract
    }


@EACH
class TestEach:
    def test_keeps_when_it_happened_and_when_it_was_written_and_by_whom(self, man, nurse, evening, act):
        row = write(act, man, nurse, 3 * HOUR)
        row.refresh_from_db()
        assert (row.happened_at, row.written_at) == (evening - 3 * HOUR, evening)
        assert (row.written_by, row.written_by_name, row.establishment) == (nurse.id, nurse.name, "LEI")
        assert (row.patient_id, row.corrects_id, row.superseded_by, row.addendum) == (man.id, None, None, False)

    def test_keeps_what_was_given(self, man, nurse, act):
        row = write(act, man, nurse)
        row.refresh_from_db()
        held = {name: getattr(row, name) for name in act.given if hasattr(row, name)}
        assert held == {name: value for name, value in act.given.items() if name in held} and len(held) >= 2

    def test_leaves_its_fact_of_the_moment_it_happened(self, man, nurse, evening, act):
        before = facts_of(man).count()
        write(act, man, nurse, 3 * HOUR)
        fact = facts_of(man).last()
        assert facts_of(man).count() == before + 1
        assert (fact.kind, fact.actor, fact.happened_at, fact.establishment) == (act.fact, nurse.id, evening - 3 * HOUR, "LEI")

    def test_leaves_no_word_of_it_in_the_trail(self, man, nurse, act):
        write(act, man, nurse)
        assert act.secret not in str(list(Fact.objects.values_list("kept", flat=True)))

    def test_may_have_happened_this_very_moment_and_years_ago(self, man, nurse, evening, act):
        assert write(act, man, nurse, 0 * MINUTE).happened_at == evening
        old = write(act, scenes.received(people.PETER), nurse, 9000 * DAY)
        assert old.happened_at == evening - 9000 * DAY

    def test_may_not_happen_a_second_from_now(self, man, nurse, act):
        before = rows(man), facts_of(man).count()
        with pytest.raises(record.InTheFuture) as refusal:
            write(act, man, nurse, -MINUTE / 60)
        assert str(refusal.value) == "The time is in the future. Give the time at which it happened."
        assert (rows(man), facts_of(man).count()) == before

    def test_is_refused_to_who_may_not_with_a_sentence_and_writes_nothing(self, house, man, act):
        who = house[act.refused_to]
        with acting(who), pytest.raises(NotAllowed, match=f"^As {who.role.title.lower()} you cannot"):
            write(act, man, who)
        with acting(house[NURSE]):
            assert not facts_of(man).filter(kind=act.fact).exists()

    def test_put_right_names_the_one_before_which_learns_it_once(self, man, nurse, act):
        first = write(act, man, nurse)
        second = write(act, man, nurse, corrects=first, **act.changed)
        first.refresh_from_db()
        assert (second.corrects_id, first.superseded_by) == (first.id, second.id)
        assert [row.id for row in type(first).objects.current().filter(patient=man)] == [second.id]
        name, value = next(iter(act.changed.items()))
        assert getattr(second, name) == value != getattr(first, name)

    def test_put_right_twice_is_refused_the_second_time(self, man, nurse, act):
        first = write(act, man, nurse)
        write(act, man, nurse, corrects=first, **act.changed)
        before = rows(man), facts_of(man).count()
        for version in (first, type(first).objects.get(id=first.id)):
            with pytest.raises(record.AlreadyCorrected, match=r"corrected in the meantime.* correct the latest version"):
                write(act, man, nurse, corrects=version, **act.changed)
        assert (rows(man), facts_of(man).count()) == before

    def test_put_right_again_is_the_correction_of_the_correction(self, man, nurse, act):
        first = write(act, man, nurse)
        second = write(act, man, nurse, corrects=first, **act.changed)
        third = write(act, man, nurse, corrects=second)
        second.refresh_from_db()
        assert second.superseded_by == third.id
        assert type(first).objects.filter(patient=man).count() == 3, "nothing that was written is lost"

    def test_is_neither_changed_nor_deleted(self, man, nurse, act):
        row = write(act, man, nurse)
        table = row._meta.db_table
        for attack in (f"UPDATE {table} SET written_by_name = 'x'", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(attack)

    def test_of_somebody_elsewhere_is_neither_seen_nor_written(self, house, man, act):
        with acting(house[NURSE]) as nurse:
            row = write(act, man, nurse)
        with acting(house[ELSEWHERE]) as other:
            assert not type(row).objects.filter(id=row.id).exists()
            with pytest.raises(Error), transaction.atomic():
                write(act, man, other)
        with acting(house[NURSE]):
            assert type(row).objects.filter(patient=man).count() == 1

    def test_after_a_death_is_written_and_marked_and_so_is_its_correction(self, house, man, act):
        with acting(house[NURSE]) as nurse:
            before = write(act, man, nurse)
        with acting(house["LEI prescriber"]) as prescriber:
            patients.record_death(patient=man.id, died_at=clock.now() - MINUTE, by=prescriber)
        with acting(house[NURSE]) as nurse:
            after = write(act, man, nurse, corrects=before, **act.changed)
            after.refresh_from_db()
            before.refresh_from_db()
        assert (before.addendum, after.addendum) == (False, True)

    def test_fails_whole_when_its_last_statement_fails(self, man, nurse, act):
        before, number, broken = (rows(man), facts_of(man).count()), 0, 0
        for number in range(1, 60):
            try:
                with break_at(connection, number), transaction.atomic():
                    write(act, man, nurse)
                    transaction.set_rollback(True)
                break
            except (Broken, record.AlreadyCorrected):
                broken += 1
                assert (rows(man), facts_of(man).count()) == before, number
        assert broken >= 2

    def test_put_right_by_two_at_once_is_put_right_once(self, committing_db, house, man, act):
        moment = clock.now()
        with acting(house[NURSE]) as nurse:
            first = write(act, man, nurse)
        both, came_to = Barrier(2), []

        def corrects(who):
            try:
                with clock.at(moment), acting(who):
                    both.wait(10)
                    came_to.append(write(act, man, who, corrects=type(first).objects.get(id=first.id), **act.changed))
            except Exception as refusal:
                came_to.append(refusal)
            finally:
                connection.close()

        threads = [Thread(target=corrects, args=[house[NURSE]]) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        refused = [one for one in came_to if isinstance(one, Exception)]
        assert [type(one) for one in refused] == [record.AlreadyCorrected] and len(came_to) == 2
        with acting(house[NURSE]):
            assert type(first).objects.filter(patient=man).count() == 2


def test_blanks_round_what_was_typed_are_no_part_of_it(man, nurse):
    contact = write(ACTS["a contact"], man, nurse, done="  Asleep.\n", plan=" \n")
    assert (contact.done, contact.plan) == ("Asleep.", "")
    assert write(ACTS["a problem"], man, nurse, words=" Asthma ", onset=" 2019 ").onset == "2019"
    assert write(ACTS["a flag"], man, nurse, words=" Cuts ").words == "Cuts"


# What the place for it does not hold: refused with both lengths, never cut, and never a page that says that something broke.
NARROW = {
    "a problem": ("a problem", {"words": "x" * 201}, 201, 200),
    "since when": ("a problem", {"onset": "x" * 41}, 41, 40),
    "a substance": ("an allergy", {"substance": "x" * 401}, 401, 400),
    "a reaction": ("an allergy", {"reaction": "x" * 201}, 201, 200),
    "a flag": ("a flag", {"words": "x" * 121}, 121, 120),
    "a title": ("a paper", {"title": "x" * 201}, 201, 200),
    "a sender": ("a paper", {"origin": "x" * 121}, 121, 120),
    "a product": ("a vaccination", {"product": "x" * 121}, 121, 120),
    "a batch": ("a vaccination", {"lot_number": "x" * 41}, 41, 40),
    "words of a dose": ("a vaccination", {"words": "x" * 401}, 401, 400),
    "a kit's number": ("a sample", {"accession": "x" * 41}, 41, 40),
    "words of a sample": ("a sample", {"words": "x" * 401}, 401, 400),
    "words of a result": ("a result", {"words": "x" * 401}, 401, 400),
}


@pytest.mark.parametrize("kind, given, length, most", NARROW.values(), ids=NARROW)
def test_what_does_not_fit_is_refused_with_both_lengths(man, nurse, kind, given, length, most):
    before = rows(man), facts_of(man).count()
    with pytest.raises(record.TooLong) as refusal:
        write(ACTS[kind], man, nurse, **given)
    assert str(refusal.value) == f"This has {length:,} characters, and {most:,} fit here. Shorten it: nothing was lost."
    assert (rows(man), facts_of(man).count()) == before


@pytest.mark.parametrize("kind, given, length, most", NARROW.values(), ids=NARROW)
def test_what_just_fits_lands_whole(man, nurse, kind, given, length, most):
    ((name, words),) = given.items()
    row = write(ACTS[kind], man, nurse, **{name: f" {words[:most]} "})
    row.refresh_from_db()
    assert getattr(row, name) == words[:most]


def test_a_page_of_a_paper_that_is_put_right_keeps_its_number(man, nurse):
    paper = write(ACTS["a paper"], man, nurse, words="One.\fTwo.\fThree.")
    second = DocumentPage.objects.get(document=paper, number=2)
    right = record.correct_page(page=second, words="Two, read again.", by=nurse)
    assert right.number == 2
    stands = DocumentPage.objects.current().filter(document=paper).order_by("number")
    assert [page.words for page in stands] == ["One.", "Two, read again.", "Three."]
