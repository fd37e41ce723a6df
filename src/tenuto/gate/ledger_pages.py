"""The artist's ledger: what the log says of one track, or of all of one's tracks, and what is needed to check it."""

from collections.abc import Sequence
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tenuto.accounts.models import Account
from tenuto.gate.absences import MOST_MODELS, Model, Where, assets_of, made, of_track
from tenuto.gate.kit import write_kit
from tenuto.gate.lines import PAGE_SIZE, Line, lines_of, passages_of, totals_of
from tenuto.gate.proofs import proofs_of
from tenuto.gate.score import score_of
from tenuto.gate.standing import MOST_STATES, states_of
from tenuto.ledger.book import registered
from tenuto.ledger.subjects import Subject
from tenuto.ledger.vault import known_keys
from tenuto.safeguards.visitors.shown import stopped_of
from tenuto.tracks.access import own_track, whole
from tenuto.tracks.models import Track
from tenuto.tracks.studio import member

IN_MEMORY_BYTES = 4_000_000  # of a kit; a larger one waits on disk


@dataclass(frozen=True)
class Page:
    """So many lines, and where the older ones begin."""

    lines: Sequence[Line]
    before: int | None


@require_safe
@login_required
@never_cache
def of_one(request: HttpRequest, key: str) -> HttpResponse:
    """What the log says of one's own track."""
    track = own_track(member(request), key)
    models = _models(request, track)
    context = _context(request, [track]) | {
        "track": track,
        "tab": "ledger",
        "models": _by_place(models),
        "older_models": models[-1].run.pk if len(models) == MOST_MODELS else None,
        "states": states_of([track.pk], MOST_STATES),
    }
    return render(request, "gate/ledger_track.html", context)


@require_safe
@login_required
@never_cache
def of_one_proofs(request: HttpRequest, key: str) -> HttpResponse:
    """What a browser needs to check that page."""
    track = own_track(member(request), key)
    states = states_of([track.pk], MOST_STATES)
    return JsonResponse(proofs_of(_page(request, [track]).lines, _models(request, track), states))


@require_safe
@login_required
@never_cache
def of_one_kit(request: HttpRequest, key: str) -> FileResponse:
    """The proof kit of one's own track."""
    track = own_track(member(request), key)
    return _kit([track], f"proofs-{track.slug}.zip")


@require_safe
@login_required
@never_cache
def of_all(request: HttpRequest) -> HttpResponse:
    """What the log says of all of one's tracks."""
    tracks = _own(member(request))
    return render(request, "gate/ledger_all.html", _context(request, tracks) | {"tracks": tracks})


@require_safe
@login_required
@never_cache
def of_all_proofs(request: HttpRequest) -> HttpResponse:
    """What a browser needs to check that page."""
    return JsonResponse(proofs_of(_page(request, _own(member(request))).lines, []))


@require_safe
@login_required
@never_cache
def of_all_kit(request: HttpRequest) -> FileResponse:
    """The proof kit of all of one's tracks."""
    account = member(request)
    return _kit(_own(account), f"proofs-{account.username}.zip")


def _own(account: Account) -> list[Track]:
    return list(whole(Track.objects.filter(owner=account)).order_by("-pk"))


def _context(request: HttpRequest, tracks: Sequence[Track]) -> dict[str, object]:
    return {
        "page": _page(request, tracks),
        "totals": totals_of(tracks),
        "score": score_of(passages_of(tracks), timezone.now()),
        "stopped": stopped_of([track.pk for track in tracks]),
    }


def _page(request: HttpRequest, tracks: Sequence[Track]) -> Page:
    lines = lines_of(tracks, _number(request, "before"))
    return Page(lines[:PAGE_SIZE], lines[PAGE_SIZE - 1].entry if len(lines) > PAGE_SIZE else None)


def _number(request: HttpRequest, name: str) -> int | None:
    asked = request.GET.get(name, "")
    return int(asked[:18]) if asked.isdecimal() and asked.isascii() else None


def _models(request: HttpRequest, track: Track) -> list[Model]:
    runs = made(before=_number(request, "models"))
    subjects = [Subject(asset, track.pk) for asset in assets_of(runs)]
    return list(of_track(track.pk, runs, known_keys(subjects), registered(subjects)))


def _by_place(models: Sequence[Model]) -> dict[str, list[Model]]:
    return {where.value: [model for model in models if model.where is where] for where in Where}


def _kit(tracks: Sequence[Track], name: str) -> FileResponse:
    file = SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115  the answer closes it
    try:
        write_kit(tracks, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
