"""The worked examples of the risk terms, and the small machines that read them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.nonempty import nonempty
from throughcare.core.rulebook import RulebookError
from throughcare.record import rules
from throughcare.record.rules import ASIDE, SURE, UNSURE, papers
from throughcare.record.rules.dates import heading_when, said_when
from throughcare.record.rules.kept import Kept, key_of
from throughcare.record.rules.reading import places_of
from throughcare.record.rules.spelling import one_slip
from throughcare.record.rules.terms import WORD, matches, phrase, tokens_of

TODAY = date(2026, 3, 2)
TERMS = rules.risk_terms().on("risk-terms", TODAY).value
EXAMPLES = [
    (risk.code, reading, words)
    for risk in TERMS.risks
    for reading, examples in ((SURE, risk.fires), (UNSURE, risk.unsure), (ASIDE, risk.aside), (None, risk.silent))
    for words in examples
]


def reads(words, risk):
    order = [SURE, UNSURE, ASIDE, None]
    found = [hit.reading for hit in rules.read(words, TERMS) if hit.risk == risk] or [None]
    return min(found, key=order.index)


@pytest.mark.parametrize("risk, reading, words", EXAMPLES)
def test_each_worked_example_reads_as_the_rulebook_says(risk, reading, words):
    assert reads(words, risk) == reading


def test_every_risk_has_examples_of_each_kind():
    assert all(risk.fires and risk.unsure and risk.aside and risk.silent and risk.basis for risk in nonempty(TERMS.risks))


@pytest.mark.parametrize("words", [
    "Denies self-harm, cut his wrists last night.", "No thoughts now but found hanging in 2019.",
    "Not seen since he cut up in 2016.", "Discussed that he cut his arms yesterday.",
    "Row with his girlfriend and then cut his arms.", "Ever self harmed? Yes",
])  # fmt: skip
def test_a_denial_beside_an_event_never_hides_it(words):
    assert reads(words, "self_harm") in (SURE, UNSURE)


@given(st.sampled_from([words for risk in TERMS.risks for words in risk.fires]), st.sampled_from(
    ["Denies plans. ", "No concerns today.\n", "Brother well. ", "Asked about housing. "]))  # fmt: skip
def test_what_another_sentence_says_changes_nothing(words, before):
    risk = next(risk.code for risk in TERMS.risks if words in risk.fires)
    assert reads(before + words, risk) == SURE


SAID = [words for risk in TERMS.risks for words in (*risk.fires, *risk.unsure, *risk.aside, *risk.silent)]


@given(st.lists(st.sampled_from(SAID), min_size=1, max_size=4), st.sampled_from([" ", ", ", " and ", "; ", "\n"]))
def test_every_term_that_stands_is_sure_or_to_be_read_or_set_aside(said, between):
    """Found by another way than the reader's: each term tried at each word, none of its shortcuts."""
    text = between.join(said)
    hits = rules.read(text, TERMS)
    for sentence in rules.sentences(text):
        tokens = tokens_of(sentence.text, sentence.start, {word: meant for word in WORD.findall(sentence.text.lower())
                                                          if (meant := TERMS.meant(word))})  # fmt: skip
        named = {risk.code for risk in TERMS.risks if standing(risk, tokens)}
        ends = sentence.start + len(sentence.text)
        here = [hit.risk for hit in hits if sentence.start <= hit.start < ends]
        assert sorted(here) == sorted(named)
    assert all(hit.reading in (SURE, UNSURE, ASIDE) for hit in hits)


def standing(risk, tokens):
    other = list(matches(risk.unless, tokens))
    return [(a, b) for a, b in matches(risk.terms, tokens) if not any(a < end and start < b for start, end in other)]


@given(st.sampled_from(SAID))
def test_a_second_reading_is_the_first(words):
    assert rules.read(words, TERMS) == rules.read(words, TERMS) == [one.hit(words) for one in places_of(words, TERMS)]


def test_what_is_kept_is_bounded_and_knows_its_rulebook():
    kept = Kept(2)
    for text in ("a", "b", "c"):
        kept.put(key_of(text, "one"), text)
    assert len(kept) == 2 and kept.get(key_of("a", "one")) is None and kept.get(key_of("c", "two")) is None


def test_a_term_names_a_group_and_may_be_a_hint():
    term = phrase("~(found|<way>) <way>", {"way": ["hung", "tied"]})
    assert term.hint and list(matches([term], tokens_of("Found tied"))) == [(0, 2)]
    with pytest.raises(RulebookError, match="not there"):
        phrase("<nothing>", {})


@given(st.text(max_size=300))
def test_any_text_can_be_read_and_every_hit_lies_in_it(text):
    assert all(0 <= hit.start < len(text) for hit in rules.read(text, TERMS))


@pytest.mark.parametrize("term, text, found", [
    ("overdos*", "He overdosed twice", True), ("overdos*", "a dose over", False), ("OD", "took an OD", True),
    ("OD", "an od thing", False), ("tied .. bars", "tied his sheet to bars", True),
    ("tied .. bars", "tied a b c d e bars", False),
    ("# lacs", "14 lacs", True), ("his? neck", "neck", None), ("round his? neck", "round neck", True),
    ("*mg OD", "100mg OD", True),
])  # fmt: skip
def test_the_language_of_terms(term, text, found):
    if found is None:
        with pytest.raises(RulebookError, match="begin with a word"):
            phrase(term)
    else:
        assert bool(list(matches([phrase(term)], tokens_of(text)))) == found


@pytest.mark.parametrize("term", ["(two words|one)", "half (open", ".. gap"])
def test_a_term_that_cannot_be_read_is_refused(term):
    with pytest.raises(RulebookError):
        phrase(term)


@pytest.mark.parametrize("word, slip", [("suicde", True), ("suiciide", True), ("siucide", True), ("suicida", True),
                                        ("suicide", False), ("sucde", False)])  # fmt: skip
def test_one_slip_of_the_hand(word, slip):
    assert one_slip(word, "suicide") == slip


@pytest.mark.parametrize("text, first", [
    ("OD in 2014", date(2014, 1, 1)), ("in March 2011 and 2015", date(2011, 3, 1)), ("on 12/3/15", date(2015, 3, 12)),
    ("3rd May 2012", date(2012, 5, 3)), ("31/02/2015", None), ("court in 2031", None), ("sats 94, bp 120/80", None),
])  # fmt: skip
def test_when_something_is_said_to_have_happened(text, first):
    when = said_when(text, TODAY)
    assert (when.first if when else None) == first


def test_a_note_stands_under_the_date_of_its_line():
    page = "01/02/2019 Seen.\nWell.\n12/04/2020 10:20 Nurse\nCut up."
    assert heading_when(page, page.index("Cut"), TODAY).first == date(2020, 4, 12)
    assert heading_when(page, page.index("Well"), TODAY).first == date(2019, 2, 1)


@pytest.mark.parametrize("content, kind", [
    (b"%PDF-1.4", papers.PDF), (b"\xff\xd8\xff\xe0", papers.JPEG), (b"plain \xe9", papers.TEXT), (b"\x89PNG\r\n\x1a\n", None),
    (b"a\0b", None), (b"\x7fELF\x01", None),
])  # fmt: skip
def test_a_file_is_what_its_first_bytes_say(content, kind):
    assert papers.media_type(content) == kind


@given(st.lists(st.text(st.characters(codec="ascii", exclude_characters="\f\r"), max_size=40), max_size=6))
def test_pages_keep_their_numbers(pages):
    whole = papers.pages_of("\f".join(pages))
    assert whole == [page.strip() for page in pages][: len(whole)] and not any(page.strip() for page in pages[len(whole) :])
