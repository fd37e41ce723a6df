"""What every answer can be traced back to: records, each with the id of the row it came from."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, NamedTuple


class Kind(StrEnum):
    """What sort of record an answer may rest on."""

    STOP = "stop"
    REMOVAL = "removal"
    TERMS = "terms"
    OBJECTION = "objection"
    DISPUTE = "dispute"
    ANSWER = "answer"
    AGREEMENT = "agreement"
    LICENCE = "licence"


class Record(NamedTuple):
    """One record by which an answer can be checked, and whose word it is: a rights holder, a version, a licensee."""

    kind: Kind
    id: int
    party: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """Something that somebody said, kept in a row."""

    kind: ClassVar[Kind]
    id: int
    party: str = ""
    record: Record = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "record", Record(self.kind, self.id, self.party))
