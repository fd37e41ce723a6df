"""The faces of people: avatar and banner in a few sizes, and the addresses at which they are found."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from tenuto.accounts.models import Account
from tenuto.base import drawing
from tenuto.base.errors import NotFound
from tenuto.base.pictures import Crop
from tenuto.web.addresses import address
from tenuto.web.pictures import mark, picture_answer


@require_safe
def avatar(request: HttpRequest, handle: str, size: int) -> HttpResponseBase:
    account = _person(handle)
    return picture_answer(request, account.avatar, size, Crop.SQUARE, drawing.face(account.name), public=True)


@require_safe
def banner(request: HttpRequest, handle: str, size: int) -> HttpResponseBase:
    account = _person(handle)
    return picture_answer(request, account.banner, size, Crop.BANNER, drawing.banner(account.username), public=True)


def avatar_address(account: Account, size: int) -> str:
    """Where the avatar is; changes with the picture, so browsers may keep what they have. Asks the database nothing."""
    version = account.avatar_id[:12] if account.avatar_id else mark(drawing.face(account.name))
    return f"{address('accounts:avatar', account.username, numbers=(size,))}?v={version}"


def banner_address(account: Account, size: int) -> str:
    version = account.banner_id[:12] if account.banner_id else mark(drawing.banner(account.username))
    return f"{address('accounts:banner', account.username, numbers=(size,))}?v={version}"


def _person(handle: str) -> Account:
    found = Account.objects.select_related("avatar", "banner").filter(username=handle.lower(), is_active=True).first()
    if found is None:
        raise NotFound(f"nobody is called {handle}")
    return found
