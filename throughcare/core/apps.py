"""Registers the module with Django."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Throughcare: core."""

    name = "throughcare.core"
    label = "core"
