"""Following: POST says whether one wants to hear what somebody publishes."""

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.template.defaultfilters import urlencode
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tenuto.accounts.blocks import block_each_other, hold_both
from tenuto.accounts.events import Followed
from tenuto.accounts.handles import person_called
from tenuto.accounts.models import Account, Follow
from tenuto.base.errors import BadRequest, NotAllowed
from tenuto.base.events import publish as tell
from tenuto.base.questions import Question, number
from tenuto.web.moulds import Mould
from tenuto.web.ways import way_back


class NotThemselves(BadRequest):
    advice = _("You cannot follow yourself. You hear everything of yours already.")
    code = "follows_themselves"


_BUTTON = Mould("accounts/_follow.html", "handle", "name", "profile_quoted", "here", "followers", "csrf_token")


def button(request: HttpRequest, owner: Account) -> SafeString:
    """Whether the visitor follows the owner, and how many do. Two questions to the database."""
    visitor = request.user
    count = sum(count for (count,) in _FOLLOWERS.ask(followed=owner.pk))  # no row where nobody does
    shape = {
        "is_self": owner.pk == visitor.pk,
        "is_member": visitor.is_authenticated,
        "is_following": follows(visitor.pk, owner.pk),
    }
    return _BUTTON.fill(
        shape,
        handle=owner.username,
        name=owner.name,
        profile_quoted=urlencode(owner.get_absolute_url()),
        here=request.get_full_path(),
        followers=ngettext("%(count)s follower", "%(count)s followers", count) % {"count": count},
        csrf_token=get_token(request),
    )


def follows(follower_id: int | None, followed_id: int) -> bool:
    """Does one follow the other? Nobody follows themselves, and this asks the database nothing."""
    if follower_id is None or follower_id == followed_id:
        return False
    return bool(_FOLLOWS.ask(follower=follower_id, followed=followed_id))


_FOLLOWS = Question(
    lambda: Follow.objects.filter(follower_id=number("follower"), followed_id=number("followed")).values_list("pk")
)
_FOLLOWERS = Question(
    lambda: (
        Follow.objects.filter(followed_id=number("followed"), follower__is_active=True)
        .values("followed")
        .annotate(count=Count("pk"))
        .values_list("count")
    )
)


class NotThem(NotAllowed):
    advice = _("You cannot follow them: one of you has blocked the other.")
    code = "blocked"


def begin_following(follower: Account, followed: Account) -> None:
    """Twice is once.

    Raises:
        NotThemselves: nobody follows themselves
        NotThem: one of the two has blocked the other
    """
    if follower == followed:
        raise NotThemselves
    with transaction.atomic():
        hold_both(follower, followed)
        if block_each_other(follower.pk, followed.pk):
            raise NotThem(f"{follower.pk} follows {followed.pk}")
        at = timezone.now()
        _row, new = Follow.objects.get_or_create(follower=follower, followed=followed, defaults={"since": at})
        if new:
            tell(Followed(follower.pk, followed.pk, at))


@require_POST
def follow(request: HttpRequest, handle: str) -> HttpResponse:
    """`follow=yes` or `follow=no`. Saying it twice changes nothing."""
    owner = person_called(handle)
    visitor = request.user
    if not isinstance(visitor, Account):
        # Back to the page with the button, for this address answers to POST alone.
        return redirect_to_login(way_back(request, owner.get_absolute_url()))
    match request.POST.get("follow"):
        case "yes":
            begin_following(visitor, owner)
        case "no":
            Follow.objects.filter(follower=visitor, followed=owner).delete()
        case _:
            raise BadRequest("neither follow=yes nor follow=no")
    if request.headers.get("HX-Request-Type") == "partial":
        return HttpResponse(button(request, owner))
    return HttpResponseRedirect(way_back(request, owner.get_absolute_url()))
