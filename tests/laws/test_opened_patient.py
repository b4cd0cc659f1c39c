"""The patient of a page is frozen values with types; nobody looks at one through Any."""

import ast
import dataclasses
from typing import get_args, get_type_hints

import pytest
from django.http import Http404
from django.test import RequestFactory

from tests import scenes
from tests.test_house import PYTHON, short
from throughcare.access.acting import acting
from throughcare.core import ids
from throughcare.custody.queries import Place
from throughcare.demo import people
from throughcare.patients import queries
from throughcare.patients.models import Patient
from throughcare.patients.opened import NamedPatient, OpenedPatient, PlacedPatient

NAMES = {"patient", "opened", "person"}
CODE = [file for file in PYTHON if file.parts[-2] != "tests" and "throughcare" in file.parts]


def seen_through_any(tree):
    """Arguments, fields and variables of these names that are declared as Any, alone or in a union or an Annotated."""
    declared = [(node.arg, node.annotation) for node in ast.walk(tree) if isinstance(node, ast.arg)]
    declared += [
        (node.target.id, node.annotation)
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]
    said = [name for name, kind in declared if name in NAMES and kind is not None and _is_any(kind)]
    return said + [name for name, value in _variables(tree) if name not in NAMES and _opens(value)]


def _variables(tree):
    """Variables of any name that are declared as Any, with what is put into them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and _is_any(node.annotation):
            yield node.target.id, node.value


def _opens(value):
    called = value.func if isinstance(value, ast.Call) else None
    return isinstance(called, ast.Attribute | ast.Name) and ast.unparse(called).rpartition(".")[2] in ("opened", "opened_by")


def _is_any(kind):
    if isinstance(kind, ast.BinOp):
        return _is_any(kind.left) or _is_any(kind.right)
    if isinstance(kind, ast.Subscript):
        return ast.unparse(kind.value) in ("Optional", "Union", "Annotated") and "Any" in ast.unparse(kind.slice)
    return ast.unparse(kind) in ("Any", "typing.Any", "object", "'Any'")


def test_the_patient_of_a_page_is_nowhere_any():
    found = {short(file): seen_through_any(ast.parse(file.read_text())) for file in CODE}
    assert found and {file: names for file, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "text, found",
    [
        ("def f(patient: Any): ...", ["patient"]),
        ("def f(*, opened: 'Any'): ...", ["opened"]),
        ("def f(patient: Any | None): ...", ["patient"]),
        ("def f(patient: Optional[Any]): ...", ["patient"]),
        ("def f(patient: object): ...", ["patient"]),
        ("class Line:\n    person: Any", ["person"]),
        ("opened: Any = patients.opened(request, key)", ["opened"]),
        ("man: Any = patients.opened(request, key)", ["man"]),
        ("man: Any = patients.named(key)", []),
        ("def f(patient: OpenedPatient, **said: Any): ...", []),
        ("def f(patient: UUID, row: Any): ...", []),
    ],
)
def test_the_count_sees_each_way_round(text, found):
    assert seen_through_any(ast.parse(text)) == found


def test_no_request_is_read_through_any():
    from throughcare.access import sight

    hints = get_type_hints(sight.Request)
    assert get_args(hints["patient"]) == (sight.Opened, type(None)) and hints["banner"] is object


@pytest.mark.parametrize("kind", [PlacedPatient, NamedPatient, OpenedPatient])
def test_a_patient_of_a_page_cannot_be_changed(kind):
    assert dataclasses.is_dataclass(kind) and kind.__dataclass_params__.frozen
    assert not hasattr(kind, "save") and not hasattr(kind, "objects")


@pytest.fixture
def amir(house):
    return scenes.received(people.AMIR)


def asked(actor, path="/"):
    request = RequestFactory().get(path)
    request.actor, request.patient, shown = actor, None, []
    request.saw = shown.extend
    return request, shown


def test_what_is_opened_is_what_the_record_says(house, amir):
    with acting(house.nurse) as nurse:
        request, shown = asked(nurse)
        found = queries.opened(request, amir.id)
        row = Patient.objects.get(id=amir.id)
        for name in ("id", "name", "spoken_name", "date_of_birth", "nhs", "sex", "provisional", "died_at"):
            assert getattr(found, name) == getattr(row, name), name
        assert (found.linked, shown) == ((amir.id,), [amir.id])
        assert isinstance(found.place, Place) and found.place.establishment == "LEI"
        assert found.numbers == (people.AMIR.prison_number,) and len(found.prisoners) == 1
        assert not (found.under_glass or found.came_by_other or found.same_name)
        assert request.patient is found and queries.opened_by(request) is found


def test_what_is_opened_holds_no_list_that_could_grow(house, amir):
    with acting(house.nurse) as nurse:
        found = queries.opened(asked(nurse)[0], amir.id)
    assert [name for name, value in vars(found).items() if isinstance(value, list | dict | set)] == []
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.family_name = "Other"


def test_opening_costs_no_more_than_it_did(house, amir, django_assert_num_queries):
    with acting(house.nurse) as nurse, django_assert_num_queries(2):  # the person with all that hangs on them; who is alike
        queries.opened(asked(nurse)[0], amir.id)


def test_a_request_that_opened_nobody_says_so(house, amir):
    with acting(house.nurse) as nurse:
        request, _ = asked(nurse, "/somewhere/")
        with pytest.raises(LookupError, match="/somewhere/ has opened no patient yet"):
            queries.opened_by(request)
        with pytest.raises(Http404):
            queries.opened(request, ids.new())
        assert request.patient is None
