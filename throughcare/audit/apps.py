"""Registers the module with Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Throughcare: audit."""

    name = "throughcare.audit"
    label = "audit"
