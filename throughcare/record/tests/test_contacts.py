"""Contacts and warnings: which role writes which kind, what is said to who may not, and each line signed once by each reader."""

from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from tests import scenes
from tests.nonempty import nonempty
from throughcare.access.acting import Actor, acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.core.refusals import NotAllowed
from throughcare.demo import people
from throughcare.record import actions as record
from throughcare.record import queries
from throughcare.record.kinds import kinds, kinds_for
from throughcare.record.models import Encounter, Warning, WarningRead
from throughcare.record.tests.writing import HOUR, MINUTE, NURSE

pytestmark = pytest.mark.usefixtures("evening")
CASES = [(kind, role) for kind in kinds().values() for role in sorted(kind.roles)]


def contact(man, by, kind="night_observation", done="Asleep.", **more):
    return record.record_encounter(patient=man.id, kind=kind, done=done, plan="", at=clock.now(), by=by, **more)


def warned(man, by, words="Tied a shirt to the door.", source="police", at=None):
    return record.write_warning(patient=man.id, source=source, words=words, at=at or clock.now(), by=by)


class TestAContact:
    @pytest.mark.parametrize("kind, role", CASES, ids=[f"{kind.id}-{role}" for kind, role in CASES])
    def test_of_each_kind_may_be_written_by_the_roles_of_its_row(self, house, kind, role):
        assert record.can_record(house[f"LEI {role}"], kind.id)

    @pytest.mark.parametrize("kind", sorted(kinds()))
    def test_of_a_kind_is_written_by_nobody_else(self, house, kind):
        roles = {role for one in kinds().values() for role in one.roles} | {"administrator", "escort_officer"}
        allowed = {role for role in roles if record.can_record(house[f"LEI {role}"], kind)}
        assert allowed == kinds()[kind].roles

    @pytest.mark.parametrize("kind", ["prescriber_review", "nonsense", ""])
    def test_that_is_another_ones_task_says_so(self, house, man, kind):
        with acting(house["LEI pharmacy_technician"]) as by, pytest.raises(NotAllowed) as refusal:
            contact(man, by, kind)
        assert str(refusal.value) == (
            "As pharmacy technician you cannot write this kind of entry. Ask the person whose task it is."
        )

    def test_is_not_written_by_the_system(self, man):
        with acting(Actor.system("night job", establishments=("LEI",))) as system, pytest.raises(NotAllowed, match="the system"):
            contact(man, system)

    @pytest.mark.parametrize("done", ["", " ", "\n\t"])
    def test_without_words_is_refused_and_nothing_is_written(self, house, man, done):
        with acting(house[NURSE]) as by:
            with pytest.raises(record.NothingWritten, match=r"^Write what was done before you save it\.$"):
                contact(man, by, done=done)
            assert not Encounter.objects.exists()

    def test_without_words_is_refused_by_the_database_too(self, house, man):
        with acting(house[NURSE]) as by, pytest.raises(IntegrityError, match="an_encounter_says_what"), transaction.atomic():
            Encounter.objects.create(
                patient_id=man.id, establishment="LEI", happened_at=clock.now(), written_at=clock.now(), written_by=by.id,
                written_by_name=by.name, kind="night_observation", done="",
            )  # fmt: skip

    def test_is_evidence_of_its_kind_in_the_fact(self, house, man):
        with acting(house[NURSE]) as by:
            row = contact(man, by)
            kept = Fact.objects.get(kind="record.EncounterRecorded").kept
        assert kept == {"encounter": str(row.id), "kind": "night_observation"}

    def test_stands_the_latest_first_without_what_was_put_right(self, house, man, evening):
        with acting(house[NURSE]) as by:
            with clock.at(evening - 2 * HOUR):
                first = contact(man, by, done="At six.")
            wrong = contact(man, by, done="At eigt.")
            right = contact(man, by, done="At eight.", corrects=wrong)
            assert [row.id for row in queries.encounters_of([man.id])] == [right.id, first.id]


def test_the_kinds_of_a_role_stand_in_the_order_of_the_file():
    mine = [kind.id for kind in kinds_for("prescriber")]
    assert mine == [one for one in kinds() if one in mine] and mine[0] == "prescriber_review"
    assert kinds_for("nobody") == []


def test_every_kind_asks_something():
    assert len(kinds()) > 10 and all(kind.ask.endswith("?") and kind.title and kind.roles for kind in nonempty(kinds().values()))


class TestAWarning:
    @pytest.mark.parametrize("words, source", [("", "police"), ("  ", "police"), ("Cuts.", ""), ("Cuts.", "a friend")])
    def test_says_something_and_whose_it_is(self, house, man, words, source):
        with acting(house.nurse) as by:
            with pytest.raises(record.NothingWritten):
                warned(man, by, words, source)
            assert not Warning.objects.exists()

    @pytest.mark.parametrize("source", Warning.Source.values)
    def test_of_each_source_is_a_fact_without_its_words(self, house, man, source):
        with acting(house.nurse) as by:
            row = warned(man, by, "Zqtied a shirt", source)
            kept = Fact.objects.get(kind="record.WarningWritten").kept
        assert kept == {"warning": str(row.id), "source": source}

    def test_is_unread_until_somebody_signs_and_then_says_who(self, house, man, evening):
        with acting(house.nurse) as by:
            row = warned(man, by)
            assert [one.read_by for one in queries.warnings_of(man.id, evening - HOUR)] == [None]
            record.sign_warning(warning=row, at=evening, by=by)
            (line,) = queries.warnings_of(man.id, evening - HOUR)
        assert (line.read_by, line.read_at) == (by.name, evening)

    def test_signed_twice_by_one_reader_is_signed_once(self, house, man):
        with acting(house.nurse) as by:
            row = warned(man, by)
            assert record.sign_warning(warning=row, at=clock.now(), by=by) == record.sign_warning(
                warning=row, at=clock.now(), by=by
            )
            assert Fact.objects.filter(kind="record.WarningSigned").count() == WarningRead.objects.count() == 1

    def test_is_signed_by_each_who_reads_it_and_the_first_is_named(self, house, man, evening):
        with acting(house.nurse) as first:
            row = warned(man, first, at=evening - HOUR)
            record.sign_warning(warning=row, at=evening - MINUTE, by=first)
        with acting(house[NURSE]) as second:
            record.sign_warning(warning=row, at=evening, by=second)
            assert WarningRead.objects.count() == 2
            assert queries.warnings_of(man.id, evening - HOUR)[0].read_by == first.name

    def test_is_not_signed_by_who_does_not_screen(self, house, man):
        with acting(house.nurse) as by:
            row = warned(man, by)
        with acting(house["LEI pharmacy_technician"]) as other, pytest.raises(NotAllowed):
            record.sign_warning(warning=row, at=clock.now(), by=other)

    def test_stand_in_the_order_in_which_they_were_written_since_a_moment(self, house, man, evening):
        with acting(house.nurse) as by:
            for ago, words in ((3 * HOUR, "Old"), (HOUR, "First"), (0 * HOUR, "Second")):
                with clock.at(evening - ago):
                    warned(man, by, words)
            assert [one.words for one in queries.warnings_of(man.id, evening - 2 * HOUR)] == ["First", "Second"]

    def test_of_another_man_is_not_among_them(self, house, man, evening):
        other = scenes.received(people.PETER)
        with acting(house.nurse) as by:
            warned(other, by)
            assert queries.warnings_of(man.id, evening - HOUR) == []

    def test_signed_by_one_person_on_two_screens_at_once_is_signed_once(self, committing_db, house, man):
        moment, both, came_to = clock.now(), Barrier(2), []
        with acting(house.nurse) as by:
            row = warned(man, by)

        def signs():
            try:
                with clock.at(moment), acting(house.nurse) as by:
                    both.wait(10)
                    came_to.append(record.sign_warning(warning=row, at=moment, by=by).id)
            except Exception as refusal:
                came_to.append(refusal)
            finally:
                connection.close()

        threads = [Thread(target=signs) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert len(set(came_to)) == 1 and not isinstance(came_to[0], Exception)
        with acting(house.nurse):
            assert WarningRead.objects.count() == Fact.objects.filter(kind="record.WarningSigned").count() == 1
