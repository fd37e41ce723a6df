"""The terms through the HTTP API: every version, what changed, and one's own answer."""

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from tenuto.accounts.callers import account_calling, anyone, member
from tenuto.rules.cells import Cell
from tenuto.rules.terms import Clause
from tenuto.rules.terms_diff import Change, compare
from tenuto.terms.accepting import accept, latest
from tenuto.terms.models import Acceptance, Version
from tenuto.terms.versions import version

router = Router(tags=["Terms"])


def in_order(cells: Iterable[Cell]) -> list[Cell]:
    """Cells in the order in which they are always listed."""
    return sorted(cells, key=attrgetter("position"))


class CellShown(Schema):
    """One use of AI: an asset, a purpose and a use."""

    asset: str
    purpose: str
    use: str


class ClauseShown(Schema):
    """One clause. `text` is Markdown."""

    number: int
    heading: str
    text: str
    needed: list[CellShown]
    permits: list[CellShown]

    @staticmethod
    def resolve_needed(clause: Clause) -> list[Cell]:
        return in_order(clause.needed)

    @staticmethod
    def resolve_permits(clause: Clause) -> list[Cell]:
        return in_order(clause.permits)


class VersionShown(Schema):
    """A version of the terms. `sha256` is the digest of its Markdown text, which an acceptance names."""

    number: int
    sha256: str = Field(alias="digest")
    published_at: datetime
    in_force_at: datetime
    title: str = Field(alias="terms.title")
    summary: list[str] = Field(alias="terms.summary")


class VersionWhole(VersionShown):
    text: str
    clauses: list[ClauseShown] = Field(alias="terms.clauses")


class WordsShown(Schema):
    change: Change
    text: str


class ClauseChangeShown(Schema):
    """A clause that is not the same in both versions. A number is null where the clause is not in that version."""

    old_number: int | None
    new_number: int | None
    heading: list[WordsShown]
    text: list[WordsShown]
    opened: list[CellShown]
    closed: list[CellShown]


class Answer(Schema):
    """`sha256` says which words were read; `declined_clauses` may name only clauses that permit something."""

    sha256: str = Field(max_length=64)
    declined_clauses: list[int] = Field(default=[], max_length=200)


class AcceptanceShown(Schema):
    version: int = Field(alias="version.number")
    sha256: str = Field(alias="digest")
    declined_clauses: list[int] = Field(alias="declined")
    how: str
    at: datetime


@router.get("/terms", response=list[VersionShown], auth=anyone, summary="Every version of the terms, newest first")
def list_terms(request: HttpRequest) -> list[Version]:
    return list(Version.objects.all())


@router.get("/terms/{int:number}", response=VersionWhole, auth=anyone, summary="One version, whole")
def show_terms(request: HttpRequest, number: int) -> Version:
    return version(number)


@router.get(
    "/terms/{int:old}/changes/{int:new}",
    response=list[ClauseChangeShown],
    auth=anyone,
    summary="What changed between two versions, word by word",
)
def show_changes(request: HttpRequest, old: int, new: int) -> list[dict[str, object]]:
    return [
        {
            "old_number": change.old.number if change.old else None,
            "new_number": change.new.number if change.new else None,
            "heading": change.heading,
            "text": change.text,
            "opened": in_order(change.opened),
            "closed": in_order(change.closed),
        }
        for change in compare(version(old).terms, version(new).terms)
        if not change.is_same
    ]


@router.get("/me/terms", response=list[AcceptanceShown], auth=member, summary="What you have accepted, latest first")
def my_acceptances(request: HttpRequest) -> list[Acceptance]:
    return list(
        Acceptance.objects.filter(account=account_calling(request)).select_related("version").order_by("-at", "-pk")
    )


@router.put("/me/terms/{int:number}", response=AcceptanceShown, auth=member, summary="Accept a version")
def accept_terms(request: HttpRequest, number: int, answer: Answer) -> Acceptance:
    account = account_calling(request)
    accept(account, version(number), answer.sha256, answer.declined_clauses, Acceptance.How.API, at=timezone.now())
    made = latest(account)
    assert made is not None
    return made
