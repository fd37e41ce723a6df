"""The pages on which people are asked to work on a playlist, say yes or no, leave, and are removed."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from tenuto.base.errors import BadRequest
from tenuto.library.playlists import access, invite
from tenuto.library.playlists.desk import edit_page, invitation_refused
from tenuto.library.playlists.forms import InviteForm
from tenuto.tracks.studio import member


class PeopleView(LoginRequiredMixin, View):
    """POST asks somebody."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        playlist = access.own_playlist(member(request), key)
        form = InviteForm(request.POST)
        if not form.is_valid():
            return edit_page(request, playlist, invite=form, status=422)
        try:
            invitation = invite.invite(playlist, form.cleaned_data["handle"], timezone.now())
        except BadRequest as refusal:
            return invitation_refused(request, playlist, form, refusal)
        said = _("%(name)s finds your invitation under Library and can say yes or no.")
        messages.success(request, said % {"name": invitation.account.name})
        return redirect("playlists:edit", playlist.key)


class RemovedPersonView(LoginRequiredMixin, View):
    """POST takes an invitation back, or somebody off the playlist."""

    def post(self, request: HttpRequest, key: str, handle: str) -> HttpResponse:
        playlist = access.own_playlist(member(request), key)
        invite.remove(playlist, handle)
        messages.success(request, _("@%(handle)s works on it no longer.") % {"handle": handle})
        return redirect("playlists:edit", playlist.key)


class MembershipView(LoginRequiredMixin, View):
    """POST says `answer=yes` to one's invitation, or `answer=no`, also later on."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        invitation = invite.invitation_of(member(request), key)
        playlist = invitation.playlist
        match request.POST.get("answer"):
            case "yes":
                invite.accept(invitation, timezone.now())
                return redirect(playlist)
            case "no":
                invite.leave(invitation, timezone.now())
                messages.success(request, _("You do not work on “%(title)s”.") % {"title": playlist.title})
                return redirect("playlists:library")
            case _other:
                raise BadRequest("neither answer=yes nor answer=no")
