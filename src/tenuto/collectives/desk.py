"""The pages on which a collective is made: its words, its music, its people; and one's own part in it."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from tenuto.base import pictures
from tenuto.base.errors import BadRequest, NotFound
from tenuto.collectives import access, change
from tenuto.collectives.access import Met, in_ones_name
from tenuto.collectives.forms import CollectiveForm, InviteForm
from tenuto.collectives.models import ROLE_NAMES, Membership
from tenuto.library.releases.models import Release
from tenuto.rules.collectives import Act, Role
from tenuto.tracks.models import Track
from tenuto.tracks.studio import member
from tenuto.tracks.visitors import visitor_of

# A list to choose from; whoever has more finds the rest through the HTTP API.
MOST_OFFERED = 500


class EditView(LoginRequiredMixin, View):
    """GET shows its words and picture as they can be changed; POST changes them."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        met = in_ones_name(slug, member(request), Act.DESCRIBE)
        return self._page(request, met, CollectiveForm(instance=met.collective))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        met = in_ones_name(slug, member(request), Act.DESCRIBE)
        before = met.collective.picture_id
        form = CollectiveForm(request.POST, request.FILES, instance=met.collective)
        if not form.is_valid():
            # A form writes into its row before it knows that all is well: the page shows the row as it is.
            return self._page(request, in_ones_name(slug, member(request), Act.DESCRIBE), form, status=422)
        with transaction.atomic():
            form.save_all()
        pictures.let_go(before)
        messages.success(request, _("Saved. This is how others see it now."))
        return redirect(met.collective)

    def _page(self, request: HttpRequest, met: Met, form: CollectiveForm, status: int = 200) -> HttpResponse:
        context = {"met": met, "collective": met.collective, "form": form}
        return render(request, "collectives/edit.html", context, status=status)


class MusicView(LoginRequiredMixin, View):
    """GET shows what one could put under it and what one has; POST does it: `show` or `take_off`, as `track:key`."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        met = in_ones_name(slug, member(request), Act.SHOW)
        assert met.membership is not None
        mine, account = met.membership.shown.all(), member(request)
        shown = access.to_take_off(met, visitor_of(request), timezone.now())[:MOST_OFFERED]
        tracks = Track.objects.filter(owner=account).exclude(pk__in=mine.exclude(track=None).values("track"))
        releases = Release.objects.filter(owner=account).exclude(pk__in=mine.exclude(release=None).values("release"))
        context = {
            "met": met,
            "collective": met.collective,
            "shown": shown,
            "tracks": tracks.order_by("-created_at")[:MOST_OFFERED],
            "releases": releases.order_by("-created_at")[:MOST_OFFERED],
        }
        return render(request, "collectives/music.html", context)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        met = in_ones_name(slug, member(request), Act.SHOW)
        assert met.membership is not None
        for act in ("show", "take_off"):
            kind, _colon, key = request.POST.get(act, "").partition(":")
            match act, kind:
                case "show", "track":
                    change.show_track(met.membership, key, timezone.now())
                case "show", "release":
                    change.show_release(met.membership, key, timezone.now())
                case "take_off", "track":
                    change.take_off(met.membership, track=key)
                case "take_off", "release":
                    change.take_off(met.membership, release=key)
                case _other:
                    continue
            return redirect("collectives:music", met.collective.slug)
        raise BadRequest("neither show nor take_off names a track or a release")


class PeopleView(LoginRequiredMixin, View):
    """GET lists its people; POST asks somebody in."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._page(request, in_ones_name(slug, member(request), Act.INVITE), InviteForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        met, form = in_ones_name(slug, member(request), Act.INVITE), InviteForm(request.POST)
        if form.is_valid():
            handle, role = form.cleaned_data["handle"], Role(form.cleaned_data["role"])
            try:
                asked = change.invite(met.collective, handle, role, member(request), timezone.now())
            except BadRequest as refusal:
                form.add_error("handle", str(refusal.advice))
            else:
                said = _("%(name)s is told of your invitation, and can say yes or no.")
                messages.success(request, said % {"name": asked.account.name})
                return redirect("collectives:people", met.collective.slug)
        return self._page(request, met, form, status=422)

    def _page(self, request: HttpRequest, met: Met, form: InviteForm, status: int = 200) -> HttpResponse:
        people = met.collective.memberships.filter(account__is_active=True).select_related("account")
        context = {
            "met": met,
            "collective": met.collective,
            "people": people.order_by("invited_at", "pk"),
            "roles": ROLE_NAMES,
            "form": form,
        }
        return render(request, "collectives/people.html", context, status=status)


class PersonView(LoginRequiredMixin, View):
    """POST gives somebody another `role`, or removes them with `remove=yes`."""

    def post(self, request: HttpRequest, slug: str, handle: str) -> HttpResponse:
        met = in_ones_name(slug, member(request), Act.INVITE)
        found = met.collective.memberships.select_related("collective", "account")
        membership: Membership | None = found.filter(account__username=handle.lower()).first()
        if membership is None:
            raise NotFound(f"{handle} in {slug}")
        role = request.POST.get("role", "")
        if request.POST.get("remove") == "yes":
            change.leave(membership)
            messages.success(request, _("%(name)s does not belong to it.") % {"name": membership.account.name})
        elif role in set(Role):
            change.appoint(membership, Role(role))
            messages.success(request, _("Saved."))
        else:
            raise BadRequest("neither remove=yes nor a role")
        # Whoever has taken their own role or place away has no list of people any more.
        return redirect("collectives:collective" if membership.account == request.user else "collectives:people", slug)


class MembershipView(LoginRequiredMixin, View):
    """POST says `answer=yes` to one's invitation, with `shown=yes` to be named; or `answer=no`, also later on."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        met = access.collective_at(slug, member(request).pk)
        if met.membership is None:
            raise NotFound(f"{request.user.pk} in {slug}")
        match request.POST.get("answer"):
            case "yes":
                change.join(met.membership, timezone.now(), shown=request.POST.get("shown") == "yes")
                return redirect(met.collective)
            case "no":
                change.decline(met.membership, timezone.now())
                messages.success(request, _("You do not belong to “%(name)s”.") % {"name": met.collective.name})
                return redirect("collectives:own")
            case _other:
                raise BadRequest("neither answer=yes nor answer=no")


class RemovalView(LoginRequiredMixin, View):
    """GET asks once more; POST closes it."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        met = in_ones_name(slug, member(request), Act.CLOSE)
        return render(request, "collectives/removal.html", {"collective": met.collective})

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        met = in_ones_name(slug, member(request), Act.CLOSE)
        change.close(met.collective)
        messages.success(request, _("“%(name)s” is closed. Everybody’s music stays.") % {"name": met.collective.name})
        return redirect("collectives:own")
