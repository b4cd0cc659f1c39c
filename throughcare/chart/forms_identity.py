"""Forms about who somebody is. Each knows how it is drawn, so that one page serves them all."""

from __future__ import annotations

from typing import Any

from django import forms

from throughcare.core import clock
from throughcare.core.days import DAYS
from throughcare.core.forms import PlainForm
from throughcare.patients import identity, pictures
from throughcare.patients.models import Characteristic, Contact, Identifier, Name

DAY_HINT = "For example, 14/5/2001. Leave blank if not known"
SOURCES = (
    ("told", "He said so himself"), ("papers", "Papers or a letter"), ("prison record", "The prison's record"),
    ("police", "Police or court"), ("gp", "GP or NHS record"), ("family", "Family or somebody close"), ("seen", "Seen by me"),
)  # fmt: skip
OFFERED = [one for one in Name.Use.choices if one[0] != Name.Use.OLD]  # an earlier name is made by writing a later one


def day(label: str) -> forms.DateField:
    """A date that may be left blank."""
    return forms.DateField(
        label=label, required=False, input_formats=DAYS, help_text=DAY_HINT,
        error_messages={"invalid": "Enter the date as day, month and year, such as 14/5/2001."},
    )  # fmt: skip


def words(label: str, most: int, *, required: str = "", hint: str = "") -> forms.CharField:
    """One line of words; `required` is the sentence when it is missing."""
    return forms.CharField(
        label=label, max_length=most, required=bool(required), help_text=hint,
        error_messages={"required": required, "max_length": f"Shorten this to {most} letters."},
    )  # fmt: skip


def one_of(label: str, choices: Any, missing: str) -> forms.ChoiceField:
    """One of a list."""
    return forms.ChoiceField(
        label=label, choices=[("", "Choose"), *choices], error_messages={"required": missing, "invalid_choice": missing}
    )


class IdentityForm(PlainForm):
    """A form that says how each of its fields is drawn, and where the knowledge comes from."""

    corrects = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The fields as the controls take them."""
        return [_shown(self[name], field) for name, field in self.fields.items() if name != "corrects"]

    @property
    def corrected(self) -> str:
        """The row that is set right, or blank."""
        return str(self["corrects"].value() or "")


class NameForm(IdentityForm):
    """A name somebody goes by."""

    use = one_of("What kind of name", OFFERED, "Choose what kind of name it is.")
    family_name = words("Family name", 80)
    given_names = words("Given names", 120)
    date_of_birth = day("Date of birth that goes with this name")
    since = day("Used since")
    until = day("Used until")
    source = one_of("Where from", SOURCES, "Choose where you know it from.")

    def clean_date_of_birth(self) -> Any:
        """Nobody is born tomorrow, or before anybody now alive."""
        born = self.cleaned_data["date_of_birth"]
        if born and not 0 <= clock.age(born, clock.now()) <= 120:
            raise forms.ValidationError("Check the year of birth.")
        return born


class NumberForm(IdentityForm):
    """A number somebody has or had."""

    system = one_of("Which number", Identifier.System.choices, "Choose which number it is.")
    typed = words("The number", 40, required="Enter the number.", hint="As it stands on the paper; spaces do not matter")
    since = day("Since")
    until = day("Until")
    source = one_of("Where from", SOURCES, "Choose where you know it from.")


class CharacteristicForm(IdentityForm):
    """What somebody says of themselves."""

    said = one_of("What he said", (), "Choose an answer.")
    source = one_of("Where from", SOURCES, "Choose where you know it from.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.label, [(f"{kind}:{code}", f"{kind.label}: {text}") for code, text in identity.codes_of(kind).items()])
                 for kind in Characteristic.Kind]  # fmt: skip
        self.fields["said"].choices = [("", "Choose"), *(one for _, several in kinds for one in several)]  # type: ignore[attr-defined]


class NeedForm(IdentityForm):
    """What somebody needs to be understood, or to get there."""

    code = one_of("What he needs", (), "Choose a need.")
    detail = words("Which, or what helps", 200, hint="For an interpreter, the language")
    ended = forms.BooleanField(label="No longer needed", required=False)
    source = one_of("Where from", SOURCES, "Choose where you know it from.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [("", "Choose"), *((one.code, one.words) for one in identity.needs().values())]  # type: ignore[attr-defined]


class ContactForm(IdentityForm):
    """Somebody who matters to the person."""

    relation = one_of("Who it is", Contact.Relation.choices, "Choose who it is.")
    name = words("Name", 120, required="Enter a name.")
    phone = words("Telephone", 40)
    address = words("Address", 240)
    may_be_told = words("What may be told", 240, hint="In the person's own words; leave blank when nothing was said")
    ended = forms.BooleanField(label="No longer a contact", required=False)
    source = one_of("Where from", SOURCES, "Choose where you know it from.")


class PhotoForm(IdentityForm):
    """A photo. It is drawn anew; the file itself is not kept."""

    photo = forms.FileField(
        label="Photo", help_text="JPEG, PNG or WebP, at most 8 MB. Only the picture is kept, nothing else of the file",
        error_messages={"required": "Choose a photo.", "empty": pictures.NotAPicture.message},
    )  # fmt: skip
    source = one_of("Where from", SOURCES, "Choose where the photo is from.")


class WhyForm(PlainForm):
    """Why two records are one person, or two."""

    why = forms.CharField(max_length=400, error_messages={
        "required": "Say in a few words how you know.", "max_length": "Shorten this to 400 letters.",
    })  # fmt: skip


class EstateForm(IdentityForm):
    """Whom to look for across the estate."""

    family_name = words("Family name", 80)
    given_names = words("Given names", 120)
    date_of_birth = day("Date of birth")
    number = words("Or a whole number", 40, hint="Prison, NHS, PNC, CRO or probation number")


KINDS: dict[type[forms.Field], str] = {
    forms.ChoiceField: "select", forms.BooleanField: "checkbox", forms.FileField: "file", forms.DateField: "date",
}  # fmt: skip


def _shown(bound: Any, field: forms.Field) -> dict[str, Any]:
    value = bound.value()
    return {
        "id": bound.name, "text": field.label, "hint": str(field.help_text), "kind": KINDS.get(type(field), "text"),
        "value": value.strftime("%d/%m/%Y") if hasattr(value, "strftime") else value or "",
        "error": (bound.errors or [""])[0],
        "options": [{"value": key, "text": text} for key, text in getattr(field, "choices", ()) if key],
    }  # fmt: skip
