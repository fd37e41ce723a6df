"""Time stamps (RFC 3161): a request read, and the token that says "these bytes existed then", in CMS (RFC 5652).

SHA-256 and ECDSA on P-256 throughout. Whoever signs hands in a function.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from tenuto.rules import der
from tenuto.rules.der import NotDer

QUERY_TYPE, REPLY_TYPE = "application/timestamp-query", "application/timestamp-reply"
MOST_BYTES = 4_096  # of a request; they have sixty to two hundred
# anyPolicy: we bind ourselves to no published policy. A number of our own would be a UUID (2.25.…), which one of the
# two readers of credentials that we test with takes for a torn token.
POLICY = "2.5.29.32.0"

_DIGESTS = {"2.16.840.1.101.3.4.2.1": 32, "2.16.840.1.101.3.4.2.2": 48, "2.16.840.1.101.3.4.2.3": 64}
_SHA256, _ECDSA = der.sequence(der.oid("2.16.840.1.101.3.4.2.1")), der.sequence(der.oid("1.2.840.10045.4.3.2"))
_SIGNED_DATA, _TST_INFO = der.oid("1.2.840.113549.1.7.2"), der.oid("1.2.840.113549.1.9.16.1.4")
_CONTENT_TYPE, _DIGEST = der.oid("1.2.840.113549.1.9.3"), der.oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE = der.oid("1.2.840.113549.1.9.16.2.47")
_BAD_ALGORITHM, _BAD_FORMAT, _NO_SUCH_POLICY = 0, 5, 15


class Unfit(ValueError):
    """A request that no stamp is given for; `failure` is its bit in PKIFailureInfo."""

    def __init__(self, message: str, failure: int) -> None:
        super().__init__(message)
        self.failure = failure


@dataclass(frozen=True)
class Request:
    """What somebody wants a stamp for. The imprint goes into the token just as it came."""

    imprint: bytes  # DER: which hash, and its value
    nonce: bytes = b""  # DER, or nothing
    wants_certificate: bool = True


@dataclass(frozen=True)
class Stamper:
    """Who stamps: a certificate, its issuer's name and number as DER, and what signs (DER of an ECDSA signature)."""

    certificate: bytes
    issuer: bytes
    serial: int
    sign: Callable[[bytes], bytes]


def of(data: bytes) -> Request:
    """A request for a stamp on these bytes."""
    return Request(der.sequence(_SHA256, der.octets(sha256(data).digest())))


def read_request(data: bytes) -> Request:
    """A request as clients send it. Raises Unfit."""
    try:
        tag, content, rest = der.read(data[:MOST_BYTES])
        parts = der.read_all(content)
        if tag != der.SEQUENCE or rest or len(parts) < 2 or parts[0] != (der.INTEGER, b"\1"):
            raise NotDer("no request of version 1")
        imprint = parts[1][1]
        algorithm, digest = der.read_all(imprint)
        chosen = der.read(algorithm[1])
    except (NotDer, ValueError) as error:
        raise Unfit(str(error), _BAD_FORMAT) from error
    size = next((size for dotted, size in _DIGESTS.items() if der.oid(dotted) == der.wrap(der.OID, chosen[1])), None)
    if size is None or digest[0] != der.OCTETS or len(digest[1]) != size:
        raise Unfit("a hash that is not SHA-256, SHA-384 or SHA-512", _BAD_ALGORITHM)
    nonce, wants_certificate = b"", False
    for tag, content in parts[2:]:
        if tag == der.OID and der.wrap(tag, content) != der.oid(POLICY):
            raise Unfit("another policy than ours", _NO_SUCH_POLICY)
        if tag == der.INTEGER and len(content) <= 64:
            nonce = der.wrap(tag, content)
        elif tag == der.BOOLEAN:
            wants_certificate = content != b"\0"
        elif tag != der.OID:
            raise Unfit("an extension, or more than we know", _BAD_FORMAT)
    return Request(der.wrap(der.SEQUENCE, imprint), nonce, wants_certificate)


def token(request: Request, stamper: Stamper, number: int, at: datetime) -> bytes:
    """The stamp."""
    info = der.sequence(
        der.integer(1), der.oid(POLICY), request.imprint, der.integer(number), der.moment(at), request.nonce
    )
    certificate_named = der.sequence(der.sequence(der.sequence(der.octets(sha256(stamper.certificate).digest()))))
    attributes = der.set_of(
        der.sequence(_CONTENT_TYPE, der.set_of(_TST_INFO)),
        der.sequence(_DIGEST, der.set_of(der.octets(sha256(info).digest()))),
        der.sequence(_SIGNING_CERTIFICATE, der.set_of(certificate_named)),
    )
    signer = der.sequence(
        der.integer(1),
        der.sequence(stamper.issuer, der.integer(stamper.serial)),
        _SHA256,
        der.explicit(0, der.read(attributes)[1]),  # signed as a set, sent under a tag of its own
        _ECDSA,
        der.octets(stamper.sign(attributes)),
    )
    signed = der.sequence(
        der.integer(3),
        der.set_of(_SHA256),
        der.sequence(_TST_INFO, der.explicit(0, der.octets(info))),
        *([der.explicit(0, stamper.certificate)] if request.wants_certificate else []),
        der.set_of(signer),
    )
    return der.sequence(_SIGNED_DATA, der.explicit(0, signed))


def granted(stamp: bytes) -> bytes:
    """The answer that brings a stamp."""
    return der.sequence(der.sequence(der.integer(0)), stamp)


def refused(unfit: Unfit) -> bytes:
    """The answer that says why there is none."""
    bits = 1 << 31 - unfit.failure
    flags = der.wrap(der.BITS, bytes([7 - unfit.failure % 8]) + bits.to_bytes(4, "big")[: unfit.failure // 8 + 1])
    words = der.sequence(der.utf8(str(unfit)))
    return der.sequence(der.sequence(der.integer(2), words, flags))
