"""L2: one prisoner, one place. L3: everything in one clinical act belongs to one person."""

from datetime import timedelta
from itertools import count

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from tests import scenes
from tests.rows import MOMENT, filled, name_of, ours
from throughcare.access.acting import acting
from throughcare.core import laws
from throughcare.custody.models import BedStay, CustodyPeriod, Movement, Prisoner
from throughcare.demo import people
from throughcare.patients.models import Match
from throughcare.referrals.models import ServiceRequest, ServiceRequestAnswer

HOUR = timedelta(hours=1)
numbers = count(1)
# Merging has triggers of its own, which refuse a row by hand before the key is asked; that key is looked up instead.
BY_TWO_PEOPLE = ("patients_merge", "patients_mergeproposal")
# A redirect's guard compares the persons before the key is asked: whatever refuses first, nothing else may be wrong with the row.
REDIRECT = ("pathways_servicerequest", "redirected_from_id")
REFUSED = {REDIRECT: "a redirect follows the answer that made it"}
KEPT_TWICE = [relation for relation in laws.same_person() if relation[0] in BY_TWO_PEOPLE or relation[:2] in REFUSED]
RELATIONS = [relation for relation in laws.same_person() if relation[0] not in BY_TWO_PEOPLE]
MODELS = {model._meta.db_table: model for model in apps.get_models()}


@pytest.fixture
def prisoner(house):
    """Somebody on the list, of whom no movement was told yet."""
    with acting(scenes.feed("LEI")) as feed:
        yield scenes.expected(people.AMIR, by=feed).prisoner


@pytest.mark.parametrize("first, second, verdict", [
    ((0, 4), (1, 2), "refused"),        # inside
    ((0, 4), (3, 9), "refused"),        # the end overlaps
    ((0, None), (5, None), "refused"),  # two that last
    ((0, None), (5, 6), "refused"),
    ((0, 4), (4, 9), "kept"),           # one ends as the other begins
    ((0, 4), (5, None), "kept"),
])  # fmt: skip
@pytest.mark.parametrize("model, more", [
    (CustodyPeriod, {}), (BedStay, {"establishment_id": "LEI"}),
], ids=["periods", "beds"])  # fmt: skip
def test_two_spans_of_one_prisoner_do_not_overlap(prisoner, model, more, first, second, verdict):
    def span(since, until):
        ends = until and MOMENT + until * HOUR
        filled(model, prisoner=prisoner, since=MOMENT + since * HOUR, until=ends, **more).save(force_insert=True)

    span(*first)
    if verdict == "kept":
        span(*second)
        return
    with pytest.raises(IntegrityError, match="at_a_time"), transaction.atomic():
        span(*second)


def test_a_row_that_was_set_aside_stands_in_nobodys_way(prisoner):
    for aside in (MOMENT, None):
        filled(BedStay, prisoner=prisoner, establishment_id="LEI", since=MOMENT, superseded_at=aside).save(force_insert=True)
    assert BedStay.objects.current().filter(prisoner=prisoner, since=MOMENT).count() == 1


@pytest.mark.parametrize("model, more", [(CustodyPeriod, {}), (BedStay, {"establishment_id": "LEI"})], ids=["period", "bed"])
def test_nothing_ends_before_it_begins(prisoner, model, more):
    with pytest.raises(IntegrityError, match="ends_later"), transaction.atomic():
        filled(model, prisoner=prisoner, since=MOMENT, until=MOMENT - HOUR, **more).save(force_insert=True)


def test_a_retold_story_keeps_what_was_believed_before(house):
    arrived = MOMENT
    scenes.received(people.AMIR, arrived + 5 * HOUR)
    scenes.moved(people.AMIR, "received", "NEW_ADMISSION", arrived)  # the earlier message comes late
    with acting(scenes.feed("LEI")):
        stays = BedStay.objects.filter(prisoner__prison_number=people.AMIR.prison_number)
        current, aside = stays.current().get(), stays.exclude(superseded_at=None).get()
        assert Movement.objects.count() == 2
    assert (current.since, aside.since) == (arrived, arrived + 5 * HOUR)
    assert aside.until is None and aside.superseded_at


def test_there_are_relations_to_keep():
    assert len(RELATIONS) > 10


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda relation: f"{relation[0]}.{relation[1]}")
def test_a_row_cannot_point_at_another_persons_row(nurse, relation):
    mine, theirs = scenes.received(people.AMIR), scenes.received(people.DANNY)
    table, column, target, person = relation
    aimed = _row_of(target, person, theirs)
    with pytest.raises(IntegrityError, match=REFUSED.get((table, column), "same_person")), transaction.atomic():
        _row_of(table, person, mine, **{column: aimed.pk})
        _ask_now()


@pytest.mark.parametrize("table, column, target, person", KEPT_TWICE)
def test_a_relation_with_a_guard_of_its_own_has_its_key_too(db, table, column, target, person):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid), convalidated FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s",
            [table, f"{table}_{column}_same_person"[:60]],
        )
        assert cursor.fetchone() == (
            f"FOREIGN KEY ({column}, {person}) REFERENCES {target}(id, {person}) DEFERRABLE INITIALLY DEFERRED", True,
        )  # fmt: skip


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda relation: f"{relation[0]}.{relation[1]}")
def test_the_same_relations_hold_for_one_person(nurse, relation):
    table, column, target, person = relation
    man = scenes.received(people.AMIR)
    aimed = _row_of(target, person, man)
    row = _row_of(table, person, man, **{column: aimed.pk})
    _ask_now()
    assert MODELS[table].objects.filter(pk=row.pk, **{column: aimed.pk, person: man.id}).exists()


def _row_of(table, person, man, **given):
    """A row of a table about a man, with whatever else it must point at belonging to the same man."""
    model = MODELS[table]
    given |= {person: man.id}
    for field in model._meta.concrete_fields:
        if field.is_relation and not field.null and field.attname not in given:
            given[field.attname] = _other(field.related_model, man)
    row = filled(model, **given, **_as_guards_ask(table, given))
    row.save(force_insert=True)
    return row


def _as_guards_ask(table, given):
    """What the guards of a table ask beside the person, so that only the person can be wrong."""
    if table == "pathways_clockstart":
        return {"no_task_because": "" if given.get("task_id") else "words"}
    if table == "pathways_patientreply":
        return {"requisition": _answered(given["request_id"], decision="accept").requisition}
    if REDIRECT[1] in given:
        before = _answered(given[REDIRECT[1]], decision="redirect", tier=None, to_service="mental_health", reason="words")
        return {"requisition": before.requisition, "urgency": before.urgency, "service": "mental_health", "redirects": 1}
    return {}


def _answered(request, **said):
    """The referral, after its service answered."""
    row = ServiceRequest.objects.get(id=request)
    filled(ServiceRequestAnswer, patient_id=row.patient_id, request=row, **said).save(force_insert=True)
    return row


def _other(model, man):
    if model is Prisoner:
        return _free_prisoner().pk
    return _row_of(model._meta.db_table, "patient_id", man).pk


def _free_prisoner():
    """Somebody whom nobody has matched."""
    number = f"Z{next(numbers):04d}ZZ"
    with acting(scenes.feed("LEI")):
        row = filled(Prisoner, prison_number=number)
        row.save(force_insert=True)
        return row


def _ask_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("model", [m for m, law in ours() if law.seen_by and not law.gate], ids=name_of)
def test_every_table_about_a_person_says_which_person(model):
    law = laws.law_of(model)
    assert law.column in {field.column for field in model._meta.concrete_fields}
    assert not model._meta.get_field(law.column.removesuffix("_id")).null


def test_a_booking_belongs_to_one_patient(nurse):
    amir, danny = scenes.received(people.AMIR), scenes.received(people.DANNY)
    booking = Match.objects.get(patient=amir.id).prisoner_id
    with pytest.raises(IntegrityError, match="one_patient_a_prisoner"), transaction.atomic():
        filled(Match, patient_id=danny.id, prisoner_id=booking).save(force_insert=True)
