"""What people of the demo do for each other: words to sing, reposts, a collective, a credit that somebody confirmed.

May run again after it was killed: each is made whole or not at all, and what is there stays.
"""

from datetime import datetime

from django.db import transaction

from tenuto.accounts.models import Account
from tenuto.collectives import change as collectives
from tenuto.collectives.models import Collective, Membership
from tenuto.credits.models import Credited
from tenuto.demo.shelves import tracks_of
from tenuto.library.reposts import change as reposts
from tenuto.lyrics.write import lyrics_of, write
from tenuto.rules.collectives import Role
from tenuto.tracks.models import Track

SUNG = "kettle_song"
# Two bars of its waltz are 2.81 s; every phrase breathes a little later.
WORDS = """\
[0:00.40]Sing it yourselves: we had our hands full.
[0:05.00]Put it on before you come in,
[0:10.62]the gas and the table know how to wait.
[0:16.30]Nobody talks now, nobody’s early,
[0:21.93]and she who sings is late.
[0:27.60]One for the road that we never took leaving,
[0:33.23]one for the four of us under one ceiling,
[0:38.90]steam on the window, your name in it,
[0:44.53]gone by the time that you come back to read.
[0:50.20]Put it on, put it on, nobody’s hurrying.
[0:55.83]
[1:01.50]Nobody talks now, nobody’s early,
[1:07.13]and she who sings is late.
[1:12.85]<1:12.85>Hush <1:13.79>now <1:14.45>and let the kettle sing.
[1:19.50]"""
REPOSTS = (("mara-oke", "harbour"), ("low-tide-radio", "lamp_study"))
COLLECTIVE = "Quay and Antenna"
ABOUT = (
    "Two coasts, one frequency. What one of us hears at night the other plays by morning.\n\n"
    "We share a mixing desk by post. It is in Vigo until March."
)
MEMBERS = (("low-tide-radio", "slack_water"), ("os-faros", "faro_de_cies"))  # whoever is first began it
CREDITED = ("faro_de_cies", "mastering", "low-tide-radio")


def fill_together(at: datetime) -> None:
    """Of each, what its people and pieces are there for."""
    handles = {*(by for by, _ in (*REPOSTS, *MEMBERS)), CREDITED[2]}
    people = {account.username: account for account in Account.objects.filter(username__in=handles)}
    for track in tracks_of([SUNG]):
        if lyrics_of(track) is None:
            write(track, WORDS, "en", at)
    for by, piece in REPOSTS:
        for track in tracks_of([piece]) if by in people else ():
            reposts.repost(track, people[by], at)
    if all(handle in people for handle, _ in MEMBERS):
        _gather([(people[handle], piece) for handle, piece in MEMBERS], at)
    piece, role, handle = CREDITED
    for track in tracks_of([piece]) if handle in people else ():
        _confirm(track, role, people[handle], at)


@transaction.atomic
def _gather(members: list[tuple[Account, str]], at: datetime) -> None:
    if Collective.objects.filter(name=COLLECTIVE).exists():
        return
    founder = members[0][0]
    made = collectives.begin(founder, COLLECTIVE, Collective.Kind.COLLECTIVE, at)
    made.about, made.place = ABOUT, "Vigo and Morecambe Bay"
    made.save(update_fields=["about", "place"])
    for account, _piece in members[1:]:
        collectives.join(collectives.invite(made, account.username, Role.EDITOR, founder, at), at, shown=True)
    for account, piece in members:
        for track in tracks_of([piece]):
            collectives.show_track(Membership.objects.get(collective=made, account=account), track.key, at)


def _confirm(track: Track, role: str, person: Account, at: datetime) -> None:
    """Asked and answered at once, without the two letters: a demo would print them into its terminal."""
    if [role, person.name] in track.credits:
        answered = {"name": person.name, "asked_at": at, "answer": Credited.Answer.CONFIRMED, "answered_at": at}
        Credited.objects.get_or_create(track=track, account=person, role=role, defaults=answered)
