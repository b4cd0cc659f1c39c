"""A rulebook stops the start over a mistake, and never over a date."""

from datetime import date
from pathlib import Path

import pytest

from throughcare.core.rulebook import RulebookError, load

ENTRY = """
id = "limit"
version = {version}
title = "A limit"
applies_from = {applies_from}
review_by = 2026-12-31
grams = {grams}
source = {{ title = "BNF", section = "Paracetamol", read_on = 2026-03-12 }}
"""
TODAY = date(2026, 6, 1)


def write(directory: Path, name: str = "limit.toml", version=1, applies_from="2026-01-01", grams="4.0", more="") -> Path:
    directory.mkdir(exist_ok=True)
    (directory / name).write_text(ENTRY.format(version=version, applies_from=applies_from, grams=grams) + more)
    return directory


def sign(directory: Path, hash: str, written="A Pharmacist", checked="B Pharmacist") -> None:
    (directory / "signatures.toml").write_text(
        f'[[signatures]]\nentry = "limit"\nversion = 1\nhash = "{hash}"\nwritten_by = "{written}"\nchecked_by = "{checked}"\n'
    )


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
    book = load(write(tmp_path / "base"), grams, overlay=write(tmp_path / "site", version=2, grams="2.0"))
    assert str(book.on("limit", TODAY).value) == "2.0"
    assert book.on("limit", TODAY).local


def test_a_site_may_not_rewrite_a_version(tmp_path):
    base, site = write(tmp_path / "base"), write(tmp_path / "site", grams="2.0")
    with pytest.raises(RulebookError, match="higher version"):
        load(base, grams, overlay=site)


def test_a_changed_word_is_an_unsigned_entry(tmp_path):
    directory = write(tmp_path)
    sign(directory, load(directory, grams).on("limit", TODAY).content_hash)
    assert load(directory, grams).on("limit", TODAY).status(TODAY) == "in force"
    write(directory, grams="4.5")
    assert load(directory, grams).on("limit", TODAY).status(TODAY) == "unsigned"
    with pytest.raises(RulebookError, match="no signed entry"):
        load(directory, grams).on("limit", TODAY, signed_only=True)


def test_layout_and_comments_do_not_break_a_signature(tmp_path):
    before = load(write(tmp_path), grams).on("limit", TODAY).content_hash
    assert load(write(tmp_path, more="\n# a remark\n"), grams).on("limit", TODAY).content_hash == before


@pytest.mark.parametrize(
    "today, status",
    [(date(2025, 12, 31), "not yet"), (date(2026, 12, 31), "in force"), (date(2027, 1, 1), "overdue review")],
)
def test_a_date_changes_the_status_and_stops_nothing(tmp_path, today, status):
    directory = write(tmp_path)
    sign(directory, load(directory, grams).on("limit", TODAY).content_hash)
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
