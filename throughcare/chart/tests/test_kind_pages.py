"""The pages of every kind of entry, by discovery: a kind of tomorrow meets every test of this file the day it is offered."""

from itertools import count

import pytest
from django.db import models
from django.test import Client

from tests import scenes
from tests.laws.test_spine import planted, said
from tests.nonempty import nonempty
from tests.statements import statements
from throughcare.access.acting import acting
from throughcare.access.roles import roles
from throughcare.audit.models import Access
from throughcare.core import laws
from throughcare.core.kinds import kinds
from throughcare.demo import people
from throughcare.pathways.models import Task

pytestmark = pytest.mark.django_db
ALL = list(kinds().values())
WRITTEN = [kind for kind in ALL if kind.writing and kind.writing.new and not kind.writing.page]
CORRECTED = [kind for kind in ALL if kind.writing and kind.writing.form]
OWN_PAGE = [kind for kind in ALL if not kind.page]
READER = "LEI nurse_in_charge"
NUMBERS = count(1)
AUDITOR = next(code for code, role in roles().items() if role.scope == "audit")
CARE = sorted(code for code, role in roles().items() if role.scope == "care")


def name(kind):
    return kind.id


@pytest.fixture
def man(house):
    return scenes.received(people.JOE)


@pytest.fixture
def client(house):
    return house.sign_in(Client(), READER)


def write(house, man, kind, many=1):
    """So many rows of a kind, with words in them where its lines need some."""
    spine = laws.law_of(kind.model).spine
    words = (*spine.words, *spine.plans)[:1]
    with acting(house[READER]):
        told = {column: said(kind.model, column, "Seen.") for column in words}
        return [planted(kind.model, man, text=f"word{next(NUMBERS)}", **told) for _ in range(many)]


def page(man, kind, rest=""):
    return f"/patients/{man.id}/entries/{kind.id}/{rest}"


@pytest.mark.parametrize("kind", ALL, ids=name)
def test_the_list_says_when_there_is_nothing_and_what_there_is(house, client, man, kind):
    before = client.get(page(man, kind)).content.decode()
    (row,) = write(house, man, kind)
    after = client.get(page(man, kind)).content.decode()
    assert f'<h1 class="nhsuk-heading-l">{kind.plural}</h1>' in after
    assert f"{kind.id}-{row.pk}" in after and f"{kind.id}-{row.pk}" not in before


# Of one step there is one open task a person, so there are never many.
@pytest.mark.parametrize("kind", [kind for kind in ALL if not kind.joins and kind.model is not Task], ids=name)
def test_the_list_asks_the_same_for_one_and_for_many(house, client, man, kind):
    write(house, man, kind)
    few, _ = statements(client, page(man, kind))
    write(house, man, kind, many=6)
    many, _ = statements(client, page(man, kind))
    assert len(few) == len(many) <= 6, many


@pytest.mark.parametrize("kind", OWN_PAGE, ids=name)
def test_one_entry_opens_and_the_look_is_kept(house, client, man, kind):
    (row,) = write(house, man, kind)
    answer = client.get(page(man, kind, f"{row.pk}/"))
    assert answer.status_code == 200 and kind.label in answer.content.decode()
    with acting(house[f"LEI {AUDITOR}"]):
        assert Access.objects.filter(page="entry", patients__contains=[man.id]).exists()


@pytest.mark.parametrize("kind", OWN_PAGE, ids=name)
def test_the_entry_of_another_person_is_nowhere(house, client, man, kind):
    other = scenes.received(people.DANNY)
    (row,) = write(house, other, kind)
    assert client.get(page(man, kind, f"{row.pk}/")).status_code == 404


@pytest.mark.parametrize("kind", WRITTEN, ids=name)
def test_the_form_opens_for_those_who_may_and_for_nobody_else(house, man, kind):
    opens = {role for role in CARE if house.sign_in(Client(), f"LEI {role}").get(page(man, kind, "new/")).status_code == 200}
    assert opens == {role for role in CARE if house[f"LEI {role}"].may(kind.writing.may)} and opens


@pytest.mark.parametrize("kind", WRITTEN, ids=name)
def test_nothing_typed_is_nothing_written_and_says_what_to_do(house, client, man, kind):
    with acting(house[READER]):
        before = kind.model.objects.count()
    answer = client.post(page(man, kind, "new/"), {})
    assert answer.status_code == 422 and "There is a problem" in answer.content.decode()
    with acting(house[READER]):
        assert kind.model.objects.count() == before


@pytest.mark.parametrize("kind", WRITTEN, ids=name)
def test_the_button_stands_on_the_page_of_the_person(client, man, kind):
    text = client.get(f"/patients/{man.id}/").content.decode()
    assert f'href="{page(man, kind, "new/")}"' in text and kind.writing.new in text


@pytest.mark.parametrize("kind", CORRECTED, ids=name)
def test_a_correction_begins_with_what_was_written(house, client, man, kind):
    (row,) = write(house, man, kind)
    answer = client.get(page(man, kind, f"{row.pk}/correct/"))
    if answer.status_code == 200:
        assert "Seen." in answer.content.decode() or not _asked_in_words(kind)
    else:
        assert answer.status_code == 403, "a row that nobody may put right says so"


def _asked_in_words(kind):
    spine = laws.law_of(kind.model).spine
    column = (*spine.words, *spine.plans)[0]
    return column in kind.writing.form.base_fields and not isinstance(kind.model._meta.get_field(column), models.JSONField)


@pytest.mark.parametrize("kind", CORRECTED, ids=name)
def test_a_form_declares_how_each_of_its_questions_looks(kind):
    form = kind.writing.form()
    assert set(form.looks) - {"at"} <= set(form.fields)
    for item in nonempty(form.items):
        assert item["text"] and item["kind"], item["id"]


def test_an_unknown_kind_is_nowhere(client, man):
    assert client.get(f"/patients/{man.id}/entries/nonsense/").status_code == 404
    assert client.get(f"/patients/{man.id}/entries/nonsense/new/").status_code == 404


def test_a_kind_that_nobody_writes_here_has_no_form(client, man):
    assert client.get(f"/patients/{man.id}/entries/episode-of-care/new/").status_code == 404


def test_a_kind_with_a_page_of_its_own_is_written_there(client, man):
    answer = client.get(f"/patients/{man.id}/entries/immunization/new/")
    assert answer.status_code == 302 and answer.headers["Location"].endswith("/immunizations/new/")
