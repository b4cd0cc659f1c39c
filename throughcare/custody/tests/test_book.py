"""What the prison's codes are called: every line of the table checked when it is read, and nothing met without words."""

from datetime import UTC, datetime

import pytest

from tests.nonempty import nonempty
from throughcare.core import clock
from throughcare.core.rulebook import RulebookError, Site, load, using
from throughcare.custody import book
from throughcare.custody.models import KeyDate
from throughcare.hmpps import book as hmpps
from throughcare.pathways import rules as pathways

IDENTITY = """# id = "alert-codes"
# version = 1
# title = "Codes"
# applies_from = 2026-01-01
# review_by = 2027-01-01
# source = { title = "list" }
"""
HEAD = "type,code,label,active,banner,rank,words,basis\n"
ACCT = "H,HA,ACCT Open (HMPS),Y,urgent,1,open ACCT,list\n"


def test_the_book_can_be_read():
    (entry,) = book.WORDS.all()
    assert entry.source.title and len(book.alert_codes()) == 87


def test_a_version_agreed_for_later_changes_no_word_until_then(tmp_path):
    told = (book.FOLDER / "custody-words.toml").read_text(encoding="utf-8")
    later = told.replace("version = 1", "version = 2").replace("applies_from = 2026-01-01", "applies_from = 2030-01-01")
    (tmp_path / "custody").mkdir()
    (tmp_path / "custody/custody-words.toml").write_text(later.replace('words = "', 'words = "New: '), encoding="utf-8")
    with using(Site(tmp_path)):
        before = book.date_words()
        with clock.at(datetime(2030, 1, 2, tzinfo=UTC)):
            after = book.date_words()
    assert not any(one.startswith("New: ") for one in before.values())
    assert all(one.startswith("New: ") for one in nonempty(after.values())) and after.keys() == before.keys()


def test_every_code_says_where_its_meaning_is_from():
    assert all(one.basis and one.label for one in nonempty(book.alert_codes().values()))


@pytest.mark.parametrize("lines, why", [
    (ACCT + "H,HA,Again,Y,,,,list\n", "HA: it is listed twice"),
    ("H,HA,ACCT Open (HMPS),Y,urgent,1,open ACCT,\n", "HA: code, type, label and basis are needed"),
    ("H,HA,,Y,,,,list\n", "code, type, label and basis are needed"),
    ("H,HA,ACCT Open (HMPS),Y,loud,1,open ACCT,list\n", "banner is one of urgent, info, or blank"),
    ("H,HA,ACCT Open (HMPS),Y,urgent,first,open ACCT,list\n", "plain words and a rank of its own"),
    ("H,HA,ACCT Open (HMPS),Y,urgent,1,,list\n", "plain words and a rank of its own"),
    (ACCT + "H,HC,Self Harm - Custody,Y,urgent,1,self-harm,list\n", "HC: what stands in the banner"),
], ids=["twice", "no source", "no label", "strength", "rank", "no words", "one rank for two"])  # fmt: skip
def test_a_line_that_cannot_be_used_stops_the_start_with_its_code(tmp_path, lines, why):
    with pytest.raises(RulebookError, match=why):
        codes(tmp_path, HEAD + lines)


@pytest.mark.parametrize("table, why", [
    ("type,code,label,active,banner,rank,words\nH,HA,ACCT Open (HMPS),Y,,,\n", "'basis' is missing"),
    (HEAD + "H,HA,ACCT Open (HMPS),Y,,,\n", "line 8 has more or fewer values"),
    (HEAD.replace("label", "lable") + "H,HA,ACCT,Y,,,,list\n", "'lable' is not known"),
], ids=["no column", "short line", "misspelt"])  # fmt: skip
def test_a_table_without_a_column_is_refused(tmp_path, table, why):
    with pytest.raises(RulebookError, match=why):
        codes(tmp_path, table)


def codes(folder, table):
    (folder / "alert-codes.csv").write_text(IDENTITY + table, encoding="utf-8")
    return load(folder, book.build_codes)


def test_plain_words_come_before_the_prisons_label():
    assert book.meaning("HA").text == "open ACCT"
    assert book.meaning("XSO").text == "Sex Offender"


def test_a_code_that_is_not_on_our_list_is_shown_as_the_prisons_and_never_in_the_banner():
    strange = book.meaning("ZZQ")
    assert strange.text == "ZZQ: meaning not on our list" and not strange.banner


def test_the_banner_has_few_codes_and_the_open_acct_first():
    marked = sorted((one for one in book.alert_codes().values() if one.banner), key=lambda one: one.rank)
    assert marked[0].code == "HA" and len(marked) <= 14


def test_what_shames_or_accuses_never_stands_in_the_banner():
    """A screen is seen by others: offences, children, vulnerability to blackmail are on the page of their own only."""
    kept_off = {"C", "R", "S", "O", "P", "A", "L", "W"}
    assert not {one.code for one in book.alert_codes().values() if one.banner and one.type in kept_off}


def test_every_kind_of_date_that_the_feed_takes_has_words():
    kinds = {one.kind for one in hmpps.date_types()} | {"court"}
    assert kinds <= book.date_words().keys()


def test_every_certainty_has_words():
    assert set(KeyDate.Certainty.values) == book.certainty_words().keys()


def test_every_alert_that_begins_a_pathway_is_on_our_list():
    started = {on.where["code"] for entry in pathways.pathways() for on in (*entry.value.enters_on, *entry.value.leaves_on)
               if on.fact.startswith("patients.CustodyAlert")}  # fmt: skip
    assert started and started <= book.alert_codes().keys()
