"""Static files named by their content, so that browsers may keep them for ever."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class NamedByContent(ManifestStaticFilesStorage):
    """Also renames what ES modules import from one another, and `@import` in style sheets."""

    support_js_module_import_aggregation = True
