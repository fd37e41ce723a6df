"""A label and an artist agree in a real browser: drafted, signed by a passkey and by a code, and seen in the grid."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from tenuto.accounts.models import Account
from tenuto.consent.answer import answer
from tenuto.consent.models import Act
from tests.agreements.agreeing import ISRC, label
from tests.consent.answering import INFORM, agree, allow, terms
from tests.passkeys import IN_A_BROWSER, a_chromium, with_fingerprint_reader
from tests.people import PASSWORD, person
from tests.tracks.catalogue import public

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with a_chromium() as browser:
        yield browser


class Visit:
    """Somebody's browser. Every page it looks at fits its width and makes no complaint."""

    def __init__(self, chromium: Browser, url: str, width: int, scheme: str, shots: Path) -> None:
        self.context = chromium.new_context(
            base_url=url, viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
        )
        self.page = self.context.new_page()
        self.shots = shots
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

    def sign_in(self, handle: str) -> None:
        self.page.goto("/accounts/login/?next=/agreements")
        self.page.get_by_label("Handle or e-mail").fill(handle)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()

    def look(self, name: str) -> None:
        self.page.screenshot(path=self.shots / f"{name}.png", full_page=True)
        wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{name} is {wider} px wider than its window"


def row_of_organisation(page: Page) -> Locator:
    row = page.locator('.consent[data-asset="recording"]')
    return row.locator(".consent__row").filter(has=page.get_by_text("Organisation", exact=True))


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_uploaders_yes_turns_into_the_agreements_no(
    chromium: Browser, live_server: LiveServer, tmp_path: Path, width: int, scheme: str, transactional_db: None
) -> None:
    alma, dee = person("alma", "Alma Ferreira"), person("dee", "Dee Moreira")
    label(dee, at=timezone.now())
    song = public(alma, isrc=ISRC)
    agree(alma, terms())
    answer(alma, [song.pk], allow(INFORM), Act.How.PAGE, at=timezone.now())
    url = live_server.url.replace("127.0.0.1", "localhost")  # passkeys need a name
    hers = Visit(chromium, url, width, scheme, tmp_path)
    theirs = Visit(chromium, url, width, scheme, tmp_path)
    permissions = f"/studio/{song.key}/permissions"
    hers.sign_in("alma")
    expect(hers.page.get_by_role("heading", name="Agreements")).to_be_visible()
    hers.page.goto(permissions)
    expect(row_of_organisation(hers.page).get_by_text("Held by agreement")).to_have_count(0)
    expect(hers.page.get_by_label("Allow Organisation: Inform").first).to_be_checked()

    theirs.sign_in("dee")
    with_fingerprint_reader(theirs.page)
    theirs.look("1-list")
    theirs.page.get_by_role("main").get_by_role("link", name="Harbour Records").click()
    theirs.look("2-organisation")
    theirs.page.get_by_role("link", name="Draft for the organisation").click()
    theirs.page.get_by_label("Artist, by handle").fill("alma")
    theirs.page.get_by_role("button", name="Write it down").click()
    expect(theirs.page.get_by_text("Say which assets it covers")).to_be_visible()
    expect(theirs.page.get_by_label("Artist, by handle")).to_have_value("alma")
    theirs.page.get_by_label("What to call it").fill("Harbour, recordings")
    theirs.page.get_by_label("Recording", exact=True).check()
    details = theirs.page.locator("details").filter(has_text="Or single recordings")
    if not details.evaluate("box => box.open"):
        details.locator("summary").click()
    theirs.page.get_by_label("Recordings, by ISRC").fill("DE-A12-26-00001")
    theirs.page.locator(".sheets summary").first.click()
    theirs.page.locator('[name="grants"][value="recording/organisation/input"]').check()
    theirs.look("3-draft")
    theirs.page.get_by_role("button", name="Write it down").click()
    expect(theirs.page.get_by_role("heading", name="Harbour, recordings")).to_be_visible()
    theirs.look("4-drafted")

    theirs.page.get_by_role("link", name="Read and sign").click()
    expect(theirs.page.get_by_role("heading", name="Passkeys and codes")).to_be_visible()
    theirs.look("5-no-second-factor")
    theirs.page.get_by_role("link", name="Add a passkey").click()
    theirs.page.get_by_label("Password", exact=True).fill(PASSWORD)
    theirs.page.get_by_role("button", name="Go on").click()
    theirs.page.get_by_role("button", name="Make it").click()
    theirs.page.get_by_role("link", name="Go on to what you were about to sign").click()
    theirs.page.get_by_label("Your full name").fill("Dee Moreira")
    theirs.look("6-sign-by-passkey")
    theirs.page.get_by_role("button", name="with a passkey instead").click()
    expect(theirs.page.get_by_text("It binds once the artist has signed it too").first).to_be_visible()

    secret = totp.generate_totp_secret()
    totp.TOTP.activate(Account.objects.get(username="alma"), secret)
    hers.page.goto("/agreements")
    hers.page.get_by_role("link", name="Harbour, recordings").click()
    hers.page.get_by_role("link", name="Read and sign").click()
    hers.page.get_by_label("Your full name").fill("Alma Ferreira")
    hers.page.get_by_label("Code").fill("000000")
    hers.page.get_by_role("button", name="Sign", exact=True).click()
    expect(hers.page.get_by_text("That code is not right")).to_be_visible()
    expect(hers.page.get_by_label("Your full name")).to_have_value("Alma Ferreira")
    hers.look("7-wrong-code")
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time())) + 1))
    hers.page.get_by_label("Code").fill(code)
    hers.page.get_by_role("button", name="Sign", exact=True).click()
    expect(hers.page.get_by_text("In force since").first).to_be_visible()
    hers.look("8-in-force")

    hers.page.goto(permissions)
    row = row_of_organisation(hers.page)
    expect(row.locator(".cell").filter(has_text="Inform")).to_contain_text("Agreement: no")
    expect(row.get_by_label("Allow Organisation: Serve as input")).to_be_checked()  # granted; she may still hold it
    row.get_by_text("Why?").click()
    reason = row.get_by_text("Held: an agreement with Harbour Records covers this and does not grant it.").first
    expect(reason).to_be_visible()
    expect(hers.page.get_by_text("An agreement that you signed covers this track.")).to_be_visible()
    hers.page.screenshot(path=tmp_path / "9-grid.png", full_page=True)
    hers.page.get_by_role("link", name="Read it").click()
    expect(hers.page.get_by_role("heading", name="Harbour, recordings")).to_be_visible()
    for visit in (hers, theirs):
        visit.context.close()
    # The empty draft and the wrong code were answered with 422, which browsers note.
    assert [said for said in hers.complaints + theirs.complaints if "422" not in said] == []
