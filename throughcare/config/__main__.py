"""python -m throughcare.config: the same as the command."""

import sys

from throughcare.config.cli import main

sys.exit(main())
