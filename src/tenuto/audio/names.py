"""Names of files as people's machines give them, and the titles that they suggest."""

import re


def clean_name(filename: str) -> str:
    """A file's name without folders and control characters."""
    name = re.split(r"[/\\]", filename)[-1]
    name = "".join(letter for letter in name if letter.isprintable()).strip()
    return name[-255:] or "untitled"


def title_of(filename: str) -> str:
    """A title to begin with: "03_harbour-5am.final.wav" says "Harbour 5am final"."""
    stem = filename.rpartition(".")[0] or filename
    stem = re.sub(r"[_.]+|(?<=\w)-(?=\w)", " ", stem)
    stem = re.sub(r"^\s*\d{1,3}\s*[-. ]\s*(?=\D)", "", stem)
    title = re.sub(r"\s+", " ", stem).strip(" -")
    return (title[:1].upper() + title[1:])[:200] or "Untitled"
