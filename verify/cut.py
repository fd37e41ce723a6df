"""Cuts the wheel out of Tenuto's source: the package `verify`, and every module of ours that it leads to.

The source stays in one place. Modules refer to each other by relative imports, so they work under the wheel's name too.
"""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = Path(__file__).resolve().parent.parent / "src" / "tenuto"
# Run as a file, for Tenuto itself is not installed where a wheel is built.
needed = runpy.run_path(str(SOURCE / "verify" / "parts.py"))["needed"]


class Cut(BuildHookInterface[Any]):
    """Adds the modules to the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files and where they go."""
        for path in needed():
            build_data["force_include"][str(SOURCE / path)] = f"tenuto_verify/{path}"
        build_data["force_include"][str(SOURCE / "py.typed")] = "tenuto_verify/py.typed"
