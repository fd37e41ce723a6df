"""What every page may say of the site it stands on."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "languages": settings.LANGUAGES,
        "site_language": settings.LANGUAGE_CODE,  # in which its operator writes: the terms
    }
