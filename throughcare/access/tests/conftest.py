"""Fixtures of the tests of signing in."""

import pytest
from django.conf import global_settings


@pytest.fixture(autouse=True)
def fast_hashes(settings):
    """How slow a hash is matters only to the tests that ask for `slow_hashes`; the others make hundreds."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def slow_hashes(fast_hashes, settings):
    """As the house runs."""
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
