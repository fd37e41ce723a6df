"""The one sandbox of this process, in which strangers' files are opened."""

import atexit
from dataclasses import replace

from django.conf import settings

from tenuto.dsp.limits import Limits
from tenuto.dsp.sandbox import Sandbox

SANDBOX = Sandbox()  # starts with the first file
atexit.register(SANDBOX.close)


def within(limits: Limits) -> Limits:
    """These limits, with the longest track that the operator allows."""
    return replace(limits, longest_seconds=float(settings.MAX_TRACK_SECONDS))
