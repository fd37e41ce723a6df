"""This instance as a witness: it cosigns the logs of others as long as they only grow.

What was cosigned is on record before the cosignature leaves, so that two requests at once cannot make us sign two
histories. A log that shows us two stories is kept as a file that convinces everybody else.
"""

import logging
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tenuto.base.signatures import verify
from tenuto.ledger import files, keys, suspicions
from tenuto.ledger.models import WatchedLog
from tenuto.rules.checkpoints import Checkpoint, Signed, opened
from tenuto.rules.cosignatures import cosigned
from tenuto.rules.frauds import Equivocation, confessed
from tenuto.rules.lines import Refused
from tenuto.rules.notes import ED25519, Key, Note, Unsigned
from tenuto.rules.witnessing import Answer, Request, answer, malformed

log = logging.getLogger(__name__)


def name() -> str:
    """The name under which this instance cosigns."""
    site = urlsplit(settings.SITE_URL)
    return f"{site.netloc}{site.path.rstrip('/')}/witness"


def watch(key: Key) -> WatchedLog:
    """Be a witness of the log of this key from now on."""
    if key.kind != ED25519:
        raise Refused("a log signs with Ed25519; this is a key of another kind")
    with transaction.atomic():
        watched, _new = WatchedLog.objects.select_for_update().get_or_create(origin=key.name)
        if str(key) not in watched.keys:
            watched.keys = [*watched.keys, str(key)]
            watched.save(update_fields=["keys"])
    return watched


def add_checkpoint(body: bytes) -> Answer:
    """Answer one request; with status 200 the cosignature is the body, and on record."""
    try:
        request = Request.parse(body)
        with transaction.atomic():
            watched = WatchedLog.objects.select_for_update().filter(origin=request.origin).first()
            found = answer(request, _keys(watched), _latest(watched), verify)
            if found.accepted is None or watched is None:
                return _refused(request, watched, found)
            line = _record(watched, found.accepted)
    except Refused as error:
        return malformed(error)
    return Answer(200, line)


def latest(origin_digest: str) -> bytes | None:
    """The checkpoint of a log that was cosigned last, by the SHA-256 of its origin in hex."""
    for watched in WatchedLog.objects.exclude(note=b""):
        if sha256(watched.origin.encode()).hexdigest() == origin_digest:
            return bytes(watched.note)
    return None


def frauds() -> list[Path]:
    """The files that prove that somebody's log told two stories."""
    return sorted(_fraud_folder().glob("*.json"))


def investigate() -> None:
    """Ask the logs under suspicion for the tiles of what they signed: these clear them, or are the proof."""
    for suspicion in suspicions.every():
        watched = WatchedLog.objects.filter(origin=suspicion.origin).first()
        if watched is None:
            suspicion.drop()
            continue
        try:
            fraud = suspicion.look(_keys(watched))
        except (Refused, OSError) as error:  # it serves no tree to the larger root: asked again the next time
            log.warning("two heads of %s could not be held against each other: %s", suspicion.origin, error)
            continue
        if fraud:
            _keep(fraud, watched)
        suspicion.drop()


def _record(watched: WatchedLog, accepted: Signed) -> str:
    now = timezone.now()
    signer = keys.of_witness(name())
    line = cosigned(accepted.note.text, int(now.timestamp()), signer.key, signer.sign)
    watched.size, watched.root = accepted.checkpoint.size, accepted.checkpoint.root
    watched.note, watched.seen_at = bytes(Note(accepted.note.text, accepted.note.signatures).signed_with(line)), now
    watched.save(update_fields=["size", "root", "note", "seen_at"])
    return str(line)


def _refused(request: Request, watched: WatchedLog | None, found: Answer) -> Answer:
    """What is refused may prove a fraud, or be the thread by which it is found."""
    if watched is None or not watched.note or found.status not in {409, 422}:
        return found
    try:
        known, new = (opened(note, _keys(watched), verify) for note in (bytes(watched.note), bytes(request.note)))
    except Unsigned:
        return found
    if fraud := confessed(known, new, request.hashes):
        _keep(fraud, watched)
    # A larger one that it cannot show to have grown; a smaller one, which may be of another history.
    elif (found.status == 422) == (new.checkpoint.size > known.checkpoint.size):
        suspicions.note(known, new)
    return found


def _keep(fraud: Equivocation, watched: WatchedLog) -> None:
    """Keep the proof, after reading it as everybody else would."""
    fraud.proven(_keys(watched), verify)
    content = bytes(fraud)
    files.put(_fraud_folder() / f"{sha256(content).hexdigest()[:16]}.json", content)
    log.error("%s signed two histories at %s; the proof is in %s", watched.origin, watched.size, _fraud_folder())


def _fraud_folder() -> Path:
    return Path(settings.LEDGER_DIR) / "frauds"


def _keys(watched: WatchedLog | None) -> list[Key]:
    return [Key.parse(vkey) for vkey in watched.keys] if watched else []


def _latest(watched: WatchedLog | None) -> Checkpoint | None:
    if watched is None or not watched.note:
        return None
    return Checkpoint(watched.origin, watched.size, bytes(watched.root))
