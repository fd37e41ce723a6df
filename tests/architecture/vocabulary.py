"""Lock 2: the words that AI code may use. It cannot name files, connections, other tables, or Python's own insides.

Lists of what is allowed, wherever a list can be short: what nobody thought of is forbidden.
"""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

# Modules from which names may be taken, and what of each; `...`: all that they define, but none of their own imports.
FROM: dict[str, frozenset[str] | None] = {
    "bisect": None,
    "collections": None,
    "collections.abc": None,
    "dataclasses": None,
    "datetime": None,
    "enum": None,
    "functools": None,
    "hashlib": frozenset({"sha256", "blake2b"}),
    "itertools": None,
    "math": None,
    "typing": None,
    "numpy.lib.stride_tricks": frozenset({"sliding_window_view"}),
    "numpy.typing": None,
    "django.apps": frozenset({"AppConfig"}),
    "django.db": frozenset({"models"}),
    "django.db.models": frozenset({"Avg", "Count", "Exists", "F", "Max", "Min", "OuterRef", "Q", "QuerySet", "Sum"}),
    "django.utils": frozenset({"timezone"}),
    "tenuto.gate.handle": None,
}
# Modules that may be named themselves, and what of each may be used.
MODULES: dict[str, frozenset[str] | None] = {
    "json": frozenset({"dumps", "loads"}),
    "struct": frozenset({"Struct", "calcsize", "pack", "pack_into", "unpack", "unpack_from"}),
    "math": None,
    "numpy": None,
    "scipy": frozenset({"fft"}),
    "django.db.models": None,
    "django.utils.timezone": frozenset({"now"}),
}
PARTS_OF_NUMPY = frozenset({"fft", "linalg", "random"})
OWN = ("tenuto.algorithms", "tenuto.ai")

NAMES = frozenset(
    {
        "__import__", "breakpoint", "compile", "delattr", "eval", "exec", "exit", "getattr", "globals", "help", "input",
        "locals", "open", "print", "quit", "setattr", "vars", "__builtins__", "__loader__", "__spec__", "__file__",
    }
)  # fmt: skip
ATTRIBUTES = frozenset(
    {
        # of numpy: whatever reads or writes files, or leads out of arrays
        "DataSource", "base", "ctypes", "dump", "fromfile", "fromregex", "genfromtxt", "load", "loadtxt", "memmap",
        "save", "savetxt", "savez", "savez_compressed", "tofile",
        # of Django: whatever leads from a row or a query to a connection, another table or raw statements
        "alias", "as_manager", "as_sql", "connection", "connections", "cursor", "db", "db_manager", "execute", "extra",
        "get_compiler", "get_model", "get_models", "model", "query", "raw", "router", "select_related", "using",
        "resolver", "explain", "iterator",
        # of Python: frames, code, and what leads from an object to its maker
        "ag_frame", "cr_frame", "f_back", "f_builtins", "f_globals", "f_locals", "gi_code", "gi_frame", "mro",
        "tb_frame", "with_traceback", "func", "wraps",
    }
)  # fmt: skip
IN_CLASSES = frozenset(
    {"__init__", "__post_init__", "__str__", "__eq__", "__hash__", "__iter__", "__len__", "__slots__"}
)


def forbidden(source: str, path: str = "") -> list[str]:
    """Every word in `source` that AI code may not use, with its line."""
    return [f"{path}:{line} {word}" for line, word in _words(ast.parse(source), path)]


def _words(tree: ast.Module, path: str) -> Iterator[tuple[int, str]]:
    bound: dict[str, str] = {}  # name: the module that it stands for
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name not in MODULES:
                    yield node.lineno, f"import {alias.name}"
                bound[alias.asname or alias.name.partition(".")[0]] = alias.name
        elif isinstance(node, ast.ImportFrom):
            yield from _taken(node, bound, path)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in NAMES:
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield from _attribute(node, bound)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            if node.name.startswith("__") and node.name not in IN_CLASSES:
                yield node.lineno, f"def {node.name}"
        elif isinstance(node, ast.MatchClass) and node.kwd_attrs:
            yield from ((node.lineno, f"case .{name}") for name in node.kwd_attrs if _hidden(name))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "{0." in node.value.replace(" ", ""):
            yield node.lineno, "a format that reads attributes"


def _taken(node: ast.ImportFrom, bound: dict[str, str], path: str) -> Iterator[tuple[int, str]]:
    source = node.module or ""
    for alias in node.names:
        name = f"{source}.{alias.name}"
        if node.level or alias.name == "*":
            yield node.lineno, f"from {'.' * node.level}{source} import {alias.name}"
        elif source.startswith(OWN) or source in OWN:
            if source.startswith("tenuto.ai") and not _same_feature(source, path):
                yield node.lineno, name
            if isinstance(_value(source, alias.name), ModuleType):
                bound[alias.asname or alias.name] = name
        elif name in MODULES:
            bound[alias.asname or alias.name] = name
        elif source not in FROM:
            yield node.lineno, name
        elif (only := FROM[source]) is not None:
            if alias.name not in only:
                yield node.lineno, name
        elif isinstance(_value(source, alias.name), ModuleType) or alias.name.startswith("_"):
            yield node.lineno, name


def _attribute(node: ast.Attribute, bound: dict[str, str]) -> Iterator[tuple[int, str]]:
    name = node.attr
    whose = node.value.id if isinstance(node.value, ast.Name) else ""
    if name in ATTRIBUTES or (_hidden(name) and whose not in ("self", "cls")):
        yield node.lineno, f".{name}"
    module = bound.get(whose)
    if module is not None and not _may_name(module, name):
        yield node.lineno, f"{module}.{name}"


def _may_name(module: str, name: str) -> bool:
    """May AI code write `module.name`?"""
    allowed = MODULES.get(module)
    if allowed is not None:
        return name in allowed
    if module == "django.db.models":
        return name[:1].isupper()
    return not isinstance(_value(module, name), ModuleType) or (module == "numpy" and name in PARTS_OF_NUMPY)


def _hidden(name: str) -> bool:
    return name.startswith("_") and name not in IN_CLASSES


def _value(module: str, name: str) -> object:
    found = inspect.getattr_static(import_module(module), name, None)
    if found is None:
        try:
            return import_module(f"{module}.{name}")
        except ImportError:
            return None
    return found


def _same_feature(source: str, path: str) -> bool:
    feature = source.split(".")[2:3]
    return not path or (bool(feature) and f"/ai/{feature[0]}/" in path)
