"""Asking for a copy of everything, watching it being packed, fetching it for a day."""

import contextlib
from datetime import datetime, timedelta
from pathlib import Path

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django_tasks import task

from tenuto.accounts import export
from tenuto.accounts.models import Account, Export
from tenuto.accounts.profile import oneself
from tenuto.base import jobs
from tenuto.base.errors import NotFound
from tenuto.web.files import SentFile, file_response

KEPT_FOR = timedelta(days=1)


@method_decorator(never_cache, name="dispatch")
class ExportView(LoginRequiredMixin, View):
    """GET shows how far the copy is; POST asks for a fresh one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = Export.objects.filter(account=oneself(request)).first()
        context = {"export": found, "is_over": found is not None and is_over(found, timezone.now())}
        fragment = request.headers.get("HX-Request-Type") == "partial"
        return render(request, "accounts/_export.html" if fragment else "accounts/data.html", context)

    @method_decorator(reauthentication_required())
    def post(self, request: HttpRequest) -> HttpResponse:
        ask(oneself(request).pk, at=timezone.now())
        return redirect("accounts:export")


@method_decorator([never_cache, reauthentication_required()], name="dispatch")
class ExportFileView(LoginRequiredMixin, View):
    """The copy itself, for its owner alone, who has lately shown who they are."""

    def get(self, request: HttpRequest, key: str) -> HttpResponseBase:
        return sent(request, oneself(request), key)


def sent(request: HttpRequest, account: Account, key: str) -> HttpResponseBase:
    """The file of one of this account's copies, while its day lasts."""
    found = Export.objects.filter(account=account, key=key).exclude(ready_at=None).first()
    if found is None or is_over(found, timezone.now()) or not path_of(found).exists():
        raise NotFound(f"no export {key} of theirs")
    name = f"{settings.SITE_NAME.lower()}-{account.username}-{found.ready_at:%Y-%m-%d}.zip"
    offered = SentFile(
        path_of(found),
        found.size_bytes,
        etag=found.key,
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{export.file_name(name)}"'},
    )
    return file_response(request, offered)


def path_of(found: Export) -> Path:
    # In the store, because that is the folder from which a proxy in front of us may send files.
    return Path(settings.STORE_DIR) / "exports" / f"{found.key}.zip"


def is_over(found: Export, at: datetime) -> bool:
    return found.expires_at is not None and found.expires_at <= at


def ask(account_id: int, at: datetime) -> None:
    """Have a fresh copy packed. While one is being packed, asking again changes nothing."""
    tidy(at)
    with transaction.atomic():
        found = Export.objects.filter(account_id=account_id).first()
        if found is not None and found.ready_at is None and found.failed_at is None:
            wanted = found
        else:
            if found is not None:
                drop(found)
            wanted = Export.objects.create(account_id=account_id, asked_at=at)
        jobs.send(pack_export, wanted.pk, once=f"export:{wanted.pk}")


@task(queue_name="default")
def pack_export(export_id: int) -> None:
    """Pack one copy. Run twice, the second finds the work done; killed in the middle, the next begins anew."""
    wanted = Export.objects.select_related("account").filter(pk=export_id, ready_at=None).first()
    if wanted is None:
        return
    noted = 0.0

    def note(progress: float) -> None:
        nonlocal noted
        if progress - noted >= 0.02:
            noted = progress
            Export.objects.filter(pk=export_id).update(progress=progress)

    size = export.pack(wanted.account, path_of(wanted), timezone.now(), note)
    ready_at = timezone.now()
    Export.objects.filter(pk=export_id).update(
        ready_at=ready_at, expires_at=ready_at + KEPT_FOR, size_bytes=size, progress=1, failed_at=None
    )


def tidy(at: datetime) -> int:
    """Remove copies whose day is over; return how many. Called with every request for one and by the daily sweep."""
    over = list(Export.objects.filter(expires_at__lte=at))
    for found in over:
        drop(found)
    return len(over)


def drop(found: Export) -> None:
    """Remove a copy, file and row."""
    for path in (path_of(found), path_of(found).with_suffix(".part")):
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
    found.delete()
