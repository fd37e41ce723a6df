"""Alma's proof kit over a small log: one song registered, used twice, in one job's manifest and not in another's."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tenuto.rules.canonical import canonical, digest_words
from tenuto.rules.commitments import (
    blinded_entry,
    commitment,
    manifest_key,
    manifest_value,
    public_entry,
    registration,
)
from tenuto.rules.consent_maps import map_key, map_value, state_of
from tenuto.rules.kits import KIT_FILE, POLICY_FILE, Kit, KitAsset
from tenuto.rules.lines import Refused
from tenuto.rules.manifests import Manifest, padded
from tenuto.rules.openings import shown_opening, shown_public, shown_registration
from tests.rules.logs import ORIGIN, POLICY, WrittenLog

SONG, BOS_SONG = b"k" * 32, b"b" * 32
NONCES = (b"n" * 16, b"o" * 16)
REGISTRATION = canonical({"v": 1, "t": "registration", "ts": "2026-11-23T09:05:01Z", "kind": "recording", "id": 7})
USES = tuple(
    canonical({"v": 1, "t": "use", "ts": "2026-11-24T00:00:00Z", "purpose": "recommendation", "use": "train", "reg": 3,
               "decision": decision, "reason": reason, "job": "J1", "model": "nearest"})
    for decision, reason in (("allow", "granted"), ("deny", "withdrawn"))
)  # fmt: skip


@dataclass(frozen=True)
class Job:
    """A job with its manifest, as the gate writes it."""

    record: bytes
    manifest: Manifest

    @classmethod
    def over(cls, name: str, keys: list[bytes]) -> "Job":
        header: dict[str, object] = {"v": 1, "t": "job.open", "ts": "2026-11-24T00:00:00Z", "job": name}
        manifest_id = sha256(canonical(header)).digest()
        works = {manifest_key(key, manifest_id): manifest_value(key, manifest_id) for key in keys}
        manifest = Manifest(padded(works, name.encode()))
        root = digest_words(manifest.root)
        return cls(canonical(header | {"manifest": root, "size": len(manifest)}), manifest)

    @property
    def id(self) -> bytes:
        said = {name: value for name, value in json.loads(self.record).items() if name not in ("manifest", "size")}
        return sha256(canonical(said)).digest()

    def proof(self, key: bytes) -> bytes:
        return bytes(self.manifest.prove(manifest_key(key, self.id)))


JOBS = (Job.over("J1", [SONG, BOS_SONG]), Job.over("J2", [BOS_SONG]))
# What a third use rests on: an answer, in the log under the account's key, and the map as it stood before it.
ACCOUNT_KEY, ACT_NONCE, LAST_NONCE = b"a" * 32, b"p" * 16, b"q" * 16
ACT = canonical({"v": 1, "t": "consent", "what": "answer", "row": 9, "ts": "2026-11-25T00:00:00Z", "before": None,
                 "allowed": ["recording/fraud/inform"], "held": [], "cleared": []})  # fmt: skip
LAST_USE = canonical({"v": 1, "t": "use", "ts": "2026-11-26T00:00:00Z", "purpose": "fraud", "use": "inform", "reg": 3,
                      "decision": "allow", "reason": "allowed", "job": "J3", "model": "",
                      "basis": [{"kind": "answer", "row": 9, "entry": 6}]})  # fmt: skip
OPEN = ("recording/fraud/inform",)
MAP = Manifest(
    {
        map_key(SONG): map_value(SONG, state_of(OPEN)),
        map_key(BOS_SONG): map_value(BOS_SONG, state_of(["everything"])),
        **{sha256(bytes([number])).digest(): bytes(32) for number in range(40)},
    }
)
EPOCH = canonical(
    {"v": 1, "t": "consent.map", "ts": "2026-11-25T12:00:00Z", "epoch": 4, "root": digest_words(MAP.root)}
)
LOG = WrittenLog.of(
    [
        *(public_entry(job.record) for job in JOBS),
        blinded_entry(bytes(32)),
        blinded_entry(registration(SONG, REGISTRATION)),
        *(blinded_entry(commitment(SONG, nonce, use)) for nonce, use in zip(NONCES, USES, strict=True)),
        blinded_entry(commitment(ACCOUNT_KEY, ACT_NONCE, ACT)),
        public_entry(EPOCH),
        blinded_entry(commitment(SONG, LAST_NONCE, LAST_USE)),
        *(blinded_entry(sha256(number.to_bytes(2, "big")).digest()) for number in range(597)),
    ]
)
KIT = Kit(
    ORIGIN,
    (KitAsset("recording", "Held Note", SONG),),
    tuple((0, f"entries/{index}.tlog-proof") for index in (3, 4, 5, 8)),
    (
        (0, "jobs/0.tlog-proof", "manifests/0-0.smt", True),
        (0, "jobs/1.tlog-proof", "manifests/1-0.smt", False),
    ),
    ((6, "acts/6.tlog-proof"),),
    ((0, "epochs/7.tlog-proof", "map/7-0.smt", OPEN),),
)


def kit_files() -> dict[str, bytes]:
    """All files of the kit, by name."""
    files = {KIT_FILE: bytes(KIT), POLICY_FILE: bytes(POLICY)}
    files["entries/3.tlog-proof"] = bytes(LOG.proof(3, shown_registration(REGISTRATION)))
    for index, (nonce, use) in enumerate(zip(NONCES, USES, strict=True), 4):
        files[f"entries/{index}.tlog-proof"] = bytes(LOG.proof(index, shown_opening(SONG, nonce, use)))
    files["entries/8.tlog-proof"] = bytes(LOG.proof(8, shown_opening(SONG, LAST_NONCE, LAST_USE)))
    files["acts/6.tlog-proof"] = bytes(LOG.proof(6, shown_opening(ACCOUNT_KEY, ACT_NONCE, ACT)))
    files["epochs/7.tlog-proof"] = bytes(LOG.proof(7, shown_public(EPOCH)))
    files["map/7-0.smt"] = bytes(MAP.prove(map_key(SONG)))
    for index, job in enumerate(JOBS):
        files[f"jobs/{index}.tlog-proof"] = bytes(LOG.proof(index, shown_public(job.record)))
        files[f"manifests/{index}-0.smt"] = job.proof(SONG)
    return files


def read_from(files: dict[str, bytes], name: str) -> bytes:
    if name not in files:
        raise Refused(f"{name} is not there")
    return files[name]


def write(folder: Path) -> Path:
    for name, content in kit_files().items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return folder


def swapped(files: dict[str, bytes]) -> Iterator[dict[str, bytes]]:
    """The kit with two of its files exchanged, every pair in turn."""
    names = sorted(set(files) - {KIT_FILE, POLICY_FILE})
    for place, one in enumerate(names):
        for two in names[place + 1 :]:
            yield files | {one: files[two], two: files[one]}
