"""The standing map of consent: every track has one place in it, and what stands there is what is open in the track.

The log has its root again and again: `{"t":"consent.map","epoch":number,"root":"sha256:…","ts":…}`. A track stands
under the key of its recording; place and value are derived from that key, so nobody else can tell which track stands
where or what is open in it, and the track's artist can show both. The value commits to the words of the state, a public
form: `{"open":["recording/organisation/train", …],"t":"state","v":1}`, with the words of `rules.cells.words_of`.

It commits under a salt that belongs to this one state of this one track. So one state can be shown to everybody, by its
salt and its place, and with that neither the key, nor any other state, nor any entry about the track. Place and salt
are the same in every epoch, so whoever was shown a state knows it again wherever its leaf is seen.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from .canonical import NotCanonical, canonical
from .commitments import KEY_BYTES
from .digests import digest_in
from .lines import Refused
from .manifest_proofs import ManifestProof

KIND = "consent.map"
SALT_BYTES = 32


def map_key(key: bytes) -> bytes:
    """The place of a track. It stays the same from epoch to epoch."""
    return hmac.digest(_whole(key), b"tenuto/map/v1\n", "sha256")


def map_salt(key: bytes, state: bytes) -> bytes:
    """What opens this state of this track, and nothing else."""
    return hmac.digest(_whole(key), b"tenuto/map-salt/v1\n" + state, "sha256")


def map_value(key: bytes, state: bytes) -> bytes:
    """What stands at its place: it fits one state, which nobody can guess without its salt."""
    return _committed(map_salt(key, state), state)


def former_value(key: bytes, state: bytes) -> bytes:
    """What stood there before a state could be shown without the key. Only its artist can open it."""
    return hmac.digest(_whole(key), b"tenuto/map-state/v1\n" + state, "sha256")


def state_of(words: Sequence[str]) -> bytes:
    """A state in its one form. Nothing open is a state as any other."""
    return canonical({"v": 1, "t": "state", "open": list(words)})


@dataclass(frozen=True)
class ConsentMap:
    """The map at one epoch, as the log has it."""

    epoch: int
    root: bytes

    @classmethod
    def of(cls, record: dict[str, object]) -> "ConsentMap":
        """The map that a `consent.map` record fixes."""
        epoch, root = record.get("epoch"), record.get("root")
        if record.get("t") != KIND or type(epoch) is not int or not isinstance(root, str):
            raise Refused("this record fixes no map of consent")
        return cls(epoch, digest_in(root))

    def check(self, key: bytes, words: Sequence[str], proof: ManifestProof) -> None:
        """Was exactly this open in the track with this key? Refused if the proof does not show it."""
        state, place = _state(words), map_key(key)
        if proof.value_of(place, self.root) != former_value(key, state):
            self.check_shown(place, map_salt(key, state), words, proof)

    def check_shown(self, place: bytes, salt: bytes, words: Sequence[str], proof: ManifestProof) -> None:
        """Was exactly this open in the track at this place? For whoever was shown the salt, and has no key."""
        value = proof.value_of(place, self.root)
        if value is None:
            raise Refused("the map says nothing of this track")
        if value != _committed(salt, _state(words)):
            raise Refused("the map says that something else was open")


def _committed(salt: bytes, state: bytes) -> bytes:
    # The salt has one length and stands first, so that no other salt and state have the same bytes.
    if len(salt) != SALT_BYTES:
        raise Refused(f"a salt has {SALT_BYTES} bytes")
    return sha256(b"tenuto/map-state/v1\n" + salt + state).digest()


def _state(words: Sequence[str]) -> bytes:
    try:
        return state_of(words)
    except NotCanonical as error:
        raise Refused(f"this is no state: {error}") from error


def _whole(key: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise ValueError(f"{len(key)} bytes where {KEY_BYTES} are due")
    return key
