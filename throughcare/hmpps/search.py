"""The re-fetch: ask the prisoner search again rather than trust a message."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

Answer = dict[str, Any]


class NoSearch(Exception):
    """There is nowhere to look people up again, or the file that should serve for it cannot be read."""


def from_lines(lines: Iterable[str]) -> Callable[[str], Answer | None]:
    """A search over a file of JSON lines in the prisoner-search shape; a later line about somebody wins."""
    try:
        people = [json.loads(line) for line in lines if line.strip()]
        return {found["prisonerNumber"]: found for found in people}.get
    except (ValueError, TypeError, KeyError) as error:
        raise NoSearch("The prisoners file is not JSON lines in the prisoner-search shape.") from error
