"""A problem that a person can do something about."""


class Problem(Exception):
    """One sentence, printed instead of a traceback."""
