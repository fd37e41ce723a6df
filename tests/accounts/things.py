"""An account with something of everything in it."""

from datetime import timedelta
from io import BytesIO

from django.conf import settings
from django.utils import timezone
from PIL import Image

from tenuto.accounts import tokens
from tenuto.accounts.models import Account, Follow, FormerHandle, ProfileLink
from tenuto.audio.models import Listen, Rendition, Upload, Waveform
from tenuto.base import storage
from tenuto.tracks.models import Publication, Recording, SecretLink, Track

SHARED = b"the very same file, uploaded twice"


def picture(colour: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (80, 80), colour).save(out, "PNG")
    return out.getvalue()


def a_track(owner: Account, slug: str, *originals: tuple[str, bytes]) -> Track:
    """A public track; of several originals the last is heard."""
    track = Track.objects.create(
        owner=owner, title=slug.title(), slug=slug, artwork=storage.put_bytes(picture("teal" if slug < "m" else "navy"))
    )
    for number, (filename, data) in enumerate(originals, start=1):
        recording = Recording.objects.create(
            track=track,
            original=storage.put_bytes(data),
            filename=filename,
            stage="ready",
            current=number == len(originals),
            seconds=3.5,
        )
        mark = f"{owner.username} {slug} {number}".encode()
        blob = storage.put_bytes(b"rendition " + mark)
        Rendition.objects.create(recording=recording, kind="aac", blob=blob, codecs="", bit_rate=1, segments=[])
        Waveform.objects.create(recording=recording, samples_per_pixel=256, blob=storage.put_bytes(b"peaks " + mark))
    Publication.objects.create(
        track=track, audience="public", starts_at=timezone.now() - timedelta(hours=1), by=owner, audible=True
    )
    return track


def fill(alma: Account, bo: Account) -> None:
    """Alma has two tracks, one of them in the very bytes of Bo's; both listen to each other and follow each other."""
    alma.avatar, alma.banner = storage.put_bytes(picture("red")), storage.put_bytes(picture("green"))
    alma.bio = "Slow pieces."
    alma.save()
    ProfileLink.objects.create(account=alma, label="Elsewhere", url="https://alma.example")
    FormerHandle.objects.create(handle="alma-old", account=alma)
    tokens.issue(alma, "radio script", None)
    first = a_track(alma, "harbour", ("Harbour – first?.wav", b"one" * 1000), ("harbour.wav", b"two" * 1000))
    a_track(alma, "shared", ("harbour.wav", SHARED))
    theirs = a_track(bo, "zither", ("zither.flac", SHARED))
    link = SecretLink.objects.create(track=first, name="For the label")
    now = timezone.now()
    Listen.objects.create(track=first, account=bo, listener="bo's browser", source="link", link=link, counted_at=now)
    Listen.objects.create(track=theirs, account=alma, listener="alma's browser", network="n" * 64, source="front")
    Listen.objects.create(track=theirs, account=alma, listener="alma's browser", source="page", counted_at=now)
    Follow.objects.create(follower=alma, followed=bo)
    Follow.objects.create(follower=bo, followed=alma)
    upload = Upload.objects.create(
        owner=alma, filename="half.wav", length_bytes=100, received_bytes=3, expires_at=now + timedelta(days=1)
    )
    settings.UPLOADS_DIR.mkdir(parents=True, exist_ok=True)
    (settings.UPLOADS_DIR / upload.key).write_bytes(b"abc")
