"""Registers the module with Django."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Throughcare: access."""

    name = "throughcare.access"
    label = "access"
