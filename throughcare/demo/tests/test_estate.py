"""The estate as it is built: the cast reaches its states through real actions, once, and the same seed builds the same again."""

from datetime import timedelta

import pytest

from conftest import django_at
from journeys import house as houses
from tests import scenes
from tests.nonempty import nonempty
from throughcare.access.acting import Actor, acting
from throughcare.access.models import Contract, Installation, Membership
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.core.clock import on, prison_day
from throughcare.core.tests import databases
from throughcare.custody.models import BedStay, CustodyPeriod, ExpectedArrival, Movement
from throughcare.demo import days, estate, people, plausibility_book, plausible, staff
from throughcare.instruments.models import Answer
from throughcare.pathways.models import Task
from throughcare.patients.models import Patient, Photo
from throughcare.record.models import Encounter, Warning
from throughcare.screening.models import Screen, Step

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEW = 3  # residents: who they are is fixed, so that what is asked of each below is


@pytest.fixture(scope="module")
def built(database_server, database_template, django_test_environment, django_db_blocker):
    """Two demos of one seed and one moment, each in a database of its own; Django in the test meets the first.

    On an evening by which every rulebook had applied for longer than the earliest stay of the cast.
    """
    first, second = (databases.clone(database_server, database_template, name) for name in ("demo_a", "demo_b"))
    with django_db_blocker.unblock(), clock.at(scenes.EVENING):
        with django_at(second.app_url):
            houses.build(second.owner_url, residents=FEW)
            again = as_plain_values()
        with django_at(first.app_url):
            houses.build(first.owner_url, residents=FEW)
            yield first, again
    for made in (first, second):
        databases.drop(database_server, made.name)


@pytest.fixture
def home(built):
    """Acting as the feed of the prison, which sees who is and was there."""
    with acting(Actor.system("test", establishments=(staff.HOME, staff.ELSEWHERE))) as system:
        yield system


def as_plain_values():
    """All that was written, without keys: what, of whom, how long ago, and in which words."""
    now = clock.now()
    with acting(Actor.system("test", establishments=(staff.HOME,))):
        return {
            "movements": sorted(
                (row.prisoner.prison_number, row.kind, row.reason, now - row.happened_at)
                for row in Movement.objects.select_related("prisoner")
            ),
            "contacts": sorted(
                (row.kind, row.done, row.written_by_name, now - row.happened_at) for row in Encounter.objects.all()
            ),
            "answers": sorted((row.item, repr(row.value), now - row.happened_at) for row in Answer.objects.all()),
            "warnings": sorted((row.source, row.words) for row in Warning.objects.all()),
            "facts": sorted((row.kind, now - row.happened_at) for row in Fact.objects.all()),
            "tasks": sorted((row.clock, row.status, now - row.due_at) for row in Task.objects.all()),
        }


def stays(man):
    rows = BedStay.objects.current().filter(prisoner__prison_number=man.prison_number).order_by("since")
    return [(row.establishment_id, row.until is None) for row in rows]


def patient(man):
    return Patient.objects.get(family_name=man.family_name, given_names=man.given_names, date_of_birth=man.born)


def test_the_same_seed_builds_the_same_estate(built):
    _, again = built
    mine = as_plain_values()
    assert [name for name, rows in mine.items() if not rows] == [], "nothing is compared with nothing"
    for name, rows in nonempty(mine.items()):
        assert rows == again[name], name


def test_it_is_built_once(built):
    database, _ = built
    before = as_plain_values()
    assert estate.build(database.owner_url) is False
    assert as_plain_values() == before
    assert [row.kind for row in Installation.objects.all()] == ["demo"]


def test_everything_that_must_be_true_of_a_prison_is_true_of_it(built):
    assert [f"{one.rule.says} {one.count}: {one.some}" for one in plausible.broken()] == []


class TestTheStaff:
    def test_are_on_each_as_what_and_where_the_list_says(self, home):
        held = {row.user.username: row for row in Membership.objects.select_related("user")}
        assert set(held) == {member.username for member in staff.STAFF}
        for member in staff.STAFF:
            row = held[member.username]
            assert (row.user.name, row.role.id, row.establishment_id) == (member.name, member.role, member.establishment)

    def test_act_under_their_own_names(self, home):
        assert estate.actor("asha").name == "Asha Patel"
        with pytest.raises(Membership.DoesNotExist):
            estate.actor("nobody")

    def test_work_under_the_contracts_of_their_organisations(self, home):
        assert {(row.organisation.name, row.service) for row in Contract.objects.select_related("organisation")} == {
            (name, service) for name, service, *_ in staff.CONTRACTS
        }


class TestTheResidents:
    @pytest.mark.parametrize("place", range(FEW))
    def test_are_here_each_in_care_and_screened(self, home, place):
        man = people.residents(FEW)[place]
        assert stays(man) == [(staff.HOME, True)]
        screen = Screen.objects.get(patient=patient(man), definition="first-night")
        assert Step.objects.filter(screen=screen, kind=Step.Kind.SIGNED).count() == 1

    @pytest.mark.parametrize("place", range(FEW))
    def test_came_days_ago_and_were_screened_within_the_hour(self, home, place):
        man = people.residents(FEW)[place]
        came = Movement.objects.get(prisoner__prison_number=man.prison_number, kind="received").happened_at
        assert clock.now() - came == (1 + place % 27) * DAY + place % 5 * HOUR
        answered = Answer.objects.filter(response__patient=patient(man)).order_by("happened_at").first()
        assert came < answered.happened_at <= came + HOUR

    def test_of_whom_one_is_behind_have_done_what_came_due_but_for_him(self, home):
        late = [
            Task.objects.filter(patient=patient(man), status="open", due_at__lt=clock.now()).exists()
            for man in people.residents(FEW)
        ]
        assert late[1:] == [False] * (FEW - 1), "only each ninth is behind"


class TestTheVan:
    @pytest.mark.parametrize("man", [man for man in people.VAN if man.before is not None], ids=lambda man: man.name)
    def test_who_was_here_before_left_when_his_story_says(self, home, man):
        (period,) = CustodyPeriod.objects.current().filter(prisoner__prison_number=man.prison_number)
        assert clock.now() - period.until == man.days_since_left * DAY
        assert period.until - period.since == 40 * DAY
        assert stays(man) == [(staff.HOME, False)]

    @pytest.mark.parametrize("man", [man for man in people.BOOKED if man.before is None], ids=lambda man: man.name)
    def test_who_was_never_here_has_never_been_here(self, home, man):
        assert stays(man) == [] and not CustodyPeriod.objects.filter(prisoner__prison_number=man.prison_number).exists()

    def test_is_on_tonights_list_and_not_in(self, home):
        due = set(ExpectedArrival.objects.values_list("due_at", flat=True))
        assert due == {estate.tonight()} and estate.tonight() > clock.now()
        assert ExpectedArrival.objects.count() == len(people.BOOKED)

    def test_of_whom_others_warned_has_each_line_waiting_to_be_read(self, home):
        told = {(row.source, row.words) for row in Warning.objects.all()}
        assert told == {line for man in people.BOOKED for line in man.warnings}

    def test_has_a_drawn_face_for_each_man_that_says_it_is_drawn(self, home):
        pictures = Photo.objects.filter(patient__in=[patient(man).id for man in people.BOOKED])
        assert pictures.count() == len(people.BOOKED)
        assert set(pictures.values_list("source", flat=True)) == {"drawn, not photographed"}

    def test_the_man_without_a_booking_is_nowhere(self, home):
        assert not Patient.objects.filter(family_name=people.KYLE.family_name).exists()


class TestTheTimes:
    @pytest.mark.parametrize("hour, minutes", [(15, 310), (20, 30), (23, 30)])
    def test_tonight_is_ten_past_eight_or_in_half_an_hour(self, hour, minutes):
        with clock.at(scenes.EVENING.replace(hour=hour, minute=0)) as now:
            assert estate.tonight() - now == minutes * timedelta(minutes=1)

    def test_nothing_was_written_before_it_happened_nor_of_tomorrow(self, home):
        now = clock.now()
        assert not Fact.objects.filter(happened_at__gt=now).exists()
        assert not [row for row in Fact.objects.all() if row.happened_at > row.written_at]

    @pytest.mark.parametrize("due_hour, done_hour", [(12, 11), (23.9, 15.33)])
    def test_what_came_due_was_done_an_hour_before_and_what_was_due_at_midnight_in_the_afternoon(self, due_hour, done_hour):
        day = prison_day(scenes.EVENING)
        midnight = on(day, estate.time(0))
        task = Task(due_at=midnight + due_hour * HOUR, anchored_at=midnight - 9 * HOUR)
        assert abs(estate._in_good_time(task) - (midnight + done_hour * HOUR)) < timedelta(minutes=6)

    def test_nothing_was_done_before_it_was_owed(self):
        task = Task(due_at=scenes.EVENING, anchored_at=scenes.EVENING - HOUR / 2)
        assert estate._in_good_time(task) == scenes.EVENING - HOUR / 2


def test_each_plan_of_observations_fits_what_the_man_takes():
    assert days._plan_for(people.AMIR) == "opioid_stabilisation" == days._plan_for(people.DANNY)
    assert days._plan_for(people.COLIN) == "alcohol_withdrawal" and days._plan_for(people.PETER) == ""


def test_each_rule_has_a_name_and_a_sentence_of_its_own():
    rules = plausibility_book.rules()
    assert len({rule.id for rule in rules}) == len({rule.says for rule in rules}) == len(rules) >= 40
