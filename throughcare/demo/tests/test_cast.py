"""The cast: invented men whom the prison's own rules would let in, with scripts that every form can read; and the staff."""

import io
import re
from datetime import date

import pytest
from PIL import Image

from tests.nonempty import nonempty
from throughcare.access.roles import roles
from throughcare.core import clock
from throughcare.core.identifiers import PrisonNumber
from throughcare.custody.book import alert_codes
from throughcare.demo import answers, besides, emulator, estate, faces, people, staff
from throughcare.instruments import rules as asking
from throughcare.record.actions import WARNING_WORDS
from throughcare.record.models import Warning

TODAY = date(2026, 3, 2)
RESIDENTS = people.residents()
EVERYBODY = [*people.VAN, *RESIDENTS]
BOOKS = {entry.value.id: entry.value for entry in asking.book()}
ITEMS = {item.id: item for book in BOOKS.values() for item in book.items}
each = pytest.mark.parametrize("man", EVERYBODY, ids=lambda man: man.prison_number)


class TestTheMen:
    def test_are_told_apart_by_number_and_by_name_and_birth(self):
        assert len({man.prison_number for man in EVERYBODY}) == len(EVERYBODY)
        assert len({(man.name, man.born) for man in EVERYBODY}) == len(EVERYBODY)

    @each
    def test_have_a_number_that_could_be_one_and_are_grown_men(self, man):
        assert PrisonNumber(man.prison_number) == man.prison_number
        assert 21 <= TODAY.year - man.born.year <= 90
        assert man.legal_status in ("REMAND", "SENTENCED", "RECALL")

    def test_two_of_one_wing_share_a_family_name_with_a_man_of_the_van(self):
        khans = [man for man in EVERYBODY if man.family_name == "Khan"]
        assert people.AMIR in khans and len(khans) >= 2

    def test_one_of_the_van_is_not_booked_and_he_alone(self):
        assert [man.name for man in people.VAN if not man.booked] == ["Kyle Brennan"]
        assert [man for man in people.VAN if man not in people.BOOKED] == [people.KYLE]

    def test_one_refuses_and_one_needs_an_interpreter(self):
        assert [man for man in people.VAN if man.refuses] == [people.MARCUS]
        assert [man.language for man in people.VAN if man.language] == ["Polish"]

    @pytest.mark.parametrize("count", [0, 1, 8, 48])
    def test_few_residents_are_the_first_of_many(self, count):
        assert people.residents(count) == people.residents(60)[:count]

    def test_each_resident_has_a_cell_of_his_own_on_one_of_the_wings(self):
        cells = [emulator.cell(place) for place in range(len(RESIDENTS))]
        assert len(set(cells)) == len(cells)
        assert all(re.fullmatch(r"[BCD]-[12]-00[1-8]", cell) for cell in cells)

    @pytest.mark.parametrize("man", [man for man in people.VAN if man.before is not None], ids=lambda man: man.name)
    def test_who_was_here_before_left_before_today(self, man):
        assert man.days_since_left > 28, "so that what was said then is of an earlier stay"

    @pytest.mark.parametrize("man", [man for man in people.VAN if man.warnings], ids=lambda man: man.name)
    def test_what_others_warn_of_fits_on_its_line_and_says_from_whom(self, man):
        for source, words in nonempty(man.warnings):
            assert source in Warning.Source.values and 0 < len(words) <= WARNING_WORDS


class TestTheScripts:
    @pytest.mark.parametrize("man", [man for man in EVERYBODY if man.says or man.before], ids=lambda man: man.prison_number)
    def test_answer_questions_that_are_asked_with_answers_that_are_taken(self, man):
        said = [*man.says.items(), *(man.before or {}).items()]
        for name, answer in nonempty(said):
            assert name in ITEMS, f"nobody asks {name}"
            assert asking.check(ITEMS[name], answer, clock.now()) is not None, name

    @pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
    def test_an_untroubled_man_has_an_answer_to_every_question_that_needs_one(self, book):
        needed = [item for item in book.items if item.required and item.type in answers._CALM]
        for item in nonempty(needed):
            said = answers.answer_to(item, {})
            assert said is not None and asking.check(item, said, clock.now()) is not None, item.id

    def test_what_a_man_says_comes_before_what_anybody_would(self):
        (item,) = [one for one in ITEMS.values() if one.id == "fs_pregnant"]
        assert answers.answer_to(item, {}) == "not_applicable"
        assert answers.answer_to(item, {"fs_pregnant": "yes"}) == "yes"

    def test_what_may_be_left_blank_is_left_blank(self):
        blank = next(item for item in ITEMS.values() if not item.required and item.id not in answers.UNTROUBLED)
        assert answers.answer_to(blank, {}) is None

    def test_a_calm_choice_is_no_or_the_like_where_there_is_one(self):
        calm = [item for item in ITEMS.values() if item.type == "choice" and item.required and item.id not in answers.UNTROUBLED]
        offered = [item for item in calm if set(answers.PREFERRED) & {option.code for option in item.options}]
        assert len(offered) > 20
        assert all(answers.answer_to(item, {}) in answers.PREFERRED for item in offered)

    def test_calm_alone_raises_no_alarm_on_the_first_night(self):
        book = BOOKS["reception-first-stage"]
        given = {item.id: said for item in book.items if (said := answers.answer_to(item, {})) is not None}
        assert [alert.id for alert in asking.raised(book, given) if alert.severity == "immediate"] == []


class TestTheFaces:
    def test_are_pictures_of_one_size(self):
        with Image.open(io.BytesIO(faces.face_of(people.AMIR))) as picture:
            assert (picture.format, picture.size) == ("PNG", faces.SIZE)

    def test_of_one_man_are_the_same_each_time_and_of_two_are_not(self):
        assert faces.face_of(people.AMIR) == faces.face_of(people.AMIR)
        assert len({faces.face_of(man) for man in people.VAN}) == len(people.VAN)


class TestTheStaff:
    def test_have_names_and_log_ins_of_their_own(self):
        assert (
            len({member.username for member in staff.STAFF}) == len(staff.STAFF) == len({member.name for member in staff.STAFF})
        )

    @pytest.mark.parametrize("member", staff.STAFF, ids=lambda member: member.username)
    def test_work_in_a_role_that_there_is(self, member):
        assert member.role in roles()

    @pytest.mark.parametrize("duty, role", estate.ON_DUTY.items(), ids=estate.ON_DUTY)
    def test_somebody_at_home_is_on_for_every_duty(self, duty, role):
        assert [member for member in staff.STAFF if member.role == role and member.establishment == staff.HOME]

    def test_one_works_elsewhere_so_that_the_other_prison_can_be_looked_at(self):
        assert {member.establishment for member in staff.STAFF} == {staff.HOME, staff.ELSEWHERE}

    def test_each_contract_is_of_an_organisation_that_employs_somebody(self):
        assert {name for name, *_ in staff.CONTRACTS} <= {member.organisation for member in staff.STAFF}


class TestBesides:
    def test_every_alert_is_of_the_type_that_our_list_says(self):
        told = [row for rows in (*besides.ALERTS.values(), *besides.OF_THE_VAN.values()) for row in rows]
        known = [(code, kind) for code, kind, _ in told if code in alert_codes()]
        assert len(known) > 10 and all(alert_codes()[code].type == kind for code, kind in known)

    @pytest.mark.parametrize("man", RESIDENTS, ids=lambda man: man.prison_number)
    def test_only_a_sentenced_man_has_days_and_only_one_on_remand_a_hearing(self, man):
        assert bool(besides.days_of(man)) == (man.legal_status == "SENTENCED")
        assert bool(besides.diary_of(man.prison_number)) == (man.legal_status == "REMAND")

    def test_days_are_counted_from_today_so_that_the_demo_never_grows_old(self):
        man = next(man for man in RESIDENTS if man.legal_status == "SENTENCED")
        now = clock.now()
        with clock.at(now):
            first = besides.days_of(man)
        with clock.at(now + (date(2027, 1, 1) - date(2026, 1, 1))):
            later = besides.days_of(man)
        assert first.keys() == later.keys() and all(later[name] > first[name] for name in first)

    def test_of_a_stranger_nothing_is_said(self):
        assert (besides.alerts_of("A0000AA"), besides.diary_of("A0000AA")) == ((), [])
