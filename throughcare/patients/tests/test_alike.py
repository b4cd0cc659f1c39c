"""Whether two names could be taken for each other: the same both ways, whatever the letters, and why somebody could look."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core.identifiers import BadIdentifier
from throughcare.demo import people
from throughcare.patients import identity
from throughcare.patients.models import Patient
from throughcare.patients.naming import alike_among, known, rank
from throughcare.patients.reasons import BROKEN, WHY, story, why_they_could
from throughcare.patients.rules import GRAVEST_FIRST, Known, alike, alike_in_any, folded, listed_name, skeleton, spoken_name

BORN = date(1991, 4, 2)
NAMES = some.builds(
    Known,
    some.sampled_from(["Khan", "Kahn", "Flynn", "Flinn", "Iqbal", "lqbal", "O'Brien", "OBrien", "Кhan", "", "Li", "Amir"]),
    some.sampled_from(["Amir", "Aaron", "Joe", "Joseph", "", "Khan", "Li"]),
    some.sampled_from([None, BORN, date(1980, 1, 1)]),
)


class TestAlike:
    @pytest.mark.parametrize("one, other, why", [
        (Known("Khan", "Amir"), Known("khan", "AMIR"), "same name"),
        (Known("Khan", "Amir"), Known("Khan", "Imran"), "same family name"),
        (Known("Khan", "Amir"), Known("Amir", "Khan"), "names swapped"),
        (Known("Reilly", "Joe"), Known("Riley", "James"), "sounds alike"),
        (Known("Reilly", "Joe"), Known("Riley", "Tom"), ""),
        (Known("Khan", "Amir", BORN), Known("Khanum", "Tom", BORN), "same date of birth"),
        (Known("Khan", "Amir", BORN), Known("Smith", "Amir", BORN), "same date of birth"),
        (Known("Khan", "Amir", BORN), Known("Smith", "Tom", BORN), ""),
        (Known("Khan", "Amir", BORN), Known("Khanum", "Tom", date(1991, 4, 3)), ""),
        (Known("Khan", "Amir"), Known("Khanum", "Tom"), ""),
        (Known("Iqbal", "Tom"), Known("lqbal", "Tom"), "same name"),
        (Known("Кhan", "Amir"), Known("Khan", "Amir"), "same name"),
        (Known("O'Brien", "Joe"), Known("OBrien", "Joe"), "same name"),
        (Known("Müller", "Jan"), Known("Muller", "Jan"), "same name"),
        (Known("", "Amir"), Known("", "Amir"), ""),
        (Known("", ""), Known("", ""), ""),
    ])  # fmt: skip
    def test_why_two_could_be_taken_for_each_other(self, one, other, why):
        assert alike(one, other) == why

    @given(NAMES, NAMES)
    def test_is_the_same_both_ways(self, one, other):
        assert alike(one, other) == alike(other, one)

    @given(NAMES)
    def test_whoever_has_a_family_name_is_alike_to_himself(self, one):
        assert not skeleton(one.family) or alike(one, one) == "same name"

    @given(some.lists(NAMES, max_size=3), some.lists(NAMES, max_size=3))
    def test_of_many_names_the_gravest_reason_counts(self, mine, theirs):
        every = {alike(one, other) for one in mine for other in theirs} - {""}
        assert alike_in_any(mine, theirs) == (min(every, key=rank) if every else "")

    def test_every_reason_has_its_place(self):
        assert [rank(why) for why in GRAVEST_FIRST] == list(range(len(GRAVEST_FIRST)))

    @given(some.text(max_size=40))
    def test_folding_twice_changes_nothing_more(self, words):
        assert folded(folded(words)) == folded(words)

    def test_only_those_of_a_list_who_are_alike_are_named(self, house):
        men = [scenes.received(man) for man in (people.AMIR, people.PETER, scenes.renamed(people.DANNY, family_name="Khan"))]
        with acting(house.nurse):
            found = alike_among(Patient.objects.filter(id__in=[man.id for man in men]))
        assert found == {men[0].id: "same family name", men[2].id: "same family name"}


class TestHowANameIsSaid:
    @pytest.mark.parametrize("family, given, listed, spoken", [
        ("Khan", "Amir", "KHAN, Amir", "Amir Khan"), ("Khan", "", "KHAN", "Khan"), ("", "Amir", ", Amir", "Amir"),
    ])  # fmt: skip
    def test_on_a_list_and_aloud(self, family, given, listed, spoken):
        assert (listed_name(family, given), spoken_name(family, given)) == (listed, spoken)

    def test_a_name_without_a_birth_date_of_its_own_has_the_persons(self):
        names = [{"family": "Khan", "given": "Amir", "born": None, "use": "official"},
                 {"family": "Kahn", "given": "A", "born": "1990-01-02", "use": "alias"}]  # fmt: skip
        assert known(names, BORN) == [Known("Khan", "Amir", BORN), Known("Kahn", "A", date(1990, 1, 2))]


class TestNumbers:
    @pytest.mark.parametrize("typed, key", [("999 100-0003", "9991000003"), (" a4711kh ", "A4711KH"), ("1/2", "12"), ("é٣", "")])
    def test_are_compared_by_letters_and_digits_alone(self, typed, key):
        assert identity.number_key(typed) == key

    @given(some.text(max_size=60))
    def test_are_checked_or_refused_with_a_sentence_and_nothing_else_happens(self, typed):
        for system in ("nhs", "prison", "pnc", "other"):
            try:
                kept = identity.checked_number(system, typed)
            except BadIdentifier as refusal:
                assert (str(refusal).endswith(".") and typed not in str(refusal)) or len(typed) < 8
            except ValueError as wrong:
                pytest.fail(f"{system} {typed!r}: {wrong!r}")
            else:
                assert identity.number_key(kept) and len(kept) <= 40


class TestNeeds:
    def test_in_few_words_say_the_detail_and_that_a_language_is_not_known(self):
        rows = [
            {"code": "interpreter", "detail": "Polish"},
            {"code": "interpreter", "detail": ""},
            {"code": "from_a_later_list", "detail": ""},
        ]
        first, second, third = identity.needs_in_few_words(rows)
        assert first.endswith(": Polish") and second.endswith(": language not known") and third == "From a later list"

    def test_each_has_words_a_banner_and_a_source(self):
        every = identity.needs().values()
        assert len(every) > 5
        assert all(one.words and one.banner and one.source for one in every)


T = datetime(2026, 3, 2, 8, tzinfo=UTC)
ARRIVED, INBOUND, LEFT = "patients.PatientArrived", "patients.PatientInbound", "patients.PatientLeft"


def at(hours):
    return T + timedelta(hours=hours)


class TestWhyTheyCouldLook:
    @pytest.mark.parametrize("facts, hours, why", [
        ([], 5, ""),
        ([(ARRIVED, at(0), "LEI", "new")], 5, "here"),
        ([(ARRIVED, at(6), "LEI", "new")], 5, ""),
        ([(INBOUND, at(0), "LEI", "")], 5, "expected"),
        ([(INBOUND, at(0), "LEI", ""), (ARRIVED, at(2), "LEI", "new")], 5, "here"),
        ([(ARRIVED, at(0), "LEI", "new"), (INBOUND, at(2), "LEI", "")], 5, "here"),
        ([(ARRIVED, at(0), "LEI", "new"), (LEFT, at(2), "LEI", "released")], 5, "left"),
        ([(ARRIVED, at(0), "LEI", "new"), (LEFT, at(2), "LEI", "court")], 5, "here"),
        ([(LEFT, at(2), "LEI", "released"), (ARRIVED, at(0), "LEI", "new")], 5, "left"),
        ([(ARRIVED, at(0), "LEI", "new"), (LEFT, at(2), "LEI", "released"), (INBOUND, at(4), "LEI", "")], 5, "expected"),
        ([(ARRIVED, at(0), "MDI", "new")], 5, ""),
        ([(ARRIVED, at(5), "LEI", "new")], 5, "here"),
    ])  # fmt: skip
    def test_is_where_he_stood_with_that_prison_at_that_moment(self, facts, hours, why):
        assert why_they_could(at(hours), "LEI", "care", story(facts)) == WHY[why]

    def test_is_the_emergency_whatever_the_prison_was_to_him(self):
        assert "emergency" in why_they_could(at(5), "LEI", BROKEN, story([(ARRIVED, at(0), "LEI", "new")]))

    @given(some.permutations([(ARRIVED, at(0), "LEI", "new"), (LEFT, at(2), "LEI", "released"), (ARRIVED, at(4), "LEI", "new")]))
    def test_does_not_depend_on_the_order_in_which_facts_are_read(self, facts):
        assert [why_they_could(at(hours), "LEI", "care", story(facts)) for hours in (1, 3, 5)] == [
            WHY["here"], WHY["left"], WHY["here"]
        ]  # fmt: skip
