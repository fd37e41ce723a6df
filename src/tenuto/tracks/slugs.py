"""Addresses of tracks, made from their titles in any script, and kept alive when a track is renamed."""

import unicodedata
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.base.errors import BadRequest
from tenuto.base.events import publish as tell
from tenuto.base.ids import new_key
from tenuto.tracks.events import TrackIdentified
from tenuto.tracks.models import SlugHistory, Track

MAX_LETTERS = 80
MAX_TITLE_LETTERS = 200
# A profile's own pages, of this version and of those to come: /@alma/albums is not a track.
_RESERVED = """
about albums banner block comments credits edit embed feed follow followers following likes links mute new
playlists reposts rss search settings studio tracks
"""
RESERVED = frozenset(_RESERVED.split())


class BadSlug(BadRequest):
    code = "bad_slug"


class SlugTaken(BadSlug):
    advice = _("Another of your tracks has this address. Choose another.")
    status = 409
    code = "slug_taken"


def slug_of(title: str) -> str:
    """The title as an address: small letters and digits of whatever script, with hyphens between words."""
    # Vowel signs and accents (M) belong to the letters they stand on; without them Hindi or Thai turns to nonsense.
    kept = "".join(
        letter if unicodedata.category(letter)[0] in "LNM" else "" if letter in "'’ʼ" else "-"
        for letter in unicodedata.normalize("NFKC", title).lower()
    )
    # Lower-casing can undo the normal form (İ), and an address must have one spelling only.
    words = [word for word in unicodedata.normalize("NFKC", kept).split("-") if word]
    slug = "-".join(words)[:MAX_LETTERS].strip("-")
    # A mark without a letter to stand on is no word.
    return slug if any(unicodedata.category(letter)[0] in "LN" for letter in slug) else ""


def normal(slug: str) -> str:
    """A slug as somebody typed or copied it, in the one spelling that is stored."""
    return unicodedata.normalize("NFKC", slug).lower()


def free_slug(owner: Account, title: str) -> str:
    """An address for a track of this title that none of the owner's tracks has, or had."""
    base = slug_of(title) or "track"
    numbered = [_shortened(base, f"-{number}") for number in range(2, 10)]
    choices = [base, *numbered] if base not in RESERVED else numbered
    taken = {
        *Track.objects.filter(owner=owner, slug__in=choices).values_list("slug", flat=True),
        *SlugHistory.objects.filter(owner=owner, slug__in=choices).values_list("slug", flat=True),
    }
    # After nine of one name, random letters: counting on would ask the more questions the more tracks there are.
    return next((slug for slug in choices if slug not in taken), _shortened(base, f"-{new_key()[:6]}"))


def chosen(track: Track, asked: str) -> str:
    """The address that a track's owner asks for, as it would stand; says why where it cannot be had."""
    slug = slug_of(asked)
    if not slug:
        raise BadSlug(f"no letters in {asked!r}", advice=_("An address needs letters or digits, of any script."))
    if slug in RESERVED:
        raise BadSlug(
            f"{slug} is reserved", advice=_("This address is kept for a page of your profile. Choose another.")
        )
    if Track.objects.filter(owner_id=track.owner_id, slug=slug).exclude(pk=track.pk).exists():
        raise SlugTaken(f"{slug} of owner {track.owner_id}")
    return slug


def begin_track(owner: Account, title: str, **facts: object) -> Track:
    """A new track in its owner's sketchbook, at a free address, also when several arrive at the same moment.

    Titles come from files and their tags, where anything may stand: what no title can hold is left out.
    """
    title = "".join(letter for letter in title if unicodedata.category(letter) not in {"Cc", "Cs"})
    title = title.strip()[:MAX_TITLE_LETTERS].strip() or str(_("Untitled"))
    for _attempt in range(5):
        try:
            with transaction.atomic():
                return _begun(owner, title, free_slug(owner, title), facts)
        except IntegrityError:
            continue  # another of the owner's tracks took that address between our question and our answer
    return _begun(owner, title, _shortened("track", f"-{new_key()}"), facts)


def _begun(owner: Account, title: str, slug: str, facts: dict[str, object]) -> Track:
    begun = Track.objects.create(owner=owner, title=title, slug=slug, **facts)
    tell(TrackIdentified(begun.pk, begun.created_at))
    return begun


def move(track: Track, slug: str, at: datetime) -> None:
    """Give the track another address. The former one goes on leading to it. Says why if it cannot be had."""
    if slug == track.slug:
        return
    former = track.slug
    try:
        with transaction.atomic():
            track.slug = chosen(track, slug)
            # Living tracks come first: an address that once led elsewhere now leads here.
            SlugHistory.objects.filter(owner_id=track.owner_id, slug=track.slug).delete()
            SlugHistory.objects.update_or_create(
                owner_id=track.owner_id, slug=former, defaults={"track": track, "until": at}
            )
            track.save(update_fields=["slug", "changed_at"])
    except IntegrityError:
        track.slug = former
        chosen(track, slug)  # another of the owner's tracks took it after we had looked: say so
        raise


def _shortened(base: str, ending: str) -> str:
    return base[: MAX_LETTERS - len(ending)].rstrip("-") + ending
