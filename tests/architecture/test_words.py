"""The words in another language: all of them, and nothing lost on the way."""

import ast
import gettext
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from tests import catalogue
from tests.architecture.source import modules, named, tree

# What a sentence must not lose: what is put into it, and its markup.
_KEPT = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{\w+\}|</?[a-z][^>]*>")
EAGER = {"gettext", "ngettext"}


@pytest.fixture(scope="module", params=catalogue.LANGUAGES)
def words(request: pytest.FixtureRequest) -> Catalog:
    return catalogue.catalogue(request.param)


def translated(words: Catalog) -> Iterator[Message]:
    return (message for message in words if message.id)


def test_the_catalogue_holds_what_the_program_says_and_nothing_else(words: Catalog) -> None:
    """Where this fails, run bin/words."""
    said = {sentence for one in catalogue.sentences() for sentence in ([one] if isinstance(one, str) else one)}
    known = {
        sentence for one in translated(words) for sentence in ([one.id] if isinstance(one.id, str) else list(one.id))
    }
    assert said - known == set(), "said, and not in the catalogue"
    assert known - said == set(), "in the catalogue, and said no more"


def test_every_sentence_is_translated_for_every_number(words: Catalog) -> None:
    assert [one.id for one in translated(words) if not all(catalogue.said_in(one)) or one.fuzzy] == []


def test_a_translation_keeps_what_is_put_into_it_and_its_markup(words: Catalog) -> None:
    for message in translated(words):
        of_one, of_several = (message.id, message.id) if isinstance(message.id, str) else message.id
        *few, many = catalogue.said_in(message)
        assert Counter(_KEPT.findall(many)) == Counter(_KEPT.findall(of_several)), many
        for one in few:  # “one track” may leave the number out
            assert set(_KEPT.findall(of_one)) <= set(_KEPT.findall(one)) <= set(_KEPT.findall(of_several)), one
        for said in catalogue.said_in(message):
            assert said[:1].isspace() == of_several[:1].isspace(), said
            assert said[-1:].isspace() == of_several[-1:].isspace(), said


def test_what_is_compiled_is_the_catalogue(words: Catalog) -> None:
    """Where this fails, run bin/words."""
    with catalogue.place(str(words.locale)).with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in translated(words):
        if isinstance(message.id, str):
            assert [compiled.gettext(message.id)] == catalogue.said_in(message)
        else:
            of_one, of_several = message.id
            said = {compiled.ngettext(of_one, of_several, number) for number in range(200)}
            assert said == set(catalogue.said_in(message))


@pytest.mark.parametrize("path", [p for p in modules() if "gettext" in p.read_text(encoding="utf-8")], ids=named)
def test_nothing_is_translated_before_anybody_reads_it(path: Path) -> None:
    """What a module says while it is loaded would stay in one language for everybody; there it must be lazy."""
    source = tree(path)
    eager = {called for called, function in catalogue.imported(source).items() if function in EAGER}
    assert [call.lineno for call in at_load(source) if isinstance(call.func, ast.Name) and call.func.id in eager] == []


def at_load(node: ast.AST) -> Iterator[ast.Call]:
    """The calls that loading a module makes: those of its own body and of its classes, not of its functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.Call):
            yield child
        yield from at_load(child)
