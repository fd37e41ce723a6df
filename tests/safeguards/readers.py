"""Programs that others wrote, each reading what we tell machines: what does it believe it may do?"""

import json
import re
import subprocess
import urllib.robotparser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import http_sf
from datadiligence.evaluators import HttpEvaluator
from gpyrobotstxt.robots_cc import RobotsMatcher as GoogleInPython
from protego import Protego
from robotexclusionrulesparser import RobotExclusionRulesParser
from robots import RobotsParser
from robotstxt.robots import RobotsMatcher as Google

HERE = Path(__file__).parent
SITE = "https://music.example"

# Of a robots.txt: may this crawler fetch this place?
Fetches = Callable[[str, str, str], bool]


def urllib_fetches(text: str, crawler: str, place: str) -> bool:
    reader = urllib.robotparser.RobotFileParser()
    reader.parse(text.splitlines())
    return reader.can_fetch(crawler, SITE + place)


def protego_fetches(text: str, crawler: str, place: str) -> bool:
    return bool(Protego.parse(text).can_fetch(SITE + place, crawler))


def rerp_fetches(text: str, crawler: str, place: str) -> bool:
    reader = RobotExclusionRulesParser()
    reader.parse(text)
    return bool(reader.is_allowed(crawler, place))


def product_token(crawler: str) -> str:
    """RFC 9309 knows letters, `_` and `-` in a name. Its strict readers see of “AI2Bot” the “AI”, on both sides."""
    found = re.match(r"[A-Za-z_-]+", crawler)
    return found[0] if found else crawler


def robotspy_fetches(text: str, crawler: str, place: str) -> bool:
    return bool(RobotsParser.from_string(text).can_fetch(product_token(crawler), SITE + place))


def google_fetches(text: str, crawler: str, place: str) -> bool:
    return bool(Google().is_allowed(text, product_token(crawler), SITE + place))


def google_in_python_fetches(text: str, crawler: str, place: str) -> bool:
    return bool(GoogleInPython().allowed_by_robots(text.encode(), [product_token(crawler)], SITE + place))


ROBOTS: dict[str, Fetches] = {
    "urllib.robotparser": urllib_fetches,
    "Protego": protego_fetches,
    "robotexclusionrulesparser": rerp_fetches,
    "robotspy": robotspy_fetches,
    "Google's, in C++": google_fetches,
    "Google's, in Python": google_in_python_fetches,
}


def signal_in(text: str, crawler: str) -> dict[str, bool | None]:
    """What fast-robotstxt reads of Content-Signal for a crawler."""
    with Google() as reader:
        reader.is_allowed(text, crawler, f"{SITE}/@alma/harbour")
        return reader.content_signal or {}


def usage_in(header: str) -> dict[str, str]:
    """What http_sf reads of Content-Usage; whatever it cannot read is not there."""
    read: Any = http_sf.parse(header.encode(), tltype="dictionary")
    return {key: str(value) for key, (value, _parameters) in read.items() if isinstance(value, http_sf.Token)}


def may_collect(headers: Mapping[str, str]) -> bool:
    """Would datadiligence let these bytes into a data set?"""
    return bool(HttpEvaluator(user_agent="test").is_allowed(headers=dict(headers)))


def in_node(node: str, modules: str, asked: dict[str, Any]) -> dict[str, Any]:
    """What npm's structured-headers and robots-parser read."""
    run = subprocess.run(
        [node, str(HERE / "read.mjs"), modules],
        input=json.dumps(asked), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found
