"""Sphinx settings: Markdown sources (MyST), the Furo theme, nothing fetched from elsewhere."""

import tomllib
from pathlib import Path

project = "Tenuto"
author = "The Tenuto authors"
release = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]["version"]
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Tenuto"
nitpicky = True
