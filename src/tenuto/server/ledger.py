"""`tenuto ledger audit | prove | witness | …`: the operator's hand on the transparency log."""

import shutil
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from rich.console import Console

from tenuto.base.errors import NotFound, TenutoError
from tenuto.base.signatures import verify
from tenuto.gate import retraining
from tenuto.ledger import auditing, book, continuing, cosigning, files, halting, keys, logs, suspicions, trust
from tenuto.ledger.models import Log, WatchedLog
from tenuto.ledger.proving import Prover
from tenuto.ledger.publishing import is_witnessed
from tenuto.ledger.rebuilding import rebuild as rebuild_files
from tenuto.ledger.shelf import Shelf
from tenuto.ledger.subjects import Subject
from tenuto.rules.canonical import moment
from tenuto.rules.cells import Asset
from tenuto.rules.checkpoints import opened
from tenuto.rules.kits import POLICY_FILE
from tenuto.rules.lines import Refused
from tenuto.rules.notes import Key, Note, Unsigned
from tenuto.rules.policies import NONE, Group, Policy, Witness
from tenuto.rules.proofs import SUFFIX
from tenuto.tracks.models import Track

OURS = "ours"  # the group of all witnesses whom the operator named


def run(arguments: Namespace, console: Console) -> int:
    """Do one step. 0 well, 1 something is wrong, 2 it makes no sense."""
    steps: dict[str, Callable[[Namespace, Console], int]] = {
        "audit": audit,
        "prove": prove,
        "witness": witness,
        "rotate-key": rotate_key,
        "export": export,
        "rebuild": rebuild,
        "retrain": retrain,
        "continue": go_on,
    }
    try:
        return steps[arguments.step](arguments, console)
    except Refused as error:
        console.print(f"That cannot be read: {error}.", markup=False)
        return 2
    except (TenutoError, OSError) as error:
        console.print(f"Not done: {error}.", markup=False)
        return 1


def audit(arguments: Namespace, console: Console) -> int:
    """Look at every byte of the log, of its rows and of what opens them."""
    found = 0
    for words in auditing.faults():
        console.print(f"fault {words}", markup=False)
        found += 1
    for log in Log.objects.all():
        seen = "witnessed" if log.note and is_witnessed(Note.parse(bytes(log.note)), trust.chosen()) else "unwitnessed"
        console.print(f"{log.origin}: {log.size} entries signed, {seen}", markup=False)
    console.print(f"{book.size()} entries are written; {auditing.unreadable()} can be opened by nobody: erased.")
    if found:
        console.print(f"{found} faults. `tenuto ledger rebuild` makes damaged files again, if the rows are whole.")
        return 1
    console.print("Checkpoint, tiles, entries, rows, openings and manifests agree.")
    return 0


def prove(arguments: Namespace, console: Console) -> int:
    """Write proofs: of one entry by its number, or of all entries about a track."""
    folder, prover = Path(arguments.to), Prover()
    if arguments.what.isdecimal():
        made = {f"{arguments.what}{SUFFIX}": prover.prove_public(int(arguments.what))}
    else:
        track = Track.objects.filter(key=arguments.what).first()
        if track is None:
            raise NotFound(f"{arguments.what} is neither the number of an entry nor the key of a track")
        subjects = [Subject(asset, track.pk) for asset in Asset]
        made = {f"{opened.index}{SUFFIX}": proven for opened, proven in prover.prove_about(subjects)}
    for name, proven in made.items():
        files.put(folder / name, bytes(proven.proof))
    log = logs.current()
    if log is not None:
        files.put(folder / POLICY_FILE, bytes(trust.published(log)))
    console.print(f"{len(made)} proofs and {POLICY_FILE} are in {folder}. `tenuto-verify` checks them.", markup=False)
    return 0 if made else 1


def witness(arguments: Namespace, console: Console) -> int:
    """Say who witnesses whom; add a witness of ours, or a log that we witness."""
    if arguments.add:
        name, vkey, url = arguments.add
        policy = trust.chosen()
        witnesses = policy.witnesses | {name: Witness(name, Key.parse(vkey), url)}
        least = arguments.quorum or len(witnesses) // 2 + 1
        trust.choose(Policy(OURS, witnesses=witnesses, groups={OURS: Group(OURS, least, tuple(witnesses))}))
        console.print(f"{name} is asked from the next checkpoint on; {least} of {len(witnesses)} are a quorum.")
    if arguments.watch:
        console.print(f"We witness {cosigning.watch(Key.parse(arguments.watch)).origin} from now on.", markup=False)
    policy = trust.chosen()
    console.print(f"Our key as a witness: {keys.of_witness(cosigning.name()).key}", markup=False)
    console.print(f"Others send us checkpoints at {settings.SITE_URL}/witness", markup=False)
    if policy.quorum == NONE:
        console.print("Nobody witnesses our log: a restored backup or a second history would go unseen.")
    for each in policy.witnesses.values():
        console.print(f"witness {each.name} at {each.url}", markup=False)
    for watched in WatchedLog.objects.all():
        console.print(f"watched {watched.origin}: {watched.size} entries, seen {watched.seen_at}", markup=False)
    for fraud in cosigning.frauds():
        console.print(f"fraud   {fraud}: the log signed two histories; this file proves it", markup=False)
    for suspicion in suspicions.every():
        console.print(f"suspect {suspicion.origin}: two of its heads may be of two histories", markup=False)
    return 1 if cosigning.frauds() else 0


def rotate_key(arguments: Namespace, console: Console) -> int:
    """Begin to sign with a new key beside the old one, or leave the old one."""
    log = logs.open_log()
    if arguments.drop_old:
        newest, *_older = logs.verifiers(log)
        if log.note:  # else nobody could check the head any more, we ourselves included
            try:
                opened(bytes(log.note), [newest], verify)
            except Unsigned:
                console.print("The newest key has signed nothing yet. Wait for the next checkpoint, then do it again.")
                return 1
        gone = keys.drop_old(log.origin)
        console.print(f"{len(gone)} old keys sign no longer and are forgotten.")
        return 0
    old, new = keys.rotate(log.origin)
    record: dict[str, object] = {"v": 1, "t": "log.key", "ts": moment(timezone.now()), "origin": log.origin}
    with transaction.atomic():
        book.write([book.public(record | {"old": str(old.key), "new": str(new.key)})])
    console.print(f"From the next checkpoint on a new key signs beside the old one: {new.key}", markup=False)
    console.print("When those who check the log know it: tenuto ledger rotate-key --drop-old")
    return 0


def export(arguments: Namespace, console: Console) -> int:
    """Copy all public files, for a mirror. The checkpoint last: what it speaks of is there by then."""
    source, target = Path(settings.LOG_DIR), Path(arguments.folder)
    found = [place for place in source.rglob("*") if place.is_file() and ".replaced-" not in str(place)]
    for place in sorted(found, key=lambda place: place.name == "checkpoint"):
        there = target / place.relative_to(source)
        if place.name.startswith(".") or (there.exists() and place.name not in {"checkpoint", "policy"}):
            continue
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(place, there)
    console.print(f"{len(found)} files are in {target}.", markup=False)
    return 0


def rebuild(arguments: Namespace, console: Console) -> int:
    """Make the public files again from the rows."""
    for log in Log.objects.all():
        console.print(f"{log.origin}: {rebuild_files(log)} entries, with the root that was signed", markup=False)
    return 0


def retrain(arguments: Namespace, console: Console) -> int:
    """Make a model again from its list and compare the two, bit for bit; without a name, say which there are."""
    if not arguments.job:
        for run, in_use in retraining.models():
            console.print(f"{run.key}  {run.model} of {run.works} works, {run.opened_at:%Y-%m-%d %H:%M}", end="")
            console.print(", in use" if in_use else "")
        return 0
    found = retraining.retrain(arguments.job, timezone.now())
    console.print(f"{found.run.model} of {found.run.works} works, made by {found.run.key}", markup=False)
    console.print(f"then:  sha256:{found.run.model_digest}", markup=False)
    console.print(f"again: sha256:{found.digest}", markup=False)
    if found.same:
        console.print("The same, to the last bit. The log says so too.")
        return 0
    console.print("NOT the same. The log says so.")
    if not found.same_code:
        console.print("The program is another than then: try with the version that made it.")
    if found.same_inputs is False:
        console.print("What went in is not what went in then: tags were changed, or recordings described anew.")
    return 1


def go_on(arguments: Namespace, console: Console) -> int:
    """Settle what is to be done after a backup was restored."""
    log = logs.open_log()
    if arguments.source:
        got = continuing.recover(log, Shelf(Path(arguments.source)))
        console.print(f"{got} entries are back. What opened them is lost; their places are as they were.")
        rebuild_files(logs.open_log())
    elif arguments.another_log:
        new = continuing.begin_another(log)
        console.print(f"{new.origin} continues {log.origin}; its first entries say so.", markup=False)
        return 0
    elif arguments.nothing_was_lost:
        halting.go_on()
        console.print("The log goes on. If it was seen with more entries, that was a second history: it can be proved.")
        return 0
    words = halting.reason()
    console.print(words or "Nothing stands against the log.", markup=False)
    if words:
        console.print(HELP)
    return 1 if words else 0


HELP = """Nothing is signed until one of these is done:
  tenuto ledger continue --from FOLDER        get back what is missing from newer public files of this log
  tenuto ledger continue --nothing-was-lost   when you know that nothing was published after the backup
  tenuto ledger continue --another-log        begin a log that openly continues this one
Witnesses settle it by themselves, when a quorum of them has seen no more than there is."""
