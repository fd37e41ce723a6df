"""The instance's own time-stamping authority (RFC 3161): for its content credentials, and for whoever asks."""

import secrets
from datetime import datetime

from tenuto.rules import time_stamps
from tenuto.rules.time_stamps import Request, Stamper, Unfit
from tenuto.safeguards.marks import keys

_NUMBER_BITS = 127


def stamp(data: bytes, at: datetime) -> bytes:
    """The token that says that these bytes existed at this time."""
    return _token(time_stamps.of(data), at)


def answer(asked: bytes, at: datetime) -> bytes:
    """The reply to a request as clients send it: a stamp, or why there is none."""
    try:
        return time_stamps.granted(_token(time_stamps.read_request(asked), at))
    except Unfit as unfit:
        return time_stamps.refused(unfit)


def _token(request: Request, at: datetime) -> bytes:
    held = keys.stamper(at)
    certificate = held.certificate
    stamper = Stamper(held.der, certificate.issuer.public_bytes(), certificate.serial_number, held.sign)
    # Drawn, not counted: two processes never give one number twice, and nobody learns how many there were.
    return time_stamps.token(request, stamper, secrets.randbits(_NUMBER_BITS), at)
