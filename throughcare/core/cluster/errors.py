"""What can go wrong with the embedded database, each with the sentence for the person at the terminal."""


class ClusterError(Exception):
    """The embedded database cannot be made, started or stopped; the message says why and what to do."""


class VersionMismatch(ClusterError):
    """The data belong to another major version of PostgreSQL than the programs at hand."""
