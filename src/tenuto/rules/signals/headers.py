"""The headers that go with every answer: about one track, about one that is hidden, or about none."""

from functools import lru_cache

from tenuto.rules.signals import content_usage, noai, rsl, tdmrep
from tenuto.rules.signals.forms import Addresses
from tenuto.rules.usage_policies import Answers

Headers = tuple[tuple[str, str], ...]


@lru_cache(maxsize=4096)
def headers(answers: Answers, addresses: Addresses, *, of_search: bool = True) -> Headers:
    """The headers that tell these answers. Without `of_search` nothing is said of search, as of what is of no track.

    The same few are asked for over and over, so the text is kept.
    """
    refusing = noai.words(answers if of_search else answers._replace(search=True))
    return (
        (content_usage.NAME, content_usage.usage(answers, of_search=of_search)),
        *tdmrep.fields(answers, addresses.policy),
        *([(noai.NAME, ", ".join(refusing))] if refusing else []),
        ("Link", f'{rsl.link(addresses.licence)}, <{addresses.people}>; rel="describedby"; type="text/html"'),
    )
