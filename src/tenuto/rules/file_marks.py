"""The words that a file of sound carries about its use: names of our own, for no standard has any, and their reading.

The names are the ones under which others' preferences travel (AIPREF, TDMRep), so a reader finds the words it knows.
"""

import re
from collections.abc import Iterator, Mapping

from tenuto.rules.signals.content_usage import usage
from tenuto.rules.usage_policies import NOTHING, UsagePolicy

CONTENT_USAGE, TDM_RESERVATION, TDM_POLICY = "CONTENT_USAGE", "TDM_RESERVATION", "TDM_POLICY"
DIGEST, NO_AI = "RIGHTS_DIGEST", "NOAI"

_REFUSED = re.compile(
    r"(?:^|[,;\s])(?:train-(?:gen)?ai|ai-train|ai-use|ai-input|all|tdm|genai)\s*=\s*(?:n|no|false|\?0)\b"
)


def named_words(policy: UsagePolicy, address: str) -> dict[str, str]:
    """What the tags say. `address`: of the document itself."""
    answers = policy.answers
    return {
        CONTENT_USAGE: usage(answers),
        TDM_RESERVATION: "0" if answers.may_mine_for_anything else "1",
        TDM_POLICY: address,
        DIGEST: policy.digest,
    }


def terms(policy: UsagePolicy, address: str) -> str:
    """The same in a sentence. English, as files travel."""
    if policy.answers.may_mine_for_anything:
        return f"The rights holder allows text and data mining and AI training of this work: {address}"
    return (
        "The rights holder reserves text and data mining (Article 4(3) of Directive (EU) 2019/790) and AI training, "
        f"except where {address} says otherwise."
    )


def of_streams() -> dict[str, str]:
    """What streams say in their beginning. They are made once, before anything may be allowed: the strictest words."""
    return {
        CONTENT_USAGE: usage(NOTHING, of_search=False),
        TDM_RESERVATION: "1",
        "copyright": "The rights holder reserves text and data mining (Article 4(3) of Directive (EU) 2019/790) and AI "
        "training. The headers with which this was sent say what holds.",
    }


def refusals(tags: Mapping[str, str]) -> Iterator[str]:
    """The names of those tags that refuse some use by AI."""
    for name, text in tags.items():
        plain, said = name.upper().replace("-", "_"), text.strip().lower()
        if (
            (plain == CONTENT_USAGE and _REFUSED.search(said))
            or (plain == TDM_RESERVATION and said == "1")
            or (plain in (NO_AI, "NO_AI") and said not in ("0", "no", "false", ""))
        ):
            yield plain
