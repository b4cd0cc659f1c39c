"""Establishments and their locations: reference data, read by everybody."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from throughcare.core import laws


class Establishment(models.Model):
    """A prison, under the code the prison service uses (agency id), such as LEI."""

    code = models.CharField(primary_key=True, max_length=3)
    name = models.CharField(max_length=80)
    gender = models.CharField(max_length=10)
    function = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=60, blank=True)
    remote_island = models.BooleanField(default=False)

    law = laws.reference()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return f"HMP {self.name}"


class Location(models.Model):
    """A wing, landing or cell, under the prison's own path, such as LEI-D-2-014."""

    path = models.CharField(primary_key=True, max_length=40)
    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)
    words = models.CharField(max_length=80, blank=True)

    law = laws.reference()

    class Meta:
        ordering: ClassVar = ["path"]

    def __str__(self) -> str:
        return self.path
