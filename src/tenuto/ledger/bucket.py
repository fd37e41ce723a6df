"""A bucket of an object store that speaks S3's protocol, as far as the public files of a log need it.

Requests are signed as AWS's Signature Version 4 says. That is a page of code, which AWS's own examples hold to its word
in a test; the usual library would be 15 MB for three verbs.
"""

import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import quote, urlsplit

SECONDS = 30
MOST_BYTES = 100_000_000  # a manifest of a million works has 64 million


class BucketSilent(OSError):
    """The object store did not do what was asked, or could not be reached."""


class Changed(Exception):
    """What is there is not what we took it for: there already, or another by now."""


@dataclass(frozen=True)
class Found:
    """An object, and the mark by which it is replaced only if nobody else has done so."""

    content: bytes
    etag: str


@dataclass(frozen=True)
class Bucket:
    """Where objects lie: scheme, host, bucket and perhaps a folder; and who we are there."""

    address: str
    region: str
    key: str
    secret: str = field(repr=False)

    def get(self, path: str) -> Found | None:
        """An object; None where there is none."""
        status, etag, content = self._ask("GET", path)
        if status == 404:
            return None
        self._expect(status, {200}, "GET", path, content)
        return Found(content, etag)

    def put(self, path: str, content: bytes, kind: str, keep: str, *, replacing: Found | None = None) -> None:
        """Write an object where none is, or in the place of the one that was found. Raises Changed otherwise."""
        condition = {"if-match": replacing.etag} if replacing else {"if-none-match": "*"}
        headers = {"content-type": kind, "cache-control": keep} | condition
        status, _etag, answer = self._ask("PUT", path, content, headers)
        if status in {409, 412}:  # 409: somebody writes it at this moment
            raise Changed(path)
        self._expect(status, {200, 201, 204}, "PUT", path, answer)

    def delete(self, path: str) -> None:
        """Remove an object, if it is there."""
        status, _etag, answer = self._ask("DELETE", path)
        self._expect(status, {200, 204, 404}, "DELETE", path, answer)

    def _ask(
        self, verb: str, path: str, content: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, str, bytes]:
        place = urlsplit(f"{self.address.rstrip('/')}/{path}")
        target = quote(place.path, safe="/-_.~")
        sent = authorised(
            verb, place.netloc, target, headers or {}, content, self.region, (self.key, self.secret), datetime.now(UTC)
        )
        kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
        line = kind(place.netloc, timeout=SECONDS)
        try:
            line.request(verb, target, content or None, sent)
            answer = line.getresponse()
            return answer.status, answer.headers.get("ETag", ""), answer.read(MOST_BYTES)
        except (OSError, HTTPException) as error:
            raise BucketSilent(f"{verb} {path}: {error or type(error).__name__}") from error
        finally:
            line.close()

    def _expect(self, status: int, well: set[int], verb: str, path: str, answer: bytes) -> None:
        if status not in well:
            raise BucketSilent(f"{verb} {path}: answered {status} {answer[:300].decode(errors='replace')}")


def authorised(
    verb: str,
    host: str,
    target: str,
    headers: dict[str, str],
    content: bytes,
    region: str,
    who: tuple[str, str],
    now: datetime,
) -> dict[str, str]:
    """The headers of a request with those that authorise it (AWS Signature Version 4). Names in lower case."""
    key, secret = who
    at, digest = now.strftime("%Y%m%dT%H%M%SZ"), sha256(content).hexdigest()
    sent = headers | {"host": host, "x-amz-content-sha256": digest, "x-amz-date": at}
    names = ";".join(sorted(sent))
    lines = "".join(f"{name}:{' '.join(sent[name].split())}\n" for name in sorted(sent))
    asked = f"{verb}\n{target}\n\n{lines}\n{names}\n{digest}"
    scope = f"{at[:8]}/{region}/s3/aws4_request"
    signing = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        signing = hmac.digest(signing, part.encode(), "sha256")
    text = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{sha256(asked.encode()).hexdigest()}"
    signature = hmac.new(signing, text.encode(), sha256).hexdigest()
    credential = f"AWS4-HMAC-SHA256 Credential={key}/{scope},SignedHeaders={names},Signature={signature}"
    return sent | {"authorization": credential}
