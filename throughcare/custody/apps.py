"""Registers the module with Django."""

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    """Throughcare: custody."""

    name = "throughcare.custody"
    label = "custody"
