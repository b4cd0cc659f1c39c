"""A process that a test starts stands at the test's clock: tests/clocks.py puts this on its PYTHONPATH, and nobody else does."""

import os
from datetime import UTC, datetime, timedelta

try:
    from django.utils import timezone

    from throughcare.core import clock
except ImportError:  # somebody else's Python, started from a test
    pass
else:
    SHIFT = timedelta(seconds=int(os.environ.get("THROUGHCARE_TEST_SHIFT", "0")))
    clock.machine = timezone.now = lambda: datetime.now(UTC) + SHIFT
