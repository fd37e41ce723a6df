"""The digest by mail: what it tells, when, and that nobody gets it twice whatever happens on the way."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.base.models import Job
from tenuto.library.reposts import change as reposts
from tenuto.notifications import choices, digest, sweeps
from tenuto.notifications.models import Rhythm
from tenuto.notifications.new_tracks import NEW_TRACK
from tenuto.notifications.tell import tell
from tenuto.tracks import publish
from tenuto.tracks.models import Track
from tests.library.listing import public, words

pytestmark = pytest.mark.django_db


def due(account: Account) -> None:
    Rhythm.objects.filter(pk=account.pk).update(next_at=timezone.now() - timedelta(seconds=1))


@pytest.fixture
def track(alma: Account, bo: Account) -> Track:
    """Alma wants a digest every day; Bo has reposted a track of hers since."""
    choices.set_rhythm(alma, "day", timezone.now())
    made = public(alma, "Harbour & <sea>")
    reposts.repost(made, bo, timezone.now())
    due(alma)
    return made


def test_a_digest_tells_what_is_new_and_comes_when_it_is_due(
    track: Track, alma: Account, mailoutbox: list[EmailMessage]
) -> None:
    sweeps.send_what_is_due(timezone.now())
    [job] = Job.objects.filter(task__endswith="post_digest")
    for _twice in range(2):
        digest.post_digest.func(*job.args)
    [mail] = mailoutbox
    assert mail.to == [alma.email]
    assert "One thing happened around your music" in mail.subject
    assert "Bo reposted “Harbour & <sea>”" in mail.body
    assert f"http://localhost:8000{track.get_absolute_url()}" in mail.body
    assert "/settings/notifications" in mail.body


def test_a_digest_speaks_the_language_of_whoever_reads_it(
    track: Track, alma: Account, mailoutbox: list[EmailMessage]
) -> None:
    Account.objects.filter(pk=alma.pk).update(language="de")
    digest.post_digest.func(alma.pk)
    [mail] = mailoutbox
    assert "Um deine Musik ist etwas geschehen" in mail.subject
    assert "Repost von „Harbour & <sea>“ durch Bo" in mail.body


def test_it_tells_nothing_again_and_where_there_is_nothing_none_comes(
    track: Track, alma: Account, mailoutbox: list[EmailMessage]
) -> None:
    for _day in range(2):
        digest.post_digest.func(alma.pk)
        due(alma)
    assert len(mailoutbox) == 1
    assert Rhythm.objects.get(pk=alma.pk).next_at < timezone.now()


def test_what_was_read_on_the_page_or_is_hidden_is_not_mailed(
    track: Track, alma: Account, bo: Account, as_alma: Client, mailoutbox: list[EmailMessage]
) -> None:
    words(as_alma, "/notifications")
    another = public(alma, "Another")
    reposts.repost(another, bo, timezone.now())
    reposts.take_back(another.key, bo)
    digest.post_digest.func(alma.pk)
    assert mailoutbox == []


def test_nobody_gets_one_who_did_not_ask_for_it(alma: Account, bo: Account, mailoutbox: list[EmailMessage]) -> None:
    reposts.repost(public(alma), bo, timezone.now())
    sweeps.send_what_is_due(timezone.now() + timedelta(days=30))
    assert not Job.objects.filter(task__endswith="post_digest").exists()


def test_what_happened_before_one_asked_is_not_in_it(
    alma: Account, bo: Account, mailoutbox: list[EmailMessage]
) -> None:
    reposts.repost(public(alma), bo, timezone.now())
    choices.set_rhythm(alma, "week", timezone.now())
    due(alma)
    digest.post_digest.func(alma.pk)
    assert mailoutbox == []


class Killed(BaseException):
    """As kill -9: nothing that runs afterwards can put anything right."""


class Interrupted(BaseEmailBackend):
    """A mail server before which the worker dies, or which does not answer, once."""

    handed: list[EmailMessage] = []
    trouble: list[BaseException] = []
    takes_it_first = False

    def send_messages(self, messages: list[EmailMessage]) -> int:  # type: ignore[override]
        if self.trouble:
            if self.takes_it_first:
                self.handed.extend(messages)
            raise self.trouble.pop()
        self.handed.extend(messages)
        return len(messages)


@pytest.fixture
def server(settings: LazySettings) -> type[Interrupted]:
    settings.EMAIL_BACKEND = f"{__name__}.Interrupted"
    Interrupted.handed, Interrupted.trouble, Interrupted.takes_it_first = [], [], False
    return Interrupted


@pytest.mark.parametrize("took_it", [True, False])
def test_a_worker_killed_while_handing_over_sends_no_digest_twice(
    track: Track, alma: Account, server: type[Interrupted], as_alma: Client, took_it: bool
) -> None:
    """Whether the mail server had taken it nobody can know; it still stands on the page."""
    server.trouble, server.takes_it_first = [Killed()], took_it
    with pytest.raises(Killed):
        digest.post_digest.func(alma.pk)
    digest.post_digest.func(alma.pk)
    due(alma)
    digest.post_digest.func(alma.pk)
    assert len(server.handed) == took_it
    assert "Bo" in words(as_alma, "/notifications")


def test_a_worker_killed_before_sends_it_later(
    track: Track, alma: Account, server: type[Interrupted], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_arguments: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(digest, "lines_of", killed)
        with pytest.raises(Killed):
            digest.post_digest.func(alma.pk)
    digest.post_digest.func(alma.pk)
    assert len(server.handed) == 1


def test_a_mail_server_that_does_not_answer_gets_it_again(
    track: Track, alma: Account, server: type[Interrupted]
) -> None:
    server.trouble = [ConnectionRefusedError()]
    with pytest.raises(ConnectionRefusedError):
        digest.post_digest.func(alma.pk)
    digest.post_digest.func(alma.pk)
    assert len(server.handed) == 1


def test_a_track_that_was_taken_back_is_not_named_by_mail(
    alma: Account, bo: Account, mailoutbox: list[EmailMessage]
) -> None:
    choices.set_rhythm(bo, "day", timezone.now())
    track = public(alma)
    tell(NEW_TRACK, [bo.pk], by=alma, about=track.pk, at=timezone.now())
    publish.withdraw_to_sketchbook(track, by=alma, at=timezone.now())
    due(bo)
    digest.post_digest.func(bo.pk)
    assert mailoutbox == []
