"""The nine sharing switches of a track: what people may do with it once they may hear it.

Names, order and defaults are those that musicians know from the largest sharing site.
"""

from dataclasses import dataclass
from enum import StrEnum

from tenuto.rules.countries import COUNTRIES


class Regions(StrEnum):
    """Where in the world a track may be heard."""

    WORLDWIDE = "worldwide"
    ONLY = "only"  # nowhere but in the listed countries
    EXCEPT = "except"  # everywhere but in the listed countries


@dataclass(frozen=True)
class Sharing:
    """The state of the nine switches. Field names are also the column names and the API's names."""

    downloads: bool = False
    offline_listening: bool = True
    in_feed: bool = True
    embeddable: bool = True
    app_playback: bool = True
    comments_allowed: bool = True
    comments_public: bool = True
    insights_public: bool = True
    regions: Regions = Regions.WORLDWIDE
    countries: frozenset[str] = frozenset()  # ISO 3166-1 alpha-2, used unless worldwide

    def allows_country(self, country: str | None) -> bool:
        """May somebody in `country` hear it? Where the country is not known, a limited track stays silent."""
        if self.regions is Regions.WORLDWIDE:
            return True
        # Proxies write XX for "unknown" and T1 for Tor. Neither is a country, and both would pass an "except" list.
        if country not in COUNTRIES:
            return False
        return (country in self.countries) == (self.regions is Regions.ONLY)
