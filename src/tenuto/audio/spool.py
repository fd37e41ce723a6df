"""Files of a plain form, written to where uploads gather while they come: hashed, synchronised, never held in memory.

A form says how long it is as a whole, and of its files nothing; what was wished stands in it behind them. So a file
first comes whole, and begins its upload with all of its bytes.
"""

import hashlib
from io import FileIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from tenuto.audio import parts
from tenuto.base import storage
from tenuto.base.ids import new_secret


class SpooledFile(UploadedFile[bytes]):
    """A file that has come whole: its bytes are the part `key`."""

    def __init__(self, key: str, name: str, size: int) -> None:
        super().__init__(None, name, size=size)
        self.key = key

    def discard(self) -> None:
        parts.path_of(self.key).unlink(missing_ok=True)
        parts.digests.forget(self.key)


class Spool(FileUploadHandler):
    """Takes the files of the field `files`; any other is passed over."""

    chunk_size = 1024 * 1024

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, *args, **kwargs)
        if field_name != "files":
            raise SkipFile
        self._key = new_secret()
        parts.begin(self._key)
        self._part = FileIO(parts.path_of(self._key), "r+")
        self._running = hashlib.sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        # Longer than any file may be: it will be refused, so only its length matters from here on.
        if start < settings.MAX_FILE_BYTES:
            parts.write(self._part, raw_data)
            self._running.update(raw_data)

    def file_complete(self, file_size: int) -> SpooledFile:
        storage.sync_open(self._part)
        self._part.close()
        parts.digests.keep(self._key, file_size, self._running)
        return SpooledFile(self._key, self.file_name or "", file_size)

    def upload_interrupted(self) -> None:
        """The browser left. Nothing was promised, so nothing is kept."""
        if hasattr(self, "_part") and not self._part.closed:
            self._part.close()
            parts.path_of(self._key).unlink(missing_ok=True)
