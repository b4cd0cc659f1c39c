"""A database server of its own, for a drill or a measurement, and nothing left of it afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from throughcare.config.commands.problem import Problem
from throughcare.core.cluster import Cluster, ClusterError


@contextmanager
def server(*, durable: bool) -> Iterator[Cluster]:
    """On the disk like a real one if `durable`, else in memory. Raises Problem when it cannot be started."""
    with tempfile.TemporaryDirectory(prefix="throughcare-scratch-") as place:
        Path(place).chmod(0o711)  # the server runs as somebody else where we are root
        own = Cluster(Path(place) / "state", durable=durable)
        try:
            own.start()
            yield own
        except ClusterError as error:
            raise Problem(str(error)) from error
        finally:
            own.stop()
            shutil.rmtree(own.home, ignore_errors=True)
