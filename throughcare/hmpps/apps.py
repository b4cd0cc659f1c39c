"""Registers the module with Django."""

from django.apps import AppConfig


class HmppsConfig(AppConfig):
    """Throughcare: hmpps."""

    name = "throughcare.hmpps"
    label = "hmpps"
