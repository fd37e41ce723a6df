"""A feed of the versions, so that a change of the terms is news one can subscribe to."""

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from tenuto.terms.models import Version


class TermsFeed(Feed[Version, None]):
    """Atom, the newest version first; in the language of the site, since who fetches a feed may hand it on."""

    feed_type = Atom1Feed

    def __call__(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        with override(settings.LANGUAGE_CODE):
            return super().__call__(request, *args, **kwargs)

    def title(self) -> str:
        return _("Terms of %(site)s") % {"site": settings.SITE_NAME}

    def link(self) -> str:
        return "/terms/versions"

    def items(self) -> list[Version]:
        return list(Version.objects.all()[:50])

    def item_title(self, item: Version) -> str:
        day = date_format(timezone.localtime(item.in_force_at), "j F Y")
        return _("Version %(number)d, in force from %(day)s") % {"number": item.number, "day": day}

    def item_description(self, item: Version) -> str:
        return "\n".join(item.terms.summary)

    def item_pubdate(self, item: Version) -> object:
        return item.published_at

    def item_updateddate(self, item: Version) -> object:
        return item.published_at


feed = TermsFeed()
