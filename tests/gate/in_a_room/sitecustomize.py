"""Python imports this when it starts, where this folder is on its path: a room then knows one job more, for tests."""

from importlib import import_module
from typing import Any

import django

_set_up = django.setup


def _set_up_with_the_probe(*args: Any, **named: Any) -> None:
    _set_up(*args, **named)
    import_module("probe")  # it declares its job


django.setup = _set_up_with_the_probe
