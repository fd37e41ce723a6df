"""Static files named by their content, so that browsers may keep them for ever."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from re import Match
from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

OURS = ("web/", "accounts/", "tracks/", "audio/", "browse/", "embed/", "statistics/")
_IMPORT = re.compile(r"""@import\s+(?:url\()?["']([^"']+)["']\)?\s+layer\(([\w.-]+)\);""")


class NamedByContent(ManifestStaticFilesStorage):
    """Also renames what our ES modules import from one another, and `@import` in style sheets."""

    support_js_module_import_aggregation = True

    def url_converter(self, name: str, *args: Any, **kwargs: Any) -> Callable[[Match[str]], str]:
        # Other people's scripts are bundles: what looks like an import in them names no file.
        if name.endswith(".js") and not name.startswith(OURS):
            return lambda match: match[0]
        convert: Callable[[Match[str]], str] = super().url_converter(name, *args, **kwargs)
        return convert

    def post_process(
        self, *args: Any, **kwargs: Any
    ) -> Iterator[tuple[str, str, bool] | tuple[str, None, RuntimeError]]:
        """Afterwards, put into each style sheet what it imports: one request instead of thirty, one after another.

        Its name still stands for all of its content, because the names of what it imports were a part of it.
        """
        yield from super().post_process(*args, **kwargs)
        for name in self.hashed_files.values():
            if name.endswith(".css") and name.startswith(OURS):
                sheet = Path(self.path(name))
                sheet.write_text(with_imports(sheet.read_text(), sheet.parent))


def with_imports(sheet: str, folder: Path) -> str:
    """The sheet with each `@import "x.css" layer(y);` replaced by the file's text within that layer."""

    def inlined(found: Match[str]) -> str:
        imported = (folder / found[1]).read_text()
        if "url(" in imported:
            raise ValueError(f"{found[1]} names another file by url(), which would lead elsewhere from {folder.name}")
        return f"@layer {found[2]} {{\n{imported}\n}}"

    return _IMPORT.sub(inlined, sheet)
