"""Two people sign an entry; a site does so beside its own rules, and what is not signed is not used with real people."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from throughcare.config import cli
from throughcare.config.commands import rulebooks
from throughcare.core import rulebook
from throughcare.core.rulebook import NotInUse, Site
from throughcare.instruments import rules as instruments
from throughcare.pathways import rules as pathways
from throughcare.screening import rules as screening

TODAY = date(2026, 6, 1)
WRITTEN = ("--as", "written", "--by", "Ann Author")
CHECKED = ("--as", "checked", "--by", "Ben Checker")


@pytest.fixture
def site(tmp_path):
    with rulebook.using(Site(tmp_path, signed_only=True, since=TODAY)):
        yield tmp_path


def sign(*arguments):
    return cli.main(["rulebook", "sign", *arguments])


def status(id, module="instruments"):
    return next((line.status, line.use) for line in rulebooks.lines(TODAY) if (line.module, line.id) == (module, id))


def test_two_people_put_an_entry_to_use(site, capsys):
    assert status("gad-7") == ("unsigned", "not used")
    assert sign("gad-7", *WRITTEN) == 0
    assert status("gad-7") == ("half signed", "not used") and "A second person" in capsys.readouterr().out
    assert sign("gad-7", *CHECKED) == 0
    assert status("gad-7") == ("in force", "used") and "Two people stand for it" in capsys.readouterr().out
    assert (site / "instruments/signatures.toml").is_file()
    assert not list(rulebooks.HOUSE.glob("*/rulebook/signatures.toml")), "The house's own stays as it came."


@pytest.mark.parametrize("arguments, why", [
    (("gad-7", "--as", "checked", "--by", "ann  AUTHOR"), "A second person must sign"),
    (("gad-7", "--as", "written", "--by", "Cora Clerk"), "signed as written by Ann Author already"),
    (("gad-77", *CHECKED), "There is no such entry: gad-77"),
    (("gad-7", *CHECKED, "--version", "9"), "There is no such entry"),
    (("second-stage", *CHECKED), "instruments/second-stage, screening/second-stage"),
    (("gad-7", "--by", "Ben Checker"), "Say which entry, which part and who"),
])  # fmt: skip
def test_what_cannot_be_signed_is_one_sentence(site, capsys, arguments, why):
    sign("gad-7", *WRITTEN)
    kept = (site / "instruments/signatures.toml").read_text()
    assert sign(*arguments) == 2 and why in capsys.readouterr().err
    assert (site / "instruments/signatures.toml").read_text() == kept


def test_of_two_with_one_id_the_package_says_which(site):
    assert sign("screening/second-stage", *WRITTEN) == 0
    assert (status("second-stage", "screening")[0], status("second-stage")[0]) == ("half signed", "unsigned")


def test_what_is_still_to_be_confirmed_is_said_to_who_signs(site, capsys):
    sign("calendar", *WRITTEN)
    assert "still to be confirmed: Lock-up, evening and office hours are defaults" in capsys.readouterr().out


def both(*ids):
    for id in ids:
        assert sign(id, *WRITTEN) == sign(id, *CHECKED) == 0
    rulebook.use(replace(rulebook.here()))  # as the next start reads them


def test_with_real_people_nothing_unsigned_is_asked(site):
    assert instruments.book().ids(TODAY) == () and len(instruments.book().applying(TODAY)) > 20
    assert screening.offered(TODAY) == []
    assert pathways.pathways().in_use() == ()
    with pytest.raises(NotInUse):
        screening.on(screening.FIRST_NIGHT, TODAY)


def test_a_visit_is_in_use_once_it_and_all_its_forms_are_signed(site):
    both("first-night")
    assert screening.screens().ids(TODAY) == (), "Its questions are not signed."
    both("reception-first-stage", "early-custody-risk", "news2")
    assert screening.screens().ids(TODAY) == ("first-night",)


def test_without_two_signatures_the_house_still_runs(site):
    """Roles, reach, the words of a danger: their absence would be worse than words that nobody signed, so they stand in red."""
    stands = {line.use for line in rulebooks.lines(TODAY) if line.module in ("access", "custody", "patients", "record", "hmpps")}
    assert stands == {"stands"}


@pytest.mark.parametrize("id, used", [("gad-7", "not used"), ("news2", "stands"), ("acct", "stands")])
def test_an_overdue_review_takes_away_only_what_nobody_is_in_the_middle_of(site, id, used):
    both(id)
    rulebook.use(Site(site, signed_only=True, since=date(2030, 1, 1)))
    module = "pathways" if id == "acct" else "instruments"
    late = next(line for line in rulebooks.lines(date(2030, 1, 1)) if (line.module, line.id) == (module, id))
    assert (late.status, late.use) == ("overdue review", used)


def test_a_date_that_passes_while_the_site_runs_takes_nothing_away(site):
    both("gad-7")
    assert instruments.book().on("gad-7", date(2030, 1, 1)).status(date(2030, 1, 1)) == "overdue review"


def test_a_new_version_waits_for_its_signatures_and_the_old_one_goes_on(site):
    both("gad-7")
    text = (instruments.RULEBOOK / "gad-7.toml").read_text(encoding="utf-8")
    old = next(one.version for one in instruments.BOOK.read() if one.id == "gad-7")
    changed = text.replace(f"version = {old}", f"version = {old + 1}", 1)
    (site / "instruments/gad-7.toml").write_text(changed, encoding="utf-8")
    rulebook.use(Site(site, signed_only=True, since=TODAY))
    assert instruments.book().on("gad-7", TODAY).version == old
    both("gad-7")
    assert instruments.book().on("gad-7", TODAY).version == old + 1


@pytest.mark.parametrize(
    "environment, asks", [({}, True), ({"THROUGHCARE_DEMO": "1"}, False), ({"THROUGHCARE_DEBUG": "1"}, False)]
)
def test_the_settings_ask_for_signatures_where_people_may_be_real(environment, asks):
    code = "from throughcare.config import settings\nfrom throughcare.core import rulebook\nprint(rulebook.here().signed_only)"
    clean = {key: value for key, value in os.environ.items() if key not in ("THROUGHCARE_DEMO", "THROUGHCARE_DEBUG")}
    said = subprocess.run([sys.executable, "-c", code], env=clean | environment, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == str(asks)
