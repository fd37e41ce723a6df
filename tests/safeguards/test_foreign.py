"""Readers that others wrote never understand more than the artist allows, whatever the artist said.

A reader that is not on the machine is skipped, and says so; `.ci/run` installs them all.
"""

import json
import os
from dataclasses import replace
from random import Random
from typing import Any
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import http_sf
import pytest
from bench.policy import NOON, catalogue
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from tenuto.accounts.models import Account
from tenuto.rules.agreements import Errand
from tenuto.rules.ai_crawlers import AI_CRAWLERS, ONLY_IN_ROBOTS
from tenuto.rules.cells import EVERYTHING, LICENCE_ONLY, Asset
from tenuto.rules.consent_masks import effective_mask
from tenuto.rules.signals import ai_txt, rsl, tdmrep
from tenuto.rules.signals.content_signals import signal
from tenuto.rules.signals.forms import Addresses
from tenuto.rules.signals.headers import headers
from tenuto.rules.signals.robots import MOST_BYTES, robots
from tenuto.rules.usage_policies import Answers, Reach, UsagePolicy, at_a_glance, of_all_assets, strictest
from tenuto.safeguards.signals.documents import CLOSED
from tests.audio.sounding import press_play, public, source
from tests.safeguards.readers import ROBOTS, SITE, in_node, may_collect, signal_in, usage_in
from tests.web.test_scripts import NODE

NODE_MODULES = os.environ.get("TENUTO_NODE_MODULES", "")
THERE = Addresses(f"{SITE}/machines", f"{SITE}/rsl.xml", f"{SITE}/tdm-policy.json", "mailto:rights@music.example")
POLICY = UsagePolicy("abcdefghijkl", Asset.RECORDING, f"{SITE}/@alma/harbour", 0, Reach.PUBLIC, "Alma", "Harbour, Alma")
SITEMAP = f"{SITE}/sitemap.xml"
# Names that robotspy 0.13 does not find in lines of their own.
MISSED = {"robotspy": ["img2dataset", "Poseidon Research Crawler"]}
NAMED = (*AI_CRAWLERS, *ONLY_IN_ROBOTS)
RSL = "{https://rslstandard.org/rsl}"

# Consent as people give it, of which a good part opens much; and sets of cells that no rule of today would open.
by_people = st.integers(0, 2**32).map(
    lambda seed: effective_mask(Random(seed).choice(catalogue(Random(seed), 3)), Errand(NOON))
)
anything = st.integers(0, EVERYTHING).map(lambda mask: mask & EVERYTHING)
all_but_few = st.sets(st.integers(0, 255), max_size=3).map(
    lambda held: EVERYTHING & ~sum(1 << position for position in held)
)
states = st.tuples(st.one_of(by_people, anything, all_but_few, st.just(EVERYTHING)), st.sampled_from(Reach))


def answers_in(state: tuple[int, Reach]) -> Answers:
    opened, reach = state
    return strictest(policy.answers for policy in of_all_assets(replace(POLICY, open=opened, reach=reach)))


@given(states)
def test_no_header_is_read_as_more_than_was_allowed(state: tuple[int, Reach]) -> None:
    """Whatever you hold and allow, http_sf and datadiligence read no yes that you did not give."""
    answers = answers_in(state)
    told = dict(headers(answers, THERE))
    read = usage_in(told["Content-Usage"])
    assert read == {"train-ai": "y" if answers.may_train else "n", "search": "y" if answers.search else "n"}
    assert may_collect(told) is answers.may_mine_for_anything
    assert tdmrep.reservation(answers) == (0 if answers.may_mine_for_anything else 1)


@given(states)
def test_no_document_is_read_as_more_than_was_allowed(state: tuple[int, Reach]) -> None:
    """Nor is there one in the licence document, in the TDM policy, in robots.txt or in ai.txt."""
    answers = answers_in(state)
    content = rsl.Content(f"{SITE}/@alma/<&>", answers, "Alma & “Co”", THERE.contact)
    tree = ElementTree.fromstring(rsl.document([content]))
    [licence] = tree.iter(f"{RSL}license")
    permitted = set((licence.findtext(f"{RSL}permits") or "").split())
    prohibited = set((licence.findtext(f"{RSL}prohibits") or "").split())
    said = {"ai-train": answers.may_train, "ai-input": answers.ai_input, "ai-index": answers.ai_index}
    said["search"] = answers.search
    assert permitted == {word for word, yes in said.items() if yes}
    assert prohibited >= said.keys() - permitted
    assert not permitted & prohibited
    assert ("all" in prohibited) == (not permitted)

    policy: Any = tdmrep.policy(answers, THERE.policy, SITE, "Alma", THERE.contact)
    [permission] = policy["permission"]
    assert ("duty" in permission) is not answers.may_mine_for_anything

    text = robots(answers, ["GPTBot"], ["/studio/"], THERE, SITEMAP)
    read = signal_in(text, "Googlebot")
    assert read == {"search": answers.search, "ai_input": answers.may_feed_ai, "ai_train": answers.may_train}
    assert signal(answers) in text

    for name in ("urllib.robotparser", "robotspy"):  # the grammar is that of robots.txt
        assert ROBOTS[name](ai_txt.ai_txt(answers, THERE.people), "any", "/x.mp3") is answers.may_mine_for_anything


def site_robots() -> str:
    answers = at_a_glance(Reach.PUBLIC)
    return robots(answers, NAMED, CLOSED, THERE, SITEMAP)


@pytest.mark.parametrize("reader", ROBOTS)
def test_every_reader_turns_ai_crawlers_away_and_lets_search_engines_in(reader: str) -> None:
    """Six readers of robots.txt agree on every crawler and on every place of ours."""
    text, fetches = site_robots(), ROBOTS[reader]
    missed = [name for name in NAMED if fetches(text, name, "/@alma/harbour")]
    assert missed == MISSED.get(reader, [])
    for engine in ("Googlebot", "bingbot", "DuckDuckBot", "archive.org_bot"):
        for place in ("/", "/@alma", "/@alma/harbour", "/tracks/abcdefghijkl/machines", "/terms"):
            assert fetches(text, engine, place), (engine, place)
        assert [place for place in CLOSED if fetches(text, engine, place)] == []


def test_the_sitemap_is_found_by_those_who_look_for_one() -> None:
    assert list(Protego.parse(site_robots()).sitemaps) == [SITEMAP]
    reader = RobotFileParser()
    reader.parse(site_robots().splitlines())
    assert reader.site_maps() == [SITEMAP]


def test_a_yes_would_be_read_as_one() -> None:
    """So that no reader says no to everything and makes these tests pass."""
    everything = Answers(*[True] * 6)
    assert may_collect(dict(headers(everything, THERE)))
    assert usage_in("train-ai=y") == {"train-ai": "y"}
    assert usage_in('train-ai="y"') == {}
    with pytest.raises(http_sf.StructuredFieldError):
        usage_in("Train-AI=n")
    assert len(site_robots().encode()) < MOST_BYTES / 10


@pytest.mark.slow
@pytest.mark.skipif(not (NODE and NODE_MODULES), reason="needs node and TENUTO_NODE_MODULES with two packages of npm")
def test_readers_in_javascript_agree() -> None:
    """npm's structured-headers and robots-parser read the same."""
    usages = [dict(headers(answers, THERE))["Content-Usage"] for answers in (Answers(), Answers(*[True] * 6))]
    fetches = [[name, "/@alma/harbour"] for name in NAMED]
    fetches += [["Googlebot", place] for place in ("/", "/@alma/harbour", *CLOSED)]
    asked = {"site": SITE, "robots": site_robots(), "usages": usages, "fetches": fetches}
    found = in_node(NODE or "", NODE_MODULES, asked)
    assert found["usages"] == [{"train-ai": "n", "search": "n"}, {"train-ai": "y", "search": "y"}]
    assert found["fetches"] == [False] * len(NAMED) + [True, True] + [False] * len(CLOSED)


def test_collectors_read_every_answer_about_a_held_track_as_denied(client: Client, alma: Account) -> None:
    """datadiligence would leave page, sound, artwork, waveform and download of a held track alone."""
    track = public(alma, downloads=True)
    for place in (
        track.get_absolute_url(),
        source(press_play(client, track), "opus"),
        f"/tracks/{track.key}/artwork-320.webp",
        f"/tracks/{track.key}/waveform-256.dat",
        f"/tracks/{track.key}/download",
    ):
        answer = client.get(place)
        assert answer.status_code == 200
        assert not may_collect(dict(answer.headers.items())), place
        b"".join(answer)  # read to its end, as a browser does


@pytest.mark.slow
def test_what_a_page_says_of_a_work_is_read_by_extruct(client: Client, alma: Account) -> None:
    """Google's kind of reader finds the artist, the licence and where to ask."""
    extruct = pytest.importorskip("extruct")
    track = public(alma, "Harbour <5 a.m.> & after", licence="cc-by-nc")
    page = client.get(track.get_absolute_url()).content.decode()
    [work] = extruct.extract(page, syntaxes=["json-ld"])["json-ld"]
    assert work["@type"] == "MusicRecording"
    assert work["name"] == "Harbour <5 a.m.> & after"
    assert work["creditText"] == "Harbour <5 a.m.> & after, Alma Ferreira"
    assert work["copyrightHolder"]["name"] == "Alma Ferreira"
    assert work["license"] == "https://creativecommons.org/licenses/by-nc/4.0/"
    assert client.get(work["usageInfo"]).status_code == client.get(work["acquireLicensePage"]).status_code == 200


def test_cells_that_only_a_licence_opens_are_open_to_nobody_in_particular() -> None:
    """Of a thousand works as people have them, none is told to everybody's machines as allowed."""
    for stance in catalogue(Random(5), 1_000):
        assert effective_mask(stance, Errand(NOON)) & LICENCE_ONLY == 0


def test_the_documents_are_what_their_specifications_want(client: Client, alma: Account) -> None:
    rules = json.loads(client.get("/.well-known/tdmrep.json").content)
    assert [set(rule) for rule in rules] == [{"location", "tdm-reservation", "tdm-policy"}]
    assert client.get("/rsl.xml").headers["Content-Type"] == "application/rsl+xml"
    policy = client.get(rules[0]["tdm-policy"])
    assert policy.headers["Content-Type"] == "application/ld+json"
    told = policy.json()
    assert (told["@type"], told["profile"]) == ("Offer", "http://www.w3.org/ns/tdmrep")
    assert told["assigner"]["vcard:hasURL"]
    assert [one["action"] for one in told["permission"]] == ["tdm:mine"]
