"""The grid as a browser sends it: what stands ticked on the page, with some ticks changed."""

from collections.abc import Iterable
from html import unescape
from html.parser import HTMLParser
from typing import Any

from tenuto.rules.cells import Cell


class _Form(HTMLParser):
    """The fields of the form whose action is asked for, as they stand."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside = action, False
        self.sent: dict[str, list[str]] = {}
        self.offered: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("action") == self.action and "consent-form" in (given.get("class") or "")
        if tag != "input" or not self.inside:
            return
        name, value = given.get("name") or "", given.get("value") or ""
        if name == "open":
            self.offered.add(value)
        if given.get("type") == "hidden" or "checked" in given:
            self.sent.setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def words(response: Any) -> str:
    return " ".join(unescape(response.content.decode()).split())


def form_on(response: Any, action: str) -> _Form:
    """The grid on a page."""
    found = _Form(action)
    found.feed(response.content.decode())
    assert "shown" in found.sent, "there is no grid on this page"
    return found


def ticked(form: _Form, *, tick: Iterable[Cell] = (), untick: Iterable[Cell] = (), **more: object) -> dict[str, object]:
    """What the browser sends after these cells were ticked and unticked by hand."""
    turned_on, turned_off = {str(cell) for cell in tick}, {str(cell) for cell in untick}
    assert (turned_on | turned_off) <= form.offered, "nobody can tick what is no checkbox"
    standing = set(form.sent.get("open", []))
    return {**form.sent, "open": sorted((standing | turned_on) - turned_off), **more}
