"""Registers the module with Django."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """Throughcare: patients."""

    name = "throughcare.patients"
    label = "patients"
