"""The words `noai` and `noimageai`, in the header X-Robots-Tag and in a page's meta element `robots`.

A custom without a specification; datadiligence and img2dataset read it, by exactly these lower-case words and this
spelling of the header. No `noindex` is added for it: artists want to be found.
"""

from tenuto.rules.signals.forms import NOAI as FORM
from tenuto.rules.usage_policies import Answers

__all__ = ["FORM", "NAME", "refuses_search", "words"]

NAME = "X-Robots-Tag"


def words(answers: Answers) -> list[str]:
    """The words that refuse. There are none that allow, so an empty list is all that a yes can say."""
    found = [] if answers.search else ["noindex", "noarchive"]
    return found if answers.may_mine_for_anything else [*found, "noai", "noimageai"]


def refuses_search(header: str) -> bool:
    """Does a header of this name keep its answer out of search engines already?"""
    return any(word.strip().lower() in {"noindex", "none"} for word in header.split(","))
