"""What happens around Alma, and how a test reads what she is told."""

import re
from html import unescape

from django.test import Client

from tenuto.accounts.models import Account
from tenuto.notifications.models import Notice
from tests.library.listing import words


def lines(client: Client, path: str = "/notifications") -> list[str]:
    """The sentences on the page, from its top."""
    page = words(client, path)
    found = re.findall(r'<li class="happened__line.*?<a href="[^"]*">(.*?)</a></p>', page, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", line)) for line in found]


def kinds_to(account: Account) -> list[str]:
    return list(Notice.objects.filter(to=account).order_by("pk").values_list("kind", flat=True))
