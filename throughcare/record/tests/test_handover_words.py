"""The closed list of the pages for the way, as plain values: what may be written in each kind of field, and what it warns of."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from throughcare.core.rulebook import RulebookError
from throughcare.record.actions import WARNING_WORDS
from throughcare.record.handover_book import LINE, ROWS, SHORT, Book, Field, Kind, Option, Unwritable, _build, book
from throughcare.record.models import Handover

TODAY = date(2026, 3, 2)
REAL = book(TODAY)
OPTIONS = (Option("fits", "Had a fit"), Option("drowsy", "Drowsy"))
FIELDS = (
    Field("risks", "Risks", "checkboxes", warns=True, options=OPTIONS), Field("bag", "Bag", "radios", options=OPTIONS),
    Field("injuries", "Injuries", "text", warns=True, pages=("police",)), Field("times", "Times", "times"),
    Field("meal", "Meal", "datetime"), Field("medicines", "Medicines", "medicines", warns=True),
)  # fmt: skip
MADE = Book((Kind("police", "Police", "police_nurse", "police"), Kind("escort", "Escort", "escort", "escort")), FIELDS, 24)


def kept(kind="police", **content):
    return MADE.checked(kind, content)


class TestWhatMayBeWritten:
    @pytest.mark.parametrize("content, stays", [
        ({"risks": ["drowsy", "fits"]}, {"risks": ["fits", "drowsy"]}),  # in the order of the list
        ({"risks": ["fits", "fits"]}, {"risks": ["fits"]}),
        ({"risks": []}, {}), ({"risks": None}, {}), ({"bag": "fits"}, {"bag": "fits"}), ({"bag": ""}, {}),
        ({"injuries": "  cut \n on  hand "}, {"injuries": "cut on hand"}), ({"injuries": None}, {}),
        ({"times": "9:05, 14:00;18:30"}, {"times": ["09:05", "14:00", "18:30"]}),
        ({"times": "18:30 9:00"}, {"times": ["09:00", "18:30"]}), ({"times": ["23:59"]}, {"times": ["23:59"]}),
        ({"times": ""}, {}),
        ({"meal": "2026-03-02T12:00"}, {"meal": "2026-03-02T12:00:00+00:00"}),
        ({"meal": "2026-07-02T12:00"}, {"meal": "2026-07-02T12:00:00+01:00"}), ({"meal": ""}, {}),
        ({"medicines": [{"what": "Insulin"}]}, {"medicines": [{"what": "Insulin", "dose": "", "at": ""}]}),
        ({"medicines": [{"what": "", "dose": "5"}]}, {}), ({"medicines": None}, {}),
    ])  # fmt: skip
    def test_is_kept_tidied_and_blanks_are_left_out(self, content, stays):
        assert kept(**content) == stays

    @pytest.mark.parametrize("content, field, why", [
        ({"mood": "low"}, "mood", "“mood” is not on this page. Leave it out."),
        ({"risks": ["fits", "luck"]}, "risks", "“luck” is not one of the answers. Choose from the list."),
        ({"bag": "luck"}, "bag", "“luck” is not one of the answers. Choose from the list."),
        ({"injuries": "x" * (SHORT + 1)}, "injuries", f"Shorten this to {SHORT} characters: nothing was lost."),
        ({"times": "14:00 for methadone"}, "times", "“for” is not a time. Write times such as 14:00, and nothing else."),
        ({"times": "24:00"}, "times", "“24:00” is not a time. Write times such as 14:00, and nothing else."),
        ({"times": ["9"]}, "times", "“9” is not a time. Write times such as 14:00, and nothing else."),
        ({"meal": "noon"}, "meal", "Enter a date and a time."),
        ({"medicines": [{"what": "a"}] * (ROWS + 1)}, "medicines",
         f"Write at most {ROWS} medicines, each with what, how much and when."),
        ({"medicines": [{"what": "a", "colour": "red"}]}, "medicines",
         f"Write at most {ROWS} medicines, each with what, how much and when."),
    ])  # fmt: skip
    def test_and_nothing_else_is(self, content, field, why):
        with pytest.raises(Unwritable) as refusal:
            kept(**content)
        assert (refusal.value.field, str(refusal.value)) == (field, why)

    def test_a_medicine_that_would_not_fit_on_the_line_it_lands_on_is_refused_before(self):
        with pytest.raises(Unwritable, match="Shorten each medicine"):
            kept(medicines=[{"what": "x" * SHORT, "dose": "y" * SHORT, "at": "z"}])

    def test_a_field_of_another_page_is_not_on_this_one(self):
        assert kept("police", injuries="Cut") == {"injuries": "Cut"}
        with pytest.raises(Unwritable, match="not on this page"):
            kept("escort", injuries="Cut")

    @pytest.mark.parametrize("night, offset", [
        ("2026-03-29T00:30", 0), ("2026-03-29T02:30", 1), ("2026-10-25T00:30", 1), ("2026-10-25T02:30", 0),
    ])  # fmt: skip
    def test_a_time_by_the_wall_is_kept_with_its_offset_on_the_nights_on_which_clocks_change(self, night, offset):
        moment = datetime.fromisoformat(kept(meal=night)["meal"])
        assert moment.utcoffset() == timedelta(hours=offset)

    @given(some.dictionaries(some.sampled_from([one.code for one in FIELDS]), some.one_of(
        some.none(), some.text(max_size=30), some.lists(some.text(max_size=8), max_size=4)), max_size=4))  # fmt: skip
    def test_kept_once_it_is_kept_again_unchanged_or_refused_with_a_sentence(self, content):
        content.pop("medicines", None)
        try:
            once = MADE.checked("police", content)
        except Unwritable as refusal:
            assert str(refusal).endswith(".")
        else:
            assert MADE.checked("police", once) == once


class TestWhatItWarnsOf:
    def test_is_a_line_each_of_the_fields_that_warn_and_of_no_other(self):
        insulin = [{"what": "Insulin", "dose": "8"}]
        content = kept(risks=["fits", "drowsy"], injuries="Cut", bag="fits", times="14:00", medicines=insulin)
        assert MADE.warnings("police", content) == [
            "Had a fit", "Drowsy", "Cut", "Insulin, 8, last given at a time not known",
        ]  # fmt: skip

    def test_says_what_is_not_known_in_words(self):
        assert MADE.warnings("police", kept(medicines=[{"what": "Insulin", "at": "14:20"}])) == [
            "Insulin, dose not known, last given 14:20"
        ]

    def test_of_nothing_is_nothing(self):
        assert MADE.warnings("police", {}) == []

    @pytest.mark.parametrize("kind", [one.code for one in REAL.kinds])
    def test_always_fits_on_the_line_of_a_warning(self, kind):
        longest = max(len(option.text) for field in REAL.fields_of(kind) if field.warns for option in field.options)
        assert max(longest, SHORT) <= LINE == WARNING_WORDS


class TestInWords:
    @pytest.mark.parametrize("code, value, words", [
        ("risks", ["drowsy"], ["Drowsy"]), ("bag", "fits", ["Had a fit"]), ("injuries", "Cut", ["Cut"]),
        ("times", ["09:00", "14:00"], ["09:00, 14:00"]), ("meal", "2026-03-02T12:00:00+00:00", ["2 March 2026, 12:00"]),
    ])  # fmt: skip
    def test_each_kind_of_field_says_what_was_written(self, code, value, words):
        (field,) = [one for one in FIELDS if one.code == code]
        assert field.words_of(value) == words


class TestTheBook:
    def test_of_today_has_pages_for_each_kind_that_the_record_keeps(self):
        assert {one.code for one in REAL.kinds} <= set(Handover.Kind.values)
        assert all(REAL.fields_of(one.code) for one in REAL.kinds)

    def test_finds_a_kind_by_its_code_and_by_the_role_that_writes_it(self):
        police, *others = REAL.kinds
        assert REAL.kind(police.code) is police is REAL.kind_of(police.role) and others
        assert REAL.kind("luck") is None and REAL.kind_of("prescriber") is None

    def test_shows_a_page_for_as_many_hours_as_it_says(self):
        assert MADE.shown_for == timedelta(hours=24)

    @pytest.mark.parametrize("wrong", [
        {"code": "x", "text": "X", "kind": "essay"}, {"code": "x", "text": "X", "kind": "text", "for": ["moon"]},
        {"code": "x", "text": "X", "kind": "text", "colour": "red"},
    ], ids=["kind", "page", "key"])  # fmt: skip
    def test_that_cannot_be_read_stops_the_start(self, wrong):
        with pytest.raises(RulebookError):
            _build({"kinds": [], "fields": [wrong], "shown_hours": 24})
