"""What a copy of a recording says of its use, and its content credentials, in this instance's name."""

import os
import stat
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives import hashes

from tenuto import __version__
from tenuto.dsp.carriers import Place, digest_without
from tenuto.dsp.errors import Crashed
from tenuto.dsp.marking import Words
from tenuto.rules import file_marks
from tenuto.rules.canonical import canonical
from tenuto.rules.cells import Asset
from tenuto.rules.credentials import Binding, Hand, Said, Work, credentials, room_for, training
from tenuto.rules.signals import plus
from tenuto.safeguards.marks import keys, stamping
from tenuto.safeguards.signals.told import addresses_of, policies_of
from tenuto.tracks.models import Recording, Track

GENERATOR = "Tenuto"
# Of what is written. A greater one has every copy made anew, as a change of consent has.
FORM = 1


@dataclass(frozen=True)
class Marks:
    """What one copy is to say, in its tags and in its credentials. `digest` changes with anything of it."""

    words: Words
    said: Said
    work: Work
    digest: str


def marks_of(track: Track, recording: Recording, media_type: str, at: datetime) -> Marks:
    """What a copy of this recording has to say as things stand now."""
    policies = {each.asset: each for each in policies_of(track, at)}
    policy, cover = policies[Asset.RECORDING], policies[Asset.ARTWORK]
    addresses = addresses_of(track, policy.reach)
    words = Words(
        copyright=f"© {policy.holder}",
        address=addresses.people,
        terms=file_marks.terms(policy, addresses.people),
        named=file_marks.named_words(policy, addresses.policy),
        packet=plus.packet(cover.answers, addresses.people),
    )
    named: dict[str, object] = {name.lower(): text for name, text in words.named.items()}
    facts: dict[str, object] = {
        "v": FORM,
        "t": "file_marks",
        "policy": policy.digest,
        "original": recording.original_id,
        "title": track.title,
        "copyright": words.copyright,
        "address": words.address,
        "terms": words.terms,
        "cover": plus.data_mining(cover.answers),
        "named": named,
        "root": keys.root(at).certificate.fingerprint(hashes.SHA256()).hex(),
    }
    return Marks(
        words=words,
        said=training(policy.answers, f"{addresses.people} {policy.digest}"),
        work=Work(track.title, media_type, str(uuid4()), f"sha256:{recording.original_id}"),
        digest=sha256(canonical(facts)).hexdigest(),
    )


def room(marks: Marks, at: datetime, *, boxes: bool) -> int:
    """How many bytes to leave in a copy for its credentials."""
    return room_for(marks.work, marks.said, _hand(at), boxes=boxes)


def sign(path: Path, place: Place, marks: Marks, at: datetime) -> bytes:
    """Put the credentials into the room that was left for them; or return them, where they go beside the file.

    What the sandbox says of the file is a stranger's word: it is used for this file alone, and within it. Were the
    digest wrong, so would the credentials be, and every reader would see that.
    """
    handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    with os.fdopen(handle, "r+b") as file:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode) or facts.st_nlink != 1:
            raise Crashed("the copy is not a file of its own")
        if not place.length:
            return credentials(marks.work, Binding(digest_without(path)), marks.said, _hand(at))
        if not 0 <= place.start - place.head <= place.start <= facts.st_size - place.length:
            raise Crashed("the room is not in the file")
        binding = Binding(place.digest, place.boxes, place.start - place.head, place.head + place.length)
        file.seek(place.start)
        file.write(credentials(marks.work, binding, marks.said, _hand(at), place.length))
    return b""


def _hand(at: datetime) -> Hand:
    holder = keys.signer(at)
    return Hand(GENERATOR, __version__, [holder.der], holder.sign_plain, partial(stamping.stamp, at=at))
