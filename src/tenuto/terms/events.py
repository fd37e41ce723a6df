"""What the terms tell the rest of the house, after the commit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TermsPublished:
    """A version was announced."""

    number: int


@dataclass(frozen=True)
class TermsAccepted:
    """Somebody accepted a version, or changed which clauses they decline."""

    account_id: int
    number: int
