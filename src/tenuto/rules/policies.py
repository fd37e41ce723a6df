"""Policies (C2SP tlog-policy): whose word is enough to believe a checkpoint.

A file names logs, witnesses, groups of witnesses and one quorum. A checkpoint counts when one of the logs signed it and
the quorum cosigned it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from .checkpoints import Checkpoint, opened
from .cosignatures import cosigners
from .lines import Refused, number
from .notes import COSIGNATURE, ED25519, ML_DSA_COSIGNATURE, Key, Note, Verify

NONE = "none"
MOST_LINES = 1_000


@dataclass(frozen=True)
class Log:
    """A log that is believed, and perhaps where it is."""

    key: Key
    url: str | None = None


@dataclass(frozen=True)
class Witness:
    """A witness, under the name that the policy gives it, and perhaps where it takes checkpoints."""

    name: str
    key: Key
    url: str | None = None


@dataclass(frozen=True)
class Group:
    """Some witnesses or groups of which so many must have cosigned."""

    name: str
    least: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """Logs, witnesses and the quorum, as a policy file says them."""

    quorum: str
    logs: tuple[Log, ...] = ()
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)

    def is_met_by(self, names: Iterable[str]) -> bool:
        """Whether the witnesses of these names are a quorum."""
        if self.quorum == NONE:
            return True
        met = {name for name in names if name in self.witnesses}
        for group in self.groups.values():  # each stands behind its members
            if len(met.intersection(group.members)) >= group.least:
                met.add(group.name)
        return self.quorum in met

    def __bytes__(self) -> bytes:
        lines = [f"log {log.key} {log.url or ''}" for log in self.logs]
        lines += [f"witness {witness.name} {witness.key} {witness.url or ''}" for witness in self.witnesses.values()]
        lines += [f"group {group.name} {group.least} {' '.join(group.members)}" for group in self.groups.values()]
        text = "".join(f"{line.rstrip()}\n" for line in [*lines, f"quorum {self.quorum}"])
        return text.encode(errors="surrogateescape")


@dataclass(frozen=True)
class Endorsed:
    """A checkpoint that a policy believes: who cosigned it, by the policy's names, and when (seconds since 1970)."""

    checkpoint: Checkpoint
    note: Note
    cosigned: dict[str, int]


def endorsed(content: bytes, policy: Policy, verify: Verify) -> Endorsed:
    """The checkpoint, if a log of the policy signed it and its quorum cosigned it; Refused otherwise."""
    signed = opened(content, [log.key for log in policy.logs], verify)
    by_key = {witness.key: witness.name for witness in policy.witnesses.values()}
    cosigned = {by_key[key]: at for key, at in cosigners(signed.note, by_key, verify).items()}
    if not policy.is_met_by(cosigned):
        raise Refused(f"{len(cosigned)} known witnesses cosigned this; that is not the quorum “{policy.quorum}”")
    return Endorsed(signed.checkpoint, signed.note, cosigned)


def parse_policy(content: bytes) -> Policy:
    """The policy in a file. Whatever it does not say clearly is refused, with the number of the line."""
    lines = content.split(b"\n")
    if len(lines) > MOST_LINES:
        raise Refused(f"a policy has {MOST_LINES} lines at most")
    reading = _Reading()
    for place, line in enumerate(lines, 1):
        try:
            reading.take(line)
        except Refused as error:
            raise Refused(f"line {place} of the policy: {error}") from error
    if reading.quorum is None:
        raise Refused("the policy names no quorum")
    return Policy(reading.quorum, tuple(reading.logs), reading.witnesses, reading.groups)


class _Reading:
    """A policy file read so far."""

    def __init__(self) -> None:
        self.quorum: str | None = None
        self.logs: list[Log] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self._members: set[str] = set()

    def take(self, line: bytes) -> None:
        """Read one more line."""
        if any((octet < 0x20 and octet != 0x09) or octet == 0x7F for octet in line):
            raise Refused("it has a control character in it")
        # Octets above ASCII are opaque, so they are kept as they are; splitting on them would need Unicode's tables.
        words = [word.decode(errors="surrogateescape") for word in line.replace(b"\t", b" ").split(b" ") if word]
        match words:
            case []:
                return
            case [first, *_] if first.startswith("#"):
                return
            case ["log", vkey, *url] if len(url) <= 1:
                self.logs.append(Log(self._new_key(vkey, [log.key for log in self.logs], {ED25519}), *url))
            case ["witness", name, vkey, *url] if len(url) <= 1:
                known = [witness.key for witness in self.witnesses.values()]
                key = self._new_key(vkey, known, {COSIGNATURE, ML_DSA_COSIGNATURE})
                self.witnesses[name] = Witness(self._new_name(name), key, *url)
            case ["group", name, least, *members] if members:
                self._group(name, least, members)
            case ["quorum", name]:
                if self.quorum is not None:
                    raise Refused("there is one quorum only")
                if name != NONE and name not in self.witnesses and name not in self.groups:
                    raise Refused(f"nobody is called “{name}” above")
                self.quorum = name
            case _:
                raise Refused(f"“{' '.join(words)[:80]}” is not understood")

    def _group(self, name: str, least: str, members: list[str]) -> None:
        count = {"all": len(members), "any": 1}.get(least) or number(least)
        if not 1 <= count <= len(members):
            raise Refused(f"{count} of {len(members)} cannot be")
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                raise Refused(f"nobody is called “{member}” above")
            # So that one witness counts in one way only.
            if member in self._members:
                raise Refused(f"“{member}” is in a group already")
            self._members.add(member)
        self.groups[name] = Group(self._new_name(name), count, tuple(members))

    def _new_name(self, name: str) -> str:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise Refused(f"“{name}” is taken")
        return name

    def _new_key(self, vkey: str, known: Iterable[Key], kinds: set[int]) -> Key:
        key = Key.parse(vkey)
        if key.kind not in kinds:
            raise Refused(f"a key of kind 0x{key.kind:02x} has no place here")
        if any(other.public == key.public for other in known):
            raise Refused("this key is here already")
        return key
