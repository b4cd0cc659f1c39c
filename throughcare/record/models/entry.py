"""Moved: patients.models.written."""

from throughcare.patients.models.written import Entry, Written

__all__ = ["Entry", "Written"]
