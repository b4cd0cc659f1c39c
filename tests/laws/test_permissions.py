"""Every action is declared once, granted to somebody, and asked for somewhere; and nothing else is asked for."""

import itertools

import pytest

from tests.laws import asked
from tests.nonempty import nonempty
from throughcare.access.acting import Actor
from throughcare.access.competences import abilities
from throughcare.access.permissions import folders, gathered
from throughcare.access.roles import permissions, roles
from throughcare.core.rulebook import read

WAITING = 3  # declared, and asked for nowhere yet: a ratchet, it may only go down
ASKED = asked.asked()
DECLARED = permissions()
NUMBERS = itertools.count()


def test_every_name_asked_for_can_be_read():
    assert [one.where for one in ASKED if not one.action] == [], "say the action where it is asked for, or carry it in `may`"


def test_nothing_is_asked_for_that_no_package_declares():
    assert sorted(one for one in ASKED if one.action and one.action not in DECLARED) == []


def test_every_action_is_asked_for_somewhere_or_says_why_not():
    used = {one.action for one in ASKED}
    assert {one.id for one in DECLARED.values() if not one.waits} - used == set()
    assert {one.id for one in DECLARED.values() if one.waits} & used == set(), "it is asked for now: take `waits` away"
    assert sum(bool(one.waits) for one in DECLARED.values()) <= WAITING


def test_every_action_is_granted_to_a_role_or_added_by_a_competence():
    added = frozenset().union(*(one.adds for one in abilities().values()))
    assert {one.id for one in DECLARED.values() if not one.roles} - added == set()
    assert added <= set(DECLARED)


def test_a_role_may_what_the_lines_say_and_nothing_else():
    assert {(role.id, action) for role in roles().values() for action in role.may} == {
        (role, one.id) for one in DECLARED.values() for role in one.roles
    }


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.parent.name)
def test_lines_stand_in_alphabetical_order(folder):
    lines = read(folder / "permissions.toml")["actions"]
    assert list(lines) == sorted(lines)
    assert all(line["roles"] == sorted(set(line["roles"])) and line["words"] for line in nonempty(lines.values()))


def test_each_action_is_one_line_of_its_file():
    for folder in nonempty(folders()):
        text = (folder / "permissions.toml").read_text(encoding="utf-8")
        lines = text.split("[actions]\n")[1].strip().splitlines()
        assert [line.split(" = ")[0] for line in lines] == list(gathered([folder], roles()))


def test_a_misspelt_action_is_a_bug_and_not_a_refusal(house):
    with pytest.raises(LookupError, match="No package declares the action 'sing_screen'"):
        house.nurse.may("sing_screen")
    assert not Actor.system("set up").may("sign_screen")


class TestTheReader:
    """What reads the source finds each way of asking, in packages that it never saw."""

    def found(self, folder, monkeypatch, **files):
        package = folder / f"scratch_{next(NUMBERS)}"  # a name of its own: what is imported once stays
        package.mkdir()
        for name, text in {"__init__": "", **files}.items():
            (package / f"{name}.py").write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(str(folder))
        return {one.action for one in asked.asked(package)}

    @pytest.mark.parametrize(
        "text, action",
        [
            ('require(by.may("fly"))', {"fly"}),
            ('@shows("patient", may="fly")\ndef view(request): ...', {"fly"}),
            ('def view(request): return {name: bool(request.actor.may(name)) for name in ("fly", "swim")}', {"fly", "swim"}),
            ('WRITES = (("fly", "Fly"),)\ndef view(by): return [text for action, text in WRITES if by.may(action)]', {"fly"}),
            ('PAGES = (("Air", "fly"), ("All", "care"))\ndef nav(by): return [p for p in PAGES if by.may(p[1])]', {"fly"}),
            ("def hold(by, may): return by.may(may)", set()),  # whoever calls it says may="…"
            ("def hold(by, kind): return by.may(kind.may)", set()),  # whoever makes the kind says it
            ("def hold(by, wanted): return by.may(wanted)", {""}),
            ("def hold(by, kind): return by.may(kind.id)", {""}),
        ],
    )  # fmt: skip
    def test_finds_each_way_of_asking(self, tmp_path, monkeypatch, text, action):
        made = "def require(x): ...\ndef shows(*a, **k): return lambda view: view\n"
        loose = text if not text.startswith("require") else f"def act(by): {text}"
        assert self.found(tmp_path, monkeypatch, asks=made + loose) == action

    def test_finds_what_a_dataclass_carries_by_place_or_by_name(self, tmp_path, monkeypatch):
        kinds = (
            "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass Kind:\n    title: str\n    may: str = ''\n"
            "KINDS = {'bird': Kind('Bird', 'fly'), 'fish': Kind('Fish', may='swim'), 'stone': Kind('Stone')}\n"
        )
        assert self.found(tmp_path, monkeypatch, kinds=kinds) == {"fly", "swim"}
