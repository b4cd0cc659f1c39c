"""Registers the module with Django."""

from django.apps import AppConfig


class PathwaysConfig(AppConfig):
    """Throughcare: pathways."""

    name = "throughcare.pathways"
    label = "pathways"
