"""An artist's proof kit (`rules.kits`): all that the log says of their tracks, checked offline and without us."""

import zipfile
from collections.abc import Iterator, Sequence
from typing import IO

from django.utils.translation import gettext_lazy as _

from tenuto.base.errors import BadRequest, NotFound
from tenuto.consent.models import MapEpoch
from tenuto.consent.standing import proofs_of
from tenuto.gate.absences import assets_of, made, of_track
from tenuto.gate.models import Run
from tenuto.gate.standing import State, states_of
from tenuto.ledger import logs, trust
from tenuto.ledger.book import openings, registered
from tenuto.ledger.proving import Proven, Prover
from tenuto.ledger.subjects import ACCOUNT, Subject
from tenuto.ledger.vault import known_keys
from tenuto.rules.cells import Asset
from tenuto.rules.kits import KIT_FILE, POLICY_FILE, Kit, KitAsset
from tenuto.rules.openings import shown_opening
from tenuto.rules.proofs import SUFFIX
from tenuto.tracks.models import Track
from tenuto.verify.parts import NAME as CHECKER
from tenuto.verify.parts import one_file

READ_ME = """A proof kit: what the log {origin} says of your music.

Check it without us. You need Python 3.11 or newer, and one package for signatures:

    python -m pip install "cryptography>=50"
    python {checker} kit .

The checker is one file. It is a zip: unpack it and read it. Its source is Tenuto's own, free software under the AGPL.
Compare the log's key in {policy} with what others tell you of this log. Better still, give the policy you trust:

    python {checker} kit . --policy my-policy.txt

KEEP THIS PRIVATE. {kit} holds the keys of your works. Whoever has a key can recognise every entry about the work.
"""


class NothingSigned(BadRequest):
    """The log says nothing of these tracks yet."""

    advice = _("The log has signed nothing about these tracks yet, so there is nothing to prove. Come back later.")
    status = 409
    code = "nothing_signed"


def write_kit(tracks: Sequence[Track], into: IO[bytes]) -> Kit:
    """Write the kit of these tracks as a zip. Raises NothingSigned where the log has nothing of them yet."""
    log = logs.current()
    if log is None or not log.size:
        raise NothingSigned("nothing is signed yet")
    titles = {Subject(asset.value, track.pk): track.title for track in tracks for asset in Asset}
    keys = known_keys(titles)
    numbers = {subject: number for number, subject in enumerate(sorted(keys))}
    prover = Prover()
    entries: list[tuple[int, str]] = []
    manifests: list[tuple[int, str, str, bool]] = []
    acts: list[tuple[int, str]] = []
    states: list[tuple[int, str, str, tuple[str, ...]]] = []
    rests: set[int] = set()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for opened, proven in prover.prove_about(titles):
            if proven.origin == log.origin:
                file = f"entries/{proven.index}{SUFFIX}"
                archive.writestr(file, bytes(proven.proof))
                entries.append((numbers[opened.subject], file))
                rests |= _rests_on(opened.body)
        for proven in _acts(prover, tracks, rests):
            if proven.origin == log.origin:
                file = f"acts/{proven.index}{SUFFIX}"
                archive.writestr(file, bytes(proven.proof))
                acts.append((proven.index, file))
        for epoch, proven in _epochs(prover, known := states_of([track.pk for track in tracks]), log.origin):
            file = f"epochs/{proven.index}{SUFFIX}"
            archive.writestr(file, bytes(proven.proof))
            there = [state for state in known if epoch in state.epochs and state.subject in keys]
            proofs = proofs_of([(epoch, keys[state.subject]) for state in there])
            for state, shows in zip(there, proofs, strict=True):
                number = numbers[state.subject]
                shown = f"map/{proven.index}-{number}.smt"
                archive.writestr(shown, bytes(shows))
                states.append((number, file, shown, state.words))
        for run, proven in _jobs(prover, log.origin):
            job = f"jobs/{proven.index}{SUFFIX}"
            before = len(manifests)
            for number, proof, is_in in _about(tracks, run, keys, numbers):
                file = f"manifests/{proven.index}-{number}.smt"
                archive.writestr(file, proof)
                manifests.append((number, job, file, is_in))
            if len(manifests) > before:
                archive.writestr(job, bytes(proven.proof))
        if not entries:
            raise NothingSigned("nothing is signed yet")
        assets = tuple(KitAsset(subject.kind, titles[subject], keys[subject]) for subject in numbers)
        kit = Kit(log.origin, assets, tuple(entries), tuple(manifests), tuple(acts), tuple(states), log.offset)
        archive.writestr(KIT_FILE, bytes(kit))
        archive.writestr(POLICY_FILE, bytes(trust.published(log)))
        archive.writestr(CHECKER, one_file())
        words = READ_ME.format(origin=log.origin, checker=CHECKER, policy=POLICY_FILE, kit=KIT_FILE)
        archive.writestr("README.txt", words)
    return kit


def _rests_on(body: dict[str, object]) -> set[int]:
    """The entries that a use names as what it rests on."""
    basis = body.get("basis")
    named = [one.get("entry") for one in basis if isinstance(one, dict)] if isinstance(basis, list) else []
    return {entry for entry in named if type(entry) is int}


def _acts(prover: Prover, tracks: Sequence[Track], entries: set[int]) -> Iterator[Proven]:
    """Those entries, opened by their own salts; and stops, which are public."""
    accounts = [Subject(ACCOUNT, owner) for owner in sorted({track.owner_id for track in tracks})]
    keys, there = known_keys(accounts), set()
    for opened in openings(accounts, among=entries):
        there.add(opened.index)
        yield prover.prove(opened.index, shown_opening(keys[opened.subject], opened.nonce, opened.written))
    for entry in sorted(entries - there):
        yield prover.prove_public(entry)


def _epochs(prover: Prover, states: Sequence[State], origin: str) -> Iterator[tuple[MapEpoch, Proven]]:
    """The epochs at which these states began and ended, as far as they stand in this log and are signed."""
    wanted = {epoch.number: epoch for state in states for epoch in state.epochs}
    for _number, epoch in sorted(wanted.items()):
        try:
            proven = prover.prove_public(epoch.entry)
        except NotFound:
            continue
        if proven.origin == origin:
            yield epoch, proven


def _jobs(prover: Prover, origin: str) -> Iterator[tuple[Run, Proven]]:
    """The jobs that made models, as far as they stand in this log and are signed."""
    for run in made(most=None):
        try:
            proven = prover.prove_public(run.entry)
        except NotFound:
            continue
        if proven.origin == origin:
            yield run, proven


def _about(
    tracks: Sequence[Track], run: Run, keys: dict[Subject, bytes], numbers: dict[Subject, int]
) -> Iterator[tuple[int, bytes, bool]]:
    begun = registered([Subject(asset, track.pk) for track in tracks for asset in assets_of([run])])
    for track in tracks:
        for model in of_track(track.pk, [run], keys, begun):
            for one in model.shown:
                yield numbers[one.subject], bytes(one.proof), one.is_in
