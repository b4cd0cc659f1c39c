"""Registers the module with Django."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """Throughcare: referrals."""

    name = "throughcare.referrals"
    label = "referrals"
