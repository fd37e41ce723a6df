"""Names of files as people's machines give them, and the titles that they suggest."""

import re

# No sign that a file system or a terminal takes for something else.
_UNFIT = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+')


def clean_name(filename: str) -> str:
    """A file's name without folders and control characters."""
    name = re.split(r"[/\\]", filename)[-1]
    name = "".join(letter for letter in name if letter.isprintable()).strip()
    return name[-255:] or "untitled"


def file_safe(words: str) -> str:
    """Somebody's words as the name of a file that any system takes; empty where none of them are fit."""
    return _UNFIT.sub(" ", words).strip(" .")[:180]


def title_of(filename: str) -> str:
    """A title to begin with: "03_harbour-5am.final.wav" says "Harbour 5am final"."""
    stem = filename.rpartition(".")[0] or filename
    stem = re.sub(r"[_.]+|(?<=\w)-(?=\w)", " ", stem)
    stem = re.sub(r"^\s*\d{1,3}\s*[-. ]\s*(?=\D)", "", stem)
    title = re.sub(r"\s+", " ", stem).strip(" -")
    return (title[:1].upper() + title[1:])[:200] or "Untitled"
