"""Facts, accesses and earlier versions of rows. Names and identifiers, never foreign keys: they outlive what they describe."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from throughcare.core import ids, laws
from throughcare.core.lawkeeping import SCOPES

MINE = "actor = (select current_setting('app.user', true))"
AUDITOR = f"'audit:' || establishment = any({SCOPES})"
REACHED = f"""(patient_id is null and (establishment = '' or 'establishment:' || establishment = any({SCOPES})))
              or exists (select 1 from patients_reach r where r.patient_id = audit_fact.patient_id
              and r.scope = any({SCOPES}) and (r.until is null or r.until > core_now()))"""

# The auditor of a prison reads what was done to the people it holds, wherever that was done.
HELD = f"""exists (select 1 from patients_reach r where WHOSE
           and replace(r.scope, 'establishment:', 'audit:') = any({SCOPES}) and (r.until is null or r.until > core_now()))"""
FACT_HELD = HELD.replace("WHOSE", "r.patient_id = audit_fact.patient_id")
LOOK_HELD = HELD.replace("WHOSE", "r.patient_id = any(audit_access.patients)")


class Fact(models.Model):
    """One thing that happened: who did it, when, to whom. No clinical content (L8). Partitioned by month of `day`."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    kind = models.CharField(max_length=60)
    actor = models.CharField(max_length=80)
    happened_at = models.DateTimeField()
    written_at = models.DateTimeField()
    day = models.DateField()
    patient_id = models.UUIDField(null=True)
    establishment = models.CharField(max_length=3, blank=True)
    kept = models.JSONField()

    law = laws.append_only(own=f"({MINE}) or ({AUDITOR}) or {REACHED} or {FACT_HELD}")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="a_fact_has_an_actor", condition=~models.Q(actor="")),
        ]


class Access(models.Model):
    """One look: who saw whom, on which page, for which purpose (L10). Partitioned by month of `day`."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    actor = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=120)
    role = models.CharField(max_length=40)
    establishment = models.CharField(max_length=3, blank=True)
    purpose = models.CharField(max_length=40)
    page = models.CharField(max_length=120)
    method = models.CharField(max_length=8)
    status = models.PositiveSmallIntegerField()
    patients = ArrayField(models.UUIDField())
    at = models.DateTimeField()
    day = models.DateField()

    law = laws.append_only(own=f"({MINE}) or ({AUDITOR}) or {LOOK_HELD}")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="a_look_has_an_actor", condition=~models.Q(actor="")),
        ]


class RowVersion(models.Model):
    """What a row of a changeable table said before; written by a trigger, never by the app."""

    id = models.BigAutoField(primary_key=True)
    table_name = models.CharField(max_length=63)
    row_id = models.UUIDField(db_index=True)
    was = models.JSONField()
    changed_at = models.DateTimeField()
    actor = models.CharField(max_length=80, null=True)

    law = laws.Law("SELECT", own="false", once=True)


class Seal(models.Model):
    """One link of the chain: the root over its leaves, tied to the seal before. Seal 0 is empty and names the chain."""

    number = models.BigIntegerField(primary_key=True)
    made_at = models.DateTimeField()
    count = models.IntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    law = laws.Law("SELECT")  # written by the function audit_seal_open(), as the owner


class Leaf(models.Model):
    """The hash of one row at its place in a seal. The database keys it by (seal, position); a row has one leaf."""

    row_id = models.UUIDField(primary_key=True)
    seal = models.BigIntegerField()
    position = models.IntegerField()
    shape = models.SmallIntegerField()
    hash = models.BinaryField()

    law = laws.Law("SELECT")


class Shape(models.Model):
    """The columns of a table that a leaf covered, so that a column of a later migration breaks no earlier leaf."""

    id = models.SmallAutoField(primary_key=True)
    table_name = models.CharField(max_length=63)
    columns = ArrayField(models.CharField(max_length=63))

    law = laws.Law("SELECT")
