"""ai.txt in Spawning's form: the grammar of robots.txt, read when a file is about to be taken for a data set.

It knows the whole site and kinds of files, no single work; so it refuses everything unless everything is allowed.
"""

from tenuto.rules.signals.forms import AI_TXT as FORM
from tenuto.rules.usage_policies import Answers

__all__ = ["FORM", "ai_txt"]


def ai_txt(answers: Answers, people: str) -> str:
    """The file."""
    rule = "Allow: /" if answers.may_mine_for_anything else "Disallow: /\nDisallow: *"
    return f"# {people}\nUser-Agent: *\n{rule}\n"
