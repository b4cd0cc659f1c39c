"""The small machines that read what was written, each by itself: sentences, phrases, slips of the hand, dates, and who it is
said of. On words made for the test, so that a change of the rulebook changes nothing here."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from throughcare.core.rulebook import RulebookError
from throughcare.record.rules import ASIDE, SURE, UNSURE, build_terms, read, sentences
from throughcare.record.rules.dates import When, heading_when, said_when
from throughcare.record.rules.kept import Kept, key_of
from throughcare.record.rules.needing import Needs
from throughcare.record.rules.spelling import one_slip, spelling
from throughcare.record.rules.terms import WORD, Phrase, matches, phrase, tokens_of

TODAY = date(2026, 3, 2)
WORDS = some.text("abcdefgh", min_size=1, max_size=9)


class TestSentences:
    @pytest.mark.parametrize("text, cut", [
        ("Slept well. Ate.", ["Slept well.", "Ate."]),
        ("Denies it! Cut last night", ["Denies it!", "Cut last night"]),
        ("Seen at 14.30 today", ["Seen at 14.30 today"]),
        ("sertraline 50mg.took 20", ["sertraline 50mg.took 20"]),
        ("No plans\nCut his arms", ["No plans", "Cut his arms"]),
        ("Denies any thoughts of\nharming himself", ["Denies any thoughts of\nharming himself"]),
        ("Denies it\n\nharmed himself in March", ["Denies it", "harmed himself in March"]),
        ("• Fits • Asthma", ["Fits", "Asthma"]),
        ("", []), (" \n \n", []), ("...", ["..."]),
    ])  # fmt: skip
    def test_end_where_a_no_must_not_reach_over(self, text, cut):
        assert [one.text.strip() for one in sentences(text)] == cut

    @given(some.text("ab. ?!\n•", max_size=60))
    def test_lie_in_the_text_in_order_and_lose_no_word(self, text):
        found = list(sentences(text))
        assert all(text[one.start : one.start + len(one.text)] == one.text for one in found)
        assert [one.start for one in found] == sorted({one.start for one in found})
        assert WORD.findall(" ".join(one.text for one in found)) == WORD.findall(text)

    def test_know_what_comes_after_and_whether_it_is_on_the_same_line(self):
        asked, answer = sentences("Ever cut? Yes")
        assert (asked.asks, asked.after, asked.same_line, asked.answered) == (True, "Yes", True, 13)
        assert (answer.asks, answer.after) == (False, "")
        asked, _ = sentences("Ever cut?\nYes")
        assert (asked.after, asked.same_line) == ("Yes", False)


class TestPhrases:
    @pytest.mark.parametrize("term, text, found", [
        ("overdos*", "overdosing", True), ("overdos*", "an overdo", False),
        ("*mg", "100mg", True), ("*mg", "mg100", False),
        ("(sheet|lace*)", "laces", True), ("(sheet|lace*)", "sheets", False),
        ("cut his? arm", "cut arm", True), ("cut his? arm", "cut his arm", True), ("cut his? arm", "cut her arm", False),
        ("tied .. bars", "tied bars", True), ("tied .. bars", "tied a b c d bars", True),
        ("tied .. bars", "tied a b c d e bars", False),
        ("tied ... bars", "tied 1 2 3 4 5 6 7 8 9 bars", True), ("tied ... bars", "tied 1 2 3 4 5 6 7 8 9 0 bars", False),
        ("took # tablets", "took 20 tablets", True), ("took # tablets", "took several tablets", True),
        ("took # tablets", "took the tablets", False), ("took # tablets", "took x20 tablets", True),
        ("OD", "OD", True), ("OD", "od", False), ("OD", "ODS", False),
        ("isn't well", "isn’t well", True), ("Cut", "CUT", True), ("hung himself", "hung, himself", True),
    ])  # fmt: skip
    def test_match_word_by_word(self, term, text, found):
        assert bool(list(matches([phrase(term)], tokens_of(text)))) is found

    def test_that_can_be_read_in_two_ways_take_the_shorter(self):
        assert list(matches([phrase("tied .. bars")], tokens_of("tied to bars by bars"))) == [(0, 3)]

    @given(some.lists(WORDS, min_size=1, max_size=4), some.lists(WORDS, max_size=4), some.lists(WORDS, max_size=4))
    def test_of_plain_words_are_found_wherever_they_stand(self, term, before, after):
        found = list(matches([phrase(" ".join(term))], tokens_of(" ".join([*before, *term, *after]))))
        assert (len(before), len(before) + len(term)) in found

    @pytest.mark.parametrize("term, why", [
        ("", "must begin with a word"), (".. bars", "must begin with a word"), ("his? bars", "must begin with a word"),
        ("(two words|one)", "bracket that does not close"), ("half (open", "bracket that does not close"),
        ("(one||two)", "bracket that does not close"), ("tied <rope> bars", "names the group 'rope', which is not there"),
    ])  # fmt: skip
    def test_that_cannot_be_read_are_refused_by_their_words(self, term, why):
        with pytest.raises(RulebookError) as refusal:
            phrase(term)
        assert why in str(refusal.value) and repr(term) in str(refusal.value)

    def test_know_a_no_of_their_own_and_whether_they_are_only_hints(self):
        assert phrase("not eaten").says_no and not phrase("eaten").says_no
        assert phrase("~collapsed").hint and not phrase("collapsed").hint

    @given(some.lists(WORDS, min_size=1, max_size=3), some.text("abcdefgh ", max_size=40))
    def test_the_quick_look_leaves_out_none_that_the_slow_one_finds(self, term, text):
        """Which terms a text can hold at all is guessed by its words: the guess may be too wide, and never too narrow."""
        one = phrase(" ".join(term))
        needs = Needs.among([one])
        filled = needs.remembered().by(token.word for token in tokens_of(text))
        assert not list(matches([one], tokens_of(text))) or needs.of[one] <= filled

    @pytest.mark.parametrize("term", ["overdos* #", "*mg OD", "(foil|pip*) his? hand", "tied .. bars"])
    def test_the_quick_look_knows_every_kind_of_place(self, term):
        one = phrase(term)
        needs = Needs.among([one])
        said = {
            "overdos* #": "overdosed 20",
            "*mg OD": "50mg od",
            "(foil|pip*) his? hand": "pipes hand",
            "tied .. bars": "tied bars",
        }
        assert needs.of[one] <= needs.remembered().by(said[term].split())
        assert not needs.of[one] <= needs.remembered().by(["hand"])


class TestSlips:
    @given(some.text("abcde", min_size=3, max_size=9), some.data())
    def test_one_letter_missing_added_changed_or_two_swapped_is_one_slip(self, right, data):
        at = data.draw(some.integers(1, len(right) - 1))
        letter = data.draw(some.sampled_from("xyz"))
        slips = [right[:at] + right[at + 1 :], right[:at] + letter + right[at:], right[:at] + letter + right[at + 1 :]]
        if at + 1 < len(right) and right[at] != right[at + 1]:
            slips.append(right[:at] + right[at + 1] + right[at] + right[at + 2 :])
        assert all(one_slip(word, right) for word in slips)

    @given(some.text("abc", min_size=1, max_size=8))
    def test_none_is_no_slip(self, word):
        assert not one_slip(word, word)

    @pytest.mark.parametrize("word", ["sicde", "suicidexx", "suidice", "tuicidd", "", "s"])
    def test_two_are_another_word(self, word):
        assert not one_slip(word, "suicide")

    def test_a_word_that_is_known_is_never_read_as_another(self):
        assert spelling(["refused", "refuses", "refusd"], ["refused", "refuses"]) == {"refusd": "refused"}

    def test_the_first_letter_is_right(self):
        assert spelling(["tuicide"], ["suicide"]) == {}


class TestDates:
    @pytest.mark.parametrize("text, first, words", [
        ("Hung himself 12/03/15", date(2015, 3, 12), "12/03/15"), ("on 1.2.2019", date(2019, 2, 1), "1.2.2019"),
        ("in 49", None, None), ("12/3/49", None, None), ("12/3/50", date(1950, 3, 12), "12/3/50"),
        ("the 3rd March 2012", date(2012, 3, 3), "3rd March 2012"), ("Sept. 2012", date(2012, 9, 1), "Sept. 2012"),
        ("March, 2012", date(2012, 3, 1), "March, 2012"), ("1999 and 2003", date(1999, 1, 1), "1999"),
        ("2003 and 1999", date(1999, 1, 1), "1999"), ("30/02/2019", None, None), ("00/00/2019", None, None),
        ("bp 120/80", None, None), ("cell 2014 B", date(2014, 1, 1), "2014"), ("in 2049", None, None), ("", None, None),
    ])  # fmt: skip
    def test_the_earliest_that_is_named_and_is_not_to_come(self, text, first, words):
        assert said_when(text, TODAY) == (When(first, words) if first else None)

    def test_today_has_happened_and_tomorrow_has_not(self):
        assert said_when("02/03/2026", TODAY).first == TODAY
        assert said_when("03/03/2026", TODAY) is None

    @given(some.dates(date(1950, 1, 1), date(2049, 12, 31)))
    def test_every_day_that_can_be_written_is_read_back(self, day):
        for text in (f"{day:%d/%m/%Y}", f"{day:%d-%m-%y}", f"{day.day} {day:%B %Y}", f"{day:%d.%m.%Y}"):
            assert said_when(text, day).first == day

    def test_a_note_stands_under_the_last_line_that_begins_with_a_date(self):
        page = "** 01/02/2019 Seen in 2011.\nWell.\n * 12/04/2020 Nurse\nCut up.\nrang in 1998\nSlept."
        assert heading_when(page, page.index("Cut"), TODAY).first == date(2020, 4, 12)
        assert heading_when(page, page.index("Well"), TODAY).first == date(2019, 2, 1)
        assert heading_when(page, page.index("Slept"), TODAY).first == date(2020, 4, 12), "a date within a line heads nothing"
        assert heading_when(page, 0, TODAY) is None

    def test_a_heading_that_is_to_come_heads_nothing(self):
        page = "01/02/2019 Seen.\n01/02/2030 Review due.\nCut up."
        assert heading_when(page, page.index("Cut"), TODAY).first == date(2019, 2, 1)


CUES = {
    "denied_before": ["denies", "no", "never"], "denied_after": ["denied"], "closing_no": ["no"],
    "not_denied": ["no longer denies"],
    "others": ["brother", "mother", "cellmate"], "others_after": ["by cellmate"], "beside": ["with"], "whose": ["who"],
    "reporting": ["says"], "himself": ["he", "himself"], "taught_before": ["discussed", "advice on"], "taught_after": ["leaflet"],
    "perhaps": ["possible", "maybe"], "turns": ["but"], "new_clause": ["(took|cut)"], "happened_before": ["last night"],
    "told_of": ["told me"], "printed_question": ["ever"], "yes": ["yes"], "no": ["no"], "unanswered": ["not asked"],
    "planned": ["if he"], "in_general": ["people"],
}  # fmt: skip


def book(**more):
    """A rulebook of one danger: he cut himself."""
    return {
        "id": "risk-terms", "version": 1, "title": "Made for the test", "applies_from": TODAY,
        "groups": {"blade": ["razor", "glass"]}, "spelt": ["ligature"], "cues": CUES,
        "risks": [{"code": "cut", "words": "Cut", "weight": 1, "basis": "test",
                   "terms": ["cut", "<blade> .. wrist", "ligature*", "~scratched"],
                   "unless": ["cut down", "haircut cut"]}], **more,
    }  # fmt: skip


TERMS = build_terms(book())


def reading(words):
    return [hit.reading for hit in read(words, TERMS)]


class TestWhoseAndWhether:
    @pytest.mark.parametrize("words, how", [
        ("Cut his arm.", SURE),
        ("Took glass to his wrist.", SURE),
        ("Denies he ever cut.", ASIDE),
        ("Denies plans, took a blade and cut.", SURE),
        ("Denies it but cut last week.", SURE),
        ("No thoughts. Cut last week.", SURE),
        ("Denies it; cut last week.", SURE),
        ("Denies a b c d e f g h i cut.", ASIDE),
        ("Denies a b c d e f g h i j k l cut.", UNSURE),
        ("Denies a b c d e f g h i j k l m n o p cut.", SURE),
        ("Denies having cut in 2014, was seen.", UNSURE),
        ("Denies he cut last night.", UNSURE),
        ("Cut denied.", ASIDE),
        ("Cut: no.", ASIDE),
        ("His brother cut.", ASIDE),
        ("Cut with his brother.", SURE),
        ("Cut, his brother.", UNSURE),
        ("Cut by cellmate.", ASIDE),
        ("His mother says he cut.", SURE),
        ("Discussed what cut means.", ASIDE),
        ("Discussed that he cut last night.", UNSURE),
        ("Cut leaflet given.", ASIDE),
        ("Possible cut.", UNSURE),
        ("Would be seen if he cut.", UNSURE),
        ("People cut.", UNSURE),
        ("Scratched.", UNSURE),
        ("[ ] cut", ASIDE),
        ("Ever cut? Yes", SURE),
        ("Ever cut? No", ASIDE),
        ("Ever cut? Not asked", ASIDE),
        ("Ever cut?", ASIDE),
        ("Cut?", UNSURE),
        ("Ligatrue found.", SURE),
    ])  # fmt: skip
    def test_how_a_mention_reads(self, words, how):
        assert reading(words) == [how]

    @pytest.mark.parametrize("words", ["Cut down on smoking.", "A haircut cut.", "Slept well.", "Razor sharp today.", ""])
    def test_what_means_something_else_or_nothing_is_not_named(self, words):
        assert reading(words) == []

    def test_of_two_in_one_sentence_the_surest_counts(self):
        assert reading("Denies he ever cut, took a razor to his wrist.") == [SURE]

    def test_a_hit_says_the_sentence_and_where_it_begins(self):
        text = "Slept well.\nSeen at 9:  cut   his arm.\nAte."
        (hit,) = read(text, TERMS)
        assert (hit.risk, hit.quote) == ("cut", "Seen at 9: cut his arm.")
        assert text[hit.start : hit.start + 3] == "cut"

    def test_a_question_is_quoted_with_its_answer(self):
        assert read("Ever cut? Yes", TERMS)[0].quote == "Ever cut? Yes"

    @given(some.lists(some.sampled_from(["Cut his arm.", "Slept well.", "Denies he ever cut.", "His brother cut."]), max_size=6))
    def test_sentences_are_read_each_for_itself(self, said):
        apart = [how for words in said for how in reading(words)]
        assert reading("\n".join(said)) == apart


class TestTheBook:
    @pytest.mark.parametrize("wrong, why", [
        ({"colour": "red"}, "the key 'colour' is not known"),
        ({"cues": {**CUES, "shouted": ["x"]}}, "cues: the key 'shouted' is not known"),
        ({"risks": [{**book()["risks"][0], "terms": ["<rope>"]}]}, "names the group 'rope'"),
        ({"risks": [{**book()["risks"][0], "tersm": []}]}, "tersm"),
        ({"cues": {name: words for name, words in CUES.items() if name != "yes"}}, "yes"),
    ], ids=["a key", "a cue", "a group", "a field", "a cue that is missing"])  # fmt: skip
    def test_that_is_misspelt_stops_the_start_with_the_word(self, wrong, why):
        with pytest.raises(RulebookError, match=why):
            build_terms(book(**wrong))

    def test_has_a_fingerprint_of_what_is_read_and_of_nothing_else(self):
        assert build_terms(book(title="Another")).fingerprint == TERMS.fingerprint
        assert build_terms(book(spelt=["ligatures"])).fingerprint != TERMS.fingerprint

    def test_read_anew_reads_anew(self):
        """A text that was read by the old book is not answered from memory by the new one."""
        other = build_terms(book(risks=[{**book()["risks"][0], "terms": ["slept"]}]))
        assert reading("Slept well.") == []
        assert [hit.risk for hit in read("Slept well.", other)] == ["cut"]


class TestWhatIsKept:
    def test_is_the_newest_asked_for(self):
        kept = Kept(2)
        one, two, three = (key_of(text, "book") for text in "abc")
        kept.put(one, 1)
        kept.put(two, 2)
        assert kept.get(one) == 1
        kept.put(three, 3)
        assert (kept.get(one), kept.get(two), kept.get(three)) == (1, None, 3)

    @given(some.lists(some.tuples(some.sampled_from("abcdef"), some.integers(0, 9)), max_size=30), some.integers(1, 4))
    def test_never_grows_beyond_its_bound_and_never_says_something_else(self, put, most):
        kept, last = Kept(most), {}
        for text, value in put:
            kept.put(key_of(text, "book"), value)
            last[text] = value
            assert len(kept) <= most
        assert all(kept.get(key_of(text, "book")) in (None, value) for text, value in last.items())

    def test_holds_no_word_of_the_text(self):
        assert b"hanging" not in key_of("found hanging", "book")[0]
        assert key_of("lone \ud800 half", "book") != key_of("lone", "book")


@given(some.dates(date(2000, 1, 1), date(2030, 1, 1)), some.integers(0, 900))
def test_the_order_of_two_dates_is_that_of_their_days(day, later):
    assert (When(day, "z") < When(day + timedelta(days=later + 1), "a")) and isinstance(phrase("a"), Phrase)
