"""What `tenuto check` says of where visitors are: web.E… must be mended, web.W… is worth knowing."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import checks

from tenuto.web import networks


@checks.register
def check_whereabouts(app_configs: Any = None, **_options: Any) -> list[checks.CheckMessage]:
    """A file of networks that is named can be read, and is."""
    return list(_file_of_networks())


def _file_of_networks() -> Iterator[checks.CheckMessage]:
    if words := networks.problem():
        yield checks.Error(
            f"TENUTO_COUNTRY_FILE cannot be read: {words}. Countries are not known.",
            hint="It must be a file in MaxMind's format (.mmdb) that this user may read.",
            id="web.E001",
        )
    if settings.COUNTRY_HEADER and settings.COUNTRY_FILE:
        yield checks.Warning(
            "TENUTO_COUNTRY_FILE is not asked, because TENUTO_COUNTRY_HEADER is set.",
            hint="Set one of them.",
            id="web.W001",
        )
