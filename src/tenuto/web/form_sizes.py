"""How large a form with files may be. Said before its first byte is read, so that nobody can fill the disk with one."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

# Two pictures of 20 MB each, and words.
MAX_FORM_BYTES = 48 * 1024 * 1024


class BoundedForms(FileUploadHandler):
    """The first of the upload handlers. It keeps nothing itself.

    Django limits fields, not files: without this a form of any size is written to the disk before a view is asked.
    Views that take whole recordings from a form name themselves in `settings.LARGE_FORMS`.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        meta: dict[str, Any],
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict[str, Any]] | None:
        limit = settings.MAX_FILE_BYTES + MAX_FORM_BYTES if _is_large(self.request) else MAX_FORM_BYTES
        if content_length > limit:
            raise RequestDataTooBig(f"a form of {content_length} bytes; at most {limit} are read")
        return None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def _is_large(request: HttpRequest | None) -> bool:
    if request is None or request.resolver_match is None or not request.user.is_authenticated:
        return False
    return request.resolver_match.view_name in settings.LARGE_FORMS
