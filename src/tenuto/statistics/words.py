"""What people read of origins, reasons and countries."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenuto.rules.plays import Reason
from tenuto.rules.statistics import Origin
from tenuto.statistics.listens import UNDECIDED
from tenuto.tracks.countries import NAMES

ORIGINS: dict[str, Promise] = {
    Origin.PAGE: _("On this site"),
    Origin.EMBED: _("Embeds"),
    Origin.APP: _("Apps"),
    Origin.FEED: _("Feeds"),
    Origin.LINK: _("Secret links"),
}
REASONS: dict[str, Promise] = {
    Reason.OWNER: _("You listened yourself"),
    Reason.BY_LINK: _("Opened by a secret link: a receipt for you, not a play"),
    Reason.NOT_REPORTED: _("The sound was fetched, and nothing said that it was played (feeds, plain players)"),
    Reason.TOO_SHORT: _("Stopped before 30 seconds and before the half"),
    Reason.NOT_DELIVERED: _("More was claimed than ever left the server"),
    Reason.ALREADY_COUNTED: _("The same listener, within half an hour of a play that counted"),
    Reason.ONE_NETWORK: _("More than five without an account, in one network within half an hour"),
    UNDECIDED: _("Still going on"),
}


def country_words(code: str) -> Promise:
    return NAMES.get(code, _("Unknown"))


def reason_words(reason: str) -> Promise | str:
    return REASONS.get(reason, reason)
