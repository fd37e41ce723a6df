"""Content Signals: a line in robots.txt. The one form that can refuse being put into answers."""

from tenuto.rules.signals.forms import CONTENT_SIGNALS as FORM
from tenuto.rules.usage_policies import Answers

__all__ = ["FORM", "signal"]


def signal(answers: Answers) -> str:
    """All three words with a yes or no, because a word that is left out is neither."""
    said = {"search": answers.search, "ai-input": answers.may_feed_ai, "ai-train": answers.may_train}
    return ", ".join(f"{word}={'yes' if yes else 'no'}" for word, yes in said.items())
