"""Days as people type them: one place for every form."""

from __future__ import annotations

from datetime import datetime, timedelta

DAYS = ["%Y-%m-%d", "%d/%m/%Y", "%d %m %Y", "%d %B %Y", "%d.%m.%Y"]


def day_after(moment: datetime) -> datetime | None:
    """The end of a day that began at a moment; None, which is no end at all, for the last day that a calendar can name."""
    try:
        return moment + timedelta(days=1)
    except OverflowError:
        return None
