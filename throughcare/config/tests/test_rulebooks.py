"""The rulebook command: every entry of every module is listed, and a mistake is one sentence."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.nonempty import nonempty
from throughcare.config import cli
from throughcare.config.commands import rulebook_pages, rulebooks
from throughcare.config.commands.problem import Problem
from throughcare.core.rulebook import RulebookError, body, read
from throughcare.instruments import rules as instruments
from throughcare.pathways import rules as pathways
from throughcare.record.kinds import kinds


def test_a_review_that_is_overdue_shows():
    late = rulebooks.lines(date(2099, 1, 1))
    assert late and {line.status for line in late} <= rulebooks.NOT_FOR_RELEASE


def test_only_a_release_fails_for_a_missing_signature(capsys):
    assert rulebooks.do("check") == 0
    assert rulebooks.do("check", release=True) == 1
    assert "unsigned" in capsys.readouterr().out


def test_an_unreadable_file_is_one_sentence(monkeypatch, capsys):
    def broken():
        raise RulebookError("first-night.toml: the key 'severty' is not known.")

    monkeypatch.setattr(instruments.BOOK, "read", broken)
    assert cli.main(["rulebook", "check"]) == 2
    assert capsys.readouterr().err == "first-night.toml: the key 'severty' is not known.\n"


def test_a_kind_of_contact_written_by_nobody_we_know_is_found(monkeypatch):
    strange = replace(next(iter(kinds().values())), roles=frozenset({"governor"}))
    monkeypatch.setattr(rulebooks, "kinds", lambda: {**kinds(), strange.id: strange})
    with pytest.raises(Problem, match="names the role governor, which does not exist"):
        rulebooks.do("check")


def test_every_question_alert_and_step_is_on_a_printed_page():
    printed = {path.stem: text for path, text in rulebook_pages.pages().items()}
    for entry in nonempty(instruments.book()):
        for item in (*entry.value.items, *entry.value.alerts):
            assert f"`{item.id}`" in printed[entry.id]
    for path in nonempty(pathways.pathways()):
        page = printed[f"pathway-{path.id}"]
        running, waiting = page.split("## Steps that wait") if "## Steps that wait" in page else (page, "")
        for step in nonempty(path.value.steps):
            assert step.title in waiting if step.waits else f"`{step.id}`" in running, step.id


def test_every_file_has_a_page_with_its_identity_and_all_that_it_says():
    printed = {path.stem: text for path, text in rulebook_pages.pages().items()}
    for book, entry in nonempty((one, entry) for one in rulebooks.books() for entry in one.all().newest()):
        head = f"\n# {entry.title}\n\n`{entry.id}`, version {entry.version},"
        page = next(text for text in printed.values() if head in text)
        if book not in rulebook_pages.IN_WORDS:
            gone = [word for word in values(body(read(entry.file))) if word not in page]
            assert gone == [], entry.id


def values(data) -> list[str]:
    """Every text and number within, as a page writes it."""
    if isinstance(data, dict):
        return [word for one in data.values() for word in values(one)]
    if isinstance(data, list):
        return [word for one in data for word in values(one)]
    return [] if isinstance(data, bool) else [" ".join(str(data).split()).replace("|", "\\|")]


def test_printing_writes_only_its_own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(rulebook_pages, "FOLDER", tmp_path / "rulebook")
    rulebooks.do("print")
    assert {path.parent for path in Path(tmp_path).rglob("*.md")} == {tmp_path / "rulebook"}
