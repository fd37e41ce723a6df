"""Who is asking: the account, the secret links they came by, and the country, as far as these are known."""

from django.http import HttpRequest

from tenuto.accounts.follows import follows
from tenuto.accounts.models import Account
from tenuto.accounts.tokens import account_of
from tenuto.rules.visibility import Visitor
from tenuto.tracks.models import SecretLink
from tenuto.web.whereabouts import country_of

HELD_LINKS = "links"
# A session is read with every page. Whoever opens more links than this opens the oldest once again.
MAX_HELD_LINKS = 100


def visitor_of(request: HttpRequest, owner_id: int | None = None) -> Visitor:
    """Whoever makes this request. With `owner_id`, also whether they follow that owner."""
    account = account_asking(request)
    account_id = account.pk if account else None
    return Visitor(
        account_id=account_id,
        follows_owner=owner_id is not None and follows(account_id, owner_id),
        link_ids=held_links(request),
        country=country_of(request),
    )


def account_asking(request: HttpRequest) -> Account | None:
    """The account that is signed in, or in whose name a program asks with a token."""
    if isinstance(request.user, Account):
        return request.user
    return account_of(request)


def held_links(request: HttpRequest) -> frozenset[int]:
    """The ids of the secret links that were opened in this browser, also those that open nothing any more."""
    return frozenset(_held(request))


def hold_link(request: HttpRequest, link: SecretLink) -> None:
    """Remember that this browser came by `link`. The id alone is kept, so revoking the link works at once."""
    held = _held(request)
    if link.pk not in held:
        request.session[HELD_LINKS] = [*held, link.pk][-MAX_HELD_LINKS:]


def _held(request: HttpRequest) -> list[int]:
    held = request.session.get(HELD_LINKS, [])
    return held if isinstance(held, list) else []
