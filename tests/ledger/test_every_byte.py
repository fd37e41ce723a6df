"""Every byte that is stored or shown, changed: it is noticed, or it is harmless, and this says which.

`pytest -s` prints the tables. A change that is neither noticed nor harmless, one byte that makes somebody believe
something else, fails. Each byte becomes one other; with EVERY=3 three others, with EVERY=255 every other.
"""

import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DataError, IntegrityError, transaction
from django.db.models import Model

from tenuto.base.signatures import verify
from tenuto.ledger import auditing, cosigning, keys, logs, trust
from tenuto.ledger.models import DrawnManifest, Entry, Log, Registration
from tenuto.rules.audits import audit
from tenuto.rules.checkpoints import Signed
from tenuto.rules.commitments import manifest_key
from tenuto.rules.cosignatures import cosigned
from tenuto.rules.frauds import Equivocation, equivocation
from tenuto.rules.lines import Refused
from tenuto.rules.manifest_proofs import ManifestProof
from tenuto.rules.manifests import Manifest
from tenuto.rules.notes import Note
from tenuto.rules.openings import opened, shown_opening, shown_public, shown_registration
from tenuto.rules.policies import Policy, Witness, endorsed
from tenuto.rules.proofs import Proof, proven
from tenuto.rules.tiles import Bundle, Tile
from tenuto.rules.witnessing import Request, answer
from tenuto.verify.manifests import rebuilt
from tests.ledger.emptying import guards_lifted
from tests.ledger.writing import OPEN, SONG, draw_up, published_log
from tests.rules import kits
from tests.rules.logs import KEY, POLICY, WrittenLog

VALUES = int(os.environ.get("EVERY", "1"))
SMALL = WrittenLog.of(kits.LOG.entries[:9])
OTHER = WrittenLog.of([*kits.LOG.entries[:5], b"\x02" + bytes(32)])  # another story, told to somebody else
LIST = Manifest(dict([*kits.JOBS[0].manifest][:5]))
NOTICED, HARMLESS = "noticed", "harmless"
Believe = Callable[[bytes], object]


def changes(content: bytes, seed: int = 1) -> Iterator[tuple[int, bytes]]:
    """Each byte in turn as something else: any other value; its lowest bit and all its bits as well; or every value."""
    chance = random.Random(seed)
    for at, octet in enumerate(content):
        others = [chance.randrange(2, 255), 0x01, 0xFF] if VALUES < 255 else range(1, 256)
        for other in others[:VALUES]:
            yield at, content[:at] + bytes([octet ^ other]) + content[at + 1 :]


def judged(name: str, content: bytes, believe: Believe) -> Counter[str]:
    """How many changes were noticed, and how many were harmless: who reads it believes exactly the same."""
    true = believe(content)
    found = Counter[str]()
    for at, changed in changes(content):
        try:
            believed = believe(changed)
        except Refused:
            found[NOTICED] += 1
            continue
        assert believed == true, f"{name}, byte {at}: {changed[max(0, at - 20) : at + 20]!r} is believed"
        found[HARMLESS] += 1
    return found


def whole_log(path: str, content: bytes) -> object:
    """What `tenuto-verify log` believes of the log when this file says that."""
    files = SMALL.files | {path: content}
    head = endorsed(files["checkpoint"], POLICY, verify).checkpoint
    seen: list[bytes] = []

    def read(file: Tile | Bundle) -> bytes:
        return files[file.path]

    for fault in audit(head, read, read, lambda _first, entries: seen.extend(entries)):
        raise Refused(f"{fault.path}: {fault.words}")
    return head, seen


def head_alone(content: bytes) -> object:
    """What is believed by whoever asks for no witness."""
    return endorsed(content, Policy("none", POLICY.logs), verify).checkpoint


def one_proof(key: bytes | None, content: bytes) -> object:
    proof = Proof.parse(content)
    opening = opened(proof.extra or b"", key)
    return opening.record, proof.index, proven(proof, opening.entry, POLICY, verify).checkpoint


def of_manifest(content: bytes) -> object:
    """What is proved of a song by its way in the manifest of a job."""
    job = kits.JOBS[0]
    return ManifestProof.parse(content).value_of(manifest_key(kits.SONG, job.id), job.manifest.root)


def list_of_job(content: bytes) -> object:
    manifest = rebuilt(content)
    if manifest.root != LIST.root:
        raise Refused("it has another root than the log says")
    return list(manifest)


def two_stories(content: bytes) -> object:
    """What a fraud proof convinces of."""
    one, two = Equivocation.parse(content).proven([KEY], verify)
    return one.checkpoint, two.checkpoint


def cosigned_growth(content: bytes) -> object:
    """What a witness signs that is shown this."""
    request = Request.parse(content)
    said = answer(request, [KEY], WrittenLog.of(SMALL.entries[:7]).checkpoint, verify)
    if said.accepted is None:
        raise Refused(said.body)
    return said.accepted.checkpoint


def shown() -> Iterator[tuple[str, bytes, Believe]]:
    """Everything public, and everything that an artist is handed."""
    for path, content in sorted(SMALL.files.items()):
        yield path, content, partial(whole_log, path)
    yield "checkpoint, no witness asked for", SMALL.files["checkpoint"], head_alone
    openings = [shown_public(kits.JOBS[0].record), shown_registration(kits.REGISTRATION)]
    openings.append(shown_opening(kits.SONG, kits.NONCES[0], kits.USES[0]))
    yield "proof of a public entry", bytes(SMALL.proof(0, openings[0])), partial(one_proof, None)
    yield "proof of a registration", bytes(SMALL.proof(3, openings[1])), partial(one_proof, kits.SONG)
    yield "proof of a use, to its artist", bytes(SMALL.proof(4, openings[2])), partial(one_proof, kits.SONG)
    yield "proof of a use, to anybody", bytes(SMALL.proof(4, openings[2])), partial(one_proof, None)
    yield "list of a job", b"".join(place + value for place, value in LIST), list_of_job
    yield "proof of being in a list", kits.JOBS[0].proof(kits.SONG), of_manifest
    one, two = (Signed(log.checkpoint, log.note) for log in (OTHER, SMALL))
    yield "proof of two stories", bytes(equivocation(one, two, SMALL.nodes) or b""), two_stories
    asked = Request(7, tuple(SMALL.consistency(7)), SMALL.note)
    yield "what a witness is shown", bytes(asked), cosigned_growth


def told(name: str, size: int, found: Counter[str]) -> None:
    counts = "  ".join(f"{found[how]:>6} {how}" for how in (NOTICED, HARMLESS) if found[how])
    print(f"{name:<34} {size:>6} tried  {counts}")  # noqa: T201


@pytest.mark.parametrize(("name", "content", "believe"), [pytest.param(*each, id=each[0]) for each in shown()])
def test_no_changed_byte_of_what_is_shown_makes_anybody_believe_something_else(
    name: str, content: bytes, believe: Believe
) -> None:
    """Change any byte of the log, of a proof or of a list: whoever checks it notices, or believes what was true."""
    found = judged(name, content, believe)
    told(name, found.total(), found)
    assert found[NOTICED] + found[HARMLESS] == len(content) * VALUES
    assert (found[HARMLESS] > 0) == (name in MAY_BE_HARMLESS)


# Signature lines of those whom the reader does not know or ask for are passed over, as C2SP wants it; and the nonce of
# an opening says nothing to whoever has not the asset's key.
MAY_BE_HARMLESS = {
    *("checkpoint, no witness asked for", "proof of two stories", "what a witness is shown"),
    "proof of a use, to anybody",
}


# ——— what is stored ———

ROWS: dict[tuple[type[Model], str], str | set[str]] = {
    (Entry, "index"): NOTICED,
    (Entry, "leaf"): NOTICED,
    (Entry, "sealed"): NOTICED,
    (Entry, "tag"): NOTICED,
    (Registration, "tag"): NOTICED,
    (Registration, "index"): NOTICED,
    (Entry, "at"): HARMLESS,  # times that count are in bodies and checkpoints
    (Log, "origin"): NOTICED,
    (Log, "offset"): NOTICED,
    (Log, "size"): NOTICED,
    # Harmless where the name or key of a cosigner becomes that of nobody: one cosignature less. It is asked for again.
    (Log, "note"): {NOTICED, HARMLESS},
    (Log, "witnessed"): {NOTICED, HARMLESS},
    (Log, "opened_at"): HARMLESS,
    (Log, "signed_at"): HARMLESS,
    (DrawnManifest, "manifest"): NOTICED,
    (DrawnManifest, "header"): NOTICED,
    (DrawnManifest, "root"): NOTICED,
    (DrawnManifest, "size"): NOTICED,
    (DrawnManifest, "count"): HARMLESS,  # of the works without what hides their number; nobody is told it
    (DrawnManifest, "at"): HARMLESS,
}


NAMED = {(Entry, "leaf"), (Entry, "sealed"), (Entry, "tag")}  # the audit says which entry it is


def altered(value: Any) -> Iterator[Any]:
    """A value of a column with one byte changed, for each of its bytes."""
    match value:
        case bytes() | memoryview():
            yield from (changed for _at, changed in changes(bytes(value)))
        case str():
            yield from (value[:at] + chr(ord(letter) ^ 1) + value[at + 1 :] for at, letter in enumerate(value))
        case int():
            yield from (value ^ 1 << 8 * octet for octet in range(7))
        case datetime():
            yield from (value + timedelta(microseconds=256**octet) for octet in range(6))


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "column"), [pytest.param(*each, id=f"{each[0].__name__} {each[1]}") for each in ROWS]
)
def test_every_changed_byte_of_a_row_is_noticed_or_harmless(model: type[Model], column: str) -> None:
    """Somebody with the database changes one byte: the audit names it, or nothing rests on it.

    A changed leaf contradicts the public files; a changed opening no longer opens; a changed tag hides an entry from
    its artist, and then nothing is registered under that tag, and one entry more cannot be opened by anybody.
    """
    log = published_log(count=3)
    witness = keys.of_witness(cosigning.name())
    trust.choose(Policy("near", witnesses={"near": Witness("near", witness.key, None)}))
    signed = Note.parse(bytes(log.note))
    note = bytes(signed.signed_with(cosigned(signed.text, 1, witness.key, witness.sign)))
    Log.objects.update(note=note, witnessed=note)
    logs.shelf_of(log).publish(note)
    with transaction.atomic():
        draw_up([SONG], OPEN)
    assert list(auditing.faults()) == []
    found, size, key = Counter[str](), 0, model._meta.pk.name
    hidden = auditing.unreadable()
    for row in model._default_manager.all():
        true = getattr(row, column)
        if true is None or (model is Entry and row.pk > 3):  # a public one, a registration, a use, and the next
            continue
        for other in altered(true):
            size += 1
            with guards_lifted(), suppress(DataError):
                try:
                    with transaction.atomic():
                        model._default_manager.filter(pk=row.pk).update(**{column: other})
                except IntegrityError:  # a place that is taken, a number below nothing
                    found[NOTICED] += 1
                    continue
                faults = list(auditing.faults())
                found[NOTICED if faults else HARMLESS] += 1
                if (model, column) in NAMED:
                    assert any(re.search(rf"\b{row.pk}\b", words) for words in faults), faults
                if (model, column) == (Entry, "tag"):
                    assert auditing.unreadable() == hidden + 1
                model._default_manager.filter(pk=other if column == key else row.pk).update(**{column: true})
    told(f"{model.__name__}.{column}", size, found)
    expected = ROWS[model, column]
    assert {*found} == (expected if isinstance(expected, set) else {expected})
    assert found[HARMLESS] < 40 or expected == HARMLESS
    assert list(auditing.faults()) == []
