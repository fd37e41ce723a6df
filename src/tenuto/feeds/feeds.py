"""What an artist, a playlist or an album lets out, as a feed: RSS 2.0 for podcast players, and JSON Feed 1.1.

Of a playlist, what was put on it last comes first: whoever follows it hears of what is new there.
"""

import re
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Enclosure, Rss201rev2Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from tenuto.accounts.models import Account
from tenuto.accounts.portraits import avatar_address
from tenuto.feeds.collected import Collected, Kind, collected, whole
from tenuto.feeds.episodes import MEDIA_TYPE, Episode, episodes
from tenuto.rules.visibility import Surface
from tenuto.tracks.licences import deed_of
from tenuto.web import whereabouts
from tenuto.web.whereabouts import country_of

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FRESH_SECONDS = 60
# How the names of addresses begin: feeds:rss, feeds:playlist-rss, feeds:album-rss.
PLACES = {Kind.ARTIST: "", Kind.PLAYLIST: "playlist-", Kind.ALBUM: "album-"}


class Podcast(Rss201rev2Feed):
    """RSS 2.0 with Apple's elements for podcasts (namespace itunes) and where the feed itself is (atom, by Django)."""

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {
            "xmlns:itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
            "xmlns:creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
        }

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("itunes:author", self.feed["author_name"])
        handler.addQuickElement("itunes:image", None, {"href": self.feed["picture"]})
        handler.addQuickElement("itunes:category", None, {"text": "Music"})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("itunes:duration", str(round(item["seconds"])))
        handler.addQuickElement("itunes:image", None, {"href": item["picture"]})
        if item["deed"]:
            handler.addQuickElement("creativeCommons:license", item["deed"])


@require_safe
def rss(request: HttpRequest, kind: Kind, username: str = "", key: str = "") -> HttpResponse:
    """As a podcast."""
    found = let_out(request, kind, username or key)
    made = Podcast(
        title=plain(found.title),
        link=whole(found.page),
        description=escape(plain(found.words) or _about(found)),
        language=settings.LANGUAGE_CODE,
        author_name=plain(found.owner.name),
        feed_url=whole(address_of(found, "rss")),
        picture=whole(found.picture),
    )
    for episode in _episodes(found):
        track = episode.track
        made.add_item(
            title=track.title,
            link=episode.page,
            description=escape(plain(track.description)),  # readers take it for HTML
            author_name=plain(track.owner.name) if track.owner_id != found.owner.pk else None,
            pubdate=episode.published_at,
            unique_id=track.key,
            unique_id_is_permalink=False,
            categories=tuple(map(plain, track.tags)),
            enclosures=[Enclosure(episode.sound, str(episode.size_bytes), MEDIA_TYPE)],
            seconds=episode.seconds,
            picture=episode.picture,
            deed=deed_of(track.licence),
        )
    response = HttpResponse(content_type=made.content_type)
    made.write(response, "utf-8")
    return fresh(response)


@require_safe
def json_feed(request: HttpRequest, kind: Kind, username: str = "", key: str = "") -> HttpResponse:
    """The same as JSON Feed 1.1 (jsonfeed.org/version/1.1)."""
    found = let_out(request, kind, username or key)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": found.title,
        "home_page_url": whole(found.page),
        "feed_url": whole(address_of(found, "json")),
        "description": found.words,
        "icon": whole(found.picture),
        "authors": [_author(found.owner)],
        "items": [_item(episode) for episode in _episodes(found)],
    }
    return fresh(JsonResponse(feed, content_type="application/feed+json"))


def let_out(request: HttpRequest, kind: Kind, name: str) -> Collected:
    """What stands in feeds and playlist files: what everybody may hear and its artist puts into feeds."""
    return collected(kind, name, Surface.FEED, timezone.now(), country_of(request))


def address_of(found: Collected, form: str) -> str:
    """Where one of the forms is: beside the page of an artist, a playlist or an album."""
    return reverse(f"feeds:{PLACES[found.kind]}{form}", args=[found.name])


def fresh(response: HttpResponse) -> HttpResponse:
    """Kept for a minute, so that a switch that is turned holds within one also for whoever caches."""
    # Where countries are told apart, what one of them may hear is not kept for another.
    kept_by = "private" if whereabouts.are_known() else "public"
    response.headers["Cache-Control"] = f"{kept_by}, max-age={FRESH_SECONDS}"
    return response


def plain(words: str) -> str:
    """Without signs that XML 1.0 cannot hold (section 2.2)."""
    return _NOT_XML.sub("", words)


def _item(episode: Episode) -> dict[str, Any]:
    track = episode.track
    return {
        "id": track.key,
        "url": episode.page,
        "title": track.title,
        "content_text": track.description or track.title,
        "image": episode.picture,
        "date_published": episode.published_at.isoformat(),
        "authors": [_author(track.owner)],
        "tags": track.tags,
        "attachments": [
            {
                "url": episode.sound,
                "mime_type": MEDIA_TYPE,
                "size_in_bytes": episode.size_bytes,
                "duration_in_seconds": round(episode.seconds),
            }
        ],
    }


def _about(found: Collected) -> str:
    with override(settings.LANGUAGE_CODE):  # whoever fetches a feed hands it on, to readers of any language
        return _("Music by %(name)s") % {"name": found.owner.name}


def _author(account: Account) -> dict[str, str]:
    address = whole(avatar_address(account, 480))
    return {"name": account.name, "url": whole(account.get_absolute_url()), "avatar": address}


def _episodes(found: Collected) -> list[Episode]:
    entries = found.entries
    if found.kind is Kind.PLAYLIST:
        entries = sorted(entries, key=attrgetter("since"), reverse=True)
    return episodes(entries)
