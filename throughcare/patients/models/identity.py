"""Who the person is across names, numbers and stays: Name, Identifier, Characteristic, Need, Contact, Photo, Merge."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from throughcare.core import ids, laws
from throughcare.core.identifiers import sort_key, sounds_like
from throughcare.core.laws import PATIENT
from throughcare.patients.models.written import Sourced
from throughcare.patients.rules import folded

JOINED = "two records of one person: on the page of names and numbers"
WHO = "who somebody is: on the page of names and numbers, and in the banner"
FOR_MATCHING = laws.entry(
    line=False, why=WHO, feed=True, names=True, excused={"source": "whom it was learned from", "*": "a name or a number"}
)
SOURCE = {"source": "whom it was learned from"}


class Name(Sourced):
    """One name somebody goes by or went by. The official one is on Patient too; search reads them all here."""

    class Use(models.TextChoices):
        OFFICIAL = "official", "Recorded name"
        USUAL = "usual", "Name they give"
        NICKNAME = "nickname", "Known as"
        MAIDEN = "maiden", "Birth name"
        ALIAS = "alias", "Alias"
        OLD = "old", "Earlier name"

    use = models.CharField(max_length=10, choices=Use.choices)
    family_name = models.CharField(max_length=80, blank=True)
    given_names = models.CharField(max_length=120, blank=True)
    family_key = models.CharField(max_length=80, db_index=True)
    given_key = models.CharField(max_length=120, db_index=True)
    family_sound = models.CharField(max_length=80, db_index=True)
    given_sound = models.CharField(max_length=120)
    date_of_birth = models.DateField(null=True, db_index=True)  # aliases come with their own
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    law = FOR_MATCHING

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="a_name_says_something", condition=~Q(family_name="") | ~Q(given_names="")),
            models.UniqueConstraint(
                name="one_official_name", fields=["patient"], condition=Q(use="official", superseded_by=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_names} {self.family_name}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the search keys in step with the name."""
        self.family_key, self.given_key = sort_key(self.family_name)[:80], sort_key(self.given_names)[:120]
        self.family_sound = sounds_like(folded(self.family_name))[:80]
        self.given_sound = sounds_like(folded(self.given_names))[:120]
        super().save(*args, **kwargs)


class Identifier(Sourced):
    """One number that somebody has or had, in the system that gave it."""

    class System(models.TextChoices):
        NHS = "nhs", "NHS number"
        PRISON = "prison", "Prison number"
        BOOK = "book", "Book number"
        PNC = "pnc", "PNC number"
        CRO = "cro", "CRO number"
        CRN = "crn", "Probation number (CRN)"
        OTHER = "other", "Other number"

    system = models.CharField(max_length=10, choices=System.choices)
    value = models.CharField(max_length=40)
    key = models.CharField(max_length=40, db_index=True)  # as it is compared: no spaces, one case
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    law = FOR_MATCHING

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="a_number_says_something", condition=~Q(key="")),
            models.UniqueConstraint(
                name="a_number_once_a_person", fields=["patient", "system", "key"], condition=Q(superseded_by=None)
            ),
        ]


class Characteristic(Sourced):
    """Sex, gender, ethnicity, religion, first language and the like: one current value each, in the national codes."""

    class Kind(models.TextChoices):
        SEX = "sex", "Recorded sex"
        GENDER = "gender", "Gender, as the person says"
        PRONOUNS = "pronouns", "Pronouns"
        ETHNICITY = "ethnicity", "Ethnicity"
        LANGUAGE = "language", "First language"
        RELIGION = "religion", "Religion or belief"
        ORIENTATION = "orientation", "Sexual orientation"
        NATIONALITY = "nationality", "Nationality"
        VETERAN = "veteran", "Served in the armed forces"
        CARE_LEAVER = "care_leaver", "Care leaver"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    code = models.CharField(max_length=20)
    words = models.CharField(max_length=120)

    law = laws.entry(line=False, why=WHO, codes=("code",), excused={**SOURCE, "words": "the words of the code, from the list"})

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_current_value_a_kind", fields=["patient", "kind"], condition=Q(superseded_by=None)),
        ]


class Need(Sourced):
    """What somebody needs to be understood, such as an interpreter; it follows the person."""

    code = models.CharField(max_length=40)
    detail = models.CharField(max_length=200, blank=True)
    ended = models.BooleanField(default=False)

    law = laws.entry(words=("detail",), code="code", excused=SOURCE, feed=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_current_need_a_code", fields=["patient", "code"], condition=Q(superseded_by=None)),
        ]


class Contact(Sourced):
    """Somebody who matters to the person or to their care: next of kin, solicitor, GP, keyworker outside."""

    class Relation(models.TextChoices):
        NEXT_OF_KIN = "next_of_kin", "Next of kin"
        FAMILY = "family", "Family"
        FRIEND = "friend", "Friend"
        GP = "gp", "GP practice"
        PHARMACY = "pharmacy", "Pharmacy"
        DRUG_SERVICE = "drug_service", "Community drug service"
        MENTAL_HEALTH = "mental_health", "Community mental health team"
        SOLICITOR = "solicitor", "Solicitor"
        PROBATION = "probation", "Probation officer"
        OTHER = "other", "Somebody else"

    relation = models.CharField(max_length=16, choices=Relation.choices)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=240, blank=True)
    may_be_told = models.CharField(max_length=240, blank=True)  # what the person said may be told; blank: nothing was said
    ended = models.BooleanField(default=False)

    law = laws.entry(
        words=("may_be_told",), code="relation",
        excused={**SOURCE, "name": "the name of somebody else", "phone": "a number", "address": "an address"},
    )  # fmt: skip

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="a_contact_has_a_name", condition=~Q(name=""))]


class Photo(Sourced):
    """What the person looks like: drawn anew from the file that came in, so that a picture is only ever a picture."""

    image = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    law = laws.entry(line=False, why=WHO, codes=("sha256",), excused=SOURCE)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_current_photo", fields=["patient"], condition=Q(superseded_by=None)),
        ]


class MergeProposal(models.Model):
    """Somebody says that two records are one person, or that they are not after all. Another person answers.

    The answer is a row that corrects the question. The database sees to it that nobody writes in somebody else's name.
    """

    class Kind(models.TextChoices):
        MERGE = "merge", "One person"
        UNMERGE = "unmerge", "Two people after all"

    class Answer(models.TextChoices):
        OPEN = "", "Waits for a second person"
        DONE = "done", "Done"
        TURNED_DOWN = "turned_down", "Turned down"

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT)
    survivor = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    why = models.CharField(max_length=400)
    answer = models.CharField(max_length=12, choices=Answer.choices, blank=True)
    proposed_by = models.CharField(max_length=80)
    proposed_by_name = models.CharField(max_length=120)
    answered_by = models.CharField(max_length=80, blank=True)
    answered_by_name = models.CharField(max_length=120, blank=True)
    happened_at = models.DateTimeField()
    written_at = models.DateTimeField()
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    superseded_by = models.UUIDField(null=True)

    law = laws.append_only(seen_by=PATIENT, corrected=True, no_line=JOINED)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="two_records_are_proposed", condition=~Q(patient=F("survivor"))),
            models.CheckConstraint(name="a_proposal_says_why", condition=~Q(why="")),
            models.CheckConstraint(
                name="another_person_says_yes",
                condition=~Q(answer="done") | (~Q(answered_by="") & ~Q(answered_by=F("proposed_by"))),
            ),
            models.UniqueConstraint(name="one_open_proposal", fields=["patient"], condition=Q(superseded_by=None, answer="")),
        ]


class Merge(models.Model):
    """Two records are one person: two people said so. Rows keep their patient; undoing it is a row that corrects this one.

    Its key is that of the answered MergeProposal, so that each answer is carried out once.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT)
    survivor = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=400)
    undone = models.BooleanField(default=False)
    proposed_by = models.CharField(max_length=80)
    confirmed_by = models.CharField(max_length=80)
    happened_at = models.DateTimeField()
    written_at = models.DateTimeField()
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    superseded_by = models.UUIDField(null=True)

    law = laws.append_only(seen_by=PATIENT, corrected=True, feed=True, names=True, no_line=JOINED)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="two_records_are_merged", condition=~Q(patient=F("survivor"))),
            models.CheckConstraint(name="two_people_merge", condition=~Q(proposed_by=F("confirmed_by"))),
            models.CheckConstraint(name="a_merge_says_why", condition=~Q(why="")),
            models.UniqueConstraint(name="merged_once", fields=["patient"], condition=Q(superseded_by=None, undone=False)),
        ]
