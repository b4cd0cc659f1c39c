"""Registers the module with Django."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Throughcare: access."""

    name = "throughcare.access"
    label = "access"

    def ready(self) -> None:
        """The start stops with a sentence when permissions or competences name what does not exist."""
        from throughcare.access.competences import abilities

        abilities()
