"""Web push from end to end: what a browser of our own decrypts, and whom our server speaks to for it."""

import json
import socket
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tenuto.accounts.models import Account
from tenuto.base import fetching
from tenuto.base.models import Job
from tenuto.library.reposts import change as reposts
from tenuto.notifications import choices
from tenuto.notifications.channels import Channel
from tenuto.notifications.encrypt import MOST_BYTES, Receiver, seal
from tenuto.notifications.models import Device, Notice, PushKey
from tenuto.notifications.new_tracks import NEW_TRACK
from tenuto.notifications.push import MOST_FAILURES, RESTS, PushRefused, push_out
from tenuto.notifications.tell import tell
from tenuto.notifications.vapid import decoded, encoded, public_key
from tenuto.tracks import publish
from tests.conftest import signed_in
from tests.library.listing import public, words

pytestmark = pytest.mark.django_db


class Browser:
    """What a browser keeps of its subscription, and how it reads what comes (RFC 8291 from the other side)."""

    def __init__(self, key: EllipticCurvePrivateKey | None = None, secret: bytes = b"sixteen bytes ok") -> None:
        self.key = key or generate_private_key(SECP256R1())
        self.secret = secret
        self.public = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def read(self, body: bytes) -> bytes:
        salt, length = body[:16], body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), theirs))
        prk = HKDF(SHA256(), 32, self.secret, b"WebPush: info\0" + self.public + theirs).derive(shared)
        key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(prk)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(prk)
        return AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0").removesuffix(b"\x02")

    def subscription(self, endpoint: str) -> dict[str, object]:
        keys = {"p256dh": encoded(self.public), "auth": encoded(self.secret)}
        return {"endpoint": endpoint, "expirationTime": None, "keys": keys}


class Service:
    """A push service on loopback: keeps what is sent, and answers as it is told to."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.status = 201
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.thread = Thread(target=self._serve, daemon=True)
        self.thread.start()

    def endpoint(self, name: str = "alma") -> str:
        return f"https://127.0.0.1:{self.listening.getsockname()[1]}/push/{name}"

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self.listening.accept()
                with line, line.makefile("rb") as came:
                    came.readline()
                    headers = {}
                    while head := came.readline().strip():
                        name, _colon, value = head.decode().partition(":")
                        headers[name.lower()] = value.strip()
                    self.taken.append((headers, came.read(int(headers.get("content-length", 0)))))
                    line.sendall(f"HTTP/1.1 {self.status} So\r\nContent-Length: 0\r\n\r\n".encode())

    def close(self) -> None:
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join()


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """As if loopback were the public network and spoke TLS; below it is shown to be refused."""
    monkeypatch.setattr(fetching, "public_address", lambda host, port: host)
    monkeypatch.setattr(fetching._ByAddress, "secured", lambda line, plain: plain)
    made = Service()
    yield made
    made.close()


@pytest.fixture
def browser() -> Browser:
    return Browser()


def subscribe(client: Client, sent: object) -> int:
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    address = "/settings/notifications/browsers"
    return client.post(address, json.dumps(sent), content_type="application/json", headers=agent).status_code


def push_everything() -> None:
    for job in Job.objects.filter(task__endswith="push_out"):
        push_out.func(*job.args)


@pytest.fixture
def told(service: Service, browser: Browser, as_alma: Client, alma: Account, bo: Account) -> Notice:
    """Alma's browser is subscribed, reposts are to be pushed, and Bo has reposted something."""
    assert subscribe(as_alma, browser.subscription(service.endpoint())) == 201
    choices.choose(alma, {("repost", Channel.PAGE), ("repost", Channel.PUSH)})
    reposts.repost(public(alma), bo, timezone.now())
    return Notice.objects.get(to=alma)


def from_text(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def private(text: str) -> EllipticCurvePrivateKey:
    return derive_private_key(int.from_bytes(from_text(text)), SECP256R1())


def test_the_example_of_the_standard_comes_out_byte_for_byte() -> None:
    """RFC 8291, appendix A."""
    browser = Browser(private("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), from_text("BTBZMqHH6r4Tts7J_aSIgg"))
    message = b"When I grow up, I want to be a watermelon"
    body = seal(
        message,
        Receiver(browser.public, browser.secret),
        salt=from_text("DGv6ra1nlYgDCS1FRnbzlw"),
        ephemeral=private("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
    )
    assert encoded(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert browser.read(body) == message


@given(st.binary(max_size=MOST_BYTES).filter(lambda raw: not raw.endswith((b"\0", b"\x02"))))
def test_whatever_is_sealed_its_browser_reads_and_no_other(message: bytes) -> None:
    browser, other = Browser(), Browser()
    body = seal(message, Receiver(browser.public, browser.secret))
    assert len(body) <= 4096
    assert browser.read(body) == message
    with pytest.raises(Exception, match=r"^$"):  # InvalidTag says no more
        other.read(body)


def test_what_is_longer_than_a_record_is_refused() -> None:
    browser = Browser()
    with pytest.raises(ValueError, match="more than"):
        seal(b"a" * (MOST_BYTES + 1), Receiver(browser.public, browser.secret))


def test_a_browser_is_told_sealed_and_signed_by_the_instance(
    told: Notice, service: Service, browser: Browser, as_alma: Client
) -> None:
    push_everything()
    [(headers, body)] = service.taken
    said = json.loads(browser.read(body))
    assert said["body"] == "Bo reposted “Harbour, 5 a.m.”"
    assert said["url"] == "/@alma/harbour-5-a-m"
    assert (headers["content-encoding"], headers["ttl"]) == ("aes128gcm", "86400")
    token, key = (part.split("=", 1)[1] for part in headers["authorization"].removeprefix("vapid ").split(", "))
    assert key == public_key()
    assert f'data-key="{key}"' in words(as_alma, "/settings/notifications")
    head, claims, signature = token.split(".")
    point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), decoded(key))
    r, s = (int.from_bytes(half) for half in (decoded(signature)[:32], decoded(signature)[32:]))
    point.verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ECDSA(SHA256()))
    meant = json.loads(decoded(claims))
    assert meant["aud"] == service.endpoint().removesuffix("/push/alma")
    assert PushKey.objects.count() == 1


def test_once_is_enough_however_often_the_job_runs(told: Notice, service: Service) -> None:
    for _twice in range(2):
        push_everything()
    assert len(service.taken) == 1


def test_what_a_service_does_not_take_now_is_tried_again(told: Notice, service: Service) -> None:
    service.status = 503
    with pytest.raises(PushRefused):
        push_everything()
    service.status = 201
    push_everything()
    assert len(service.taken) == 2


def test_only_the_browsers_that_did_not_take_it_are_asked_again(told: Notice, service: Service, alma: Account) -> None:
    near = socket.create_server(("127.0.0.1", 0))
    nowhere = f"https://127.0.0.1:{near.getsockname()[1]}/"
    near.close()
    there = alma.push_devices.get()
    down = Device.objects.create(account=alma, endpoint=nowhere, key=there.key, secret=there.secret, name="X")
    for failures in (1, 2):
        with pytest.raises(PushRefused):
            push_everything()
        down.refresh_from_db()
        assert down.failures == failures
    assert len(service.taken) == 1
    Device.objects.filter(pk=down.pk).update(endpoint=service.endpoint("up"))
    push_everything()
    down.refresh_from_db()
    assert (len(service.taken), down.failures, down.failing_since) == (2, 0, None)


def test_a_browser_that_fails_and_fails_rests_for_a_day_and_is_forgotten_if_it_fails_then(
    told: Notice, service: Service, alma: Account, bo: Account
) -> None:
    service.status = 503
    for _time in range(MOST_FAILURES):
        with pytest.raises(PushRefused):
            push_everything()
    push_everything()
    assert len(service.taken) == MOST_FAILURES, "it rests"
    Device.objects.update(failing_since=timezone.now() - RESTS)
    reposts.repost(public(alma, "Another"), bo, timezone.now())
    push_everything()
    assert len(service.taken) == MOST_FAILURES + 1
    assert not Device.objects.exists()


def test_a_service_that_never_answers_is_waited_for_a_little(
    told: Notice, monkeypatch: pytest.MonkeyPatch, alma: Account
) -> None:
    monkeypatch.setattr("tenuto.notifications.push.MOST_SECONDS", 0.05)
    silent = socket.create_server(("127.0.0.1", 0))
    alma.push_devices.update(endpoint=f"https://127.0.0.1:{silent.getsockname()[1]}/")
    with pytest.raises(PushRefused):
        push_everything()
    assert alma.push_devices.get().failures == 1
    silent.close()


def test_a_key_that_is_none_keeps_nobody_elses_push_back(told: Notice, service: Service) -> None:
    """Rows that were written before such keys were refused."""
    first = Device.objects.create(account=told.to, endpoint=service.endpoint("x"), key="!" * 88, secret="", name="X")
    assert next(iter(told.to.push_devices.all())) == first
    push_everything()
    assert len(service.taken) == 1
    assert not Device.objects.filter(pk=first.pk).exists()


def test_what_is_kept_is_what_was_looked_at(as_alma: Client, browser: Browser) -> None:
    keys = {"p256dh": encoded(browser.public) + "=" * 30, "auth": encoded(browser.secret) + "=="}
    assert subscribe(as_alma, {"endpoint": "https://push.example/1", "keys": keys}) == 201
    kept = Device.objects.get()
    assert (decoded(kept.key), decoded(kept.secret)) == (browser.public, browser.secret)


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_there_no_longer_is_forgotten(told: Notice, service: Service, status: int) -> None:
    service.status = status
    push_everything()
    assert not Device.objects.exists()


def test_what_was_hidden_or_read_meanwhile_is_not_pushed(
    told: Notice, service: Service, as_alma: Client, alma: Account, bo: Account
) -> None:
    words(as_alma, "/notifications")
    push_everything()
    track = public(alma, "Another")
    reposts.repost(track, bo, timezone.now())
    reposts.take_back(track.key, bo)
    push_everything()
    assert service.taken == []


def test_a_track_that_is_hidden_is_not_named_to_a_phone(
    service: Service, browser: Browser, as_bo: Client, alma: Account, bo: Account
) -> None:
    subscribe(as_bo, browser.subscription(service.endpoint()))
    choices.choose(bo, {("new-track", Channel.PUSH)})
    track = public(alma)
    tell(NEW_TRACK, [bo.pk], by=alma, about=track.pk, at=timezone.now())
    publish.withdraw_to_sketchbook(track, by=alma, at=timezone.now())
    push_everything()
    assert service.taken == []


def test_an_address_within_our_own_network_is_spoken_to_by_nobody(
    as_alma: Client, alma: Account, bo: Account, browser: Browser
) -> None:
    """Not here: neither TLS nor the look at the address is replaced, as in the tests above."""
    near = socket.create_server(("127.0.0.1", 0))
    near.settimeout(0)
    port = near.getsockname()[1]
    assert subscribe(as_alma, browser.subscription(f"https://127.0.0.1:{port}/push")) == 201
    choices.choose(alma, {("repost", Channel.PUSH)})
    reposts.repost(public(alma), bo, timezone.now())
    with pytest.raises(PushRefused):
        push_everything()
    with pytest.raises(BlockingIOError):
        near.accept()
    near.close()


@pytest.mark.parametrize(
    "spoilt",
    [
        {"endpoint": "http://push.example/1"},
        {"endpoint": "https://user@push.example/1"},
        {"endpoint": "file:///etc/passwd"},
        {"endpoint": 7},
        {"endpoint": "https://push.example/" + "a" * 500},
        {"keys": None},
        {"keys": {"p256dh": "AAAA", "auth": "AAAA"}},
        {"keys": {"p256dh": encoded(b"\x04" + b"\1" * 64), "auth": encoded(b"sixteen bytes ok")}},
        {"keys": {"p256dh": "ä", "auth": []}},
        {"keys": {"p256dh": "!" * 88 + encoded(Browser().public), "auth": encoded(b"sixteen bytes ok")}},
        {"keys": {"p256dh": encoded(Browser().public), "auth": "!" * 24 + encoded(b"sixteen bytes ok")}},
    ],
)
def test_what_is_no_subscription_is_refused(as_alma: Client, spoilt: dict[str, object]) -> None:
    assert subscribe(as_alma, {**Browser().subscription("https://push.example/1"), **spoilt}) == 422
    assert subscribe(as_alma, []) == 400
    assert not Device.objects.exists()


def test_signing_out_takes_this_browser_off_and_no_other(as_alma: Client, alma: Account, browser: Browser) -> None:
    other = signed_in(alma)
    assert subscribe(other, Browser().subscription("https://push.example/2")) == 201
    assert subscribe(as_alma, browser.subscription("https://push.example/1")) == 201
    assert "Firefox, Linux" in words(as_alma, "/settings/notifications")
    as_alma.post("/accounts/logout/")
    assert [device.endpoint for device in Device.objects.all()] == ["https://push.example/2"]


def test_a_browser_is_taken_off_by_its_owner_alone(as_alma: Client, as_bo: Client, browser: Browser) -> None:
    subscribe(as_alma, browser.subscription("https://push.example/1"))
    address = f"/settings/notifications/browsers/{Device.objects.get().pk}/removal"
    assert as_bo.post(address).status_code == 404
    assert as_alma.post(address).status_code == 302
    assert not Device.objects.exists()


def test_the_worker_speaks_for_the_addresses_of_notices_alone(client: Client) -> None:
    answer = client.get("/notifications/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "Service-Worker-Allowed" not in answer
    assert '"push"' in answer.content.decode()
