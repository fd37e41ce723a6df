"""AI Preferences: the header `Content-Usage` and the line of that name in robots.txt.

Two words are left in the vocabulary: `train-ai`, which means models that generate, and `search`. Where several
statements meet, any `n` wins. So the line for a whole site must not say `n` about what some track of it allows; it says
what holds for everything that is of no one track.
"""

from tenuto.rules.signals.forms import AIPREF as FORM
from tenuto.rules.usage_policies import Answers

__all__ = ["FORM", "NAME", "usage"]

NAME = "Content-Usage"
_YES_NO = {True: "y", False: "n"}


def usage(answers: Answers, *, of_search: bool = True) -> str:
    """The preferences as a Structured Field Dictionary. Without `of_search`, it leaves search to what else is said.

    `train-ai` needs a yes to all training: not every reader will think a model for separating voices generates nothing.
    """
    train = f"train-ai={_YES_NO[answers.may_train]}"
    return f"{train}, search={_YES_NO[answers.search]}" if of_search else train
