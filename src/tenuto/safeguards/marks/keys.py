"""The instance's own certificates: a root, one that signs content credentials, one that stamps them with the time.

Made at the first use and kept in one folder, a file each with the private key in front. The root lasts, for it is what
people are asked to trust; the other two are made anew before they end, and what they signed stays good, because each
signature bears the time at which it was made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings

from tenuto.ledger import files
from tenuto.ledger.errors import KeyMissing

NAMES = ("root", "signer", "stamper")
ROOT_LASTS = timedelta(days=20 * 365)
# A signer's certificate is short, as the conformance programme of C2PA asks; a stamp must be readable for long.
SIGNER_LASTS, STAMPER_LASTS = timedelta(days=365), timedelta(days=10 * 365)
RENEWED_BEFORE = timedelta(days=60)
# Clocks differ: a certificate that begins now has not begun for somebody who is a minute behind.
BEGAN_BEFORE = timedelta(hours=1)
_COORDINATE_BYTES = 32


@dataclass(frozen=True)
class Holder:
    """A private key with its certificate."""

    key: EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def sign(self, data: bytes) -> bytes:
        """ECDSA with SHA-256, as DER."""
        return self.key.sign(data, ECDSA(hashes.SHA256()))

    def sign_plain(self, data: bytes) -> bytes:
        """The same as COSE has it: the two numbers, one after the other."""
        return b"".join(number.to_bytes(_COORDINATE_BYTES, "big") for number in decode_dss_signature(self.sign(data)))

    def __repr__(self) -> str:
        return f"Holder({self.certificate.subject.rfc4514_string()})"  # never the key: it is a secret


def root(at: datetime) -> Holder:
    """What vouches for the other two."""
    place = _place("root")
    if not place.exists():
        files.put_first(place, _written(_made("root", at, ROOT_LASTS)), mode=0o600)
    return _read(place)


def signer(at: datetime) -> Holder:
    """What signs content credentials now."""
    # An e-mail certificate: what every reader of credentials has taken from the beginning.
    return _current("signer", at, SIGNER_LASTS, [ExtendedKeyUsageOID.EMAIL_PROTECTION])


def stamper(at: datetime) -> Holder:
    """What says the time."""
    return _current("stamper", at, STAMPER_LASTS, [ExtendedKeyUsageOID.TIME_STAMPING])


def _current(name: str, at: datetime, lasts: timedelta, usages: Sequence[x509.ObjectIdentifier]) -> Holder:
    place, issuer = _place(name), root(at)
    held = _read(place) if place.exists() else None
    issued = held is not None and held.certificate.issuer == issuer.certificate.subject
    if held is None or not issued or held.certificate.not_valid_after_utc - at < RENEWED_BEFORE:
        files.put(place, _written(_made(name, at, lasts, issuer, usages)), mode=0o600)
        held = _read(place)
    return held


def _made(
    name: str,
    at: datetime,
    lasts: timedelta,
    issuer: Holder | None = None,
    usages: Sequence[x509.ObjectIdentifier] = (),
) -> Holder:
    key = generate_private_key(SECP256R1())
    subject = _name(name, at)
    is_root = issuer is None
    vouching = key if issuer is None else issuer.key
    began = at - BEGAN_BEFORE
    if issuer is not None:  # nothing begins before what vouches for it
        began = max(began, issuer.certificate.not_valid_before_utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began.astimezone(UTC))
        .not_valid_after((at + lasts).astimezone(UTC))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(_may(sign=not is_root, vouch=is_root), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(vouching.public_key()), critical=False)
    )
    if usages:
        # RFC 3161, section 2.3: whoever stamps does nothing else, and says so critically.
        stamps = ExtendedKeyUsageOID.TIME_STAMPING in usages
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=stamps)
    return Holder(key, builder.sign(vouching, hashes.SHA256()))


def _name(name: str, at: datetime) -> x509.Name:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    # The day tells a root from one that a lost folder made anew.
    called = {
        "root": f"{host} root of {at:%Y-%m-%d}",
        "signer": f"{host} content credentials",
        "stamper": f"{host} time stamps",
    }
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, settings.SITE_NAME[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, called[name][-64:]),
        ]
    )


def _may(*, sign: bool, vouch: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=vouch,
        crl_sign=vouch,
        encipher_only=False,
        decipher_only=False,
    )


def _written(holder: Holder) -> bytes:
    return holder.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + holder.pem


def _place(name: str) -> Path:
    return Path(settings.SIGNING_DIR) / f"{name}.pem"


def _read(place: Path) -> Holder:
    """What stands in a file, parsed once as long as it stays the same."""
    try:
        facts = place.stat()
    except OSError as error:
        raise KeyMissing(f"{place}: {error}") from error
    if facts.st_mode & 0o077:
        raise KeyMissing(f"others can read {place}: `chmod 600` it, and remove it if they may have done so")
    return _parsed(place, facts.st_mtime_ns, facts.st_ino)


@lru_cache(maxsize=8)
def _parsed(place: Path, _written_at: int, _node: int) -> Holder:
    try:
        data = place.read_bytes()
        key = load_pem_private_key(data, password=None)
        certificate = x509.load_pem_x509_certificate(data[data.index(b"-----BEGIN CERTIFICATE") :])
    except (OSError, ValueError, TypeError) as error:
        raise KeyMissing(f"{place}: {error}") from error
    if not isinstance(key, EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise KeyMissing(f"{place}: the key is not the certificate's")
    return Holder(key, certificate)
