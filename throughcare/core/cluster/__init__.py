"""The embedded PostgreSQL: made, started, stopped and found again by this house alone.

It knows directories, accounts and PostgreSQL's own programs, nothing of tables or Django.
It never listens on a network, never runs as root, and never changes a directory that it did not make.
"""

from throughcare.core.cluster.errors import ClusterError, VersionMismatch
from throughcare.core.cluster.roles import ADMIN, APP, BACKUP, DATABASE, OWNER
from throughcare.core.cluster.server import Cluster

__all__ = ["ADMIN", "APP", "BACKUP", "DATABASE", "OWNER", "Cluster", "ClusterError", "VersionMismatch"]
