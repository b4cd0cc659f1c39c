"""Registers the module with Django."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """Throughcare: record."""

    name = "throughcare.record"
    label = "record"
