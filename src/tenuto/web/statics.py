"""Static files named by their content, so that browsers may keep them for ever."""

from collections.abc import Callable
from re import Match
from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

OURS = ("web/", "accounts/", "tracks/", "audio/")


class NamedByContent(ManifestStaticFilesStorage):
    """Also renames what our ES modules import from one another, and `@import` in style sheets."""

    support_js_module_import_aggregation = True

    def url_converter(self, name: str, *args: Any, **kwargs: Any) -> Callable[[Match[str]], str]:
        # Other people's scripts are bundles: what looks like an import in them names no file.
        if name.endswith(".js") and not name.startswith(OURS):
            return lambda match: match[0]
        convert: Callable[[Match[str]], str] = super().url_converter(name, *args, **kwargs)
        return convert
