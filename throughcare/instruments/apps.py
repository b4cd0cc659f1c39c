"""Registers the module with Django."""

from django.apps import AppConfig


class InstrumentsConfig(AppConfig):
    """Throughcare: instruments."""

    name = "throughcare.instruments"
    label = "instruments"
