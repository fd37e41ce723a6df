"""The file of networks and their countries that an operator may bring (TENUTO_COUNTRY_FILE), in MaxMind's format.

An address is looked up and forgotten. The file is opened once in a process and mapped, not read, so that all processes
share its pages.
"""

import logging
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import maxminddb
from django.conf import settings

from tenuto.web.clients import parsed

log = logging.getLogger(__name__)
LOOK_AGAIN_SECONDS = 60  # whether another file stands in its place


def country_of(address: str) -> str:
    """The letters of the country in which this address is used; empty where the file does not say."""
    place = parsed(address)
    reader = _file(settings.COUNTRY_FILE).reader()
    if place is None or reader is None:
        return ""
    try:
        return _letters(reader.get(place))
    except (ValueError, maxminddb.InvalidDatabaseError):  # an IPv6 address in a file of IPv4 ones; a damaged file
        return ""


def problem() -> str:
    """What is wrong with the file that the settings name; empty where nothing is, or none is named."""
    if not settings.COUNTRY_FILE:
        return ""
    try:
        _opened(Path(settings.COUNTRY_FILE)).close()
    except _UNREADABLE as error:
        return str(error)
    return ""


class _File:
    """One file, and whoever reads it: anew when another stands in its place."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._reader: maxminddb.Reader | None = None
        self._mark: tuple[int, ...] = ()
        self._looks_at = 0.0

    def reader(self) -> maxminddb.Reader | None:
        """None until there is a file that can be read. Threads may open it twice at once, which is one time too many
        and no harm.
        """
        if time.monotonic() >= self._looks_at:
            self._look()
            self._looks_at = time.monotonic() + LOOK_AGAIN_SECONDS
        return self._reader

    def _look(self) -> None:
        try:
            about = self._place.stat()
            mark = (about.st_mtime_ns, about.st_size, about.st_ino)
            if mark != self._mark:
                self._reader, self._mark = _opened(self._place), mark
        except _UNREADABLE as error:  # what was read before stays: yesterday's networks are better than none
            log.error("TENUTO_COUNTRY_FILE: %s", error)


_UNREADABLE = (OSError, ValueError, maxminddb.InvalidDatabaseError)


@lru_cache(maxsize=1)
def _file(place: str) -> _File:
    return _File(Path(place))


def _opened(place: Path) -> maxminddb.Reader:
    if not place.is_file():  # of a folder the library says what nobody understands
        raise FileNotFoundError(f"there is no file {place}")
    return maxminddb.open_database(place)


def _letters(record: Any) -> str:
    """As DB-IP and MaxMind write them, and as IPinfo does; what else there may be is not known."""
    match record:
        case {"country": {"iso_code": str(letters)}} | {"country_code": str(letters)} | {"country": str(letters)}:
            return letters
    return ""
