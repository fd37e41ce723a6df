"""What turns an entry of the log back into words: shown beside a proof, as the `extra` of a .tlog-proof file.

    {"body": the record's bytes as text, "t": "public", "v": 1}
    {"body": …, "nonce": hex, "salt": hex, "t": "opening", "v": 1}
    {"body": …, "t": "registration", "v": 1}
    {"body": …, "open": […], "place": hex, "proof": base64, "salt": hex, "t": "state", "v": 1}

The last is a public record, `consent.map`, with what was open in one track in the map that it fixes.

Nothing here is believed by itself: the entry is computed from it, and the entry is what the log's proof is about. A
salt opens one entry and no other; a registration opens only for whoever has the asset's key, so no file carries that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .canonical import MOST_BYTES, NotCanonical, canonical, parsed
from .commitments import NONCE_BYTES, blinded_entry, public_entry, registration, salt_of, salted
from .consent_maps import SALT_BYTES, ConsentMap
from .lines import Refused, decoded, encoded
from .manifest_proofs import ManifestProof

MOST_SHOWN_BYTES = 8 * MOST_BYTES  # a record within a record, whose quotes are escaped, and its salt


@dataclass(frozen=True)
class Opened:
    """An entry of the log, and the record that it stands for."""

    entry: bytes
    record: dict[str, object]
    is_public: bool
    open: tuple[str, ...] | None = None  # in the track that is shown beside the record, if one is


def shown_public(body: bytes) -> bytes:
    """The `extra` for a public record."""
    return canonical({"v": 1, "t": "public", "body": body.decode()}, MOST_SHOWN_BYTES)


def shown_opening(key: bytes, nonce: bytes, body: bytes) -> bytes:
    """The `extra` for one blinded record: its salt and not the key, so that it opens this one only."""
    salt = salt_of(key, nonce)
    return canonical(
        {"v": 1, "t": "opening", "nonce": nonce.hex(), "salt": salt.hex(), "body": body.decode()}, MOST_SHOWN_BYTES
    )


def shown_registration(body: bytes) -> bytes:
    """The `extra` for the first entry about an asset."""
    return canonical({"v": 1, "t": "registration", "body": body.decode()}, MOST_SHOWN_BYTES)


def shown_state(body: bytes, place: bytes, salt: bytes, words: Sequence[str], proof: bytes) -> bytes:
    """The `extra` for a `consent.map` record, by which everybody can check what was open in the track at this place."""
    return canonical(
        {
            "v": 1, "t": "state", "body": body.decode(), "open": list(words), "place": place.hex(), "salt": salt.hex(),
            "proof": encoded(proof),
        },
        MOST_SHOWN_BYTES,
    )  # fmt: skip


def opened(extra: bytes, key: bytes | None = None) -> Opened:
    """The entry that an `extra` computes to. With the asset's key, a salt must also be the one that the key gives."""
    try:
        said = parsed(extra, MOST_SHOWN_BYTES)
        body = _text(said, "body").encode()
        record = parsed(body)
    except (NotCanonical, UnicodeEncodeError) as error:
        raise Refused(f"what is shown with the proof cannot be read: {error}") from error
    match said:
        case {"v": 1, "t": "public", **rest} if rest.keys() == {"body"}:
            return Opened(public_entry(body), record, True)
        case {"v": 1, "t": "opening", **rest} if rest.keys() == {"body", "nonce", "salt"}:
            salt = _hex(said, "salt", 32)
            if key is not None and salt != salt_of(key, _hex(said, "nonce", NONCE_BYTES)):
                raise Refused("this entry was not made with this asset's key")
            return Opened(blinded_entry(salted(salt, body)), record, False)
        case {"v": 1, "t": "registration", **rest} if rest.keys() == {"body"}:
            if key is None:
                raise Refused("a registration opens only with the asset's key")
            return Opened(blinded_entry(registration(key, body)), record, False)
        case {"v": 1, "t": "state", **rest} if rest.keys() == {"body", "open", "place", "proof", "salt"}:
            words = _words(said, "open")
            proof = ManifestProof.parse(decoded(_text(said, "proof")))
            place, salt = _hex(said, "place", 32), _hex(said, "salt", SALT_BYTES)
            ConsentMap.of(record).check_shown(place, salt, words, proof)
            return Opened(public_entry(body), record, True, words)
    raise Refused("what is shown with the proof is of a kind we do not know")


def _words(said: dict[str, object], name: str) -> tuple[str, ...]:
    value = said.get(name)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Refused(f"“{name}” is no list of words")
    return tuple(value)


def _text(said: dict[str, object], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str):
        raise Refused(f"what is shown with the proof has no “{name}”")
    return value


def _hex(said: dict[str, object], name: str, size: int) -> bytes:
    text = _text(said, name)
    try:
        value = bytes.fromhex(text)
    except ValueError as error:
        raise Refused(f"“{name}” is no hex") from error
    if len(value) != size or value.hex() != text:
        raise Refused(f"“{name}” has {size} bytes in lower-case hex")
    return value
