"""Wrote database-0001.sql: the tables of the very first migrations, with some of everything in them.

Kept to show how the file came to be. Do not write it anew: it stands for the databases that people have.
To make one of a later day, give it another name and set MOMENT to the migrations of that day:

    TENUTO_HOME=$(mktemp -d) PYTHONPATH=src:. python -m tests.golden.make_database > tests/golden/database-….sql
"""

import sqlite3
import sys
from contextlib import closing

MOMENT = [("base", "0001"), ("accounts", "0001"), ("tracks", "0001"), ("audio", "0001"), ("terms", None)]


def main() -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenuto.server.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    for app, name in MOMENT:
        call_command("migrate", app, name or "zero", verbosity=0)
    for app in ("contenttypes", "auth", "sessions", "admin", "account", "mfa", "usersessions"):
        call_command("migrate", app, verbosity=0)
    fill()
    connection.close()
    with closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as database:
        sys.stdout.writelines(f"{line}\n" for line in database.iterdump())


def fill() -> None:
    from tests.people import person
    from tests.tracks import catalogue

    from tenuto.accounts.models import Follow, ProfileLink
    from tenuto.accounts.tokens import issue
    from tenuto.audio.models import Listen, Rendition, Waveform
    from tenuto.base.models import Blob

    alma, bo = person("alma", "Alma Ferreira"), person("bo", "Bo")
    ProfileLink.objects.create(account=alma, label="Elsewhere", url="https://example.org/alma")
    Follow.objects.create(follower=bo, followed=alma)
    issue(alma, "a program", None)
    heard = catalogue.public(alma, "Harbour, 5 a.m.", tags=["quay"], credits=[["Accordion", "Senhor Duarte"]])
    kept = catalogue.track(alma, "Loops for Leaving", ready=False)
    link = catalogue.link(kept)
    recording = heard.recordings.get()
    blob = Blob.objects.create(digest="ab" * 32, size_bytes=9)
    Rendition.objects.create(
        recording=recording, kind="aac", blob=blob, codecs="mp4a.40.2", bit_rate=96_000, segments=[]
    )
    Waveform.objects.create(recording=recording, samples_per_pixel=256, blob=blob)
    Listen.objects.create(track=heard, recording=recording, account=bo, listener="bo", source="page")
    Listen.objects.create(track=kept, listener="somebody", source="link", link=link)


if __name__ == "__main__":
    main()
