"""Proof kits: all that an artist needs to check, offline and without us, what the log says of a work.

A kit is a folder (or a zip of one):

    kit.json       {"v":1, "t":"kit", "origin":…, "assets":[{"kind":…, "title":…, "key":hex}, …],
                    "entries":[{"asset":0, "file":"entries/41.tlog-proof"}, …],
                    "manifests":[{"asset":0, "job":"jobs/40.tlog-proof", "proof":"manifests/40-0.smt", "in":false}, …],
                    "acts":[{"entry":12, "file":"acts/12.tlog-proof"}, …],
                    "states":[{"asset":0, "epoch":"epochs/39.tlog-proof", "proof":"map/39-0.smt", "open":[…]}, …]}
    policy.txt     whose word is enough (tlog-policy)
    entries/…      each entry about an asset, with its proof and its opening (`rules.openings`)
    jobs/…         the `job.open` records of the models, with their proofs
    manifests/…    for every job, the proof that the asset is or is not in its manifest
    acts/…         what the uses rest on: answers, terms, agreements, each by the number that a use's basis gives it
    epochs/…       the `consent.map` records, with their proofs
    map/…          for an epoch, the proof of what was open in the asset's track

It holds the assets' keys, so it is as private as the works are: whoever has a key can recognise all entries about it.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .commitments import KEY_BYTES
from .consent_maps import ConsentMap
from .job_manifests import JobManifest
from .lines import Refused
from .manifest_proofs import ManifestProof
from .notes import Verify
from .openings import Opened, opened
from .policies import Policy
from .proofs import Proof, proven

KIT_FILE, POLICY_FILE = "kit.json", "policy.txt"
MOST_KIT_BYTES = 100_000_000

Read = Callable[[str], bytes]  # a file of the kit; Refused if it is not there


@dataclass(frozen=True)
class KitAsset:
    """One asset of the artist, with the key that opens what the log says of it."""

    kind: str
    title: str
    key: bytes


@dataclass(frozen=True)
class Kit:
    """What a kit says is in it. Nothing of it is believed before `checked`."""

    origin: str
    assets: tuple[KitAsset, ...]
    entries: tuple[tuple[int, str], ...]  # asset and file
    manifests: tuple[tuple[int, str, str, bool], ...]  # asset, file of the job, file of the proof, and what it shows
    acts: tuple[tuple[int, str], ...] = ()  # number of the entry, and file
    states: tuple[tuple[int, str, str, tuple[str, ...]], ...] = ()  # asset, files of epoch and proof, what was open
    offset: int = 0  # the number of the log's first entry, where it continues another: acts below it stand there

    def __bytes__(self) -> bytes:
        assets = [{"kind": each.kind, "title": each.title, "key": each.key.hex()} for each in self.assets]
        entries = [{"asset": asset, "file": file} for asset, file in self.entries]
        manifests = [
            {"asset": asset, "job": job, "proof": proof, "in": is_in} for asset, job, proof, is_in in self.manifests
        ]
        acts = [{"entry": entry, "file": file} for entry, file in self.acts]
        states = [
            {"asset": asset, "epoch": epoch, "proof": proof, "open": list(words)}
            for asset, epoch, proof, words in self.states
        ]
        said = {"v": 1, "t": "kit", "origin": self.origin, "assets": assets, "entries": entries, "manifests": manifests}
        said |= {"acts": acts, "states": states, "offset": self.offset}
        return json.dumps(said, ensure_ascii=False, indent=1).encode()

    @classmethod
    def parse(cls, content: bytes) -> "Kit":
        """A kit from its kit.json."""
        try:
            said = json.loads(content)
            if (said["v"], said["t"]) != (1, "kit"):
                raise Refused("this is no kit of a version we know")
            kit = cls(
                str(said["origin"]),
                tuple(
                    KitAsset(str(each["kind"]), str(each["title"]), bytes.fromhex(each["key"]))
                    for each in said["assets"]
                ),
                tuple((int(each["asset"]), str(each["file"])) for each in said["entries"]),
                tuple(
                    (int(each["asset"]), str(each["job"]), str(each["proof"]), bool(each["in"]))
                    for each in said["manifests"]
                ),
                tuple((int(each["entry"]), str(each["file"])) for each in said.get("acts", [])),
                tuple(
                    (int(each["asset"]), str(each["epoch"]), str(each["proof"]), tuple(map(str, each["open"])))
                    for each in said.get("states", [])
                ),
                int(said.get("offset", 0)),
            )
        except Refused:
            raise
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise Refused(f"{KIT_FILE} cannot be read") from error
        places = {asset for asset, *_ in (*kit.entries, *kit.manifests, *kit.states)}
        if any(len(each.key) != KEY_BYTES for each in kit.assets) or not places <= set(range(len(kit.assets))):
            raise Refused(f"{KIT_FILE} speaks of an asset that it does not hold")
        return kit


@dataclass(frozen=True)
class Entry:
    """One thing that a kit proves the log says of an asset."""

    asset: KitAsset
    file: str
    index: int
    record: dict[str, object]
    cosigned: dict[str, int]  # which witnesses saw the log by then, and when


@dataclass(frozen=True)
class Absence:
    """Whether an asset is among those that a job might read, as a kit proves it."""

    asset: KitAsset
    file: str
    index: int
    record: dict[str, object]  # the job's
    is_in: bool
    cosigned: dict[str, int]


@dataclass(frozen=True)
class Act:
    """Something that was said about consent, on which uses rest, as a kit proves it."""

    file: str
    index: int
    record: dict[str, object]
    cosigned: dict[str, int]


@dataclass(frozen=True)
class State:
    """What was open in the track of an asset at an epoch, as a kit proves it."""

    asset: KitAsset
    file: str
    index: int
    record: dict[str, object]  # the epoch's
    words: tuple[str, ...]
    cosigned: dict[str, int]


@dataclass(frozen=True)
class Failed:
    """A file of a kit that does not prove what the kit says it does, and why."""

    file: str
    words: str


def checked(kit: Kit, read: Read, policy: Policy, verify: Verify) -> Iterator[Entry | Absence | Act | State | Failed]:
    """What a kit proves, file by file, and what of it fails."""
    acts: dict[int, Act] = {}
    for number, file in kit.acts:
        try:
            act = _act(kit, file, read, policy, verify)
            if act.index + kit.offset != number:
                raise Refused(f"it stands at {act.index}, which is not number {number}")
            acts[number] = act
            yield act
        except Refused as error:
            yield Failed(file, str(error))
    for place, file in kit.entries:
        asset = kit.assets[place]
        try:
            entry = _entry(kit, asset, file, read, policy, verify)
            _check_basis(kit, entry, acts)
            yield entry
        except Refused as error:
            yield Failed(file, str(error))
    for place, epoch, file, words in kit.states:
        asset = kit.assets[place]
        try:
            proof, opening, cosigned = _proven(kit, epoch, None, read, policy, verify)
            if not opening.is_public:
                raise Refused("an epoch begins with a public record")
            ConsentMap.of(opening.record).check(asset.key, words, ManifestProof.parse(read(file)))
            yield State(asset, file, proof.index, opening.record, words, cosigned)
        except Refused as error:
            yield Failed(file, str(error))
    for place, job, file, is_in in kit.manifests:
        asset = kit.assets[place]
        try:
            proof, opening, cosigned = _proven(kit, job, None, read, policy, verify)
            if not opening.is_public:
                raise Refused("a job opens with a public record")
            found = JobManifest.of(opening.record).has(asset.key, ManifestProof.parse(read(file)))
            if found is not is_in:
                raise Refused(f"it shows that the asset is {'' if found else 'not '}in, and the kit says otherwise")
            yield Absence(asset, file, proof.index, opening.record, found, cosigned)
        except Refused as error:
            yield Failed(file, str(error))


def _entry(kit: Kit, asset: KitAsset, file: str, read: Read, policy: Policy, verify: Verify) -> Entry:
    proof, opening, cosigned = _proven(kit, file, asset.key, read, policy, verify)
    if opening.is_public:
        raise Refused("it is not an entry that this asset's key made")
    return Entry(asset, file, proof.index, opening.record, cosigned)


def _act(kit: Kit, file: str, read: Read, policy: Policy, verify: Verify) -> Act:
    # Opened by its own salt: the account's key, which would open all its entries, is in no kit.
    proof, opening, cosigned = _proven(kit, file, None, read, policy, verify)
    if opening.record.get("t") != "consent":
        raise Refused("it is nothing that was said about consent")
    return Act(file, proof.index, opening.record, cosigned)


def _check_basis(kit: Kit, entry: Entry, acts: Mapping[int, Act]) -> None:
    """Does the use rest on what the kit shows under the numbers that it names? All of that was said before it."""
    basis = entry.record.get("basis")
    for one in basis if isinstance(basis, list) else []:
        if not isinstance(one, dict):
            continue  # of the form before acts were in the log
        number = one.get("entry")
        if number is None or (type(number) is int and number < kit.offset):
            continue
        act = acts.get(number) if type(number) is int else None
        if act is None:
            raise Refused(f"it rests on entry {number}, which the kit does not show")
        if (act.record.get("what"), act.record.get("row")) != (one.get("kind"), one.get("row")):
            raise Refused(f"it rests on {one.get('kind')} {one.get('row')}, and entry {number} is another act")
        if act.index >= entry.index:
            raise Refused(f"it rests on entry {number}, which came only after it")


def _proven(
    kit: Kit, file: str, key: bytes | None, read: Read, policy: Policy, verify: Verify
) -> tuple[Proof, Opened, dict[str, int]]:
    proof = Proof.parse(read(file))
    if proof.extra is None:
        raise Refused("it does not show what the entry says")
    opening = opened(proof.extra, key)
    endorsed = proven(proof, opening.entry, policy, verify)
    if endorsed.checkpoint.origin != kit.origin:
        raise Refused(f"it is of another log, {endorsed.checkpoint.origin}")
    return proof, opening, endorsed.cosigned
