"""`python -m tenuto_verify` is the command `tenuto-verify`."""

import sys

from .verify.command import main

sys.exit(main())
