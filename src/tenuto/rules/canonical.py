"""Facts as bytes, in one form only, so that whoever writes the same facts writes the same bytes.

JSON as RFC 8785 orders it, in a narrow profile: keys of a-z, 0-9, _ and . only; strings, whole numbers up to 2^53 - 1,
truth values, null, lists and objects. No fractions: programs differ in how they write them. Every record says its
version `v` and what it is, `t`.
"""

import json
import re
from datetime import UTC, datetime

MOST_BYTES = 16_384
GREATEST = 2**53 - 1  # the largest whole number that every JSON reader keeps
_KEY = re.compile(r"[a-z0-9_.]+")
# Nothing goes in a circle that `_check` has walked to its end.
ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
)
_PLAIN = frozenset({str, bool, type(None)})
_MOST_KNOWN = 1_024
_known: set[object] = set()  # keys that were looked at before; a log's records have a few dozen between them


class NotCanonical(ValueError):
    """These facts cannot be written in the one form."""


def canonical(record: dict[str, object], most: int = MOST_BYTES) -> bytes:
    """The record's bytes. Raises NotCanonical for what the profile does not know. What holds records may have more."""
    if "v" not in record or "t" not in record:
        raise NotCanonical(f"a record must say its “{'t' if 'v' in record else 'v'}”")
    _check(record)
    # With ASCII keys and without fractions, this is what RFC 8785 writes: sorted, compact, nothing escaped needlessly.
    return as_bytes(ENCODER.encode(record), most)


def parsed(written: bytes, most: int = MOST_BYTES) -> dict[str, object]:
    """The record that these bytes write. Raises NotCanonical unless they are its one form: no two readers differ."""
    try:
        record = json.loads(written) if len(written) <= most else None
    except (ValueError, RecursionError) as error:
        raise NotCanonical("no record can be read here") from error
    if not isinstance(record, dict) or canonical(record, most) != written:
        raise NotCanonical("these bytes are not the one form of a record")
    return record


def moment(at: datetime) -> str:
    """A time as records have it: UTC, whole seconds, RFC 3339."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def digest_words(digest: bytes) -> str:
    """A SHA-256 as records have it."""
    return f"sha256:{digest.hex()}"


def as_bytes(text: str, most: int = MOST_BYTES) -> bytes:
    """A record's text as its bytes."""
    try:
        written = text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("half a character is no text") from error
    if len(written) > most:
        raise NotCanonical(f"{len(written)} bytes; a record has {most} at most")
    return written


def _check(record: dict[str, object]) -> None:
    """A fifth of what it costs to write a record, so what most of them consist of is told by its type alone."""
    if not _known.issuperset(record):
        check_keys(record)
    for part in record.values():
        kind = type(part)
        if kind not in _PLAIN and (kind is not int or not -GREATEST <= part <= GREATEST):  # type: ignore[operator]
            check_part(part)


def check_keys(record: dict[str, object]) -> None:
    """Raise NotCanonical for what is no key."""
    for key in record:
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise NotCanonical(f"“{key}” is no key")
    if len(_known) + len(record) > _MOST_KNOWN:
        _known.clear()  # of strangers' records, which may have any keys
    _known.update(record)


def check_part(value: object) -> None:
    """Raise NotCanonical for what no record holds."""
    match value:
        case dict():
            _check(value)
        case list() | tuple():
            for part in value:
                check_part(part)
        case None | bool() | str():
            return
        case int():
            if not -GREATEST <= value <= GREATEST:
                raise NotCanonical(f"{value} is more than every reader keeps")
        case _:
            raise NotCanonical(f"a record holds no {type(value).__name__}")
