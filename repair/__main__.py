"""`python -m repair` is the command `repair`."""

import sys

from repair.cli import main

sys.exit(main())
