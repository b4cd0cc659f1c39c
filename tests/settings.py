"""Settings of every test: the house's own rulebook, unsigned as it is, and no site's overlay."""

from throughcare.config.settings import *  # noqa: F403
from throughcare.core import rulebook

rulebook.use(rulebook.Site())
