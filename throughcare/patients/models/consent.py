"""What the person agreed to, and what was told to whom: Capacity, Consent, DisclosureRequest, Disclosure."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from throughcare.core import laws
from throughcare.patients.models.written import Sourced

SOURCE = {"source": "whom it was learned from"}
FIELDS = {"fields": "names of fields, of a closed list"}
ASKED = {"asked_by_name": "the name of a member of staff"}


class Capacity(Sourced):
    """Whether somebody could decide one thing at one time (Mental Capacity Act 2005): decision-specific, never for good."""

    decision = models.CharField(max_length=200)
    understands = models.BooleanField(null=True)
    retains = models.BooleanField(null=True)
    weighs = models.BooleanField(null=True)
    communicates = models.BooleanField(null=True)
    has_capacity = models.BooleanField()
    reasons = models.CharField(max_length=1000)
    ask_again_at = models.DateTimeField(null=True)  # intoxication passes
    best_interests = models.CharField(max_length=1000, blank=True)

    law = laws.entry(words=("decision", "reasons", "best_interests"), excused=SOURCE)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="capacity_says_why", condition=~Q(reasons=""))]


class Consent(Sourced):
    """What somebody said about one purpose and one recipient. No row: nobody has asked."""

    class Status(models.TextChoices):
        GIVEN = "given", "Agreed"
        REFUSED = "refused", "Said no"
        WITHDRAWN = "withdrawn", "Took it back"
        LACKS_CAPACITY = "lacks_capacity", "Could not decide"

    class How(models.TextChoices):
        SPOKEN = "spoken", "Said"
        SIGNED = "signed", "Signed"
        MARK = "mark", "Made a mark"
        INTERPRETER = "interpreter", "Through an interpreter"

    purpose = models.CharField(max_length=40)
    recipient = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=16, choices=Status.choices)
    how = models.CharField(max_length=12, choices=How.choices)
    words_version = models.CharField(max_length=20)
    expires_at = models.DateTimeField(null=True)
    capacity = models.ForeignKey(Capacity, null=True, on_delete=models.PROTECT)

    law = laws.entry(words=("recipient",), code="purpose", codes=("words_version",), excused=SOURCE)

    class Meta:
        indexes: ClassVar = [models.Index(name="consents_of", fields=["patient", "purpose"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_current_consent", fields=["patient", "purpose", "recipient"], condition=Q(superseded_by=None)
            ),
            models.CheckConstraint(
                name="lacking_capacity_is_assessed", condition=~Q(status="lacks_capacity") | Q(capacity__isnull=False)
            ),
        ]


class Basis(models.TextChoices):
    """Why something may be told; which of them a second person approves is in the rulebook."""

    CONSENT = "consent", "They agreed"
    DIRECT_CARE = "direct_care", "To those who care for them"
    AGREED_LIST = "agreed_list", "The closed list agreed with the prison"
    SERIOUS_HARM = "serious_harm", "Serious harm to somebody"
    SAFEGUARDING = "safeguarding", "Safeguarding"
    PUBLIC_HEALTH = "public_health", "Public health"
    COURT_ORDER = "court_order", "A court ordered it"
    SUBJECT_ACCESS = "subject_access", "They asked for their own record"


class DisclosureRequest(Sourced):
    """Somebody asks to tell without consent and says why. A second person answers: nothing leaves before."""

    document = models.CharField(max_length=40)
    recipient = models.CharField(max_length=120)
    basis = models.CharField(max_length=16, choices=Basis.choices)
    fields = ArrayField(models.CharField(max_length=60))
    why = models.CharField(max_length=1000)
    told_person = models.CharField(max_length=400)
    asked_by_name = models.CharField(max_length=120)
    declined = models.CharField(max_length=400, blank=True)  # on the row that answers no: why

    law = laws.entry(
        words=("recipient", "why", "told_person", "declined"), code="document", excused={**SOURCE, **FIELDS, **ASKED}
    )

    class Meta:
        indexes: ClassVar = [models.Index(name="disclosures_asked", fields=["patient", "happened_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="asking_to_tell_is_argued", condition=~Q(why="") & ~Q(told_person="")),
        ]


class Disclosure(Sourced):
    """What was told about a person, to whom, why it was allowed, and by whom. Fields by name, never their content."""

    Basis = Basis

    document = models.CharField(max_length=40, blank=True)
    purpose = models.CharField(max_length=40)
    recipient = models.CharField(max_length=120)
    basis = models.CharField(max_length=16, choices=Basis.choices)
    consent = models.ForeignKey(Consent, null=True, on_delete=models.PROTECT)
    fields = ArrayField(models.CharField(max_length=60))
    why = models.CharField(max_length=1000, blank=True)
    told_person = models.CharField(max_length=400, blank=True)  # whether the person was told, and if not, why not
    approved_by = models.CharField(max_length=80, blank=True)
    request = models.OneToOneField(DisclosureRequest, null=True, on_delete=models.PROTECT)  # where a second person approved it
    document_sha256 = models.CharField(max_length=64, blank=True)

    law = laws.entry(
        words=("recipient", "why", "told_person"), code="document", codes=("purpose", "document_sha256"),
        excused={**SOURCE, **FIELDS, "approved_by": "the key of a user"},
    )  # fmt: skip

    class Meta:
        indexes: ClassVar = [models.Index(name="disclosures_of", fields=["patient", "happened_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="agreed_disclosure_names_it", condition=~Q(basis="consent") | Q(consent__isnull=False)),
            models.CheckConstraint(
                name="disclosure_without_consent_is_argued",
                condition=Q(basis__in=["consent", "direct_care", "agreed_list", "subject_access"])
                | (~Q(why="") & ~Q(approved_by="") & ~Q(told_person="")),
            ),
            models.CheckConstraint(name="a_disclosure_names_fields", condition=Q(fields__len__gt=0)),
        ]
