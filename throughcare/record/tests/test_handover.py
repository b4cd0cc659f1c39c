"""Pages for the way: a closed list in and out, warnings that land, and row security that shows nothing else."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests import scenes
from tests.nonempty import nonempty
from tests.rows import filled, ours
from throughcare.access.acting import acting
from throughcare.core import clock, ids
from throughcare.core.refusals import NotAllowed
from throughcare.demo import people
from throughcare.patients import actions as patients
from throughcare.patients.models import Disclosure, Patient, Reach
from throughcare.patients.tests.test_merging import TONY, merged
from throughcare.record import handover, queries
from throughcare.record.handover import NothingToHandOver, NotOnTheWay, Traveller
from throughcare.record.handover_book import LINE, SHORT, Unwritable, book
from throughcare.record.models import Handover, Warning

TODAY = clock.prison_day(clock.now())
OUTSIDE = ("police_custody_nurse", "liaison_worker", "escort_officer")
TOLD = {
    "risks": ["self_harm_here", "withdrawing"],
    "medicines": [{"what": "Chlordiazepoxide", "dose": "20 mg", "at": "14:20"}], "injuries": "Cut on the left hand, dressed",
}  # fmt: skip


@pytest.fixture
def coming(house):
    """On tonight's list at Leeds."""
    with acting(scenes.feed("LEI")) as feed:
        scenes.expected(people.AMIR, by=feed)
    return scenes.patient_of(people.AMIR)


def traveller(man):
    return Traveller(man.id, man.family_name, man.given_names, man.date_of_birth, people.AMIR.prison_number)


def write_in(man, by, content=None, keep_safe=""):
    told = TOLD if content is None else content
    return handover.write_in(person=traveller(man), content=told, keep_safe=keep_safe, at=clock.now(), by=by)


def write_out(man, by, kind="escort", content=None, keep_safe=""):
    told = {"risks": ["fits"], "dose_times": "14:00"} if content is None else content
    return handover.write_out(person=traveller(man), kind=kind, content=told, keep_safe=keep_safe, at=clock.now(), by=by)


class TestIn:
    def test_what_warns_is_on_the_record_a_line_each_unread(self, house, coming):
        with acting(house["LEI police_custody_nurse"]) as police:
            page = write_in(coming, police, keep_safe="Sits by the window.")
        with acting(house.nurse):
            lines = queries.warnings_of(coming.id, clock.now() - scenes.HOUR)
        assert {line.words for line in lines} == {
            "Harmed himself in this custody",
            "Shakes, sweats or is sick from stopping drink or drugs",
            "Chlordiazepoxide, 20 mg, last given 14:20",
            "Cut on the left hand, dressed",
            "Sits by the window.",
        }
        assert {(line.source, line.written_by_name, line.read_by) for line in lines} == {("police", page.written_by_name, None)}

    def test_the_writer_sees_it_and_the_record_stays_shut(self, house, coming):
        with acting(house["LEI police_custody_nurse"]) as police:
            page = write_in(coming, police)
            assert handover.shown_to(police) == [page]
            for model, law in nonempty(ours()):
                if law.seen_by and model is not Handover:
                    assert not model.objects.exists(), model

    def test_about_those_expected_and_nobody_else(self, house, coming):
        here = scenes.received(people.DANNY)
        with acting(house["LEI escort_officer"]) as escort:
            assert [one.name for one in handover.expected(escort)] == ["KHAN, Amir"]
            with pytest.raises(NotOnTheWay):
                write_in(here, escort)

    def test_not_at_another_prison(self, house, coming):
        with acting(house["MDI escort_officer"]) as elsewhere:
            assert handover.expected(elsewhere) == []
            with pytest.raises(NotOnTheWay):
                write_in(coming, elsewhere)

    def test_a_nurse_does_not_write_in_their_place(self, house, coming):
        with acting(house.nurse) as nurse, pytest.raises(NotAllowed):
            write_in(coming, nurse)


class TestOut:
    def test_it_reaches_the_escort_of_this_prison_and_is_kept_as_told(self, house, coming):
        with acting(house.nurse) as nurse:
            page = write_out(coming, nurse, keep_safe="Loud noise frightens him.")
            told = Disclosure.objects.get(document="handover_out")
        assert (told.basis, told.recipient) == ("direct_care", "Escort")
        assert set(told.fields) == {"name", "date_of_birth", "prison_number", "risks", "dose_times", "keep_safe"}
        with acting(house["LEI escort_officer"]) as escort:
            assert handover.shown_to(escort) == [page]
        for who in ("LEI police_custody_nurse", "LEI liaison_worker", "MDI escort_officer"):
            with acting(house[who]) as other:
                assert handover.shown_to(other) == []

    @pytest.mark.parametrize("field", ["medicines", "injuries"])
    def test_officers_get_no_drug_and_no_wound(self, house, coming, field):
        assert field not in {one.code for one in book(TODAY).fields_of("escort")}
        with acting(house.nurse) as nurse, pytest.raises(Unwritable):
            write_out(coming, nurse, content={field: TOLD[field]})

    def test_after_a_day_it_is_gone_from_the_way_and_stays_with_the_prison(self, house, coming):
        with acting(house.nurse) as nurse:
            page = write_out(coming, nurse)
            old = filled(
                Handover, patient=coming, establishment="LEI", direction="out", kind="escort", content={},
                shown_until=clock.now() - scenes.HOUR,
            )  # fmt: skip
            old.save(force_insert=True)
            assert Handover.objects.count() == 2
        with acting(house["LEI escort_officer"]):
            assert list(Handover.objects.all()) == [page]


class TestTheClosedList:
    def test_the_longest_line_that_may_be_written_lands_whole(self, house, coming):
        """A medicine of 400 characters in all is one warning; what is longer is refused before it is written."""
        longest = {"what": "w" * SHORT, "dose": "d" * (LINE - SHORT - 20), "at": "14:20"}
        with acting(house["LEI police_custody_nurse"]) as nurse:
            write_in(coming, nurse, content={"medicines": [longest]})
            with pytest.raises(Unwritable):
                write_in(coming, nurse, content={"medicines": [{**longest, "at": "14:200"}]})
        with acting(house.nurse):
            assert [len(words) for words in Warning.objects.values_list("words", flat=True)] == [LINE]

    @pytest.mark.parametrize("content", [
        {"diagnosis": "words"}, {"risks": ["methadone"]}, {"dose_times": "14:00 methadone"}, {"medicine_bag": "perhaps"},
        {"last_meal": "a pie"}, {"who_to_call": "x" * 201},
    ])  # fmt: skip
    def test_nothing_else_is_written(self, house, coming, content):
        with acting(house["LEI escort_officer"]) as escort, pytest.raises(Unwritable):
            write_in(coming, escort, content=content)
        with acting(house.nurse):
            assert not Handover.objects.exists() and not Warning.objects.exists()

    def test_an_empty_page_is_not_a_page(self, house, coming):
        with acting(house["LEI escort_officer"]) as escort, pytest.raises(NothingToHandOver):
            write_in(coming, escort, content={})

    @given(st.dictionaries(st.text(max_size=12), st.text(max_size=8), max_size=4))
    def test_no_field_gets_through_that_is_not_listed(self, content):
        known = {one.code for one in book(TODAY).fields_of("escort")}
        if set(content) - known:
            with pytest.raises(Unwritable):
                book(TODAY).checked("escort", content)

    def test_each_role_on_the_way_has_its_kind(self):
        assert {book(TODAY).kind_of(role).code for role in OUTSIDE} == {"police", "liaison", "escort"}
        assert {kind.warns_as for kind in book(TODAY).kinds} <= set(Warning.Source.values)


def insert(man, by, **changes):
    told = {"establishment": "LEI", "direction": "in", "kind": "escort", "content": {}, "written_by": by.id,
            "shown_until": clock.now() + scenes.HOUR} | changes  # fmt: skip
    with transaction.atomic():
        filled(Handover, patient_id=man.id, **told).save(force_insert=True)


RISK = {"risks": ["fits"]}  # what an escort may write too


class TestAfterAMerge:
    """Two records, one person: those on the way name him once, and what they warn of is read at the gate."""

    def test_he_is_named_once_under_the_record_that_stands(self, house, coming):
        with acting(scenes.feed("LEI")) as feed:
            scenes.expected(TONY, by=feed)
        tony = scenes.patient_of(TONY)
        merged(house, tony, coming)
        with acting(house["LEI escort_officer"]) as escort:
            (found,) = handover.expected(escort)
            assert (found.id, found.prison_number) == (coming.id, people.AMIR.prison_number)
            assert write_in(found, escort, content=RISK).patient_id == coming.id

    def test_expected_under_the_joined_record_alone_he_is_named_all_the_same(self, house):
        amir = scenes.received(people.AMIR)
        with acting(scenes.feed("LEI")) as feed:
            scenes.expected(TONY, by=feed)
        tony = scenes.patient_of(TONY)
        merged(house, tony, amir)
        with acting(scenes.feed("LEI")):
            Reach.objects.filter(patient=tony.id, scope="establishment:LEI").update(
                kind="inbound", until=clock.now() + scenes.HOUR
            )
        with acting(house["LEI escort_officer"]) as escort:
            assert [one.id for one in handover.expected(escort)] == [amir.id]

    def test_a_warning_under_either_record_is_read_under_both(self, house, coming):
        with acting(house["LEI police_custody_nurse"]) as police:
            write_in(coming, police)
        amir = scenes.received(TONY)
        merged(house, coming, amir)
        with acting(house.nurse):
            for one in (amir, coming):
                lines = queries.warnings_of(one.id, clock.now() - scenes.HOUR)
                assert "Harmed himself in this custody" in {line.words for line in lines}


def kept_out(house, man):
    """The escort may not see him."""
    with acting(house["LEI information_governance_lead"]) as lead:
        escort = house.member("LEI escort_officer").user
        patients.exclude(patient=man.id, user=escort, why="His brother", until=None, at=clock.now(), by=lead)


class TestABar:
    """It beats what those on the way may read without any reach, as it beats every reach."""

    def test_hides_the_pages_made_for_the_way(self, house, coming):
        with acting(house.nurse) as nurse:
            write_out(coming, nurse)
        kept_out(house, coming)
        with acting(house["LEI escort_officer"]):
            assert not Handover.objects.exists()

    def test_hides_what_one_wrote_oneself_and_lets_nobody_write_more(self, house, coming):
        escort = house["LEI escort_officer"]
        with acting(escort):
            write_in(coming, escort, content=RISK)
        kept_out(house, coming)
        with acting(escort):
            assert not Handover.objects.exists()
            with pytest.raises(ProgrammingError, match="row-level security"):
                insert(coming, escort)


class TestRowSecurity:
    @pytest.mark.parametrize("change", [
        {"establishment": "MDI"}, {"direction": "out"}, {"written_by": "somebody"},
    ])  # fmt: skip
    def test_those_on_the_way_write_only_their_own_pages_in(self, house, coming, change):
        with acting(house["LEI escort_officer"]) as escort:
            insert(coming, escort)
            with pytest.raises(ProgrammingError, match="row-level security"):
                insert(coming, escort, **change)

    def test_nor_about_somebody_who_is_not_expected(self, house):
        here = scenes.received(people.DANNY)
        with acting(house["LEI escort_officer"]) as escort, pytest.raises(ProgrammingError, match="row-level security"):
            insert(here, escort)

    def test_one_does_not_read_what_another_wrote(self, house, coming):
        with acting(house["LEI police_custody_nurse"]) as police:
            write_in(coming, police)
        for who in ("LEI escort_officer", "MDI police_custody_nurse"):
            with acting(house[who]):
                assert not Handover.objects.exists()

    def test_the_other_prison_reads_none(self, house, coming):
        with acting(house.nurse) as nurse:
            write_out(coming, nurse)
        with acting(house.other):
            assert not Handover.objects.exists()

    def test_names_come_from_one_function_that_asks_who_asks(self, house, coming):
        ask = "SELECT count(*) FROM record_handover_people('LEI')"
        counts = {}
        for who in ("LEI escort_officer", "MDI escort_officer", "LEI reception_nurse"):
            with acting(house[who]), connection.cursor() as cursor:
                cursor.execute(ask)
                counts[who] = cursor.fetchone()[0]
        assert counts == {"LEI escort_officer": 1, "MDI escort_officer": 0, "LEI reception_nurse": 0}

    @pytest.mark.parametrize("attack", [
        "SELECT 1 / count(*) FROM patients_patient", "SELECT 1 / count(*) FROM custody_prisoner",
        "SELECT 1 / count(*) FROM patients_reach", "SELECT 1 / count(*) FROM record_warning",
    ])  # fmt: skip
    def test_nothing_else_can_be_read(self, house, coming, attack):
        with acting(house["LEI police_custody_nurse"]) as police:
            write_in(coming, police)
            assert not Patient.objects.exists()
            with pytest.raises(Exception, match="division by zero"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(attack)

    def test_a_page_names_somebody(self, house, coming):
        with acting(house.nurse) as nurse, pytest.raises(IntegrityError, match="names_somebody"):
            insert(coming, nurse, name="", id=ids.new())
