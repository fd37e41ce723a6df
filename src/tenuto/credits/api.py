"""Credits through the HTTP API: who made a track, asking people, answering what one is asked."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from tenuto.accounts.callers import account_calling, anyone, member
from tenuto.base.lines import Line
from tenuto.credits import lists, people
from tenuto.credits.models import Credited
from tenuto.rules.visibility import Surface
from tenuto.tracks import access
from tenuto.tracks.roles import read_role
from tenuto.tracks.visitors import visitor_of

router = Router(tags=["Credits"])


class CreditShown(Schema):
    """`people` are the handles of those here who say that it is theirs; a name without any is the artist's word."""

    role: str
    name: str
    people: list[str]


class CreditAskedShown(Schema):
    """A question to you. `answer` is empty, `confirmed` or `declined`; `title` as you were asked, where the track is
    hidden from you.
    """

    key: str
    artist: str
    title: str
    role: str
    name: str
    asked_at: datetime
    answer: str

    @staticmethod
    def of(one: Credited, title: str) -> "CreditAskedShown":
        return CreditAskedShown(
            key=one.key,
            artist=one.track.owner.username,
            title=title,
            role=one.role,
            name=one.name,
            asked_at=one.asked_at,
            answer=one.answer,
        )


class CreditQuestion(Schema):
    role: Annotated[str, Line] = Field(min_length=1, max_length=60)
    name: Annotated[str, Line] = Field(min_length=1, max_length=120)
    handle: Annotated[str, Line] = Field(min_length=1, max_length=31)


class CreditAnswer(Schema):
    confirms: bool


@router.get("/tracks/{key}/credits", auth=anyone, response=list[CreditShown])
def read_credits(request: HttpRequest, key: str) -> list[CreditShown]:
    """Who made a track that you may hear, in the artist's order."""
    track, _hearing = access.track_by_key(visitor_of(request), key, Surface.PAGE, timezone.now())
    return [
        CreditShown(role=one.role, name=one.name, people=[person.account.username for person in one.people])
        for one in lists.credits_of(track)
    ]


@router.post("/me/tracks/{key}/credits", auth=member, response={201: None})
def ask_about_credit(request: HttpRequest, key: str, question: CreditQuestion) -> Status[None]:
    """Ask somebody whether a credit of a track of yours is theirs. They are told its title."""
    track = access.own_track(account_calling(request), key)
    people.ask(track, read_role(question.role), question.name, question.handle, timezone.now())
    return Status(201, None)


@router.get("/me/credits", auth=member, response=list[CreditAskedShown])
def my_credits(request: HttpRequest) -> list[CreditAskedShown]:
    """What you are asked, first, and what you have answered."""
    account, visitor = account_calling(request), visitor_of(request)
    waiting = [CreditAskedShown.of(one, one.title) for one in lists.waiting_for(account)]
    answered = lists.answered_by(account, visitor, timezone.now())
    return [*waiting, *(CreditAskedShown.of(one.credit, one.title) for one in answered)]


@router.put("/me/credits/{key}", auth=member, response={204: None})
def answer_credit(request: HttpRequest, key: str, said: CreditAnswer) -> Status[None]:
    """Say that a credit is yours, or is not."""
    people.answer(people.credit_of(account_calling(request), key), confirms=said.confirms, at=timezone.now())
    return Status(204, None)
