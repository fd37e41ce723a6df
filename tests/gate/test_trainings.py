"""A training run reads a whole catalogue at once, and still each artist sees that a track of theirs was in it."""

import json

import pytest
from django.test import Client

from tenuto.accounts.models import Account
from tenuto.gate import trainings
from tenuto.gate.duties import duty_named
from tenuto.gate.export import uses
from tenuto.gate.journey import run_soon
from tenuto.gate.models import Run
from tenuto.ledger.manifests import path_of
from tenuto.tracks.models import Track
from tests.gate.working import ALL, INPUT, work, worked_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def taught(artist: Account) -> Track:
    """A track that was in a training run."""
    track = work(artist, *ALL)
    worked_off()
    return track


def runs() -> list[Run]:
    return list(Run.objects.filter(duty="organisation.learn").order_by("pk"))


def train_again() -> None:
    learn = duty_named("organisation.learn")
    assert learn is not None
    run_soon(learn)
    worked_off()


def page(client: Client, track: Track, query: str = "") -> str:
    return " ".join(client.get(f"/studio/{track.key}/uses{query}").content.decode().split())


def exported(account: Account) -> list[dict[str, object]]:
    files = {item.name: "".join(item.pieces) for item in uses(account)}  # type: ignore[union-attr]  # words, both
    return [json.loads(line) for line in files.get("ai/training.jsonl", "").splitlines()]


def test_an_artist_sees_in_which_training_runs_a_track_was(
    artist: Account, as_alma: Client, as_bo: Client, taught: Track
) -> None:
    """If a model was trained with your track, its page of uses says which, when, and where the log has it."""
    kept_out = work(artist, INPUT, title="Kept out")
    train_again()
    first, second = runs()
    shown = page(as_alma, taught)
    for run in (first, second):
        assert f"<code>{run.key}</code>" in shown
        assert f"<code>{run.model_digest[:12]}</code>" in shown
        assert f"entry <code>{run.entry}</code>" in shown
    assert shown.index(second.key) < shown.index(first.key), "newest first"
    assert "Training it was in" not in page(as_alma, kept_out)
    told = as_alma.get(f"/api/v1/me/tracks/{taught.key}/trainings").json()
    assert [(one["run"], one["job"], one["model"]) for one in told["trainings"]] == [
        (run.key, "organisation.learn", run.model) for run in (second, first)
    ]
    assert (told["unknown"], told["before"]) == (0, None)
    assert as_alma.get(f"/api/v1/me/tracks/{kept_out.key}/trainings").json()["trainings"] == []
    assert as_bo.get(f"/api/v1/me/tracks/{taught.key}/trainings").status_code == 404


def test_training_stands_in_the_copy_of_everything(artist: Account, bo: Account, taught: Track) -> None:
    (run,) = runs()
    (line,) = exported(artist)
    assert (line["tracks"], line["job"], line["run"]) == ([taught.key], "organisation.learn", run.key)
    assert (line["model"], line["model_digest"], line["entry"]) == (run.model, run.model_digest, run.entry)
    assert exported(bo) == []


def test_a_list_that_is_not_here_is_said_to_be_missing(
    artist: Account, bo: Account, as_alma: Client, taught: Track
) -> None:
    """Where we cannot tell, we say so, rather than that your track was in nothing."""
    (run,) = runs()
    path_of(bytes.fromhex(run.manifest)).unlink()
    assert "The list of 1 run is not on this server" in page(as_alma, taught)
    assert as_alma.get(f"/api/v1/me/tracks/{taught.key}/trainings").json()["unknown"] == 1
    (line,) = exported(artist)
    assert line["tracks"] is None
    assert exported(bo) == [], "who has no tracks was in nothing"


def test_older_runs_are_a_page_further(as_alma: Client, taught: Track, monkeypatch: pytest.MonkeyPatch) -> None:
    train_again()
    monkeypatch.setattr(trainings, "RUNS_AT_ONCE", 1)
    old, new = runs()
    first = page(as_alma, taught)
    assert new.key in first
    assert old.key not in first
    assert f'href="?trained_before={new.pk}#training"' in first
    second = page(as_alma, taught, f"?trained_before={new.pk}")
    assert old.key in second
    assert "trained_before" not in second
    assert "?before=" not in page(as_alma, taught, "?trained_before=x&before=²")
