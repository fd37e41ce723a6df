"""Which modules check a log, and all of them as one file that Python runs.

The source stays in one place. Modules refer to each other by relative imports, so they work under another name too.
"""

import ast
import io
import zipfile
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]
ROOT = "verify"
NAME = "tenuto-verify.pyz"
_BEGIN = 'import runpy\n\nrunpy.run_module("tenuto_verify.verify.command", run_name="__main__")\n'
_SOME_DAY = (2026, 1, 1, 0, 0, 0)  # always the same, so that the same source gives the same file


def needed() -> list[str]:
    """The modules that `verify` leads to, itself included, as paths below the package."""
    found: set[Path] = set()
    waiting = list((SOURCE / ROOT).glob("*.py"))
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        waiting.append(path.parent / "__init__.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                waiting.append(_named(path, node))
    return sorted(path.relative_to(SOURCE).as_posix() for path in found)


@cache
def one_file() -> bytes:
    """The checker as a single file (a zipapp): Python runs it, and whoever unpacks it reads it."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        contents = {f"tenuto_verify/{path}": (SOURCE / path).read_text(encoding="utf-8") for path in needed()}
        for name, content in {"__main__.py": _BEGIN, "tenuto_verify/__init__.py": "", **contents}.items():
            archive.writestr(zipfile.ZipInfo(name, _SOME_DAY), content, zipfile.ZIP_DEFLATED)
    return b"#!/usr/bin/env python3\n" + into.getvalue()


def _named(path: Path, node: ast.ImportFrom) -> Path:
    folder = path.parent
    for _ in range(node.level - 1):
        folder = folder.parent
    module = folder.joinpath(*(node.module or "").split(".")).with_suffix(".py")
    if not module.is_file() or SOURCE not in module.parents:
        raise ValueError(f"{path.name} imports {'.' * node.level}{node.module}, which is no module of ours")
    return module
