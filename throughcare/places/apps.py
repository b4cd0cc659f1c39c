"""Registers the module with Django."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Throughcare: places."""

    name = "throughcare.places"
    label = "places"
