"""Expressions of queries that are ours."""

from __future__ import annotations

from django.db.models import DateTimeField, Func


class DatabaseNow(Func):
    """The database's clock as row security reads it: in place of Django's `Now`, so that both say the same."""

    function = "core_now"
    arity = 0
    output_field = DateTimeField()
