"""robots.txt: who may fetch what, and with it the lines of those who write theirs into it.

No track has a line here. A line for each would not scale, and one about a hidden track would tell that it exists.
"""

from collections.abc import Iterable

from tenuto.rules.signals import content_signals, content_usage
from tenuto.rules.signals.forms import ROBOTS as FORM
from tenuto.rules.signals.forms import Addresses
from tenuto.rules.usage_policies import Answers

__all__ = ["FORM", "MOST_BYTES", "robots"]

MOST_BYTES = 500 * 1024  # of which readers must read so many, and need not read more
_RESERVED = """\
# The rights in what is published here are reserved, track by track and by their artists, for text and data mining too:
# this is an express reservation under Article 4(3) of Directive (EU) 2019/790. Each answer of this site says in its
# headers what holds for the very bytes it carries; what stands here is what holds for everything else.
"""


def robots(answers: Answers, crawlers: Iterable[str], closed: Iterable[str], there: Addresses, sitemap: str) -> str:
    """The file: `closed` places are for no crawler, and none of the site is for AI `crawlers`."""
    lines = [
        f"{_RESERVED}# {there.people}",
        f"License: {there.licence}",
        f"Sitemap: {sitemap}",
        "",
        "User-agent: *",
        *_told(answers),
        # The narrow before the wide: some readers take the first line that fits, not the longest.
        *(f"Disallow: {place}" for place in closed),
        "Allow: /",
        "",
        *(f"User-agent: {name}" for name in crawlers),
        *_told(answers._replace(search=False)),
        "Disallow: /",
    ]
    return "\n".join(lines) + "\n"


def _told(answers: Answers) -> list[str]:
    return [
        f"Content-Signal: {content_signals.signal(answers)}",
        f"{content_usage.NAME}: {content_usage.usage(answers)}",
    ]
