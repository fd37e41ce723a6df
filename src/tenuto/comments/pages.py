"""The pages and acts: what is said along a track, saying it, and in the studio what waits."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from tenuto.accounts.handles import person_called
from tenuto.accounts.models import Account
from tenuto.base.errors import BadRequest, NotFound
from tenuto.comments import mute, read, say
from tenuto.comments.forms import WishForm
from tenuto.comments.models import Wish
from tenuto.comments.panel import talk
from tenuto.rules.comments import read_moment
from tenuto.rules.visibility import Surface
from tenuto.tracks import access
from tenuto.tracks.models import Track
from tenuto.tracks.pages import keep_private, shown
from tenuto.tracks.studio import member
from tenuto.tracks.visitors import visitor_of
from tenuto.web.ways import way_back


class CommentsView(View):
    """GET reads what was said along a track, a page at a time; POST says something: `words`, `at` or `answers`."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        at, visitor = timezone.now(), visitor_of(request)
        track, _hearing = access.track_by_key(visitor, key, Surface.PAGE, at)
        return self._page(request, track)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        at, visitor = timezone.now(), visitor_of(request)
        track, _hearing = access.track_by_key(visitor, key, Surface.PAGE, at)
        if not isinstance(request.user, Account):
            return redirect_to_login(track.get_absolute_url())
        words = request.POST.get("words", "")
        answers = request.POST.get("answers", "")
        try:
            comment = say.say(
                track,
                visitor,
                request.user,
                words,
                at,
                moment=None if answers else self._moment(request, track),
                answers=read.comment_met(answers.replace("\0", ""), visitor, at) if answers else None,
            )
        except NotFound:
            raise
        except BadRequest as refusal:
            # Their words stay in the form.
            return self._page(request, track, refusal=refusal)
        if comment.waits:
            messages.info(request, _("Sent. The artist reads it first; until then only you see it."))
        return redirect(f"{_back(request, track)}#c-{comment.key}")

    def _moment(self, request: HttpRequest, track: Track) -> float:
        length = (track.recording.seconds if track.recording else None) or 0.0
        moment = read_moment(request.POST.get("at", "") or "0", length)
        if moment is None:
            raise say.NoSuchMoment(request.POST.get("at", "")[:40])
        return moment

    def _page(self, request: HttpRequest, track: Track, refusal: BadRequest | None = None) -> HttpResponse:
        at, visitor = timezone.now(), visitor_of(request)
        met = shown(track, visitor, at)
        context = talk(request, track)
        on_it = {one.comment.key for said in context["said"] for one in (said, *said.answers)}
        answers = request.POST.get("answers", "")
        context |= {
            "shown": met,
            "owner": track.owner,
            "refusal": refusal.advice if refusal else "",
            "words": request.POST.get("words", "") if refusal else "",
            "said_at": request.POST.get("at", "") if refusal else "",
            # What is answered may be older than what this page shows: then the words stand in the line above.
            "answering": answers if refusal and answers in on_it else "",
            "is_page": True,
        }
        response = render(request, "comments/comments.html", context, status=refusal.status if refusal else 200)
        if not met.is_open:
            keep_private(response)
        return response


class HeartView(View):
    """POST: `heart=yes` or `heart=no`."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        comment = read.comment_met(key, visitor_of(request), timezone.now())
        if not isinstance(request.user, Account):
            return redirect_to_login(comment.track.get_absolute_url())
        if request.POST.get("heart") not in {"yes", "no"}:
            raise BadRequest("neither heart=yes nor heart=no")
        say.like(comment, request.user, likes=request.POST["heart"] == "yes")
        return redirect(f"{_back(request, comment.track)}#c-{comment.key}")


class RemovalView(LoginRequiredMixin, View):
    """POST takes a comment away: its author's own, or any on an artist's own tracks."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        comment = read.comment_met(key, visitor_of(request), timezone.now())
        say.take_away_as(member(request), comment)
        messages.success(request, _("The comment is gone."))
        return redirect(f"{_back(request, comment.track)}#comments")


class MuteView(LoginRequiredMixin, View):
    """POST: `mute=yes` and one reads the author of a comment no longer; `mute=no` on the page of those one muted."""

    def post(self, request: HttpRequest, handle: str) -> HttpResponse:
        person = person_called(handle)
        if request.POST.get("mute") not in {"yes", "no"}:
            raise BadRequest("neither mute=yes nor mute=no")
        mute.mute(member(request), person, mutes=request.POST["mute"] == "yes")
        return redirect("comments:studio")


class StudioView(LoginRequiredMixin, View):
    """GET shows what waits and how comments are wanted; POST says how they are wanted."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, WishForm(instance=self._wish(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = WishForm(request.POST, instance=self._wish(request))
        if not form.is_valid():
            return self._page(request, form, status=422)
        form.save()
        messages.success(request, _("Saved. It holds for every comment from now on."))
        return redirect("comments:studio")

    def _wish(self, request: HttpRequest) -> Wish:
        return Wish.objects.filter(artist=member(request)).first() or Wish(artist=member(request))

    def _page(self, request: HttpRequest, form: WishForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "waiting": read.waiting(member(request))[: read.PAGE_SIZE],
            "muted": mute.muted_by(member(request)),
        }
        return render(request, "comments/studio.html", context, status=status)


class AnswerView(LoginRequiredMixin, View):
    """POST: the artist lets a comment stand that waited."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        comment = read.waiting(member(request)).filter(key=key).first()
        if comment is None:
            raise NotFound(f"comment {key} waiting for {member(request).pk}")
        say.let_stand(comment)
        messages.success(request, _("It stands now."))
        return redirect("comments:studio")


def _back(request: HttpRequest, track: Track) -> str:
    """Where the form stood; from behind a secret address, to the track's own, which its holder may open too."""
    return way_back(request, track.get_absolute_url()).partition("#")[0]
