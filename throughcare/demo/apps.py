"""Registers the module with Django."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Throughcare: demo."""

    name = "throughcare.demo"
    label = "demo"
