"""For whom people work here: the Contract of an organisation at a prison, its Teams, and what each person is Competent in."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from throughcare.core import ids, laws
from throughcare.places.models import Establishment


class Contract(models.Model):
    """What an organisation is there to do: one service at one establishment, in the tiers that were agreed, from day to day."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT)
    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT)
    service = models.CharField(max_length=40)
    tiers = ArrayField(models.PositiveSmallIntegerField())
    since = models.DateField()
    until = models.DateField(null=True)

    law = laws.mutable()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="a_contract_ends_after_it_starts", condition=Q(until=None) | Q(until__gte=F("since"))),
            models.CheckConstraint(name="tiers_are_one_to_four", condition=Q(tiers__contained_by=[1, 2, 3, 4], tiers__len__gt=0)),
            models.UniqueConstraint(
                name="one_contract_a_service", fields=["organisation", "establishment", "service"], condition=Q(until=None)
            ),
        ]


class Team(models.Model):
    """People of one contract who share a caseload and cover for one another."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT)
    name = models.CharField(max_length=80)

    law = laws.mutable()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="a_team_name_once", fields=["contract", "name"])]

    def __str__(self) -> str:
        return self.name


class CompetenceQuerySet(models.QuerySet["Competence"]):
    """What people were found able to do."""

    def on(self, day: date) -> Self:
        """Competences that hold on a day."""
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day, ended=False)


class Competence(models.Model):
    """Somebody was found able to do something, by somebody else, until a day."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT)
    code = models.CharField(max_length=40)
    since = models.DateField()
    until = models.DateField(null=True)
    ended = models.BooleanField(default=False)
    checked_by = models.CharField(max_length=80)

    objects = CompetenceQuerySet.as_manager()
    law = laws.mutable()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="competence_is_checked_by_another", condition=~Q(checked_by="")),
            models.UniqueConstraint(name="a_competence_once", fields=["user", "code", "since"]),
        ]
