"""Makes the small world in which the browser tests play: run as a program, in the home of the server under test.

Alma has public tracks, one for followers, and a sketch with a secret link; Bo follows her; Cy does not.
Prints what the tests must know as JSON.
"""

import json
import shutil
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp

import django
import numpy as np

SECONDS = {"long": 75.0, "short": 6.0}
DESCRIPTION = """I took the night tram to the end and walked out along the quay.

Nothing is looped. More at https://example.org/harbour."""


def clip(name: str, into: Path) -> Path:
    """Chords that come and go, so that the waveform has a shape."""
    from tenuto.dsp.encode import write_audio

    times = np.arange(int(SECONDS[name] * 16_000)) / 16_000
    slow = 0.25 + 0.2 * np.sin(2 * np.pi * times / 11) * np.sin(2 * np.pi * times / 3.1)
    samples = slow * sum(np.sin(2 * np.pi * pitch * times) for pitch in (220, 277.2, 329.6)) / 3
    path = into / f"{name}.wav"
    write_audio(path, samples.astype(np.float32)[:, None], 16_000)
    return path


def main() -> None:
    django.setup()
    print(json.dumps(people_and_tracks()), file=sys.__stdout__)


def people_and_tracks() -> dict[str, object]:
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from tenuto.accounts.models import Account, Follow, ProfileLink
    from tenuto.audio.models import Listen, Rendition, Waveform
    from tenuto.base import storage
    from tenuto.base.models import Blob
    from tenuto.charts.count import count as count_charts
    from tenuto.comments.models import Comment
    from tenuto.credits.people import answer, ask
    from tenuto.dsp.render import Plan, render
    from tenuto.library.playlists import change as playlists
    from tenuto.library.releases import change as releases
    from tenuto.lyrics.write import write
    from tenuto.reports.deciding import appeal, decide
    from tenuto.reports.reporting import report
    from tenuto.reports.subjects import subject_met
    from tenuto.rules.moderation import Measure, Reason
    from tenuto.rules.visibility import Visitor
    from tenuto.search.spelling import learn as learn_words
    from tenuto.terms.accepting import accept
    from tenuto.terms.models import Acceptance
    from tenuto.tracks.models import Publication, Recording, SecretLink, Track
    from tenuto.tracks.slugs import begin_track
    from tests.people import person
    from tests.terms.writing import first, second

    alma, bo, cy = person("alma", "Alma Ferreira"), person("bo", "Bo"), person("cy", "Cy")
    terms, changed = first(timezone.now()), second(timezone.now())
    for somebody in (alma, cy):
        accept(somebody, terms, terms.digest, [], Acceptance.How.SIGN_UP, at=timezone.now())
    for somebody in (alma, bo):  # Cy has still to answer
        accept(somebody, changed, changed.digest, [4], Acceptance.How.PAGE, at=timezone.now())
    Account.objects.filter(pk=alma.pk).update(bio=DESCRIPTION, place="Lisbon")
    ProfileLink.objects.create(account=alma, label="Elsewhere", url="https://example.org/alma")
    Follow.objects.create(follower=bo, followed=alma)

    folder = Path(mkdtemp(prefix="world-", dir=settings.HOME))
    made = {}
    for name in SECONDS:
        into = folder / name
        into.mkdir()
        original = clip(name, into)
        made[name] = original, render(original, into, Plan(aac_bit_rate=64_000, opus_bit_rate=48_000))

    def track(title: str, sound: str, audience: str = "", hours_ago: int = 1) -> Track:
        original, rendered = made[sound]

        def kept(path: Path) -> Blob:
            return storage.adopt(Path(shutil.copy(path, mkdtemp(dir=folder))))

        new = begin_track(
            alma, title, description=DESCRIPTION, genre="ambient", tags=["field recording", "tram"],
            credits=[["Accordion lent by", "Senhor Duarte"]], licence="cc-by-nc", downloads=sound == "long",
        )  # fmt: skip
        recording = Recording.objects.create(
            track=new, current=True, stage=Recording.Stage.READY, original=kept(original), filename="harbour.wav",
            seconds=rendered.seconds, loudness_lufs=rendered.loudness_lufs, true_peak_dbtp=rendered.true_peak_dbtp,
            sketch=rendered.sketch,
        )  # fmt: skip
        for file in rendered.renditions:
            Rendition.objects.create(
                recording=recording, kind=file.kind, blob=kept(file.path), codecs=file.codecs, bit_rate=file.bit_rate,
                segments=file.index.to_json(),
            )  # fmt: skip
        for wave in rendered.waveforms:
            Waveform.objects.create(recording=recording, samples_per_pixel=wave.samples_per_pixel, blob=kept(wave.path))
        if audience:
            Publication.objects.create(
                track=new,
                audience=audience,
                starts_at=timezone.now() - timedelta(hours=hours_ago),
                by=alma,
                audible=True,
            )
        return new

    tracks = {
        "harbour": track("Harbour, 5 a.m.", "long", "public", 1),
        "short": track("Letters, Unsent", "short", "public", 2),
        "kettle": track("Kettle Song", "long", "public", 3),
        "followers": track("Moth Logic (rehearsal, take 3)", "long", "followers", 4),
        "sketch": track("Loops for Leaving", "long"),
    }
    lines = [f"[{at // 60}:{at % 60:02}]Line {at}, <{at // 60}:{at % 60 + 1:02}>low water" for at in range(2, 59, 3)]
    write(tracks["kettle"], "\n".join(["[0:00]", *lines]), "en", timezone.now())
    for one in ("harbour", "kettle"):
        asked = ask(tracks[one], "Accordion lent by", "Senhor Duarte", "bo", timezone.now())
    answer(asked, confirms=True, at=timezone.now())
    # A comment of Bo's that Sam of the staff withheld, who appeals; and a report that waits.
    sam = person("sam", "Sam")
    Account.objects.filter(pk=sam.pk).update(is_staff=True)
    sam.refresh_from_db()
    comment = Comment.objects.create(track=tracks["kettle"], author=bo, at_seconds=9, words="Buy plays here")
    reports = []
    for visitor, what, key in ((alma, "comment", comment.key), (bo, "track", tracks["kettle"].key)):
        subject = subject_met(what, key, Visitor(visitor.pk), timezone.now())
        reports.append(report(subject, Reason.SPAM, "Look at it.", timezone.now(), by=visitor, network=""))
    decision = decide(
        reports[0], Measure.WITHHOLD_COMMENT, "It sells plays.", "terms", "Terms, 7", by=sam, at=timezone.now()
    )
    appealed = appeal(decision, "It was a joke.", timezone.now())
    link = SecretLink.objects.create(track=tracks["sketch"], name="Mara, for the mix")
    for letter in "ab":  # two people listened by it
        Listen.objects.create(
            track=tracks["sketch"], link=link, listener=letter * 32, source="link",
            last_at=timezone.now() - timedelta(days=9), furthest_seconds=75,
        )  # fmt: skip
    for letter in "ab":
        Listen.objects.create(
            track=tracks["harbour"], listener=letter * 32, source="front", started_at=timezone.now(),
            counted_at=timezone.now(), furthest_seconds=75,
        )  # fmt: skip
    doomed = SecretLink.objects.create(track=tracks["sketch"], name="To be revoked")

    night = playlists.make(bo, "For the night tram", timezone.now(), description=DESCRIPTION)
    for each in tracks.values():
        if each != tracks["sketch"]:
            playlists.add(night, each, bo, timezone.now())
    album = releases.begin(alma, "Low Water", "album")
    for each in (tracks["harbour"], tracks["short"], tracks["kettle"]):
        releases.add(album, each)
    releases.publish(album, None, timezone.now(), with_sketches=False)

    count_charts(timezone.now())
    learn_words(timezone.now())

    def session(account: Account) -> str:
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client.cookies["sessionid"].value

    return {
        "pages": {name: one.get_absolute_url() for name, one in tracks.items()}
        | {
            "playlist": night.get_absolute_url(),
            "album": album.get_absolute_url(),
            "album desk": f"/albums/{album.key}/edit",
            "report": reports[0].get_absolute_url(),
            "decision": decision.get_absolute_url(),
            "case": f"/desk/reports/{reports[1].key}",
            "appeal": f"/desk/appeals/{appealed.key}",
        },
        "keys": {name: one.key for name, one in tracks.items()},
        "link": link.get_absolute_url(),
        "doomed": doomed.get_absolute_url(),
        "sessions": {"alma": session(alma), "bo": session(bo), "cy": session(cy), "sam": session(sam)},
    }


if __name__ == "__main__":
    main()
