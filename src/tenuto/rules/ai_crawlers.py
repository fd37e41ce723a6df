"""The names by which crawlers for AI call themselves, as robots.txt and User-Agent have them.

Words are matched whole: “Code” is in many an innocent name. A name here says what a crawler claims to be, never that
it is it (`rules.known_crawlers` is about that). Kept by hand from what their operators publish and from the community's
list, ai.robots.txt 1.50 of 22 August 2026; of that are left out what searches or makes previews of links
(Applebot, Bravebot, PetalBot, facebookexternalhit), and spellings that a name here covers.
"""

import re
from functools import lru_cache

# Fit models with what they fetch, or sell it to those who do.
TRAINERS = (
    "aiHitBot", "AI2Bot", "Ai2Bot-Dolma", "AIWebIndex", "Amazonbot", "anthropic-ai", "ApifyBot",
    "ApifyWebsiteContentCrawler", "Applebot-Extended", "Awario", "Brightbot", "Bytespider", "CCBot", "ChatGLM-Spider",
    "ClaudeBot", "Claude-Web", "CloudVertexBot", "cohere-training-data-crawler", "Cotoyogi", "CragCrawler", "Crawl4AI",
    "Crawlspace", "Datenbank Crawler", "DeepSeekBot", "Diffbot", "Echobot Bot", "EchoboxBot", "ExaBot", "FacebookBot",
    "Factset_spyderbot", "FirecrawlAgent", "FriendlyCrawler", "Google-CloudVertexBot", "Google-Extended", "GoogleOther",
    "GoogleOther-Image", "GoogleOther-Video", "GPTBot", "GrokBot", "HenkBot", "ICC-Crawler", "ImagesiftBot",
    "imageSpider", "img2dataset", "ISSCyberRiskCrawler", "Kangaroo Bot", "KunatoCrawler", "LAIONDownloader",
    "LAION-HuggingFace-Processor", "Lightpanda", "meta-externalagent", "Mozilla-Tabstack", "MyCentralAIScraperBot",
    "NagetBot", "netEstate Imprint Crawler", "omgili", "omgilibot", "PanguBot", "Panscient",
    "Poseidon Research Crawler", "QueritBot", "Reflectionbot", "SBIntuitionsBot", "Scrapy", "SemrushBot-OCOB",
    "SemrushBot-SWA", "ShapBot", "Sidetrade indexer bot", "TavilyBot", "Terra Cotta", "TerraCotta", "Thinkbot",
    "TikTokSpider", "Timpibot", "VelenPublicWebCrawler", "WARDBot", "Webzio-Extended", "xAI-Bot", "YandexAdditional",
    "YandexAdditionalBot",
)  # fmt: skip
# Read pages to answer from them, or to act on them: at once for somebody who asked, or from an index of their own.
ANSWERERS = (
    "AddSearchBot", "AgentTimes", "AI2Bot-DeepResearchEval", "amazon-kendra", "amazon-QBusiness", "AmazonBuyForMe",
    "Amzn-SearchBot", "Amzn-User", "Andibot", "Anomura", "Aranet-SearchBot", "atlassian-bot", "AzureAI-SearchBot",
    "bedrockbot", "bigsur.ai", "BuddyBot", "Channel3Bot", "ChatGPT Agent", "ChatGPT-User", "Claude-Code",
    "Claude-SearchBot", "Claude-User", "Cloudflare-AutoRAG", "cohere-ai", "Devin", "DuckAssistBot", "ExaSearchBot",
    "GeistHaus-PageFetcher", "Gemini-Deep-Research", "Google-Agent", "Google-Firebase", "Google-Gemini-CLI",
    "Google-NotebookLM", "GoogleAgent-Mariner", "GoogleAgent-URLContext", "iaskspider", "iAskBot", "kagi-fetcher",
    "Kimi-User", "KlaviyoAIBot", "LinerBot", "Linguee Bot", "LinkupBot", "Manus-User", "meta-externalfetcher",
    "meta-webindexer", "MistralAI-User", "NotebookLM", "NovaAct", "OAI-SearchBot", "Perplexity-User", "PerplexityBot",
    "PhindBot", "Poggio-Citations", "QualifiedBot", "Querit-SearchBot", "QuillBot", "Shap-User", "TongyiBot",
    "TwinAgent", "UseAI", "WRTNBot", "YiyanBot", "YouBot", "ZanistaBot",
)  # fmt: skip
AI_CRAWLERS = tuple(sorted({*TRAINERS, *ANSWERERS}, key=str.lower))
# Names that are words of people's own programs as well (an editor is a “Code”, a telephone company an “Operator”). They
# are told in robots.txt, where only a crawler looks for its name; nobody is turned away for one.
ONLY_IN_ROBOTS = ("Code", "Cursor", "LCC", "newsai", "OpenAI", "opencode", "Operator", "Spider", "Trae", "wpbot", "YaK")

# A name ends where a letter, a figure, a hyphen or an underscore does not go on with it. Longer names first.
_NAMES = re.compile(
    r"(?<![\w-])(?:" + "|".join(map(re.escape, sorted(AI_CRAWLERS, key=len, reverse=True))) + r")(?![\w-])",
    re.IGNORECASE | re.ASCII,
)
_KNOWN = {name.lower(): name for name in AI_CRAWLERS}


@lru_cache(maxsize=4096)
def ai_crawler_in(user_agent: str) -> str | None:
    """The first AI crawler that a User-Agent names, as the list spells it; None where it names none."""
    found = _NAMES.search(user_agent)
    return _KNOWN[found[0].lower()] if found else None
