"""Makes the world in which recognised uploads are looked at: run as a program, in the home of the server under test.

Alma and Dee have registered works; Bo has uploaded some of them, each in another state; Cy is staff and no party.
Prints what the tests must know as JSON.
"""

import json
import sys
import tempfile

import django


def main() -> None:
    django.setup()
    from django.conf import settings

    tempfile.tempdir = str(settings.HOME)  # what the tests' own tools leave behind goes with the home
    print(json.dumps(recognised()), file=sys.__stdout__)


def recognised() -> dict[str, object]:
    import numpy as np
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from tenuto.accounts.models import Account
    from tenuto.matches.answers import claim, reply
    from tenuto.matches.models import Match
    from tenuto.rules.matches import Claim
    from tenuto.tracks.models import Track
    from tests.ai.pieces import Sound, came, faster, noisy, piece
    from tests.audio.sounding import heard
    from tests.matches.world import agreed, begin, registered, uploaded
    from tests.people import person

    begin(settings.INDEX_DIR)
    people = {
        handle: agreed(person(handle, name))
        for handle, name in (("alma", "Alma Ferreira"), ("bo", "Bo"), ("cy", "Cy"), ("dee", "Dee Okafor"))
    }
    alma, bo = people["alma"], people["bo"]
    Account.objects.filter(pk=people["cy"].pk).update(is_staff=True)

    def named(track: Track, title: str) -> Track:
        Track.objects.filter(pk=track.pk).update(title=title)
        heard(track)
        return track

    def said(track: Track, what: Claim, words: str) -> Match:
        match = Match.objects.get(recording__track=track)
        claim(match, what, words, by=bo, at=timezone.now(), name="Bo Lindqvist", lets_hear=True)
        return match

    def upload(title: str, sound: Sound, owner: Account = bo) -> Track:
        return named(uploaded(owner, sound, title), title)

    named(registered(alma, 1, public=True), "Harbour, 5 a.m.")
    named(registered(people["dee"], 3, public=True), "Kettle Song")
    named(registered(people["dee"], 4, public=True), "Moth Logic (rehearsal, take 3)")
    private = registered(people["cy"], 2)
    tracks = {
        "held": upload("Quay at dawn", noisy(faster(piece(1), 1.05))),
        "claimed": upload("Quay at dusk", piece(1)),
        "asked": upload("Quay at night", piece(1)),
        "answered": upload("Quay at noon", piece(1)),
        "contested": upload("Quay in the rain", faster(piece(1), 0.97)),
        "mix": upload("Three in a row, live from the boat", np.concatenate([piece(seed) for seed in (1, 3, 4)])),
        "private": upload("Somebody’s sketch", piece(2)),
        "clear": upload("Gulls", piece(7)),
        "own": upload("Harbour, 5 a.m. (faster)", faster(piece(1), 1.03), alma),
        "to register": upload("Loops for Leaving", piece(8), alma),
    }
    said(tracks["asked"], Claim.CREDIT, "I sampled her harbour for my quay, and would like to name her.")
    said(tracks["answered"], Claim.RIGHTS, "I made this with her, ask anybody.")
    match = said(tracks["contested"], Claim.DISPUTE, "I recorded this quay myself, in March.")
    reply(match, False, "It is my recording, slowed down.", by=alma, at=timezone.now())
    came(bo, piece(9), "Not compared yet")
    matches = dict(Match.objects.values_list("recording__track__key", "key"))

    def session(account: Account) -> str:
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client.cookies["sessionid"].value

    return {
        "pages": {name: f"/matches/{matches[one.key]}" for name, one in tracks.items() if one.key in matches},
        "keys": {name: one.key for name, one in tracks.items()} | {"private work": private.key},
        "link": "",
        "doomed": "",
        "sessions": {handle: session(account) for handle, account in people.items()},
    }


if __name__ == "__main__":
    main()
