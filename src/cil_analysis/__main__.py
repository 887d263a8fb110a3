"""``python -m cil_analysis``: the ``cil`` command."""

import sys

from cil_analysis.cli import main

sys.exit(main())
