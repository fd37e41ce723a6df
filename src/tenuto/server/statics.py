"""Style sheets, scripts and pictures of the program itself, answered without Django.

The files are listed once, at start, and an address is looked up in that list: what is not listed does not exist,
so no address can lead outside.
"""

import gzip
import mimetypes
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from tenuto.web.files import SentFile

# ManifestStaticFilesStorage writes twelve hex digits of the content's digest before the ending.
_NAMED_BY_CONTENT = re.compile(r"\.[0-9a-f]{12}\.[^.]+$")
_TEXT = re.compile(r"text/|application/(json|manifest\+json|xml)|image/svg\+xml")
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}
_SHRINK_FROM_BYTES, _SHRINK_UP_TO_BYTES = 512, 2 * 1024 * 1024


@dataclass(frozen=True)
class Static:
    """One file, and its gzip form where that is smaller: other bytes, so another entity tag."""

    plain: SentFile
    zipped: SentFile | None = None
    zipped_bytes: bytes = b""


def listed(root: Path) -> dict[str, Static]:
    """Every file below `root` by its name there, as addresses write it."""
    files = (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return {path.relative_to(root).as_posix(): static(path) for path in files}


def static(path: Path) -> Static:
    """One file as it will be offered."""
    facts = path.stat()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    is_text = bool(_TEXT.match(kind))
    plain = SentFile(
        path=path,
        size_bytes=facts.st_size,
        etag=f"{facts.st_mtime_ns:x}-{facts.st_size:x}",
        content_type=f"{kind}; charset=utf-8" if is_text else kind,
        modified=datetime.fromtimestamp(int(facts.st_mtime), tz=UTC),
        headers={
            "Cache-Control": "public, max-age=31536000, immutable"
            if _NAMED_BY_CONTENT.search(path.name)
            else "no-cache",
            "X-Content-Type-Options": "nosniff",
            **({"Vary": "Accept-Encoding"} if is_text else {}),
        },
    )
    if not is_text or not _SHRINK_FROM_BYTES <= facts.st_size <= _SHRINK_UP_TO_BYTES:
        return Static(plain)
    shrunk = gzip.compress(path.read_bytes(), 9, mtime=0)
    headers = {**plain.headers, "Content-Encoding": "gzip"}
    zipped = replace(plain, size_bytes=len(shrunk), etag=f"{plain.etag}-gzip", headers=headers)
    return Static(plain, zipped, shrunk)
