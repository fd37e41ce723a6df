"""The Links tab: secret links, made, copied and revoked."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from tenuto.base.errors import BadRequest
from tenuto.tracks import links
from tenuto.tracks.access import link_state, own_track
from tenuto.tracks.forms import LinkForm
from tenuto.tracks.models import SecretLink, Track
from tenuto.tracks.studio import in_place, member


class LinksView(LoginRequiredMixin, View):
    """GET lists the secret links of a track; POST makes one."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return links_page(request, own_track(member(request), key), LinkForm())

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        account = member(request)
        track = own_track(account, key)
        form = LinkForm(request.POST)
        if form.is_valid():
            try:
                made = links.make(
                    track, form.cleaned_data["name"], form.cleaned_data["expires_at"], by=account, at=timezone.now()
                )
            except BadRequest as refusal:
                form.add_error(None, str(refusal.advice))
            else:
                said = _("The link for “%(name)s” is ready to be copied.") % {"name": made.name}
                return links_done(request, track, said)
        return links_page(request, track, form, status=422)


class RevokedLinkView(LoginRequiredMixin, View):
    """POST revokes a secret link, at once and for ever."""

    def post(self, request: HttpRequest, key: str, link_id: int) -> HttpResponse:
        account = member(request)
        track = own_track(account, key)
        link = links.own_link(track, link_id)
        links.revoke(link, by=account, at=timezone.now())
        said = _("Revoked. The link for “%(name)s” opens nothing any more.") % {"name": link.name}
        return links_done(request, track, said)


def links_done(request: HttpRequest, track: Track, said: str) -> HttpResponse:
    if in_place(request):
        response = links_page(request, track, LinkForm(), saved=said)
        # The receipts below ask for themselves anew. Told to the body, since the form that asked is gone by then.
        response["HX-Trigger"] = '{"links-changed": {"target": "body"}}'
        return response
    messages.success(request, said)
    return redirect("tracks:links", track.key)


def links_page(request: HttpRequest, track: Track, form: LinkForm, saved: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()

    def opens(link: SecretLink) -> bool:
        return link_state(link).opens(now)

    every = list(SecretLink.objects.filter(track=track).order_by("-created_at", "-id"))
    context = {
        "track": track,
        "tab": "links",
        "form": form,
        "saved": saved,
        "open_links": [link for link in every if opens(link)],
        "closed_links": [link for link in every if not opens(link)],
    }
    template = "tracks/studio/_links.html" if in_place(request) else "tracks/studio/links.html"
    return render(request, template, context, status=status)
