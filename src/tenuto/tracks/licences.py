"""Where the full words of a licence stand."""

from tenuto.tracks.models import Licence

_DEEDS = {
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    Licence.BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    Licence.BY_ND: "https://creativecommons.org/licenses/by-nd/4.0/",
    Licence.BY_NC: "https://creativecommons.org/licenses/by-nc/4.0/",
    Licence.BY_NC_SA: "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    Licence.BY_NC_ND: "https://creativecommons.org/licenses/by-nc-nd/4.0/",
}


def deed_of(licence: str) -> str:
    """The page that explains the licence; empty where all rights are reserved."""
    return _DEEDS.get(Licence(licence), "")
