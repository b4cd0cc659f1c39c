"""Registers the module with Django."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Throughcare: access."""

    name = "throughcare.access"
    label = "access"

    def ready(self) -> None:
        """The start stops with a sentence when a package's permissions name a role that does not exist."""
        from throughcare.access.roles import roles

        roles()
