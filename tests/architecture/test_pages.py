"""What every template, style sheet and script must keep to, so that the strict policy of web.headers holds."""

import re
from pathlib import Path

import pytest
from django.template import engines
from django.template.base import Node, Template
from django.template.defaulttags import URLNode
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from tests.architecture.source import SOURCE, named, templates

STATICS = sorted(p for p in SOURCE.rglob("static/**/*") if p.suffix in {".js", ".css", ".svg"})
OTHER_HOST = re.compile(
    r"""(?:src|href|action|url\(|import|from|fetch\()\s*[=(]?\s*["'(]?\s*(?:https?:)?//[a-z0-9]""", re.I
)


@pytest.mark.parametrize("path", templates(), ids=named)
def test_a_template_holds_no_script_style_or_handler_of_its_own(path: Path) -> None:
    source = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.S)
    inline_scripts = [
        tag
        for tag in re.findall(r"<script\b[^>]*>", source)
        if "src=" not in tag and 'type="application/json"' not in tag and 'type="application/ld+json"' not in tag
    ]
    assert inline_scripts == []
    assert re.findall(r"<style\b", source) == []
    assert re.findall(r"\sstyle=", source) == []
    assert re.findall(r"\son[a-z]+=", source) == []


@pytest.mark.parametrize("path", [*templates(), *STATICS], ids=named)
def test_nothing_is_loaded_from_another_host(path: Path) -> None:
    source = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
    if path.suffix == ".html":  # links that people follow are fine; what a page loads by itself is not
        source = re.sub(r"<a\b[^>]*>", "", source)
    assert OTHER_HOST.findall(source) == []


@pytest.mark.parametrize("path", templates(), ids=named)
def test_every_address_in_a_template_exists(path: Path) -> None:
    django = engines["django"]
    template = django.from_string(path.read_text(encoding="utf-8")).template  # type: ignore[attr-defined]  # Django's wrapper
    unknown = [name for name in url_names(template) if name not in route_names()]
    assert unknown == []


@pytest.mark.parametrize("path", templates(), ids=named)
def test_every_word_people_see_is_marked_for_translation(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    source = re.sub(r"{% blocktrans(?:late)?\b.*?{% endblocktrans(?:late)? %}", "", source, flags=re.S)
    source = re.sub(r"{#.*?#}|{% comment.*?endcomment %}|{%.*?%}|{{.*?}}|<!--.*?-->", "", source, flags=re.S)
    source = re.sub(r"<(script|code|kbd)\b.*?</\1>", "", source, flags=re.S)
    attributes = re.findall(r"""\s(?:alt|title|placeholder|aria-label)=["']([^"']*[A-Za-z]{3}[^"']*)["']""", source)
    texts = re.findall(r">([^<>]*[A-Za-z]{2}[^<>]*)<", source)
    assert [words.strip() for words in [*attributes, *texts] if words.strip() not in {"Tenuto", "tenut"}] == []


def url_names(template: Template) -> set[str]:
    nodes: list[Node] = list(template.nodelist.get_nodes_by_type(URLNode))
    return {
        str(node.view_name.var) for node in nodes if isinstance(node, URLNode) and isinstance(node.view_name.var, str)
    }


def route_names(resolver: URLResolver | None = None, space: str = "") -> set[str]:
    found: set[str] = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            found |= route_names(entry, inner)
        elif entry.name:
            found.add(f"{space}{entry.name}")
    return found
