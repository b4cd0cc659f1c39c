"""What forms do alike: a refusal stands beside its question, moments are local, and nothing that cannot be stored comes in."""

from datetime import UTC, datetime
from typing import ClassVar

import pytest
from django import forms

from throughcare.core import clock
from throughcare.core.forms import EntryForm, HappenedField, MomentField, PlainForm, choice, shown, text
from throughcare.core.refusals import NotAllowed, Refused


class TooEarly(Refused):
    message = "It is too early."


class Visit(PlainForm):
    words = text("What?", 20, "Write what was done.")
    at = shown(HappenedField(), "datetime", "When?")
    beside: ClassVar = {TooEarly: "at"}


def refusing(refusal):
    def act():
        raise refusal

    return act


@pytest.mark.parametrize("refusal, given, where", [
    (TooEarly(), {}, "at"), (Refused(), {}, "words"),
    (Refused(), {"beside": "at"}, "at"), (TooEarly(), {"beside": "words"}, "words"),
])  # fmt: skip
def test_a_refusal_stands_beside_its_question_and_what_was_typed_stays(refusal, given, where):
    form = Visit({"words": "Talked."})
    assert form.is_valid() and form.act(refusing(refusal), **given) is None
    assert form.summary == [{"text": str(refusal), "href": f"#{where}"}]
    assert [one["id"] for one in form.questions if one["error"]] == [where]
    assert form.questions[0]["value"] == "Talked."


def test_what_somebody_may_not_do_is_a_page_of_its_own():
    form = Visit({"words": "Talked."})
    with pytest.raises(NotAllowed):
        assert form.is_valid() and form.act(refusing(NotAllowed(why="No.")))


def test_the_action_gets_what_was_given():
    assert Visit({"words": "x"}).act(lambda *, at: at, at=3) == 3


def test_what_cannot_be_stored_is_taken_out():
    form = Visit({"words": "a\x07b\tc\nd"})
    assert form.is_valid() and form.cleaned_data["words"] == "ab\tc\nd"


@pytest.mark.parametrize("words, said", [("", "Write what was done."), ("x" * 21, "longer than 20")])
def test_words_that_are_missing_or_too_many(words, said):
    assert said in str(Visit({"words": words}).errors["words"])


class TestMoments:
    def test_are_local(self):
        assert MomentField().clean("2026-07-03T20:41") == datetime(2026, 7, 3, 19, 41, tzinfo=UTC)

    def test_of_what_happened_are_now_when_blank_and_never_later(self):
        with clock.at(datetime(2026, 3, 3, 12, tzinfo=UTC)):
            assert HappenedField().clean("") == clock.now()
            with pytest.raises(forms.ValidationError, match="in the future"):
                HappenedField().clean("2026-03-03T12:01")

    @pytest.mark.parametrize("typed_in", ["yesterday", "2026-02-30T10:00", "10000-01-01T00:00"])
    def test_that_no_calendar_has_are_asked_again(self, typed_in):
        with pytest.raises(forms.ValidationError, match="a date and a time"):
            MomentField().clean(typed_in)


class Wound(EntryForm):
    site = choice("Where?", [("arm", "Arm"), ("leg", "Leg")], "Choose where.", kind="select")
    look = text("What does it look like?", 40, lines=3, hint="Size, edges")
    worse = choice("Worse?", [("yes", "Yes")])


def test_a_field_says_once_how_its_question_looks():
    assert [(one["id"], one["kind"], one["text"]) for one in Wound().items] == [
        ("site", "select", "Where?"), ("look", "textarea", "What does it look like?"), ("worse", "radios", "Worse?"),
        ("at", "datetime", "When it happened"),
    ]  # fmt: skip
    look = Wound().items[1]
    assert (look["hint"], look["lines"]) == ("Size, edges", 3) and "width" not in look


def test_what_is_said_to_be_missing_is_required_and_nothing_else():
    assert Wound({}).errors == {"site": ["Choose where."]}
    assert Wound({"site": "moon"}).errors == {"site": ["Choose where."]}
    assert Wound({"site": "arm"}).is_valid()


def test_a_look_that_says_no_is_kept():
    field = shown(forms.CharField(), "radios", "Which?", inline=False, hint="")
    assert field.look == {"kind": "radios", "text": "Which?", "inline": False}
