"""Really Simple Licensing: a document of what is permitted and prohibited, found by a Link header and robots.txt.

Permits and prohibits stand there for every word there is, so that no reader falls back on what it believes by default.
Nothing is offered for money here: whoever wants more than is permitted asks, at the address of the contact.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from tenuto.rules.signals.forms import RSL as FORM
from tenuto.rules.usage_policies import Answers

__all__ = ["FORM", "TYPE", "Content", "document", "link"]

TYPE = "application/rsl+xml"
NAMESPACE = "https://rslstandard.org/rsl"


class Content(NamedTuple):
    """Something that the document speaks of: what lies at this address, and what everybody may do with it."""

    address: str
    answers: Answers
    holder: str
    contact: str


def link(address: str) -> str:
    """The value of a Link header that leads to the document."""
    return f'<{address}>; rel="license"; type="{TYPE}"'


def document(contents: Iterable[Content]) -> str:
    """The document about these contents."""
    told = "\n".join(_content(each) for each in contents)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rsl xmlns="{NAMESPACE}">\n{told}\n</rsl>\n'


def _content(content: Content) -> str:
    permitted, prohibited = _usages(content.answers)
    lines = [f'      <permits type="usage">{" ".join(permitted)}</permits>'] if permitted else []
    lines += [f'      <prohibits type="usage">{" ".join(prohibited)}</prohibits>'] if prohibited else []
    lines += [f'      <legal type="contact">{escape(content.contact)}</legal>']
    within = "\n".join(lines)
    way = "contactEmail" if content.contact.startswith("mailto:") else "contactUrl"
    contact = quoteattr(content.contact.removeprefix("mailto:"))
    return (
        f"  <content url={quoteattr(content.address)}>\n    <license>\n{within}\n    </license>\n"
        f"    <copyright {way}={contact}>{escape(content.holder)}</copyright>\n  </content>"
    )


def _usages(answers: Answers) -> tuple[Sequence[str], Sequence[str]]:
    """What is permitted and what is prohibited. The words that mean several others stand only for a no to all."""
    said = {
        "ai-train": answers.may_train,
        "ai-input": answers.ai_input,
        "ai-index": answers.ai_index,
        "search": answers.search,
    }
    permitted = [word for word, yes in said.items() if yes]
    prohibited = [word for word, yes in said.items() if not yes]
    if prohibited[:3] == ["ai-train", "ai-input", "ai-index"]:
        prohibited = ["ai-all", *prohibited]
    return permitted, (["all", *prohibited] if not permitted else prohibited)
