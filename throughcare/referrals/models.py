"""Who asked which service to see somebody, what the service answered, what the person was told, and whether they came.

The tables keep the names under which their rows were sealed.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from throughcare.core import laws
from throughcare.patients.models.written import Written


class Service(models.TextChoices):
    """The three services of a prison's health care."""

    PRIMARY_CARE = "primary_care", "Primary care"
    SUBSTANCE_MISUSE = "substance_misuse", "Substance misuse"
    MENTAL_HEALTH = "mental_health", "Mental health"


class ServiceRequestQuerySet(models.QuerySet[Any]):
    """Referrals."""

    def unanswered(self) -> Self:
        """Those that no service has answered yet, wherever the person is now."""
        return self.filter(answer=None)


class ServiceRequest(Written):
    """Somebody asks one service to see a person. One decision to refer, to one, two or three services, is one `requisition`.

    A redirect is a new row that names the one before; `redirects` counts them, and the second goes to a manager. Guards of
    the database (migration of this table) hold a redirect to the answer that made it.
    """

    class Urgency(models.TextChoices):
        SAME_DAY = "same_day", "Today"
        WITHIN_24H = "24h", "Within 24 hours"
        WITHIN_48H = "48h", "Within 48 hours"
        FIVE_DAYS = "5wd", "Within 5 working days"
        ROUTINE = "routine", "Routine"

    requisition = models.UUIDField()
    service = models.CharField(max_length=20, choices=Service.choices)
    urgency = models.CharField(max_length=10, choices=Urgency.choices)
    reason = models.TextField(max_length=2000)
    from_alert = models.CharField(max_length=60, blank=True)
    redirected_from = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="redirected_to")
    redirects = models.PositiveSmallIntegerField(default=0)

    objects = ServiceRequestQuerySet.as_manager()
    law = laws.clinical(words=("reason",), code="service", codes=("from_alert",))

    class Meta:
        db_table = "pathways_servicerequest"
        constraints: ClassVar = [
            models.CheckConstraint(name="a_referral_says_why", condition=~Q(reason="")),
            models.CheckConstraint(name="a_referral_is_to_a_service", condition=Q(service__in=Service.values)),
            models.CheckConstraint(
                name="a_referral_is_this_urgent", condition=Q(urgency__in=["same_day", "24h", "48h", "5wd", "routine"])
            ),
            models.CheckConstraint(name="redirected_twice_at_most", condition=Q(redirects__lte=2)),
            models.CheckConstraint(
                name="a_redirect_names_the_one_before",
                condition=Q(redirects=0, redirected_from=None) | Q(redirects__gt=0, redirected_from__isnull=False),
            ),
            models.UniqueConstraint(
                name="asked_once_in_one_decision", fields=["requisition", "service"], condition=Q(redirected_from=None)
            ),
        ]
        indexes: ClassVar = [models.Index(name="referrals_of", fields=["patient", "service"])]

    @property
    def is_for_manager(self) -> bool:
        """Two services have passed it on: it is not passed on again."""
        return self.redirects == 2


class ServiceRequestAnswer(Written):
    """What a service answered, once: it takes the person on, passes the referral on, or says what helps instead."""

    class Decision(models.TextChoices):
        ACCEPT = "accept", "Accepted"
        REDIRECT = "redirect", "Passed on"
        DECLINE = "decline", "Declined"

    request = models.OneToOneField(ServiceRequest, on_delete=models.PROTECT, related_name="answer")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    tier = models.PositiveSmallIntegerField(null=True)
    to_service = models.CharField(max_length=20, choices=Service.choices, blank=True)
    reason = models.TextField(max_length=2000, blank=True)
    instead = models.CharField(max_length=400, blank=True)
    role = models.CharField(max_length=40)

    law = laws.clinical(words=("reason", "instead"), code="decision", codes=("role",), beside=("request",))

    class Meta:
        db_table = "pathways_servicerequestanswer"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="an_answer_is_whole",
                condition=Q(decision="accept", tier__isnull=False, tier__in=[1, 2, 3, 4], to_service="", instead="")
                | (Q(decision="redirect", tier=None, to_service__in=Service.values, instead="") & ~Q(reason=""))
                | (Q(decision="decline", tier=None, to_service="") & ~Q(instead="")),
            ),
        ]


class PatientReply(Written):
    """The one plain reply to the person, when every service of a decision has answered. `request` is any one of them."""

    class How(models.TextChoices):
        TOLD = "told", "Told face to face"
        SLIP = "slip", "Printed and handed over"
        READ_ALOUD = "read_aloud", "Read aloud to them"
        INTERPRETER = "interpreter", "Told through an interpreter"

    requisition = models.UUIDField(unique=True)
    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT)
    words = models.TextField(max_length=1200)
    how = models.CharField(max_length=12, choices=How.choices)

    law = laws.clinical(words=("words",), code="how")

    class Meta:
        db_table = "pathways_patientreply"
        constraints: ClassVar = [models.CheckConstraint(name="a_reply_has_words", condition=~Q(words=""))]


class ReferralAttendance(Written):
    """Whether they came when a service was to see them; if not, the reason, and on which side it lay."""

    class Side(models.TextChoices):
        REGIME = "regime", "The prison or the service"
        PERSON = "person", "The person’s own choice"
        HEALTH = "health", "Too unwell"

    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="attendances")
    attended = models.BooleanField()
    reason = models.CharField(max_length=40, blank=True)
    side = models.CharField(max_length=10, choices=Side.choices, blank=True)
    words = models.CharField(max_length=400, blank=True)

    law = laws.clinical(words=("words",), code="reason", beside=("request",))

    class Meta:
        db_table = "pathways_referralattendance"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="absence_has_a_reason_and_a_side",
                condition=Q(attended=True, reason="", side="")
                | (Q(attended=False, side__in=["regime", "person", "health"]) & ~Q(reason="")),
            ),
        ]
        indexes: ClassVar = [models.Index(name="came_or_not", fields=["establishment", "happened_at"])]
