"""How this installation reads its rulebooks: whether a site adds entries of its own, and whether a signature is asked for.

Settings say it once, before anything is read; whoever reads without settings gets the house's own files, unsigned or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Site:
    """`overlay` is a site's own directory; with `signed_only` an entry without two signatures, or overdue, is not in use.

    `since` is the day by which review dates are judged: that of the start, so that no date stops a running site.
    """

    overlay: Path | None = None
    signed_only: bool = False
    since: date | None = None


_here = Site()


def use(site: Site) -> None:
    """From now on every rulebook is read as this site has it; what was read before is read anew."""
    global _here
    _here = site


def here() -> Site:
    """The site whose rulebooks are read."""
    return _here


@contextmanager
def using(site: Site) -> Iterator[None]:
    """As `use`, until the end of the block."""
    before = here()
    use(site)
    try:
        yield
    finally:
        use(before)


def once(make: Callable[[], T]) -> Callable[[], T]:
    """The function, asked once and again when the site changes: for what is put together from several rulebooks."""
    kept: list[tuple[Site, T]] = []

    @wraps(make)
    def held() -> T:
        if not kept or kept[0][0] is not here():
            kept[:] = [(here(), make())]
        return kept[0][1]

    return held


def place(folder: Path, overlay: Path) -> Path | None:
    """Where a site's own files for a folder of rules stand: `pathways/rulebook/pathways` has `OVERLAY/pathways/pathways`."""
    parts = folder.resolve().parts
    if "rulebook" not in parts:
        return None
    at = len(parts) - 1 - parts[::-1].index("rulebook")
    return overlay.joinpath(parts[at - 1], *parts[at + 1 :])


def root(folder: Path) -> Path:
    """The `rulebook` directory that a folder of rules is in, where its signatures stand; the folder itself if it is in none."""
    return next((one for one in (folder, *folder.parents) if one.name == "rulebook"), folder)
