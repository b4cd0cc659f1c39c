"""Permissions are read from every package; whatever is wrong in a line stops the start with one sentence."""

import pytest

from tests.nonempty import nonempty
from throughcare.access import competences
from throughcare.access.permissions import folders, gathered, granted
from throughcare.access.roles import permissions, roles
from throughcare.config import cli
from throughcare.core.rulebook import RulebookError, load

ROLES = ("nurse", "doctor")
HEAD = """
id = "permissions"
version = {version}
title = "Permissions"
applies_from = 2026-01-01
review_by = 2027-06-30
source = {{ title = "A test" }}

[actions]
"""


def declared(house, lines, package="record", version=1):
    folder = house / package / "rulebook"
    folder.mkdir(parents=True, exist_ok=True)
    name = "permissions.toml" if version == 1 else f"permissions-{version}.toml"
    (folder / name).write_text(HEAD.format(version=version) + lines + "\n", encoding="utf-8")


def read(house):
    return gathered(folders(house), ROLES)


def test_one_line_declares_an_action_for_its_roles(tmp_path):
    declared(tmp_path, 'record_wound = { words = "Record a wound", roles = ["nurse"] }')
    declared(tmp_path, 'refer = { words = "Refer", roles = ["doctor", "nurse"] }', package="pathways")
    found = read(tmp_path)
    assert {one.id: one.package for one in found.values()} == {"record_wound": "record", "refer": "pathways"}
    assert granted(found, "nurse") == {"record_wound", "refer"} and granted(found, "doctor") == {"refer"}


def test_a_later_version_takes_the_place_of_an_earlier_one(tmp_path):
    declared(tmp_path, 'refer = { words = "Refer", roles = ["nurse"] }')
    declared(tmp_path, 'refer = { words = "Refer", roles = ["doctor"] }', version=2)
    assert granted(read(tmp_path), "nurse") == frozenset() and granted(read(tmp_path), "doctor") == {"refer"}


@pytest.mark.parametrize(
    "lines, sentence",
    [
        ('refer = { words = "Refer", roles = ["governor"] }', "record/rulebook/permissions.toml: the action refer names the role"
         " governor, which is not in access/rulebook/roles.toml."),
        ('refer = { words = "Refer", role = ["nurse"] }', "the action refer: the key 'role' is not known"),
        ('refer = { roles = ["nurse"] }', "the action refer: the key 'words' is missing"),
        ('refer = ["nurse"]', "the action refer: a table is expected here"),
        ('refer = { words = "Refer", roles = [] }\n[action]', "the key 'action' is not known"),
        ('refer = { words = "Refer", roles = "nurse" }', "the action refer: its roles are a list of role codes"),
        ("refer = {", "permissions.toml: "),
    ],
)  # fmt: skip
def test_a_mistake_is_a_sentence(tmp_path, lines, sentence):
    declared(tmp_path, lines)
    with pytest.raises(RulebookError) as caught:
        read(tmp_path)
    assert sentence in str(caught.value)


def test_two_packages_cannot_declare_the_same_action(tmp_path):
    for package in ("record", "pathways"):
        declared(tmp_path, 'refer = { words = "Refer", roles = ["nurse"] }', package=package)
    with pytest.raises(RulebookError, match=r"record/.*: the action refer is also declared in pathways\."):
        read(tmp_path)


def test_a_command_says_the_sentence_and_stops(tmp_path, monkeypatch, capsys):
    declared(tmp_path, 'refer = { words = "Refer", roles = ["governor"] }')

    def broken(arguments):
        return len(read(tmp_path))

    monkeypatch.setitem(cli.COMMANDS, "doctor", lambda verb: verb.set_defaults(run=broken))
    assert cli.main(["doctor"]) == 2
    assert capsys.readouterr().err.startswith("record/rulebook/permissions.toml: the action refer names the role governor")


def test_the_house_reads_every_package_that_has_the_file():
    assert {folder.parent.name for folder in folders()} == {one.package for one in permissions().values()}
    assert all(role.may == granted(permissions(), role.id) for role in nonempty(roles().values()))


@pytest.mark.parametrize("field, code", [("roles", "governor"), ("adds", "sing_screen")])
def test_a_competence_that_names_what_does_not_exist_stops_the_start(tmp_path, field, code):
    named = {"roles": "prescriber", "adds": "sign_screen"} | {field: code}
    (tmp_path / "competences.toml").write_text(
        'id = "competences"\nversion = 1\ntitle = "Able"\napplies_from = 2026-01-01\nreview_by = 2027-01-01\n'
        'source = { title = "list" }\n[[competences]]\nid = "signs"\ntitle = "Signs"\ntier = 2\nlasts_days = 365\n'
        f'roles = ["{named["roles"]}"]\nadds = ["{named["adds"]}"]\n'
    )
    with pytest.raises(RulebookError, match=f"competences.toml: signs names {code}, which is neither"):
        load(tmp_path, competences.BOOK._build)
