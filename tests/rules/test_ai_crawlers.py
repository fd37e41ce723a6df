"""AI crawlers are known by whole words."""

import pytest

from tenuto.rules.ai_crawlers import AI_CRAWLERS, ANSWERERS, ONLY_IN_ROBOTS, TRAINERS, ai_crawler_in
from tests.rules.user_agents import PEOPLE


def test_every_name_is_found_in_a_user_agent_however_it_is_written() -> None:
    """A hundred and forty crawlers, each as the community's list spells it, in small letters and in capitals."""
    assert len(AI_CRAWLERS) > 140
    for name in AI_CRAWLERS:
        for spelt in (name, name.lower(), name.upper()):
            for text in (f"Mozilla/5.0 (compatible; {spelt}/1.2; +https://bot.example)", spelt, f"{spelt}/2.0"):
                assert ai_crawler_in(text) == name, text


def test_no_browser_app_feed_reader_or_search_engine_is_taken_for_one() -> None:
    """Sixty programs that people listen, read and search with."""
    assert len(PEOPLE) >= 60
    assert {text: found for text in PEOPLE if (found := ai_crawler_in(text))} == {}


def test_a_name_that_is_a_common_word_turns_nobody_away() -> None:
    assert [name for name in ONLY_IN_ROBOTS if ai_crawler_in(f"{name}/1.0")] == []


def test_each_name_has_one_purpose() -> None:
    assert not set(TRAINERS) & set(ANSWERERS)


@pytest.mark.parametrize(
    "innocent",
    [
        "",
        "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "AntennaPod/3.8 GPTBots-Fanclub/1.0",
        "NotClaudeBot/2.0",
        "GoogleOtherwise/1.0",
        "my-CCBot",
    ],
)
def test_a_name_within_a_longer_one_is_another_name(innocent: str) -> None:
    assert ai_crawler_in(innocent) is None


def test_the_longer_of_two_names_is_the_one_that_is_meant() -> None:
    assert ai_crawler_in("GoogleOther-Image/1.0") == "GoogleOther-Image"
    assert ai_crawler_in("Google-Extended GoogleOther") == "Google-Extended"


def test_no_name_stands_in_the_list_twice() -> None:
    assert len({name.lower() for name in AI_CRAWLERS}) == len(AI_CRAWLERS)
