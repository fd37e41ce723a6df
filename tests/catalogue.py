"""The catalogue of translations: every sentence that the program says, beside what it is in another language.

`bin/words` runs this after sentences were added or changed. It needs no GNU gettext: Django turns templates into what
reads like Python, the standard library reads Python, and Babel, which the documentation needs anyway, the catalogues.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import cast

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tests.architecture.source import SOURCE

Said = str | tuple[str, str]  # a sentence, or one for a single thing and one for several

LOCALE = SOURCE / "web" / "locale"
LANGUAGES = ["de"]
SINGLE = {"gettext", "gettext_lazy", "gettext_noop"}
SEVERAL = {"ngettext", "ngettext_lazy"}
HEADER = "# The words that stay the same everywhere: docs/develop/translating.md. Brought up to date by bin/words."


class Undated(Catalog):
    """A catalogue that changes only with its words: no dates, no versions, nobody's name."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def sentences() -> dict[Said, set[str]]:
    """Every sentence marked for translation, with the files that say it."""
    found: dict[Said, set[str]] = defaultdict(set)
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix == ".py":
            said = in_python(path.read_text(encoding="utf-8"))
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            said = in_template(path.read_text(encoding="utf-8"))
        else:
            continue
        for sentence in said:
            found[sentence].add(path.relative_to(SOURCE).as_posix())
    return dict(found)


def in_python(source: str) -> Iterator[Said]:
    if "gettext" not in source:
        return
    parsed = ast.parse(source)
    functions = imported(parsed)
    for node in ast.walk(parsed):
        name = functions.get(node.func.id, "") if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if isinstance(node, ast.Call) and name:
            words = [word.value for word in node.args if isinstance(word, ast.Constant) and isinstance(word.value, str)]
            if name in SINGLE and words:
                yield words[0]
            elif name in SEVERAL and len(words) == 2:
                yield words[0], words[1]


def imported(module: ast.Module) -> dict[str, str]:
    """Django's functions that translate, by what this module calls them."""
    return {
        name.asname or name.name: name.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.name in SINGLE | SEVERAL
    }


def in_template(source: str) -> Iterator[Said]:
    # What is no sentence comes as X's, indented at will, which Python's tokens do not forgive.
    lines = "\n".join(line.strip() for line in templatize(source).split("\n"))
    keywords = dict.fromkeys({"_", *SINGLE, *SEVERAL})
    for _line, _name, said, _comments in extract_python(BytesIO(lines.encode()), keywords, [], {}):
        words = cast("str | tuple[str, ...]", said)  # Babel calls either a list
        yield words if isinstance(words, str) else (words[0], words[1])


def catalogue(language: str) -> Catalog:
    with place(language).open("rb") as file:
        return read_po(file, locale=language)


def place(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def gather(language: str, said: dict[Said, set[str]]) -> Catalog:
    """The catalogue with what is said now: what is new has no translation yet, what is said no more is dropped."""
    known = catalogue(language)
    now = Undated(language, header_comment=HEADER, fuzzy=False)
    for sentence, files in sorted(said.items(), key=lambda one: min(one[1])):
        before = known.get(sentence)
        now.add(sentence, before.string if before else None, [(file, 0) for file in sorted(files)])
    return now


def said_in(message: Message) -> list[str]:
    """What it is in the other language: one sentence, or one for each number."""
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def main() -> int:
    """Bring every catalogue up to date and compile it; say what is still to be translated."""
    said, missing = sentences(), 0
    for language in LANGUAGES:
        now = gather(language, said)
        with place(language).open("wb") as file:
            write_po(file, now, width=120, include_lineno=False)
        with place(language).with_suffix(".mo").open("wb") as file:
            write_mo(file, now)
        for message in now:
            if message.id and not all(said_in(message)):
                missing += 1
                sys.stdout.write(f"{language}: {message.id!r} ({message.locations[0][0]})\n")
    return missing > 0


if __name__ == "__main__":
    sys.exit(main())
