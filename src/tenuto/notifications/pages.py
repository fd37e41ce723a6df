"""The page of what happened, and the page on which one says what one wants to be told of, and how."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tenuto.base.errors import BadRequest, NotFound
from tenuto.notifications import choices
from tenuto.notifications.channels import Channel
from tenuto.notifications.devices import HERE, subscribe
from tenuto.notifications.kinds import KINDS
from tenuto.notifications.models import Device, Notice, Rhythm
from tenuto.notifications.reading import heard, lines_of
from tenuto.notifications.vapid import public_key
from tenuto.tracks.pages import keep_private
from tenuto.tracks.paging import some
from tenuto.tracks.studio import member
from tenuto.web.sent import json_object

PAGE_SIZE = 60  # notices; fewer lines
CHANNEL_WORDS = {
    Channel.PAGE: gettext_lazy("On the page"),
    Channel.MAIL: gettext_lazy("In the digest"),
    Channel.PUSH: gettext_lazy("Pushed"),
}


class NoticesView(LoginRequiredMixin, View):
    """GET shows what happened, the newest first. What was shown once is not new any more."""

    def get(self, request: HttpRequest) -> HttpResponse:
        account, at, before = member(request), timezone.now(), request.GET.get("before", "")
        found = some(heard(account, at).filter(on_page=True), before, PAGE_SIZE)
        lines = lines_of(account, found.rows, at)
        context = {"lines": lines, "older": found.before, "before": before, "now": at, "unread_notices": 0}
        response = render(request, "notifications/notices.html", context)
        unread = Notice.objects.filter(to=account, read_at=None, at__lte=at)
        if before:
            unread = unread.filter(pk__in=[notice.pk for notice in found.rows])
        unread.update(read_at=at)  # on the first page those too that cannot be told any more: nothing counts for ever
        keep_private(response)
        return response


class SettingsView(LoginRequiredMixin, View):
    """GET shows each kind with its ways, the digest and the browsers; POST keeps all of the switches at once."""

    def get(self, request: HttpRequest) -> HttpResponse:
        account = member(request)
        chosen = choices.chosen(account)
        rhythm = Rhythm.objects.filter(account=account).first()
        kinds = [
            (
                kind,
                [
                    (channel, words, kind.offers(channel), channel in chosen[kind.name])
                    for channel, words in CHANNEL_WORDS.items()
                ],
            )
            for kind in KINDS.values()
        ]
        context = {
            "kinds": kinds,
            "channels": list(CHANNEL_WORDS.values()),
            "every": rhythm.every if rhythm else "",
            "rhythms": [("", _("Never")), *Rhythm.Every.choices],
            "devices": account.push_devices.all(),
            "here": request.session.get(HERE),
            "key": public_key(),
        }
        return render(request, "notifications/settings.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        account, every = member(request), request.POST.get("every", "")
        if every not in {"", *Rhythm.Every.values}:
            raise BadRequest(f"no such rhythm: {every[:20]!r}")
        ticked = {
            (name, channel)
            for name in KINDS
            for channel in Channel
            if channel.value in request.POST.getlist(f"kind-{name}")
        }
        choices.choose(account, ticked)
        choices.set_rhythm(account, every, timezone.now())
        messages.success(request, _("Saved. From now on you are told so."))
        return redirect("notifications:settings")


class DevicesView(LoginRequiredMixin, View):
    """POST notes a browser that wants to be pushed to: what its script says of its subscription, as JSON."""

    def post(self, request: HttpRequest) -> HttpResponse:
        device = subscribe(request, member(request), json_object(request))
        return JsonResponse({"name": device.name}, status=201)


class DeviceView(LoginRequiredMixin, View):
    """POST takes a browser off."""

    def post(self, request: HttpRequest, device_id: int) -> HttpResponse:
        gone, _rows = Device.objects.filter(pk=device_id, account=member(request)).delete()
        if not gone:
            raise NotFound(f"device {device_id}")
        messages.success(request, _("Nothing is pushed to that browser any more."))
        return redirect("notifications:settings")


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker that shows what is pushed. It lies where it may speak for this page's addresses alone."""
    return render(request, "notifications/worker.js", content_type="text/javascript; charset=utf-8")
