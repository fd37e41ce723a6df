"""The public files in a bucket: whole at every moment, written once, and a memory of what a backup has forgotten."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from tenuto.base.signatures import verify
from tenuto.ledger import halting, keys, logs, trust
from tenuto.ledger.bucket import Bucket, BucketSilent, Changed, authorised
from tenuto.ledger.carrying import Carrier
from tenuto.ledger.checks import check_ledger
from tenuto.ledger.errors import LedgerTorn, RolledBack
from tenuto.ledger.manifests import drop, prepare
from tenuto.ledger.publishing import Publisher
from tenuto.ledger.sequencer import Sequencer
from tenuto.ledger.subjects import Subject
from tenuto.rules.audits import audit
from tenuto.rules.checkpoints import Checkpoint, issued, opened
from tenuto.rules.lines import Refused
from tenuto.verify.sources import LogFiles
from tests.ledger.object_store import KEY, REGION, SECRET, ObjectStore, serving
from tests.ledger.writing import OPEN, draw_up, published_log, seen, the_log, write_uses
from tests.ledger.yesterday import Yesterday

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    with serving() as running:
        said = {"": running.address, "_REGION": REGION, "_KEY": KEY, "_SECRET": SECRET}
        for name, value in said.items():
            monkeypatch.setattr(settings, f"LOG_BUCKET{name}", value)
        yield running


def grow(count: int = 40) -> None:
    write_uses(count)
    Sequencer().step()


def carried(store: ObjectStore) -> Checkpoint:
    """What a stranger finds who reads the bucket alone: a checkpoint, and every file that it speaks of."""

    def read(path: str) -> bytes:
        try:
            return store.objects[path]
        except KeyError as error:
            raise Refused(f"{path} is not there") from error

    head = opened(store.objects["checkpoint"], logs.verifiers(the_log()), verify).checkpoint
    files = LogFiles(read)
    assert [*audit(head, files.tile, files.bundle)] == []
    return head


def test_requests_are_signed_as_awss_own_examples_are() -> None:
    """Signature Version 4, from the documentation of S3: an object read in part, and one written."""
    who = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    at = datetime(2013, 5, 24, tzinfo=UTC)
    host = "examplebucket.s3.amazonaws.com"
    read = authorised("GET", host, "/test.txt", {"range": "bytes=0-9"}, b"", "us-east-1", who, at)
    assert read["authorization"].endswith(
        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    )
    headers = {"date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"}
    content = b"Welcome to Amazon S3."
    written = authorised("PUT", host, "/test%24file.text", headers, content, "us-east-1", who, at)
    assert written["authorization"].endswith(
        "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
    )


def test_the_bucket_has_all_that_is_published_and_nothing_that_is_over(store: ObjectStore) -> None:
    carrier = Carrier()
    published_log(count=3)
    with transaction.atomic():
        made = draw_up([Subject("recording", 1)], OPEN)
        dropped = prepare([Subject("recording", 1)], OPEN | {"job": "never kept"})
    for count in (1, 40, 300, 17, 600, 1):
        carrier.carry()
        assert carried(store) == seen()
        grow(count)
    carrier.carry()
    assert store.objects["policy"] == bytes(trust.published(the_log()))
    assert store.objects[f"manifest/{made.root.hex()}"] == made.path.read_bytes()
    assert f"manifest/{dropped.root.hex()}" not in store.objects
    drop(dropped)
    on_disk = {str(place.relative_to(settings.LOG_DIR)) for place in settings.LOG_DIR.rglob("*") if place.is_file()}
    assert {*store.objects} <= on_disk  # narrow tiles that are full now are gone from both
    assert store.headers["tile/0/000"]["cache-control"] == "public, max-age=31536000, immutable"
    assert store.headers["checkpoint"]["cache-control"] == "public, max-age=5"
    before = len(store.asked)
    assert carrier.carry() == 0
    assert {method for method, _path, _status in store.asked[before:]} == {"GET"}


def test_wherever_the_store_falls_silent_the_bucket_is_whole_and_the_next_time_goes_on(store: ObjectStore) -> None:
    """At every write in turn: what can be seen there is one whole log, and never a checkpoint without its files."""
    published_log(count=200)
    Carrier().carry()
    whole = 0
    for after in (0, 1, 2, 3, 5, 9, 40):
        grow(250)
        before = carried(store)
        store.dies_after = after
        try:
            Carrier().carry()
        except BucketSilent:
            assert carried(store) in (before, seen())
        else:
            whole += 1
        finally:
            store.dies_after = None
        Carrier().carry()
        assert carried(store) == seen()
    assert whole < 3


def test_an_object_store_that_is_gone_stops_no_log(store: ObjectStore) -> None:
    store.server_close()
    settings.LOG_BUCKET = "http://127.0.0.1:9/music"
    published_log(count=20)
    Publisher().carry()
    assert seen().size == the_log().size == 32


def test_yesterday_restored_as_a_whole_is_noticed_by_the_bucket(store: ObjectStore, tmp_path: Path) -> None:
    """Rows and files of yesterday agree with each other. The bucket has seen today: nothing is signed."""
    published_log()
    yesterday = Yesterday(tmp_path)
    grow()
    Carrier().carry()
    yesterday.restore()
    write_uses(1)
    note = bytes(the_log().note)
    for _ in range(2):
        with pytest.raises(RolledBack, match="96 entries"):
            Sequencer().step()
    assert bytes(the_log().note) == note
    assert "the bucket has this log with 96 entries; it has 48" in halting.reason()
    assert carried(store).size == 96


def test_a_second_history_replaces_nothing_in_the_bucket(store: ObjectStore, tmp_path: Path) -> None:
    """Should it be signed all the same, by a log that was told that nothing was lost: the bucket keeps the first."""
    published_log()
    yesterday = Yesterday(tmp_path)
    grow()
    Carrier().carry()
    first = dict(store.objects)
    yesterday.restore()
    settings.LOG_BUCKET = ""
    grow(90)
    settings.LOG_BUCKET = store.address
    with pytest.raises(LedgerTorn, match="another history"):
        Carrier().carry()
    assert store.objects == first


def test_what_somebody_else_put_there_is_noticed_and_left(store: ObjectStore) -> None:
    published_log(count=40)
    store.objects["tile/0/000.p/48"] = bytes(48 * 32)
    with pytest.raises(LedgerTorn, match="says something else"):
        Carrier().carry()
    assert "checkpoint" not in store.objects
    [signer] = keys.of_log(the_log().origin)
    other = issued(Checkpoint(the_log().origin, 32, bytes(32)), signer.key, signer.sign)
    for wrong in (b"nothing that was signed", bytes(other)):
        store.objects["checkpoint"] = wrong
        with pytest.raises(LedgerTorn):
            Carrier().carry()
        assert store.objects["checkpoint"] == wrong


def test_of_two_workers_the_slower_one_takes_no_checkpoint_back(store: ObjectStore) -> None:
    published_log(count=40)
    Carrier().carry()
    there = Bucket(store.address, REGION, KEY, SECRET)
    found = there.get("checkpoint")
    assert found is not None
    grow()
    Carrier().carry()
    with pytest.raises(Changed):
        there.put("checkpoint", found.content, "text/plain", "", replacing=found)
    assert carried(store) == seen()


def test_whoever_has_not_the_secret_writes_nothing(store: ObjectStore) -> None:
    settings.LOG_BUCKET_SECRET = "another"
    published_log(count=4)
    with pytest.raises(BucketSilent, match="403 SignatureDoesNotMatch"):
        Carrier().carry()
    assert store.objects == {}


@pytest.mark.parametrize(
    ("address", "key", "found"),
    [("", "", []), ("s3", KEY, ["ledger.E003"]), ("https://s3.example/music", "", ["ledger.E004"])],
)
def test_settings_that_cannot_be_right_are_named(address: str, key: str, found: list[str], store: ObjectStore) -> None:
    settings.LOG_BUCKET, settings.LOG_BUCKET_KEY = address, key
    assert [message.id for message in check_ledger() if message.id != "ledger.W001"] == found
