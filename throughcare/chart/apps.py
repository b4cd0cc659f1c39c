"""Registers the module with Django."""

from django.apps import AppConfig


class ChartConfig(AppConfig):
    """Throughcare: chart."""

    name = "throughcare.chart"
    label = "chart"
