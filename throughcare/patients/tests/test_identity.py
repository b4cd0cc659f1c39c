"""Who somebody is: names, numbers and needs are added, corrected and ended, and nothing that was written is lost."""

from datetime import date

import pytest

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.core.identifiers import BadIdentifier
from throughcare.core.refusals import NotAllowed
from throughcare.demo import people
from throughcare.patients import actions, identity
from throughcare.patients.models import Contact, Identifier, Name, Need, Patient

TODAY = date(2026, 3, 2)


@pytest.fixture
def amir(nurse):
    return scenes.received(people.AMIR)


def named(nurse, man, use="alias", **what):
    given = {"family_name": "Reid", "given_names": "Tony", "source": "told", "at": clock.now(), "by": nurse} | what
    return actions.add_name(patient=man.id, use=use, **given)


def names(man):
    return sorted((row.use, str(row)) for row in Name.objects.filter(patient=man.id, superseded_by=None))


def numbers(man):
    return {(row.system, row.value) for row in Identifier.objects.filter(patient=man.id, superseded_by=None)}


class TestNames:
    def test_a_booking_brings_the_recorded_name_and_the_number(self, amir):
        assert names(amir) == [("official", "Amir Khan")] and numbers(amir) == {("prison", "A4711KH")}
        assert Name.objects.get(patient=amir.id).source == "prison record"

    def test_somebody_without_a_booking_is_called_what_he_says(self, nurse):
        made = actions.receive_unbooked(
            family_name="Brennan", given_names="Kyle", date_of_birth=None, arrived_at=clock.now(), by=nurse
        )
        assert names(made) == [("official", "Kyle Brennan")] and Name.objects.get(patient=made.id).source == "told"

    def test_an_alias_has_its_own_date_of_birth(self, nurse, amir):
        named(nurse, amir, date_of_birth=date(1989, 1, 1))
        assert Name.objects.get(patient=amir.id, use="alias").date_of_birth == date(1989, 1, 1)
        assert Patient.objects.get(id=amir.id).date_of_birth == people.AMIR.born

    def test_a_new_recorded_name_takes_over_and_the_old_one_stays(self, nurse, amir):
        named(nurse, amir, use="official", family_name="Khan-Ali", given_names="Amir")
        assert names(amir) == [("official", "Amir Khan-Ali"), ("old", "Amir Khan")]
        assert Patient.objects.get(id=amir.id).family_key == "khanali"

    def test_an_alias_that_turns_out_to_be_the_recorded_name_takes_over_too(self, nurse, amir):
        alias = named(nurse, amir)
        named(nurse, amir, use="official", corrects=alias.id)
        assert names(amir) == [("official", "Tony Reid"), ("old", "Amir Khan")]
        assert Patient.objects.get(id=amir.id).name == "REID, Tony"

    def test_a_recorded_name_that_was_misspelt_is_no_earlier_name(self, nurse, amir):
        recorded = Name.objects.get(patient=amir.id)
        named(nurse, amir, use="official", family_name="Kahn", given_names="Amir", corrects=recorded.id)
        assert names(amir) == [("official", "Amir Kahn")]

    def test_nobody_is_left_without_a_recorded_name(self, nurse, amir):
        with pytest.raises(actions.StillTheRecordedName):
            named(nurse, amir, use="alias", corrects=Name.objects.get(patient=amir.id).id)
        assert names(amir) == [("official", "Amir Khan")]

    def test_the_prison_calls_him_something_else_and_he_is_found_by_it_under_his_own_name(self, nurse, amir):
        scenes.released(people.AMIR)
        now = scenes.renamed(people.AMIR, family_name="Kahn")
        scenes.moved(now, "received", "READMISSION", clock.now())
        assert sorted(names(amir)) == [("alias", "Amir Kahn"), ("official", "Amir Khan")]
        assert Name.objects.get(patient=amir.id, use="alias").source == "prison record"

    def test_the_prison_goes_back_to_a_name_that_is_written_and_nothing_changes(self, nurse, amir):
        named(nurse, amir, use="official", family_name="Reid", given_names="Tony")
        scenes.moved(people.AMIR, "released", "SENT_TO_COURT", clock.now())
        assert ("official", "Tony Reid") in names(amir)

    def test_correcting_replaces_and_keeps(self, nurse, amir):
        wrong = named(nurse, amir, family_name="Reed")
        named(nurse, amir, corrects=wrong.id)
        assert ("alias", "Tony Reid") in names(amir) and ("alias", "Tony Reed") not in names(amir)
        assert Name.objects.get(id=wrong.id).family_name == "Reed"

    def test_a_name_ends(self, nurse, amir):
        row = named(nurse, amir)
        named(nurse, amir, corrects=row.id, until=TODAY)
        assert Name.objects.get(patient=amir.id, use="alias", superseded_by=None).until == TODAY

    @pytest.mark.parametrize("what, refusal", [
        ({"family_name": " ", "given_names": "-"}, actions.NameIsEmpty),
        ({"since": TODAY, "until": date(2020, 1, 1)}, actions.EndsBeforeItStarts),
    ])  # fmt: skip
    def test_what_says_nothing_is_refused(self, nurse, amir, what, refusal):
        with pytest.raises(refusal):
            named(nurse, amir, **what)
        assert len(names(amir)) == 1

    def test_the_same_again_is_refused(self, nurse, amir):
        named(nurse, amir)
        with pytest.raises(actions.AlreadySaid):
            named(nurse, amir)

    def test_two_people_correct_at_once_and_the_second_is_told(self, nurse, amir):
        row = named(nurse, amir)
        named(nurse, amir, corrects=row.id, family_name="Reed")
        with pytest.raises(actions.NotTheirs):
            named(nurse, amir, corrects=row.id, family_name="Read")

    def test_nobody_corrects_the_row_of_another_man(self, nurse, amir):
        other = scenes.received(people.DANNY)
        row = named(nurse, other)
        with pytest.raises(actions.NotTheirs):
            named(nurse, amir, corrects=row.id)

    def test_a_role_that_may_not_is_refused(self, house, amir):
        with acting(house["LEI head_of_healthcare"]) as head, pytest.raises(NotAllowed):
            named(head, amir)


class TestNumbers:
    @pytest.mark.parametrize("system, typed, kept", [
        ("pnc", " 2019/0012345x ", "2019/0012345X"), ("cro", "00321/19t", "00321/19T"), ("crn", "x 123456", "X123456"),
        ("book", "91234k", "91234K"), ("prison", "a 7042 qx", "A7042QX"), ("nhs", "999 100 0003", "9991000003"),
        ("other", "AB/12", "AB/12"),
    ])  # fmt: skip
    def test_are_checked_and_tidied(self, nurse, amir, system, typed, kept):
        actions.add_identifier(patient=amir.id, system=system, typed=typed, source="papers", at=clock.now(), by=nurse)
        assert (system, kept) in numbers(amir)

    @pytest.mark.parametrize("system, typed", [
        ("pnc", "2019-12345"), ("cro", "X"), ("crn", "123456X"), ("book", "1234"), ("prison", "123"), ("nhs", "9991000004"),
        ("other", " - "),
    ])  # fmt: skip
    def test_that_cannot_be_are_refused_with_an_example(self, nurse, amir, system, typed):
        with pytest.raises(BadIdentifier):
            actions.add_identifier(patient=amir.id, system=system, typed=typed, source="papers", at=clock.now(), by=nurse)

    def test_the_nhs_number_is_on_the_patient_too(self, nurse, amir):
        actions.add_nhs_number(patient=amir, typed="9991000003", at=clock.now(), by=nurse)
        assert ("nhs", "9991000003") in numbers(amir)

    @pytest.mark.parametrize("change", [{"until": TODAY}, {"system": "other"}], ids=["ended", "no NHS number at all"])
    @pytest.mark.parametrize("before, after", [((), None), (("9434765919",), "9434765919")], ids=["only one", "an earlier one"])
    def test_an_nhs_number_that_was_wrong_leaves_the_patient(self, nurse, amir, before, after, change):
        for typed in (*before, "9991000003"):
            actions.add_nhs_number(patient=amir, typed=typed, at=clock.now(), by=nurse)
        wrong = Identifier.objects.get(patient=amir.id, key="9991000003")
        actions.add_identifier(
            patient=amir.id, typed="9991000003", corrects=wrong.id, source="told", at=clock.now(), by=nurse,
            **{"system": "nhs"} | change,
        )  # fmt: skip
        assert Patient.objects.get(id=amir.id).nhs_number == after

    def test_ending_an_earlier_nhs_number_leaves_the_one_that_stands(self, nurse, amir):
        for typed in ("9434765919", "9991000003"):
            actions.add_nhs_number(patient=amir, typed=typed, at=clock.now(), by=nurse)
        old = Identifier.objects.get(patient=amir.id, key="9434765919")
        actions.add_identifier(
            patient=amir.id,
            system="nhs",
            typed="9434765919",
            until=TODAY,
            corrects=old.id,
            source="told",
            at=clock.now(),
            by=nurse,
        )
        assert Patient.objects.get(id=amir.id).nhs_number == "9991000003"

    def test_an_nhs_number_of_another_prison_is_the_same_sentence(self, house, nurse, amir):
        elsewhere = scenes.received(scenes.OMAR, prison="MDI")
        with acting(house.other) as other:
            actions.add_nhs_number(patient=elsewhere, typed="9991000003", at=clock.now(), by=other)
        with acting(house.nurse) as by, pytest.raises(actions.NHSNumberHeldElsewhere, match="estate search"):
            actions.add_identifier(patient=amir.id, system="nhs", typed="9991000003", source="told", at=clock.now(), by=by)


class TestNeedsAndTheRest:
    def test_a_need_ends_and_is_no_longer_shown(self, nurse, amir):
        shared = {"patient": amir.id, "code": "wheelchair", "source": "seen", "by": nurse.id, "at": clock.now()}
        actions.record_need(**shared, detail="Own chair")
        actions.record_need(**shared, detail="Own chair", ended=True)
        assert Need.objects.get(patient=amir.id, superseded_by=None).ended
        assert identity.said_of(amir.id).needs == []

    def test_every_need_has_few_words_for_the_banner(self):
        assert identity.needs_in_few_words([{"code": "interpreter", "detail": "Polish"}, {"code": "wheelchair", "detail": ""},
                                            {"code": "interpreter", "detail": ""}, {"code": "a_local_one", "detail": ""}]) == [
            "Interpreter: Polish", "Wheelchair", "Interpreter: language not known", "A local one"]  # fmt: skip

    def test_ethnicity_is_one_of_the_national_16_plus_1(self):
        assert list(identity.codes_of("ethnicity")) == [*"ABCDEFGHJKLMNPRSZ", "99"]

    def test_an_answer_replaces_the_one_before(self, nurse, amir):
        for code in ("A", "J"):
            actions.record_characteristic(patient=amir.id, kind="ethnicity", code=code, source="told", at=clock.now(), by=nurse)
        (row,) = identity.said_of(amir.id).characteristics
        assert (row.code, row.words) == ("J", "Asian or Asian British - Pakistani")

    def test_a_code_that_is_not_on_the_list_is_refused(self, nurse, amir):
        with pytest.raises(actions.UnknownCode):
            actions.record_characteristic(patient=amir.id, kind="ethnicity", code="QQ", source="told", at=clock.now(), by=nurse)

    def test_a_contact_is_written_corrected_and_ended(self, nurse, amir):
        shared = {"patient": amir.id, "relation": "gp", "source": "told", "at": clock.now(), "by": nurse}
        row = actions.write_contact(**shared, name="Oak Surgery")
        row = actions.write_contact(**shared, name="Oak Lane Surgery", corrects=row.id)
        actions.write_contact(**shared, name="Oak Lane Surgery", corrects=row.id, ended=True)
        assert Contact.objects.filter(patient=amir.id).count() == 3 and identity.said_of(amir.id).contacts == []


def test_another_prison_reads_none_of_it(house, nurse, amir):
    named(nurse, amir)
    with acting(house.other):
        assert not Name.objects.exists() and not Identifier.objects.exists()
