"""The spine of the record: whatever somebody writes about a person has its line, whichever table it stands in.

Everything here is found by discovery: a table of tomorrow is attacked the day it is born.
"""

from dataclasses import replace

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from psycopg.sql import SQL, Identifier

from tests import scenes
from tests.rows import MOMENT, filled, name_of
from tests.statements import statements
from throughcare.access.acting import acting
from throughcare.access.models import User
from throughcare.chart import timeline
from throughcare.chart.digest import digest
from throughcare.core import kinds, laws, lines
from throughcare.core.kinds import Kind
from throughcare.core.laws import PATIENT
from throughcare.demo import people
from throughcare.pathways.models import Task
from throughcare.patients.models.written import Entry
from throughcare.record.models import Encounter, Line

HANGING = "found hanging in his cell"
KEPT = laws.with_lines()
ABOUT_PEOPLE = [(model, law) for model, law in laws.tables() if law.seen_by == PATIENT and not law.gate and not law.derived]
# What every row about a person says of itself: names and keys, written by the app and never typed.
OF_EVERY_ROW = {"establishment", "written_by", "written_by_name"}
TEXT = (models.CharField, models.TextField, models.JSONField)
SPOKEN = [(model, column) for model, _, spine in KEPT for column in (*spine.words, *spine.plans)]


def texts(model):
    """The columns of a model that can hold words."""
    return {
        field.name for field in model._meta.concrete_fields
        if isinstance(field, TEXT) or (isinstance(field, ArrayField) and isinstance(field.base_field, TEXT))
    } - OF_EVERY_ROW  # fmt: skip


def unread(model, law):
    """Text columns of a table that nobody reads and nothing excuses."""
    spine = law.spine or laws.Spine()
    excused = dict(law.excused)
    coded = {field.name for field in model._meta.concrete_fields if field.choices}
    known = {*spine.words, *spine.plans, *law.codes, *excused, *coded}
    return set() if "*" in excused else texts(model) - known


def _room(model, column):
    return model._meta.get_field(column).max_length


CANCELS = "a member of staff"
# Where a constraint joins a column of words with others, what they say.
WITH = {
    "enrolment.left_because": {"left_at": MOMENT}, "answer.instead": {"decision": "decline", "tier": None},
    "task.cancelled_because": {"status": "cancelled", "ended_at": MOMENT, "ended_by": CANCELS},
}  # fmt: skip


class Asked:
    """What the pages need of somebody who was opened."""

    def __init__(self, patient):
        self.id, self.linked, self.prisoners = patient.id, (patient.id,), ()


@pytest.fixture
def man(house):
    return scenes.received(people.JOE)


@pytest.fixture
def nurse(house, man):
    with acting(house["LEI nurse_in_charge"]) as by:
        yield by


def planted(model, man, text="words", **given):
    """One row of a model, every key to another table pointing at a row that is planted too."""
    keys = {}
    for field in model._meta.concrete_fields:
        target = field.related_model
        if field.name in given or field.primary_key or not isinstance(target, type) or field.null:
            continue
        keys[field.name] = man if target._meta.label == "patients.Patient" else planted(target, man, text)
    beside = {}
    for column in given:
        beside |= next((more for name, more in WITH.items() if f"{model.__name__}.{column}".lower().endswith(name)), {})
    if model.__name__ == "PatientReply":  # it waits until every service has answered
        planted(apps.get_model(model._meta.app_label, "ServiceRequestAnswer"), man, request=keys["request"])
        beside["requisition"] = keys["request"].requisition
    if beside.get("ended_by") is CANCELS:  # only what a person cancels has a line
        beside["ended_by"] = str(User.objects.values_list("id", flat=True)[0])
    row = filled(model, text, **{**keys, **beside, **given})
    row.save(force_insert=True)
    return row


def said(model, column, words):
    """The value of a column that holds words."""
    field = model._meta.get_field(column)
    if column == "results":
        return {"culture": words}
    return {"page": [words]} if isinstance(field, models.JSONField) else words


@pytest.mark.parametrize("model, law", ABOUT_PEOPLE, ids=name_of)
def test_a_table_about_a_person_has_lines_or_says_why_not(model, law):
    assert law.spine or law.no_line


@pytest.mark.parametrize("model, law", [pair for pair in ABOUT_PEOPLE if pair[1].spine or pair[1].codes], ids=name_of)
def test_a_text_column_holds_words_that_are_read_or_is_excused(model, law):
    assert unread(model, law) == set()


@pytest.mark.parametrize("model, column", SPOKEN, ids=name_of)
def test_a_column_that_is_taken_from_its_law_is_missed(model, column):
    law = laws.law_of(model)
    spine = replace(
        law.spine, words=tuple(one for one in law.spine.words if one != column),
        plans=tuple(one for one in law.spine.plans if one != column),
    )  # fmt: skip
    assert unread(model, replace(law, spine=spine)) == {column} or "*" in dict(law.excused)


@pytest.mark.parametrize("model, column", SPOKEN, ids=name_of)
def test_words_in_any_column_are_found_by_the_digest_and_on_the_timeline(nurse, man, model, column):
    row = planted(model, man, **{column: said(model, column, HANGING)})
    found = digest((man.id,))
    assert str(row.pk) in {str(place.entry) for place in (*found.lines, *found.unsure)}
    page = timeline.timeline(Asked(man), timeline.Filters(words=HANGING))
    assert row.pk in {entry.id for entry in page.lines}


BY_PEOPLE = [(model, column) for model, column in SPOKEN if (laws.law_of(model).spine or laws.Spine()).by != "'Throughcare'"]


@pytest.mark.parametrize("model, column", BY_PEOPLE, ids=name_of)
def test_the_nothing_of_an_empty_digest_is_never_said_over_words(nurse, man, model, column):
    planted(model, man, **{column: said(model, column, "He likes the kitchens.")})
    assert "Nothing has been written" not in digest((man.id,)).nothing(1)


CODES = [(model, column) for model, law in ABOUT_PEOPLE for column in law.codes if law.spine and _room(model, column) > 3]


@pytest.mark.parametrize("model, column", CODES, ids=name_of)
def test_a_column_of_codes_takes_no_words(nurse, man, model, column):
    with pytest.raises(DatabaseError, match=r"a code holds no words|violates check constraint"), transaction.atomic():
        planted(model, man, **{column: "he cut"[: _room(model, column)]})


@pytest.mark.parametrize("kind", kinds.kinds().values(), ids=lambda kind: kind.id)
def test_every_kind_reads_as_an_entry(nurse, man, kind):
    row = planted(kind.model, man, **{column: said(kind.model, column, "Seen.") for column in _first_words(kind.model)})
    (entry,) = [one for one in timeline.timeline(Asked(man), timeline.Filters(kind=kind.id)).lines if one.id == row.pk]
    assert entry.title and entry.label == kind.label and entry.href.startswith(("/patients/", "/establishments/"))


def _first_words(model):
    spine = laws.law_of(model).spine
    return (*spine.words, *spine.plans)[:1]


def test_a_table_with_lines_has_a_kind_and_a_kind_a_table_with_lines():
    assert {laws.kind_of(model) for model, _, _ in KEPT} == set(kinds.kinds())


def test_class_names_give_each_kind_an_id_of_its_own():
    assert len({laws.kind_of(model) for model, _, _ in KEPT}) == len(KEPT)


class TestALine:
    def write(self, man, **given):
        row = filled(Encounter, patient=man, **given)
        row.save(force_insert=True)
        return row

    def line(self, row):
        return Line.objects.get(id=row.id)

    def test_says_what_its_row_says(self, nurse, man):
        row = self.write(man, done="Feels low.", plan="See again.", kind="early_days_check")
        line = self.line(row)
        assert (line.kind, line.code, line.words, line.plans) == ("encounter", "early_days_check", "Feels low.", "See again.")
        assert (line.patient_id, line.happened_at, line.written_at, line.by) == (
            man.id, row.happened_at, row.written_at, row.written_by_name,
        )  # fmt: skip

    def test_is_marked_by_a_correction(self, nurse, man):
        first = self.write(man)
        second = self.write(man, corrects=first)
        assert self.line(first).superseded_by == second.id and self.line(second).corrects == first.id

    def test_is_not_the_app_roles_to_write(self, nurse, man):
        row = self.write(man)
        for attack in (
            "UPDATE record_line SET words = ''",
            "DELETE FROM record_line",
            f"INSERT INTO record_line (id) VALUES ('{row.id}')",
        ):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(attack)

    def test_is_seen_by_those_who_see_its_row_and_by_nobody_else(self, house, man):
        with acting(house["LEI nurse_in_charge"]):
            self.write(man)
            assert Line.objects.filter(patient=man.id, kind="encounter").count() == 1
        with acting(house.other):
            assert not Line.objects.filter(patient=man.id).exists()

    def test_of_an_answer_is_the_latest_one(self, nurse, man):
        first = planted(apps.get_model("instruments", "Answer"), man, value="Took ten pills.", seq=1)
        second = filled(type(first), patient=man, response=first.response, item=first.item, value="Took nothing.", seq=2)
        second.save(force_insert=True)
        assert self.line(first).superseded_by == second.id and self.line(second).superseded_by is None

    def test_of_an_answer_goes_with_words_that_were_taken_back(self, nurse, man):
        first = planted(apps.get_model("instruments", "Answer"), man, value="Took ten pills.", seq=1)
        filled(type(first), patient=man, response=first.response, item=first.item, value="no", seq=2).save(force_insert=True)
        assert self.line(first).superseded_by is not None


def test_what_the_plan_cancels_by_itself_when_somebody_leaves_is_no_news(house):
    man = scenes.screened(people.AMIR, house.nurse)
    scenes.released(people.AMIR)
    with acting(house["LEI nurse_in_charge"]):
        assert Task.objects.filter(patient=man.id, status="cancelled").exists()
        assert not Line.objects.filter(patient=man.id, kind="task").exists()


class TestMadeAgain:
    """The lines are worked out from the rows: whatever became of them, they come back as they were."""

    @pytest.fixture
    def written(self, committing_db, house):
        man = scenes.screened(people.AMIR, house.nurse)
        with acting(house["LEI nurse_in_charge"]):
            first = filled(Encounter, patient=man, done="Feels low.")
            first.save(force_insert=True)
            filled(Encounter, patient=man, done="Feels well.", corrects=first).save(force_insert=True)
        return self.all_of(house)

    def all_of(self, house):
        with acting(house["LEI nurse_in_charge"]):
            return sorted(Line.objects.values_list())

    def amiss(self, house):
        with acting(house["LEI nurse_in_charge"]), connection.cursor() as cursor:
            cursor.execute("SELECT kind, many FROM record_lines_amiss('-infinity') WHERE many > 0 ORDER BY 1")
            return cursor.fetchall()

    def test_nothing_is_amiss_after_an_evening(self, house, written):
        assert written and self.amiss(house) == []

    def test_rebuild_makes_the_very_same_lines(self, house, written, as_owner):
        as_owner.execute("DELETE FROM record_line")
        assert lines.rebuild(as_owner) == len(written)
        assert self.all_of(house) == written

    def test_what_was_changed_behind_the_laws_is_found_and_mended(self, house, written, as_owner):
        as_owner.execute("UPDATE record_line SET words = 'Feels well.' WHERE words = 'Feels low.'")
        as_owner.execute("DELETE FROM record_line WHERE kind = 'step'")
        assert {kind for kind, _ in self.amiss(house)} == {"encounter", "step"}
        lines.rebuild(as_owner)
        assert self.amiss(house) == [] and self.all_of(house) == written

    def test_filling_adds_what_is_missing_and_no_more(self, house, written, as_owner):
        as_owner.execute("DELETE FROM record_line WHERE kind = 'observation'")
        lines.fill(as_owner)
        assert self.all_of(house) == written


class TestATableOfTomorrow:
    """A model that nobody has seen yet, with its law and its kind and nothing else."""

    @pytest.fixture
    def wound(self, committing_db, house, as_owner, monkeypatch):
        class Wound(Entry):
            site = models.CharField(max_length=20)
            look = models.CharField(max_length=200)
            notes = models.JSONField(default=dict)

            __module__ = "throughcare.record.models.wound"  # a table of the house
            law = laws.entry(words=("look", "notes"), code="site")

            class Meta:
                app_label = "record"

        made = {**kinds.kinds(), "wound": Kind(Wound, "Wound", "Wounds", lambda row: f"Wound: {row.look}")}
        monkeypatch.setattr(kinds, "_kinds", made)
        self.create(Wound, as_owner)
        yield Wound
        del apps.all_models["record"]["wound"]
        apps.clear_cache()

    def create(self, model, as_owner):
        with connection.schema_editor(collect_sql=True, atomic=False) as editor:
            editor.create_model(model)
        for statement in editor.collected_sql:
            as_owner.execute(statement)
        app = connection.settings_dict["USER"]
        as_owner.execute(SQL("GRANT SELECT, INSERT ON record_wound TO {}").format(Identifier(app)))
        lines.install(as_owner)

    def test_is_read_with_the_rest(self, house, wound):
        man = scenes.received(people.JOE)
        with acting(house["LEI nurse_in_charge"]):
            by_look = planted(wound, man, site="left_arm", look=HANGING)
            by_notes = planted(wound, man, site="left_arm", look="Clean.", notes={"night": [HANGING]})
            found, page = digest((man.id,)), timeline.timeline(Asked(man), timeline.Filters(words=HANGING))
        assert {by_look.pk, by_notes.pk} <= {place.entry for place in found.lines}
        assert {by_look.pk, by_notes.pk} <= {entry.id for entry in page.lines}

    def test_is_noticed_when_a_column_is_forgotten(self, wound):
        forgetful = laws.entry(words=("look",), code="site")
        assert unread(wound, forgetful) == {"notes"} and unread(wound, wound.law) == set()

    def test_keeps_words_out_of_its_codes(self, house, wound):
        man = scenes.received(people.JOE)
        with acting(house["LEI nurse_in_charge"]), pytest.raises(DatabaseError, match="a code holds no words"):
            planted(wound, man, site="left arm", look="Clean.")


class TestALongRecord:
    """A person with 10,000 entries: the pages ask no more, and read by the index that gives the lines in order."""

    @pytest.mark.parametrize("address", ["timeline/", "dangers/"])
    def test_costs_no_more_statements(self, house, man, address):
        with acting(house["LEI nurse_in_charge"]), connection.cursor() as cursor:
            cursor.execute(MANY, {"patient": man.id})
        ours, _ = statements(house.sign_in(Client(), "LEI nurse_in_charge"), f"/patients/{man.id}/{address}")
        assert len(ours) <= 8, ours

    def test_is_read_by_its_index(self, committing_db, house, as_owner):
        man = scenes.received(people.JOE)
        as_owner.execute(MANY, {"patient": man.id})
        as_owner.execute("ANALYZE record_line")
        with acting(house["LEI nurse_in_charge"]):
            assert Line.objects.filter(patient=man.id).count() >= 10_000
            plan = timeline.lines_of((man.id,)).order_by("-happened_at", "-id")[:51].explain()
        assert "lines_of" in plan and "Sort" not in plan


MANY = """
    INSERT INTO record_encounter (id, patient_id, establishment, happened_at, written_at, written_by, written_by_name, addendum,
                                  kind, done, plan)
    SELECT gen_random_uuid(), %(patient)s, 'LEI', now() - n * interval '1 hour', now(), 'nurse', 'A nurse', false,
           'early_days_check', 'Slept well, nothing new, number ' || n, '' FROM generate_series(1, 10000) n
"""
