"""Registers the module with Django."""

from django.apps import AppConfig


class ObservationsConfig(AppConfig):
    """Throughcare: observations."""

    name = "throughcare.observations"
    label = "observations"
