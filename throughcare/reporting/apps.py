"""Registers the module with Django."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Throughcare: reporting."""

    name = "throughcare.reporting"
    label = "reporting"
