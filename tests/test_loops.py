"""A test cannot pass by looking at nothing: loops round assertions, `all(…)` and parameters are known to have something in them.

A loop is guarded when what it goes over is written out (a tuple, a list, a range of a number), is a constant of the module, goes
through `nonempty(…)`, or when the test asserts something of it outside the loop: `assert rows`, `assert len(rows) == 3`. The same
holds for `all(…)`, which is true of nothing. Parameters that are worked out may not be empty: pytest is told to fail then.
"""

import ast
import tomllib

import pytest

from tests.test_house import PYTHON, ROOT, short

UNGUARDED = 0  # a ratchet: it may only go down

TESTS = [file for file in PYTHON if file.name.startswith("test_") or file.name == "conftest.py"]


def unguarded(source):
    """The lines of a test file at which a loop or `all(…)` may go over nothing, with what it goes over."""
    tree = ast.parse(source)
    constants = {id for node in tree.body if isinstance(node, ast.Assign) for id in _named(node) if id.isupper()}
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return [found for function in functions if not _invented(function) for found in _in(function, constants)]


def _invented(function):
    """Whether its data are invented by hypothesis, where nothing at all is a case like any other."""
    return any(isinstance(one, ast.Call) and ast.unparse(one.func) == "given" for one in function.decorator_list)


def _named(assignment):
    """The names that an assignment gives a value."""
    return {name.id for target in assignment.targets for name in ast.walk(target) if isinstance(name, ast.Name)}


def _in(function, constants):
    """The unguarded places of one test."""
    places = []
    for node in ast.walk(function):
        if isinstance(node, ast.For) and any(isinstance(part, ast.Assert) for part in ast.walk(node)):
            places.append((node, node.iter))
        elif isinstance(node, ast.Assert):
            places += [(node, over) for over in _all_of(node.test)]
        elif isinstance(node, ast.Assign) and _written_out(node.value, constants):
            constants = constants | _named(node)
    wrong = [
        (place, over) for place, over in places if not _written_out(over, constants) and not _asserted(over, place, function)
    ]
    return [f"{over.lineno}: {ast.unparse(over)}" for _, over in wrong]


def _all_of(test):
    """What `all(… for … in …)` goes over, where an assertion rests on it."""
    parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
    for part in parts:
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "all" and part.args:
            argument = part.args[0]
            yield from (argument.generators[0].iter for _ in [0] if isinstance(argument, ast.GeneratorExp | ast.ListComp))


def _written_out(over, constants):
    """Whether what is gone over stands there and is not empty, also through `zip`, `sorted`, `enumerate` and the like."""
    if isinstance(over, ast.Tuple | ast.List | ast.Set):
        return bool(over.elts)
    if isinstance(over, ast.Dict):
        return bool(over.keys)
    if isinstance(over, ast.Constant):
        return bool(over.value)
    if isinstance(over, ast.Name):
        return over.id in constants
    if isinstance(over, ast.Call):
        return _wraps(over, constants)
    return isinstance(over, ast.Subscript | ast.BinOp) and _written_out(getattr(over, "left", None) or over.value, constants)


def _wraps(call, constants):
    named = call.func.id if isinstance(call.func, ast.Name) else call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if named == "nonempty":
        return True
    if named == "range":
        return all(
            isinstance(one, ast.Constant | ast.BinOp) or (isinstance(one, ast.Name) and one.id in constants) for one in call.args
        )
    if named in ("zip", "sorted", "enumerate", "reversed", "list", "set", "pairwise", "product"):
        return bool(call.args) and _written_out(call.args[0], constants)
    return (
        named in ("items", "values", "keys", "split")
        and isinstance(call.func, ast.Attribute)
        and _written_out(call.func.value, constants)
    )


def _asserted(over, place, function):
    """Whether the test says something of it outside the loop."""
    inside = set(ast.walk(place)) if isinstance(place, ast.For) else set()
    said = [node for node in ast.walk(function) if isinstance(node, ast.Assert) and node not in inside]
    names = {ast.unparse(part) for part in ast.walk(over) if isinstance(part, ast.Name | ast.Attribute)} - _modules(over)
    return any(_speaks_of(node, names, place) for node in said)


def _modules(over):
    """Names that are only called or looked into, such as `queries` in `queries.rows(man)`."""
    return {ast.unparse(node.func) for node in ast.walk(over) if isinstance(node, ast.Call)} | {
        ast.unparse(node.value) for node in ast.walk(over) if isinstance(node, ast.Attribute)
    }


def _speaks_of(node, names, place):
    """Whether an assertion rests on one of the names itself, not through `all(…)` over it, nor by saying that there is none."""
    if node is place and not isinstance(node.test, ast.BoolOp):
        return False
    of_nothing = [one for one in ast.walk(node.test) if _true_of_nothing(one)]
    skipped = {part for one in of_nothing for part in ast.walk(one)}
    return any(
        ast.unparse(part) in names
        for part in ast.walk(node.test)
        if part not in skipped and isinstance(part, ast.Name | ast.Attribute)
    )


def _true_of_nothing(node):
    """`all(…)` and `not …`."""
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "all"


@pytest.mark.parametrize("body, found", [
    ("for row in rows():\n        assert row", True),
    ("for row in Model.objects.all():\n        assert row", True),
    ("assert all(row for row in rows())", True),
    ("found = rows()\n    for row in found:\n        assert row", True),
    ("found = rows()\n    assert found\n    for row in found:\n        assert row", False),
    ("found = rows()\n    assert found and all(row for row in found)", False),
    ("found = rows()\n    assert len(found) == 3\n    assert all(row for row in found)", False),
    ("found = rows()\n    assert {row.id for row in found} == {1}\n    for row in found:\n        assert row", False),
    ("found = rows()\n    assert not [row for row in found if row]\n    for row in found:\n        assert row", True),
    ("for row in nonempty(rows()):\n        assert row", False),
    ("found = one, two\n    for row in found:\n        assert row", False),
    ("for row in (1, 2):\n        assert row", False),
    ("for row in range(3):\n        assert row", False),
    ("for row in sorted(rows()):\n        print(row)", False),
])  # fmt: skip
def test_a_loop_over_what_may_be_nothing_is_seen(body, found):
    assert bool(unguarded(f"def test_it():\n    {body}\n")) is found


def test_no_assertion_stands_in_a_loop_over_what_may_be_nothing():
    found = [f"{short(file)}:{place}" for file in TESTS for place in unguarded(file.read_text(encoding="utf-8"))]
    assert len(TESTS) > 100
    assert len(found) <= UNGUARDED, "\n".join(found)


def test_parameters_that_come_to_nothing_fail():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    assert settings["empty_parameter_set_mark"] == "fail_at_collect"
