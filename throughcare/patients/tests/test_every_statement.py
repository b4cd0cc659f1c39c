"""What holds of everything that is written about who somebody is, asked of each kind: its fact, both times, one that stands, what
is refused and to whom, and another prison that neither reads nor writes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import Error, ProgrammingError, connection, transaction

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.core.refusals import NotAllowed
from throughcare.demo import faces, people
from throughcare.patients import actions as patients
from throughcare.patients.identity import codes_of, needs, said_of
from throughcare.patients.models import Characteristic, Contact, Identifier, Name, Need, Patient, Photo

pytestmark = pytest.mark.usefixtures("evening")


@dataclass(frozen=True)
class Saying:
    """An action, what it is given, its model and fact, and what is said instead the second time."""

    does: Callable[..., Any]
    given: dict[str, Any]
    model: Any
    fact: str
    instead: dict[str, Any] = field(default_factory=dict)
    secret: str = "Zq"


SAYINGS = {
    "a name": Saying(
        patients.add_name, {"use": "alias", "family_name": "Zqflynn", "given_names": "Joe", "source": "told"}, Name, "NameAdded",
        {"family_name": "Zqflinn"},
    ),
    "a number": Saying(
        patients.add_identifier, {"system": "pnc", "typed": "2001/0012345Q", "source": "told"}, Identifier, "IdentifierAdded",
        {"typed": "2001/0012346R"}, "0012345",
    ),
    "a characteristic": Saying(
        patients.record_characteristic, {"kind": "ethnicity", "code": "A", "source": "told"}, Characteristic,
        "CharacteristicRecorded", {"code": "B"}, "White",
    ),
    "a contact": Saying(
        patients.write_contact, {"relation": "partner", "name": "Zqanna", "phone": "0113 496 0000", "source": "told"}, Contact,
        "ContactWritten", {"phone": "0113 496 0001"},
    ),
    "a photo": Saying(
        patients.take_photo, {"upload": faces.face_of(people.JOE), "source": "drawn"}, Photo, "PhotoTaken",
        {"upload": faces.face_of(people.AMIR)}, "image",
    ),
}  # fmt: skip
EACH = pytest.mark.parametrize("one", SAYINGS.values(), ids=SAYINGS)
CORRECTED = pytest.mark.parametrize("one", [SAYINGS[name] for name in ("a name", "a number", "a contact")], ids=str)


def says(one, man, by, **more):
    return one.does(patient=man.id, at=clock.now(), by=by, **{**one.given, **more})


def counts(man):
    models = (Name, Identifier, Characteristic, Need, Contact, Photo)
    return [model.objects.filter(patient=man).count() for model in models], Fact.objects.count()


@EACH
class TestEach:
    def test_is_written_with_its_source_by_whom_and_when(self, man, nurse, evening, one):
        row = says(one, man, nurse)
        row.refresh_from_db()
        assert (row.source, row.written_by, row.written_by_name) == (one.given["source"], nurse.id, nurse.name)
        assert (row.happened_at, row.written_at, row.superseded_by) == (evening, evening, None)

    def test_leaves_one_fact_without_what_was_said(self, man, nurse, one):
        says(one, man, nurse)
        (fact,) = Fact.objects.filter(kind=f"patients.{one.fact}", patient_id=man.id, actor=nurse.id)
        assert one.secret not in str(fact.kept) and fact.establishment == "LEI"

    def test_is_refused_to_who_may_not(self, house, man, one):
        officer = house["LEI escort_officer"]
        with acting(house.nurse):
            before = counts(man)
        with acting(officer), pytest.raises(NotAllowed, match="As escort officer you cannot"):
            says(one, man, officer)
        with acting(house.nurse):
            assert counts(man) == before

    def test_is_neither_changed_nor_deleted(self, man, nurse, one):
        says(one, man, nurse)
        table = one.model._meta.db_table
        for attack in (f"UPDATE {table} SET source = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(attack)

    def test_of_somebody_elsewhere_is_neither_read_nor_written(self, house, man, one):
        with acting(house.nurse) as by:
            row = says(one, man, by)
        with acting(house.other) as other:
            assert not one.model.objects.filter(id=row.id).exists()
            with pytest.raises((Error, patients.HasLeft, patients.NotTheirs)), transaction.atomic():
                says(one, man, other, **one.instead)
        with acting(house.nurse):
            assert one.model.objects.filter(patient=man, written_by=house.other.id).count() == 0

    def test_of_a_man_who_left_is_not_written_any_more_and_is_still_read(self, house, man, one, evening):
        with acting(house.nurse) as by:
            row = says(one, man, by)
        scenes.released(people.JOE)
        with acting(house.nurse) as by:
            assert one.model.objects.filter(id=row.id).exists()
            with pytest.raises((Error, patients.HasLeft, patients.NotTheirs)), transaction.atomic():
                says(one, man, by, **one.instead)


@CORRECTED
class TestWhatIsCorrected:
    def test_leaves_one_that_stands_and_keeps_the_other(self, man, nurse, one):
        first = says(one, man, nurse)
        second = says(one, man, nurse, corrects=first.id, **one.instead)
        first.refresh_from_db()
        assert (second.corrects_id, first.superseded_by) == (first.id, second.id)

    def test_is_corrected_once(self, man, nurse, one):
        first = says(one, man, nurse)
        says(one, man, nurse, corrects=first.id, **one.instead)
        before = counts(man)
        with pytest.raises(patients.NotTheirs) as refusal:
            says(one, man, nurse, corrects=first.id, **one.instead)
        assert str(refusal.value).startswith("Somebody has changed this in the meantime. Open the page again")
        assert counts(man) == before

    def test_is_not_the_row_of_another_man(self, house, man, one):
        other = scenes.received(people.PETER)
        with acting(house.nurse) as by:
            first = says(one, other, by)
            before = counts(man)
            with pytest.raises(patients.NotTheirs):
                says(one, man, by, corrects=first.id, **one.instead)
            assert counts(man) == before

    def test_by_two_at_once_is_corrected_once_and_the_other_is_told(self, committing_db, house, man, one):
        moment, both, came_to = clock.now(), Barrier(2), []
        with acting(house.nurse) as by:
            first = says(one, man, by)

        def corrects():
            try:
                with clock.at(moment), acting(house.nurse) as by:
                    both.wait(10)
                    came_to.append(says(one, man, by, corrects=first.id, **one.instead))
            except Exception as refusal:
                came_to.append(refusal)
            finally:
                connection.close()

        threads = [Thread(target=corrects) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        refused = [each for each in came_to if isinstance(each, Exception)]
        assert len(came_to) == 2 and len(refused) == 1 and isinstance(refused[0], patients.NotTheirs | patients.AlreadySaid)


class TestWhatIsOne:
    """Of a characteristic, a need and a photo one stands: the next takes its place, whoever writes it."""

    def test_characteristic_of_a_kind(self, man, nurse):
        for code in ("A", "B", "A"):
            patients.record_characteristic(patient=man.id, kind="ethnicity", code=code, source="told", at=clock.now(), by=nurse)
        assert [row.code for row in said_of(man.id).characteristics] == ["A"]
        assert Characteristic.objects.filter(patient=man).count() == 3

    def test_the_same_characteristic_again_is_refused(self, man, nurse):
        says(SAYINGS["a characteristic"], man, nurse)
        with pytest.raises(patients.AlreadySaid, match=r"written already\. Nothing was changed"):
            says(SAYINGS["a characteristic"], man, nurse)

    @pytest.mark.parametrize("code", sorted(needs()))
    def test_need_of_a_code_until_it_ends(self, man, nurse, code):
        def writes(detail, ended=False):
            return patients.record_need(
                patient=man.id, code=code, detail=detail, source="seen", at=clock.now(), by=nurse.id, ended=ended
            )

        assert writes("One") and writes("Two") and writes("Two") is None
        assert [(row.code, row.detail) for row in said_of(man.id).needs] == [(code, "Two")]
        assert writes("Two", ended=True) and said_of(man.id).needs == []
        assert writes("Two", ended=True) is None

    def test_a_need_that_never_was_does_not_end(self, man, nurse):
        assert patients.record_need(
            patient=man.id, code="wheelchair", detail="", source="seen", at=clock.now(), by=nurse.id, ended=True
        ) is None  # fmt: skip

    def test_photo(self, man, nurse):
        says(SAYINGS["a photo"], man, nurse)
        second = says(SAYINGS["a photo"], man, nurse, upload=faces.face_of(people.AMIR))
        assert said_of(man.id).photo.id == second.id and Photo.objects.filter(patient=man).count() == 2

    @pytest.mark.parametrize("kind", Characteristic.Kind.values)
    def test_every_kind_has_codes_each_of_which_can_be_written(self, man, nurse, kind):
        codes = codes_of(kind)
        assert codes
        for code in codes:
            row = patients.record_characteristic(patient=man.id, kind=kind, code=code, source="told", at=clock.now(), by=nurse)
            assert row.words == codes[code][:120]
        with pytest.raises(patients.UnknownCode, match=r"^Choose one of the list\.$"):
            patients.record_characteristic(patient=man.id, kind=kind, code="zq", source="told", at=clock.now(), by=nurse)


def test_what_is_said_of_him_is_read_in_six_statements_however_much(man, nurse, django_assert_num_queries):
    for one in SAYINGS.values():
        says(one, man, nurse)
    with django_assert_num_queries(6):
        said = said_of(man.id)
    assert [len(rows) for rows in (said.names, said.numbers, said.characteristics, said.contacts)] == [2, 2, 1, 1] and said.photo


@pytest.mark.parametrize("wrong, refusal", [
    ({"family_name": " ", "given_names": "-"}, patients.NameIsEmpty),
    ({"since": scenes.LONG_AGO, "until": scenes.LONG_AGO.replace(year=2020)}, patients.EndsBeforeItStarts),
])  # fmt: skip
def test_a_name_that_says_nothing_changes_nothing(man, nurse, wrong, refusal):
    before = counts(man)
    with pytest.raises(refusal):
        says(SAYINGS["a name"], man, nurse, **wrong)
    assert counts(man) == before


def test_a_contact_without_a_name_is_refused_and_one_that_ended_is_not_shown(man, nurse):
    with pytest.raises(patients.NameIsEmpty):
        says(SAYINGS["a contact"], man, nurse, name=" ")
    first = says(SAYINGS["a contact"], man, nurse)
    says(SAYINGS["a contact"], man, nurse, corrects=first.id, ended=True)
    assert said_of(man.id).contacts == []


def test_the_recorded_name_is_the_patients_own_line_and_the_one_before_an_earlier_name(man, nurse):
    says(SAYINGS["a name"], man, nurse, use="official")
    assert Patient.objects.get(id=man.id).family_name == "Zqflynn"
    assert {(row.use, row.family_name) for row in said_of(man.id).names} == {("official", "Zqflynn"), ("old", "Tierney")}
