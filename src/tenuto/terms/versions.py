"""Which version of the terms is in force, which one comes, and how a new one is published."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenuto.base.errors import BadRequest, NotFound
from tenuto.base.events import publish as tell
from tenuto.rules.terms import TermsFault, blanks_in, digest_of, read_terms
from tenuto.terms.events import TermsPublished
from tenuto.terms.models import Version

FIRST = Path(__file__).parent / "first" / "terms.md"


class CannotPublish(BadRequest):
    """The draft is not fit to be published; `advice` says why."""

    advice = _("These terms cannot be published as they are.")
    code = "cannot_publish_terms"


def in_force(at: datetime) -> Version | None:
    """The newest version whose time has come; None on a site that has published none."""
    return Version.objects.filter(in_force_at__lte=at).order_by("-number").first()


def coming(at: datetime) -> Version | None:
    """The newest version that is announced and not yet in force."""
    return Version.objects.filter(in_force_at__gt=at).order_by("-number").first()


def version(number: int) -> Version:
    found = Version.objects.filter(number=number).first()
    if found is None:
        raise NotFound(f"there is no version {number} of the terms")
    return found


def draft_place() -> Path:
    """Where the operator writes: one file in one folder."""
    return Path(settings.TERMS_DIR) / "terms.md"


def begin_draft() -> tuple[Path, bool]:
    """The draft, made from the newest version (or from those that come with Tenuto) if there is none. True if made."""
    place = draft_place()
    if place.exists():
        return place, False
    newest = Version.objects.order_by("-number").first()
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(newest.text if newest else FIRST.read_text(encoding="utf-8"), encoding="utf-8")
    return place, True


def publish(text: str, in_force_at: datetime, *, at: datetime) -> Version:
    """Make `text` the next version. Announced at once, in force at `in_force_at`; told to everybody by a job.

    Raises CannotPublish, with words for the operator, where the text cannot be read as terms, is not filled in, is
    what is in force already, or would come into force before people could read it.
    """
    text = text.replace("\r\n", "\n").strip() + "\n"
    try:
        read_terms(text)
    except TermsFault as fault:
        raise CannotPublish(str(fault), advice=str(fault)) from fault
    if blanks := blanks_in(text):
        raise _refusal(f"Fill in what stands in square brackets first: {', '.join(blanks)}.")
    with transaction.atomic():
        newest = Version.objects.select_for_update().order_by("-number").first()
        if newest is not None:
            if newest.digest == digest_of(text):
                raise _refusal(f"Nothing is new: this is version {newest.number}, word for word.")
            if in_force_at < at + notice():
                raise _refusal(
                    f"People must have {settings.TERMS_NOTICE_DAYS} days to read it (TENUTO_TERMS_NOTICE_DAYS), "
                    f"so it cannot be in force before {(at + notice()).date()}."
                )
            if in_force_at < newest.in_force_at:
                raise _refusal(f"Version {newest.number} comes into force on {newest.in_force_at.date()}, after this.")
        elif Version.objects.filter(digest=digest_of(text)).exists():
            raise _refusal("This text was published before.")
        number = newest.number + 1 if newest else 1
        made = Version.objects.create(
            number=number, text=text, digest=digest_of(text), published_at=at, in_force_at=max(in_force_at, at)
        )
        tell(TermsPublished(number))
    return made


def notice() -> timedelta:
    return timedelta(days=settings.TERMS_NOTICE_DAYS)


def _refusal(words: str) -> CannotPublish:
    return CannotPublish(words, advice=words)
