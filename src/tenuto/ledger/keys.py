"""The private keys of this instance: one with which its log signs, one with which it cosigns as a witness.

A key file has a line for each key, as Go's signed notes write them: PRIVATE+KEY+name+id+base64(kind, seed). The first
line is the key in use; what stands below was in use before, and signs along until it is dropped.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tenuto.base.signatures import SEED_BYTES, SigningKey
from tenuto.ledger import files
from tenuto.ledger.errors import KeyMissing
from tenuto.rules.lines import Refused, decoded, encoded
from tenuto.rules.notes import COSIGNATURE, ED25519, Key, Sign

HEAD = "PRIVATE+KEY"


@dataclass(frozen=True)
class Signer:
    """A key with its secret half."""

    key: Key
    sign: Sign
    line: str

    @classmethod
    def made(cls, name: str, kind: int) -> "Signer":
        """A new key."""
        return cls._of(name, kind, os.urandom(SEED_BYTES))

    @classmethod
    def parse(cls, line: str) -> "Signer":
        """The key in a line of a file. Refused if it is not one."""
        if not line.startswith(f"{HEAD}+") or line.count("+") < 4:
            raise Refused("this is no private key")
        name, identity, material = line.removeprefix(f"{HEAD}+").split("+", 2)
        both = decoded(material)
        if len(both) != 1 + SEED_BYTES or both[0] not in (ED25519, COSIGNATURE):
            raise Refused("this private key is of a kind we do not sign with")
        signer = cls._of(name, both[0], both[1:])
        if signer.key.id.hex() != identity:
            raise Refused("this private key names another key than it holds")
        return signer

    @classmethod
    def _of(cls, name: str, kind: int, seed: bytes) -> "Signer":
        secret = SigningKey(seed)
        key = Key(name, kind, secret.public)
        return cls(key, secret.sign, f"{HEAD}+{name}+{key.id.hex()}+{encoded(bytes([kind]) + seed)}")

    def __repr__(self) -> str:
        return f"Signer({self.key})"  # never the line: it is a secret


def of_log(origin: str) -> list[Signer]:
    """The keys with which the log of this origin signs, the one in use first."""
    if mine := _named(place_of_log(), origin):
        return mine
    raise KeyMissing(f"{place_of_log()} has no key of {origin}; restore it, or continue with another log")


def made_for_log(origin: str) -> Signer:
    """The key of a log that is being opened."""
    return (_named(place_of_log(), origin) or _made(place_of_log(), origin, ED25519))[0]


def of_witness(name: str) -> Signer:
    """The key with which this instance cosigns the logs of others; made at the first call."""
    return (_named(place_of_witness(), name) or _made(place_of_witness(), name, COSIGNATURE))[0]


def rotate(origin: str) -> tuple[Signer, Signer]:
    """Put a new key in front of those of the log. Returns the one that was in use, and the new one."""
    held = of_log(origin)
    new = Signer.made(origin, ED25519)
    _keep(place_of_log(), [new, *held, *_of_others(place_of_log(), origin)])
    return held[0], new


def drop_old(origin: str) -> list[Signer]:
    """Let only the key in use sign from now on. Returns those that are gone."""
    held = of_log(origin)
    _keep(place_of_log(), [held[0], *_of_others(place_of_log(), origin)])
    return held[1:]


def place_of_log() -> Path:
    return Path(settings.LEDGER_DIR) / "log-key"


def place_of_witness() -> Path:
    return Path(settings.LEDGER_DIR) / "witness-key"


def _named(place: Path, name: str) -> list[Signer]:
    return [signer for signer in _read(place) if signer.key.name == name]


def _made(place: Path, name: str, kind: int) -> list[Signer]:
    made = Signer.made(name, kind)
    if place.exists():
        _keep(place, [made, *_read(place)])
    else:
        files.put_first(place, f"{made.line}\n".encode(), mode=0o600)
    return _named(place, name)


def _of_others(place: Path, name: str) -> list[Signer]:
    """Keys of a log that this one continues."""
    return [signer for signer in _read(place) if signer.key.name != name]


def _read(place: Path) -> list[Signer]:
    try:
        if place.stat().st_mode & 0o077:
            raise KeyMissing(f"others can read {place}: `chmod 600` it, and make a new key if they may have done so")
        return [Signer.parse(line) for line in place.read_text().splitlines() if line]
    except FileNotFoundError:
        return []
    except (OSError, Refused, UnicodeDecodeError) as error:
        raise KeyMissing(f"{place}: {error}") from error


def _keep(place: Path, signers: list[Signer]) -> None:
    files.put(place, "".join(f"{signer.line}\n" for signer in signers).encode(), mode=0o600)
