"""The command `tenuto-verify`: checks a log, a proof, a kit, a manifest or a fraud proof, or follows a log over time.

It ends with 0 if all that was asked holds, 1 if something does not, 2 if it could not be asked.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from ..base.signatures import verify
from ..rules.audits import audit
from ..rules.frauds import Equivocation
from ..rules.job_manifests import JobManifest
from ..rules.kits import KIT_FILE, POLICY_FILE, Absence, Act, Entry, Failed, Kit, State, checked
from ..rules.lines import Refused
from ..rules.notes import Key
from ..rules.openings import opened as opened_entry
from ..rules.policies import Endorsed, Log, Policy, endorsed, parse_policy
from ..rules.proofs import Proof, proven
from .following import Contradiction, follow
from .manifests import rebuilt
from .sources import LogFiles
from .sources import opened as source

HOLDS, FAILS, UNASKED = 0, 1, 2
MOST_FAULTS = 100
LAST_YEAR = 2**37  # seconds; in 6325, well before the calendar of Python ends


class Unasked(Exception):
    """The question could not be put: a file that is not there, a policy that cannot be read."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return how it ended."""
    asked = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = asked.command
    try:
        return command(asked)
    except (Unasked, OSError) as error:
        _say(f"Could not be checked: {error}", sys.stderr)
        return UNASKED
    except Refused as error:
        _say(f"DOES NOT HOLD: {error}")
        return FAILS


def check_log(asked: argparse.Namespace) -> int:
    """Every file of a log against its checkpoint."""
    files = LogFiles(_source(asked.log))
    head = endorsed(files.checkpoint(), _policy(asked), verify)
    _say_head(head)
    kinds = Counter[str]()
    faults = 0
    for fault in audit(head.checkpoint, files.tile, files.bundle, lambda _, entries: kinds.update(map(_kind, entries))):
        faults += 1
        _say(f"  {fault.path}: {fault.words}")
        if faults == MOST_FAULTS:  # a log can sign any size, and serve nothing
            _say("  and perhaps more; it is not looked further")
            break
    _say(f"  {kinds['public']} public records, {kinds['blinded']} blinded ones" + _others(kinds))
    if faults:
        _say(f"DOES NOT HOLD: {faults} faults")
        return FAILS
    _say("Holds: every file is what the log signed.")
    return HOLDS


def check_proof(asked: argparse.Namespace) -> int:
    """One .tlog-proof file."""
    proof = Proof.parse(_content(asked.proof))
    if asked.entry:
        entry, record, open_words = _content(asked.entry), None, None
    elif proof.extra is not None:
        opening = opened_entry(proof.extra, _hex(asked.key) if asked.key else None)
        entry, record, open_words = opening.entry, opening.record, opening.open
    else:
        raise Unasked("the proof does not show its entry; give it with --entry")
    head = proven(proof, entry, _policy(asked), verify)
    _say(f"Holds: entry {proof.index} of")
    _say_head(head)
    if record is not None:
        _say(json.dumps(record, ensure_ascii=False, indent=2))
    if open_words is not None:
        _say(f"Open in the track at that epoch: {', '.join(open_words) or 'nothing'}")
    return HOLDS


def check_kit(asked: argparse.Namespace) -> int:
    """A proof kit, file by file."""
    read = _source(asked.kit)
    kit = Kit.parse(read(KIT_FILE))
    if asked.policy or asked.vkey:
        policy = _policy(asked)
    else:
        policy = parse_policy(read(POLICY_FILE))
        _say("The policy is the kit's own. Whose keys are these? Compare them with what others tell you of this log:")
        for log in policy.logs:
            _say(f"  {log.key}")
    found = list(checked(kit, read, policy, verify))
    seen: dict[str, int] = {}
    for each in found:
        _say(_line_of(each))
        if not isinstance(each, Failed):
            seen |= {name: max(at, seen.get(name, 0)) for name, at in each.cosigned.items()}
    _say_seen(seen)
    failed = sum(isinstance(each, Failed) for each in found)
    if failed or not found:
        _say(f"DOES NOT HOLD: {failed} of {len(found)}" if found else "DOES NOT HOLD: the kit proves nothing")
        return FAILS
    _say(f"Holds: all {len(found)}, offline and by {kit.origin}'s own signature.")
    return HOLDS


def check_manifest(asked: argparse.Namespace) -> int:
    """A manifest's published file against its root, or against the job that opened with it."""
    manifest = rebuilt(_content(asked.manifest))
    _say(f"{len(manifest)} places, root sha256:{manifest.root.hex()}")
    if asked.job:
        proof = Proof.parse(_content(asked.job))
        opening = opened_entry(proof.extra or b"")
        head = proven(proof, opening.entry, _policy(asked), verify)
        said = JobManifest.of(opening.record)
        root, size = said.root, said.size
        _say(f"entry {proof.index}, {opening.record.get('t')} {opening.record.get('job')}, in")
        _say_head(head)
    else:
        root, size = _hex(asked.root.removeprefix("sha256:")), len(manifest)
    if (manifest.root, len(manifest)) != (root, size):
        raise Refused(f"the root is sha256:{root.hex()} over {size} places")
    _say("Holds: this is the list that was fixed.")
    return HOLDS


def follow_log(asked: argparse.Namespace) -> int:
    """What a log says now against what it said the last time."""

    def look(first: int, entries: list[bytes]) -> None:
        for index, entry in enumerate(entries, first) if asked.show else ():
            if entry[:1] == b"\x01":
                _say(f"{index} {entry[1:].decode(errors='replace')}")

    state = Path(asked.state)
    try:
        found = follow(LogFiles(_source(asked.log)), state, _policy(asked), look)
    except Contradiction as error:
        place = state.with_name(state.name + ".contradiction")
        place.write_bytes(bytes(error.head))
        _say(f"What the log says now is kept in {place}, and what it said before in {state}.")
        if error.proof:
            place = state.with_name(state.name + ".fraud.json")
            place.write_bytes(bytes(error.proof))
            _say(f"The proof that it told two stories is in {place}. Show it to others.")
        raise
    _say_head(found.now)
    size = found.now.checkpoint.size
    if found.before is None:
        _say(f"Holds: all {size} entries were read. From now on the log can be held to this head.")
    else:
        _say(f"Holds: the log only grew, from {found.before.size} to {size}; what is new was read.")
    return HOLDS


def check_fraud(asked: argparse.Namespace) -> int:
    """The proof that a log told two stories."""
    one, two = Equivocation.parse(_content(asked.fraud)).proven([log.key for log in _policy(asked).logs], verify)
    _say(f"Holds: {one.checkpoint.origin} signed two stories,")
    for signed in (one, two):
        _say(f"  {signed.checkpoint.size} entries with root {signed.checkpoint.root.hex()}")
    return HOLDS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tenuto-verify", description="Checks what a Tenuto log says, without trusting it."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        name: str, command: Callable[[argparse.Namespace], int], words: str, *files: tuple[str, str]
    ) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=words, description=words)
        one.set_defaults(command=command)
        for file, meaning in files:
            one.add_argument(file, help=meaning)
        one.add_argument("--policy", help="file that says whose word is enough (C2SP tlog-policy)")
        one.add_argument("--vkey", help="instead: the log's key, with no witness asked for")
        return one

    where = ("log", "address or folder of the log")
    add("log", check_log, "check every file of a log against what it signed", where)
    follow_parser = add("follow", follow_log, "check that a log only grew since the last time", where)
    follow_parser.add_argument("--state", required=True, help="file that remembers what the log said last")
    follow_parser.add_argument("--show", action="store_true", help="print the public records that are new")
    proof = add("proof", check_proof, "check one proof", ("proof", "a .tlog-proof file"))
    proof.add_argument("--entry", help="file with the entry, if the proof does not show it")
    proof.add_argument("--key", help="the asset's key in hex, for entries that only it opens")
    add("kit", check_kit, "check a proof kit", ("kit", "folder or zip of the kit"))
    manifest = add("manifest", check_manifest, "compute a manifest's root again", ("manifest", "its published file"))
    root = manifest.add_mutually_exclusive_group(required=True)
    root.add_argument("--root", help="the root that it must have, in hex")
    root.add_argument("--job", help="the .tlog-proof file of the job that opened with it")
    add("fraud", check_fraud, "check the proof that a log told two stories", ("fraud", "the proof's file"))
    return parser


def _policy(asked: argparse.Namespace) -> Policy:
    try:
        if asked.policy:
            return parse_policy(_content(asked.policy))
        if asked.vkey:
            return Policy("none", (Log(Key.parse(asked.vkey)),))
    except Refused as error:
        raise Unasked(str(error)) from error
    raise Unasked("whose word is enough? Give --policy or --vkey")


def _source(place: str) -> Callable[[str], bytes]:
    try:
        return source(place)
    except (Refused, OSError) as error:
        raise Unasked(str(error)) from error


def _content(place: str) -> bytes:
    try:
        return Path(place).read_bytes()
    except OSError as error:
        raise Unasked(f"{place}: {error.strerror or error}") from error


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise Unasked(f"“{text}” is no hex") from error


def _kind(entry: bytes) -> str:
    if entry[:1] == b"\x01":
        return "public"
    return "blinded" if entry[:1] == b"\x02" and len(entry) == 33 else "other"


def _others(kinds: Counter[str]) -> str:
    return f", {kinds['other']} that are neither" if kinds["other"] else ""


def _line_of(found: Entry | Absence | Act | State | Failed) -> str:
    match found:
        case Failed(file, words):
            return f"  FAILS  {file}: {words}"
        case Entry(asset, _, index, record, _):
            said = " ".join(str(record[name]) for name in ("purpose", "use", "decision", "reason") if record.get(name))
            return f"  entry {index}: {asset.kind} “{asset.title}”, {record['t']} {said}, {record.get('ts', '')}"
        case Act(_, index, record, _):
            return f"  entry {index}: {record.get('what')} {record.get('row')}, said at {record.get('ts', '')}"
        case State(asset, _, index, record, words, _):
            was = ", ".join(words) or "nothing"
            return (
                f"  entry {index}: in “{asset.title}”, at epoch {record['epoch']} ({record.get('ts', '')}), open: {was}"
            )
        case Absence(asset, _, index, record, is_in):
            name = record.get("model") or record.get("name") or record.get("job")
            return (
                f"  entry {index}: {asset.kind} “{asset.title}” is {'' if is_in else 'NOT '}among the works of {name}"
            )


def _say_head(head: Endorsed) -> None:
    _say(f"{head.checkpoint.origin}, {head.checkpoint.size} entries, root {head.checkpoint.root.hex()}")
    _say_seen(head.cosigned)


def _say_seen(cosigned: dict[str, int]) -> None:
    for name, at in cosigned.items():
        when = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC" if at < LAST_YEAR else f"second {at}"
        _say(f"  seen by {name} at {when}")


def _say(words: str, stream: TextIO | None = None) -> None:
    """Names come from files of others: what the terminal cannot show, or could be steered by, is escaped."""
    shown = "".join(letter if letter.isprintable() or letter == "\n" else ascii(letter)[1:-1] for letter in words)
    out = stream or sys.stdout
    encoding = out.encoding or "utf-8"
    out.write(shown.encode(encoding, "backslashreplace").decode(encoding) + "\n")


if __name__ == "__main__":
    sys.exit(main())
