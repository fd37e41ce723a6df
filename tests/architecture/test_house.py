"""House rules about names, sizes and shape, as tests."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import SOURCE, functions, modules, named, templates, tree

DRAWERS = {"utils", "util", "helpers", "helper", "services", "service", "managers", "common", "misc", "tools"}


def test_no_module_is_a_drawer_without_a_label() -> None:
    assert [named(path) for path in modules() if {path.stem, path.parent.name} & DRAWERS] == []


@pytest.mark.parametrize("path", modules(), ids=named)
def test_a_module_says_what_it_is_and_stays_readable(path: Path) -> None:
    """400 lines is where a second subject hides; 80 is where a function stops fitting a head."""
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= 400, "more than 400 lines: look for the second subject"
    if source.strip() and path.name not in {"apps.py", "admin.py", "urls.py"}:
        assert ast.get_docstring(tree(path)), "has no docstring"
    long = [f.name for f in functions(path) if (f.end_lineno or 0) - f.lineno > 80]
    assert long == [], "functions of more than 80 lines"


@pytest.mark.parametrize("path", [p for p in modules() if p.relative_to(SOURCE).parts[0] == "rules"], ids=named)
def test_every_public_function_of_the_rules_promises_something(path: Path) -> None:
    silent = [
        f.name for f in functions(path) if not f.name.startswith("_") and len(f.body) > 1 and not ast.get_docstring(f)
    ]
    assert silent == []


@pytest.mark.parametrize("path", templates(), ids=named)
def test_a_fragment_has_one_root_and_a_page_has_no_giant_size(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= 220
