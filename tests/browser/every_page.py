"""Makes the world in which every page is opened: run as a program, in the home of the server under test.

The addresses are those of test_access, and whoever is asked for each is tried in turn until somebody gets a page. What
gives nobody a page must have a reason in NO_PAGE, so that a new page cannot be left out in silence.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

import django

# By the name of the address: why a browser never shows it as a page of its own.
NO_PAGE = {
    "account_confirm_login_code": "nobody signs in by a code in a mail here",
    "account_set_password": "every account has a password",
    "accounts:export-file": "a file",
    "agreements:document": "a file",
    "agreements:documents": "leads on to the agreement",
    "agreements:members": "leads on to the organisation",
    "audio:credentials": "a file",
    "audio:feed-sound": "sound",
    "audio:master": "for players",
    "audio:media": "sound",
    "audio:playlist": "for players",
    "audio:tus-upload": "for programs that upload",
    "audio:tus-uploads": "for programs that upload",
    "consent:track": "leads on to the track's permissions",
    "embed:oembed": "for programs that embed",
    **{f"feeds:{of}-{form}": "for players" for of in ("album", "playlist") for form in ("json", "m3u8", "rss", "xspf")},
    "gate:ledger-kit": "a file",
    "gate:track-ledger-kit": "a file",
    "ledger:checkpoint": "a file of the log",
    "ledger:later-checkpoint": "a file of the log",
    "ledger:later-tile": "a file of the log",
    "ledger:manifest": "a file of the log",
    "ledger:policy": "a file of the log",
    "ledger:tile": "a file of the log",
    "ledger:witnessed": "a file of the log",
    "mfa_download_recovery_codes": "a file",
    "mfa_edit_webauthn": "needs a passkey, which only a browser can make",
    "mfa_login_webauthn": "for the script of the sign-in page",
    "mfa_reauthenticate_webauthn": "for the script of the page that asks again",
    "mfa_remove_webauthn": "needs a passkey, which only a browser can make",
    "terms:compare": "leads on to the changed words",
    "visitors:decoy": "nobody can find it",
}


# Who is likely to get a page at an address of this kind.
FIRST = {"anyone": "stranger", "entrance": "stranger", "staff": "dana", "operator": "dana"}


def main() -> None:
    django.setup()
    from django.conf import settings

    tempfile.tempdir = str(settings.HOME)  # what the tests' own tools leave behind goes with the home
    print(json.dumps(everything()), file=sys.__stdout__)


def everything() -> dict[str, Any]:
    from django.conf import settings

    settings.ALLOWED_HOSTS.append("testserver")
    from tests.architecture.test_access import ACCESS, ROUTES, everything_of_almas

    addresses = everything_of_almas()
    besides = dict(more())
    visitors = people()
    pages, nobodys = [], {}
    for name in ROUTES:
        if name.startswith("api:"):
            continue
        path, statuses = besides.get(name, "") or addresses[name], []
        first = FIRST.get(ACCESS[name], "alma")
        for who, client in sorted(visitors.items(), key=lambda one: one[0] != first):
            answer = client.get(path)
            statuses.append(answer.status_code)
            is_html = answer.headers.get("Content-Type", "").startswith("text/html")
            is_page = answer.status_code == 200 and is_html and b"<html" in answer.content  # a part of a page has none
            if is_page:
                pages.append([name, path, who])
                break
            if answer.status_code == 405 or (answer.status_code == 200 and not is_page):
                break  # nothing to look at for anybody
        else:
            nobodys[name] = statuses
    pages.append(["nothing here", "/@alma/nothing", "alma"])
    sessions = {
        who: client.cookies["sessionid"].value for who, client in visitors.items() if "sessionid" in client.cookies
    }
    return {
        "pages": {}, "keys": {}, "link": "", "doomed": "", "sessions": sessions,
        "every": pages, "unseen": sorted(set(nobodys) - set(NO_PAGE)),
    }  # fmt: skip


def more() -> Iterator[tuple[str, str]]:
    """Addresses that test_access needs only to be missing, here of something that is there."""
    from django.urls import reverse
    from django.utils import timezone

    from tenuto.accounts.models import Account
    from tenuto.library.playlists.models import Playlist
    from tenuto.library.releases import change as releases
    from tenuto.rules.budgets import Reason
    from tenuto.rules.playlists import Openness
    from tenuto.safeguards.visitors.askers import Asker
    from tenuto.safeguards.visitors.refusals import reference
    from tenuto.tracks.models import SecretLink
    from tests.agreements.agreeing import dee, isrc, label, over, signed
    from tests.library.listing import playlist, public, release

    alma = Account.objects.get(username="alma")
    song = public(alma, "Kettle Song")
    pressed = release(alma, song, title="High Water")
    releases.publish(pressed, None, timezone.now(), with_sketches=False)
    yield "releases:release", pressed.get_absolute_url()
    yield "tracks:secret", SecretLink.objects.get().get_absolute_url()
    shared: Playlist = playlist(alma, song, openness=Openness.LINK)
    yield "playlists:by-link", shared.get_absolute_url()
    everyones: Playlist = playlist(alma, song, openness=Openness.PUBLIC)
    for kind, key in (("track", song.key), ("playlist", everyones.key), ("album", pressed.key)):
        yield f"embed:{kind}", reverse(f"embed:{kind}", args=[key])
        yield f"embed:share-{kind}", reverse(f"embed:share-{kind}", args=[key])
    yield "visitors:appeal", f"/stopped/{reference(Reason.PACE, Asker('n', 'a'))}"
    bound = signed(label(dee(), "Quay Tapes", at=timezone.now()), alma, over(isrc()), by=dee(), at=timezone.now())
    yield "agreements:end", f"/agreements/{bound.key}/ending"
    yield from reported(song)


def reported(song: Any) -> Iterator[tuple[str, str]]:
    """Alma's song was reported; she was warned, and appeals. Another report on her album of it waits."""
    from django.utils import timezone

    from tenuto.reports.deciding import appeal, decide
    from tenuto.reports.reporting import report
    from tenuto.reports.subjects import subject_met
    from tenuto.rules.moderation import Measure, Reason
    from tenuto.rules.visibility import Visitor
    from tests.people import person

    rita, sam, at = person("rita", "Rita"), person("sam", "Sam"), timezone.now()
    sam.is_staff = True
    sam.save(update_fields=["is_staff"])
    of_song, of_alma = (
        report(subject_met(what, key, Visitor(rita.pk), at), Reason.SPAM, "Look at it.", at, by=rita, network="")
        for what, key in (("track", song.key), ("person", song.owner.username))
    )
    decision = decide(of_song, Measure.WARN, "It sells plays.", "terms", "Terms, 7", by=sam, at=at)
    yield "reports:told", of_song.get_absolute_url()
    yield "reports:decision", decision.get_absolute_url()
    yield "reports:appeal", f"/desk/appeals/{appeal(decision, 'It does not.', at).key}"
    yield "reports:case", f"/desk/reports/{of_alma.key}"


def people() -> dict[str, Any]:
    """A stranger, Alma with all that guards an account, Cy with nothing, Dana of the staff; and Alma half-way in."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.test import Client

    from tenuto.accounts.models import Account
    from tests.people import PASSWORD, person

    def signing_in(handle: str) -> Client:
        client = Client()
        client.post("/accounts/login/", {"login": handle, "password": PASSWORD})
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        return client

    alma = Account.objects.get(username="alma")
    Account.objects.filter(pk=person("dana", "Dana").pk).update(is_staff=True)
    person("cy", "Cy")
    visitors = {"stranger": Client(), "alma": signing_in("alma"), "cy": signing_in("cy"), "dana": signing_in("dana")}
    TOTP.activate(alma, generate_totp_secret())
    RecoveryCodes.activate(alma)
    return visitors | {"halfway": signing_in("alma")}


if __name__ == "__main__":
    main()
