"""Browsers that somebody wants pushed to: subscribed by a script, listed and taken off on the page of settings."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.accounts.templatetags.people import browser as browser_named
from tenuto.base.errors import BadRequest, OverLimit
from tenuto.base.fetching import NotFetched, parts_of
from tenuto.notifications.encrypt import Receiver
from tenuto.notifications.models import Device
from tenuto.notifications.vapid import decoded, encoded

MOST_DEVICES = 20
HERE = "push_device"  # in the session: the device that this browser is
KEY_BYTES, SECRET_BYTES = 65, 16


class NoSubscription(BadRequest):
    advice = _("Your browser sent a subscription that we cannot use. Update it, or try another one.")
    code = "no_subscription"
    status = 422


class TooManyDevices(OverLimit):
    advice = _("You are told on 20 browsers already. Take one of them off first.")
    code = "too_many_devices"


def subscribe(request: HttpRequest, account: Account, sent: dict[str, Any]) -> Device:
    """Note where a browser is reached; one that was noted before, by whomever, is now this account's.

    The address is only looked at here. Whether it lies in the public network is asked whenever something is sent.

    Raises:
        NoSubscription: it is not what `PushSubscription.toJSON` gives
        TooManyDevices: somebody has more browsers than people have
    """
    endpoint, keys = sent.get("endpoint"), sent.get("keys")
    key, secret = (keys.get("p256dh"), keys.get("auth")) if isinstance(keys, dict) else (None, None)
    if not isinstance(endpoint, str) or not isinstance(key, str) or not isinstance(secret, str) or len(endpoint) > 500:
        raise NoSubscription(repr(sent)[:200])
    try:
        parts_of(endpoint)
        browser_ = Receiver(decoded(key), decoded(secret))
        if (len(browser_.key), len(browser_.secret)) != (KEY_BYTES, SECRET_BYTES):
            raise NoSubscription(f"keys of {len(browser_.key)} and {len(browser_.secret)} bytes")
        browser_.public()
    except (NotFetched, ValueError) as error:
        raise NoSubscription(str(error)) from error
    if Device.objects.filter(account=account).exclude(endpoint=endpoint).count() >= MOST_DEVICES:
        raise TooManyDevices(f"account {account.pk}")
    name = browser_named(request.headers.get("User-Agent", "")) or str(_("A browser"))
    kept = {"key": encoded(browser_.key), "secret": encoded(browser_.secret)}  # what was looked at, not what was sent
    device, _new = Device.objects.update_or_create(
        endpoint=endpoint, defaults={"account": account, "name": name[:80], **kept}
    )
    request.session[HERE] = device.pk
    return device


# Django says that somebody signs out in no other way.
@receiver(user_logged_out)
def take_off(sender: object, request: HttpRequest, **_kwargs: object) -> None:
    """Whoever signs out is told nothing more in this browser: somebody else may sit before it next."""
    here = request.session.get(HERE)
    if isinstance(here, int):
        Device.objects.filter(pk=here).delete()
