"""Registers the module with Django."""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    """Throughcare: screening."""

    name = "throughcare.screening"
    label = "screening"
