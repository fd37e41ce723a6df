"""The public files of the log over HTTP: everything needed to check it, and nothing else."""

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from tenuto.ledger import trust
from tenuto.ledger.subjects import Subject
from tenuto.rules.policies import parse_policy
from tests.ledger.writing import OPEN, draw_up, published_log, the_log

pytestmark = pytest.mark.django_db


def body(address: str) -> bytes:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    return answer.getvalue()


def test_the_checkpoint_is_text_kept_for_seconds() -> None:
    published_log()
    answer = Client().get("/log/checkpoint")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=5"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert body("/log/checkpoint") == bytes(the_log().note)


@pytest.mark.parametrize("path", ["tile/0/000", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/48"])
def test_tiles_and_bundles_are_bytes_kept_for_ever(path: str) -> None:
    published_log(count=300)
    answer = Client().get(f"/log/{path}")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert body(f"/log/{path}") == (settings.LOG_DIR / path).read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        *("tile/0/001.p/49", "tile/0/999", "tile/0/0", "tile/0/000.p/0", "tile/0/000.p/256", "tile/00/000"),
        *("tile/0/../checkpoint", "tile/../../vault.sqlite3", "tile/entries/x000/000", "tile/entries", "tile/"),
        *("manifest/" + "0" * 64, "manifest/../checkpoint", "manifest/" + "A" * 64, "2/checkpoint", "policy/"),
    ],
)
def test_what_is_no_file_of_the_log_is_missing(path: str) -> None:
    published_log(count=300)
    assert Client().get(f"/log/{path}").status_code == 404


def test_before_the_first_checkpoint_there_is_none() -> None:
    assert Client().get("/log/checkpoint").status_code == 404


def test_a_manifest_is_found_by_the_root_that_its_job_names() -> None:
    with transaction.atomic():
        made = draw_up([Subject("recording", 1)], OPEN)
    assert body(f"/log/manifest/{made.root.hex()}") == made.path.read_bytes()


def test_the_policy_names_the_logs_key_and_address() -> None:
    log = published_log()
    [named] = parse_policy(body("/log/policy")).logs
    assert named == trust.published(log).logs[0]
    assert (named.key.name, named.url) == ("localhost:8000/log", "http://localhost:8000/log")


def test_nobody_writes_through_these_addresses() -> None:
    published_log()
    for address in ("/log/checkpoint", "/log/tile/0/000.p/48", "/log/policy"):
        for method in ("post", "put", "delete"):
            assert getattr(Client(), method)(address).status_code == 405
