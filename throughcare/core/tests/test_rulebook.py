"""A rulebook stops the start over a mistake, and never over a date."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from throughcare.core import rulebook
from throughcare.core.rulebook import Book, Inactive, NotInUse, RulebookError, Site, load, typed, using

ENTRY = """
id = "limit"
version = {version}
title = "A limit"
applies_from = {applies_from}
review_by = 2026-12-31
grams = {grams}
source = {{ title = "BNF", section = "Paracetamol", read_on = 2026-03-12 }}
"""
TODAY, OVERDUE = date(2026, 6, 1), date(2027, 1, 1)


def write(directory: Path, name: str = "limit.toml", version=1, applies_from="2026-01-01", grams="4.0", more="") -> Path:
    directory.mkdir(exist_ok=True, parents=True)
    (directory / name).write_text(ENTRY.format(version=version, applies_from=applies_from, grams=grams) + more)
    return directory


def sign(directory: Path, hash: str, written="A Pharmacist", checked="B Pharmacist", version=1) -> None:
    rows = [(part, by) for part, by in (("written", written), ("checked", checked)) if by]
    with (directory / "signatures.toml").open("a") as file:
        for part, by in rows:
            file.write(
                f'[[signatures]]\nentry = "limit"\nversion = {version}\nhash = "{hash}"\npart = "{part}"\nby = "{by}"\n'
                "on = 2026-02-01\n"
            )


def put_in_force(directory: Path, version: int = 1) -> None:
    sign(directory, load(directory, grams).version("limit", version).content_hash, version=version)


def grams(data):
    return data["grams"]


def test_an_entry_has_an_identity_a_source_and_a_value(tmp_path):
    entry = load(write(tmp_path), grams).on("limit", TODAY)
    assert (entry.id, entry.version, entry.source.title, str(entry.value)) == ("limit", 1, "BNF", "4.0")


def test_applies_from_chooses_and_old_versions_stay(tmp_path):
    write(tmp_path)
    book = load(write(tmp_path, "newer.toml", version=2, applies_from="2026-05-01", grams="3.0"), grams)
    assert [book.on("limit", day).version for day in (date(2026, 4, 30), date(2026, 5, 1))] == [1, 2]
    assert str(book.version("limit", 1).value) == "4.0"


def test_a_site_overrides_with_a_higher_version(tmp_path):
    write(tmp_path / "site/medicines", version=2, grams="2.0")
    with using(Site(tmp_path / "site")):
        found = load(write(tmp_path / "medicines/rulebook"), grams).on("limit", TODAY)
    assert (str(found.value), found.local) == ("2.0", True)


def test_a_sites_folder_within_a_rulebook_has_the_same_name(tmp_path):
    write(tmp_path / "site/medicines/limits", version=2, grams="2.0")
    with using(Site(tmp_path / "site")):
        assert load(write(tmp_path / "medicines/rulebook/limits"), grams).on("limit", TODAY).local
        assert not load(write(tmp_path / "medicines/rulebook"), grams).on("limit", TODAY).local


def test_a_site_may_not_rewrite_a_version(tmp_path):
    base = write(tmp_path / "medicines/rulebook")
    write(tmp_path / "site/medicines", grams="2.0")
    with using(Site(tmp_path / "site")), pytest.raises(RulebookError, match="higher version"):
        load(base, grams)


def test_an_overlay_that_is_not_there_is_said(tmp_path):
    with using(Site(tmp_path / "nowhere")), pytest.raises(RulebookError, match="THROUGHCARE_OVERLAY"):
        load(write(tmp_path / "medicines/rulebook"), grams)


def test_a_changed_word_is_an_unsigned_entry(tmp_path):
    directory = write(tmp_path)
    put_in_force(directory)
    assert load(directory, grams).on("limit", TODAY).status(TODAY) == "in force"
    write(directory, grams="4.5")
    assert load(directory, grams).on("limit", TODAY).status(TODAY) == "unsigned"


def test_one_person_alone_is_half_a_signature(tmp_path):
    sign(tmp_path, load(write(tmp_path), grams).on("limit", TODAY).content_hash, checked="")
    entry = load(tmp_path, grams).on("limit", TODAY)
    assert entry.status(TODAY) == "half signed" and not entry.is_signed


def test_a_site_signs_the_houses_words_in_its_own_overlay(tmp_path):
    base, site = write(tmp_path / "medicines/rulebook"), tmp_path / "site/medicines"
    site.mkdir(parents=True)
    with using(Site(tmp_path / "site")):
        entry = load(base, grams).on("limit", TODAY)
        rulebook.sign(entry, "written", "A Pharmacist", TODAY, site)
        rulebook.sign(load(base, grams).on("limit", TODAY), "checked", "B Pharmacist", TODAY, site)
        assert load(base, grams).on("limit", TODAY).is_signed
    assert not load(base, grams).on("limit", TODAY).is_signed


# What is used where signatures are asked for, by how an entry stands and what its kind says.
@pytest.mark.parametrize("inactive, vital, signed, since, used", [
    (Inactive.ABSENT, (), True, TODAY, True),
    (Inactive.ABSENT, (), False, TODAY, False),
    (Inactive.ABSENT, (), True, OVERDUE, False),
    (Inactive.ABSENT, ("limit",), True, OVERDUE, True),     # its absence would be the danger
    (Inactive.ABSENT, ("limit",), False, TODAY, False),     # but nobody meets words that nobody signed
    (Inactive.KEPT, (), True, OVERDUE, True),
    (Inactive.KEPT, (), False, TODAY, False),
    (Inactive.STANDS, (), False, TODAY, True),
    (Inactive.STANDS, (), True, OVERDUE, True),
])  # fmt: skip
def test_what_is_used_where_signatures_are_asked_for(tmp_path, inactive, vital, signed, since, used):
    directory = write(tmp_path)
    if signed:
        put_in_force(directory)
    with using(Site(signed_only=True, since=since)):
        book = load(directory, grams, inactive=inactive, vital=vital)
    assert [entry.active for entry in book] == [used]
    assert (book.ids(TODAY), book.applying(TODAY)) == (("limit",) if used else (), ("limit",))
    assert book.version("limit", 1).value, "An old answer can always be read."
    assert book.known("limit", TODAY).version == 1
    if not used:
        with pytest.raises(NotInUse, match="two people must sign it"):
            book.on("limit", TODAY)


@pytest.mark.parametrize("inactive", list(Inactive))
def test_an_unsigned_version_falls_back_to_the_last_signed_one(tmp_path, inactive):
    put_in_force(write(tmp_path))
    write(tmp_path, "newer.toml", version=2, grams="3.0")
    assert load(tmp_path, grams, inactive=inactive).on("limit", TODAY).version == 2, "Without a demand, the newest."
    with using(Site(signed_only=True, since=TODAY)):
        assert load(tmp_path, grams, inactive=inactive).on("limit", TODAY).version == 1


def test_no_date_stops_a_running_site(tmp_path):
    put_in_force(write(tmp_path))
    with using(Site(signed_only=True, since=TODAY)):
        book = load(tmp_path, grams, inactive=Inactive.ABSENT)
        assert book.on("limit", OVERDUE).status(OVERDUE) == "overdue review", "It was in order when the site started."


def test_layout_and_comments_do_not_break_a_signature(tmp_path):
    before = load(write(tmp_path), grams).on("limit", TODAY).content_hash
    assert load(write(tmp_path, more="\n# a remark\n"), grams).on("limit", TODAY).content_hash == before


@pytest.mark.parametrize(
    "today, status",
    [(date(2025, 12, 31), "not yet"), (date(2026, 12, 31), "in force"), (date(2027, 1, 1), "overdue review")],
)
def test_a_date_changes_the_status_and_stops_nothing(tmp_path, today, status):
    directory = write(tmp_path)
    put_in_force(directory)
    assert load(directory, grams).on("limit", TODAY).status(today) == status


@pytest.mark.parametrize("checked", ["A Pharmacist", " a pharmacist "])
def test_nobody_checks_their_own_work(tmp_path, checked):
    sign(write(tmp_path), "x", checked=checked)
    with pytest.raises(RulebookError, match="second person"):
        load(tmp_path, grams)


@pytest.mark.parametrize(
    "more, said",
    [
        ("grams 5", r"limit.toml: .*line 9"),
        ("[source.more]\nx = 1", r"limit.toml: .*line 9"),
    ],
)
def test_a_mistake_names_the_file_and_the_place(tmp_path, more, said):
    with pytest.raises(RulebookError, match=said):
        load(write(tmp_path, more=more), grams)


@pytest.mark.parametrize("by, part, on, why", [
    ("B Pharmacist", "checked", OVERDUE, "was to be reviewed by 2026-12-31"),
    ("  a  PHARMACIST", "checked", TODAY, "A second person must sign this one"),
    ("C Pharmacist", "written", TODAY, "is signed as written by A Pharmacist already"),
    (" ", "checked", TODAY, "Give the name"),
    ('B" Pharmacist', "checked", TODAY, "Give the name"),
], ids=["overdue", "same person", "twice", "blank", "breaks the file"])  # fmt: skip
def test_a_signature_that_would_prove_nothing_is_refused(tmp_path, by, part, on, why):
    sign(tmp_path, load(write(tmp_path), grams).on("limit", TODAY).content_hash, checked="")
    with pytest.raises(RulebookError, match=why):
        rulebook.sign(load(tmp_path, grams).on("limit", TODAY), part, by, on, tmp_path)


def test_signatures_are_only_ever_added(tmp_path):
    directory = write(tmp_path)
    put_in_force(directory)
    before = (directory / "signatures.toml").read_text()
    write(directory, "newer.toml", version=2, grams="3.0")
    rulebook.sign(load(directory, grams).on("limit", TODAY), "written", "C Pharmacist", TODAY, directory)
    assert (directory / "signatures.toml").read_text().startswith(before)


def test_wanting_names_what_is_missing_once_and_what_is_only_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("throughcare.core.rulebook.book._DECLARED", {})
    Book(write(tmp_path / "absent"), grams, inactive=Inactive.ABSENT)
    Book(write(tmp_path / "vital"), grams, inactive=Inactive.ABSENT, vital=("limit",))
    Book(write(tmp_path / "stands"), grams)
    put_in_force(write(tmp_path / "behind"))
    Book(write(tmp_path / "behind", "newer.toml", version=2), grams)
    with using(Site(signed_only=True, since=TODAY)):
        found = rulebook.wanting(TODAY)
    assert (found.absent, found.vital, found.stands, found.behind) == (("A limit",),) * 4 and found.count == 4


@dataclass(frozen=True)
class Part:
    name: str
    grams: Decimal


@dataclass(frozen=True)
class Whole:
    parts: tuple[Part, ...]
    roles: frozenset[str] = frozenset()
    by_code: Mapping[str, Part] = field(default_factory=dict)
    asks: bool = False


def test_tables_within_become_dataclasses():
    part = {"name": "a", "grams": Decimal("1.5")}
    made = typed(Whole, {"parts": [part], "roles": ["nurse"], "by_code": {"x": part}}, "the file")
    assert made == Whole((Part("a", Decimal("1.5")),), frozenset({"nurse"}), {"x": Part("a", Decimal("1.5"))})


@pytest.mark.parametrize("data, why", [
    ({"parts": [{"name": "a", "gramms": 1}]}, "the file: parts 1: the key 'gramms' is not known"),
    ({"parts": [{"name": "a"}]}, "the file: parts 1: the key 'grams' is missing"),
    ({"parts": [{"name": 1, "grams": 1}]}, "the file: parts 1: name: a text is expected here"),
    ({"parts": [{"name": "a", "grams": True}]}, "the file: parts 1: grams: a number is expected here"),
    ({"parts": {}}, "the file: parts: a list is expected here"),
    ({"parts": [], "asks": "yes"}, "the file: asks: true or false is expected here"),
    ({"parts": [], "by_code": {"x": 1}}, "the file: by_code.x: a table is expected here"),
])  # fmt: skip
def test_a_value_of_another_shape_is_refused_by_file_and_key(data, why):
    with pytest.raises(RulebookError, match=why):
        typed(Whole, data, "the file")


@pytest.mark.parametrize("version, applies_from", [('"one"', "2026-01-01"), ("true", "2026-01-01"), ("1", '"soon"')])
def test_an_identity_must_be_readable(tmp_path, version, applies_from):
    with pytest.raises(RulebookError, match=r"limit.toml"):
        load(write(tmp_path, version=version, applies_from=applies_from), grams)


def test_a_missing_directory_is_said(tmp_path):
    with pytest.raises(RulebookError, match="no such directory"):
        load(tmp_path / "nowhere", grams)


def test_an_unknown_key_is_refused_by_name(tmp_path):
    write(tmp_path)
    (tmp_path / "limit.toml").write_text((tmp_path / "limit.toml").read_text().replace("section", "secton"))
    with pytest.raises(RulebookError, match=r"limit.toml: source: the key 'secton' is not known"):
        load(tmp_path, grams)
