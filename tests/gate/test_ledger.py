"""The artist's ledger: what the log says of a track, for its artist alone, with all that is needed to check it."""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.base.events import publish
from tenuto.base.signatures import verify
from tenuto.consent.standing import begin_epoch
from tenuto.gate.models import Passage, Run, Step
from tenuto.gate.reconcile import walk_on
from tenuto.ledger.book import openings, registered, size
from tenuto.ledger.sequencer import Sequencer
from tenuto.ledger.subjects import Subject
from tenuto.ledger.vault import known_keys
from tenuto.rules.consent_maps import ConsentMap
from tenuto.rules.kits import KIT_FILE, POLICY_FILE, Absence, Act, Entry, Kit, State, checked
from tenuto.rules.lines import decoded
from tenuto.rules.manifest_proofs import ManifestProof
from tenuto.rules.openings import opened
from tenuto.rules.policies import parse_policy
from tenuto.tracks.events import SoundReady
from tenuto.tracks.models import Track
from tenuto.tracks.slugs import begin_track
from tests.conftest import signed_in
from tests.gate.working import ALL, INPUT, allows, holds, work, worked_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def hers(artist: Account) -> Client:
    return signed_in(artist)


def on_record(track: Track) -> Track:
    """The track, after its sound was announced, as it is at the end of an upload."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        publish(SoundReady(track.pk, track.recordings.get().pk, timezone.now()))
    return track


def page(client: Client, track: Track, rest: str = "") -> str:
    answer = client.get(f"/studio/{track.key}/ledger{rest}")
    assert answer.status_code == 200
    return answer.content.decode()


def proofs(client: Client, track: Track) -> dict[str, Any]:
    answer = client.get(f"/studio/{track.key}/ledger/proofs.json")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    told: dict[str, Any] = answer.json()
    return told


def kit_of(client: Client, address: str) -> zipfile.ZipFile:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    content = answer.getvalue()  # to its end: closing it early would close PostgreSQL's connection, and end the test
    return zipfile.ZipFile(io.BytesIO(content))


def test_a_track_that_nothing_asked_for_says_so(hers: Client, artist: Account) -> None:
    words = page(hers, work(artist))
    assert "No AI has asked for it." in words
    assert "data-entry" not in words


def test_each_use_stands_there_with_what_its_entry_says(hers: Client, artist: Account) -> None:
    track = work(artist, INPUT)
    worked_off()
    use = Passage.objects.get()
    words = page(hers, track)
    assert f'data-entry="{use.entry}"' in words
    assert 'data-says="use recording organisation input organisation.describe allow allowed"' in words
    assert "Recording · Organisation: Serve as input" in words
    assert "Allowed: you said so for this track." in words
    assert "1 use since" in words


def test_no_line_is_called_verified_before_a_browser_has_checked_it(hers: Client, artist: Account) -> None:
    track = work(artist, INPUT)
    worked_off()
    line = page(hers, track).split('data-part="proof"')[1].split("</li>")[0]
    assert "Verified" not in line
    assert "svg" not in line


def test_what_was_forgotten_stands_there_too(hers: Client, artist: Account) -> None:
    track = work(artist, INPUT)
    worked_off()
    holds(track, INPUT)
    worked_off()
    step = Step.objects.get()
    words = page(hers, track)
    assert f'data-entry="{step.entry}" data-says="forgotten organisation.describe"' in words
    assert "What was kept is deleted." in words


def test_a_browser_is_given_what_opens_each_line_and_its_registration(hers: Client, artist: Account) -> None:
    track = work(artist, INPUT)
    worked_off()
    told = proofs(hers, track)
    [asset], [entry] = told["assets"], told["entries"]
    key = bytes.fromhex(asset["key"])
    registration, use = openings([Subject("recording", track.pk)])
    for shown, written in ((asset["registration"], registration), (entry, use)):
        assert shown["index"] == shown["place"] == written.index
        assert shown["log"] == "/log/"
        assert opened(shown["opening"].encode(), key).entry == written.leaf


def test_whose_sound_has_come_is_on_record_once_before_any_use(artist: Account) -> None:
    track = on_record(on_record(work(artist)))
    subjects = [Subject("metadata", track.pk), Subject("recording", track.pk)]
    assert [each.body["t"] for each in openings(subjects)] == ["registration", "registration"]
    assert registered(subjects).keys() == set(subjects)


def test_no_key_is_made_for_a_track_that_has_gone(artist: Account) -> None:
    track = work(artist)
    gone, event = track.pk, SoundReady(track.pk, track.recordings.get().pk, timezone.now())
    track.delete()
    with TestCase.captureOnCommitCallbacks(execute=True):
        publish(event)
    assert known_keys([Subject("recording", gone)]) == {}


def test_a_track_held_from_the_beginning_is_shown_to_be_in_no_model(hers: Client, artist: Account) -> None:
    held = on_record(work(artist, title="Held"))
    taken = on_record(work(artist, *ALL, title="Taken", tags=("tram",)))
    worked_off()
    run = Run.objects.exclude(model_digest="").order_by("-pk")[0]
    out, inside = f'data-run="{run.key}" data-says="out"', f'data-run="{run.key}" data-says="in"'
    assert out in page(hers, held)
    assert inside in page(hers, taken)
    assert inside not in page(hers, held)
    assert [len(model["shows"]) for model in proofs(hers, held)["models"]] == [2] * Run.objects.exclude(
        model_digest=""
    ).count()


def test_a_key_that_came_after_a_model_proves_nothing_and_is_not_said_to(hers: Client, artist: Account) -> None:
    on_record(work(artist, *ALL, tags=("tram",)))
    worked_off()
    late = on_record(work(artist, title="Late"))
    words = page(hers, late)
    assert "data-run" not in words
    assert "before this track’s keys were put on record" in words
    assert proofs(hers, late)["models"] == []


def test_all_tracks_together_name_the_track_of_each_line(hers: Client, artist: Account) -> None:
    one, two = work(artist, INPUT, title="One"), work(artist, INPUT, title="Two")
    worked_off()
    words = hers.get("/studio/ledger").content.decode()
    assert "2 uses since" in words
    for track in (one, two):
        assert f'href="/studio/{track.key}/ledger"' in words
    assert len(hers.get("/studio/ledger/proofs.json").json()["entries"]) == 2


@pytest.mark.parametrize("rest", ["", "/proofs.json", "/kit.zip"])
def test_it_is_missing_for_everybody_else(hers: Client, artist: Account, as_cy: Client, rest: str) -> None:
    track = work(artist, INPUT)
    worked_off()
    Sequencer().step()
    answer = hers.get(f"/studio/{track.key}/ledger{rest}")
    assert answer.status_code == 200
    assert answer.getvalue()
    assert as_cy.get(f"/studio/{track.key}/ledger{rest}").status_code == 404
    assert "/accounts/login/" in Client().get(f"/studio/{track.key}/ledger{rest}")["Location"]


def test_others_find_nothing_of_hers_in_their_own_ledger(hers: Client, artist: Account, as_cy: Client) -> None:
    work(artist, INPUT)
    worked_off()
    assert "data-entry" not in as_cy.get("/studio/ledger").content.decode()
    assert as_cy.get("/studio/ledger/proofs.json").json()["assets"] == []


def test_a_kit_holds_by_the_rules_that_everybody_has(hers: Client, artist: Account) -> None:
    held = on_record(work(artist, title="Held"))
    taken = on_record(work(artist, *ALL, title="Taken", tags=("tram",)))
    worked_off()
    Sequencer().step()
    for address, tracks in ((f"/studio/{held.key}/ledger/kit.zip", [held]), ("/studio/ledger/kit.zip", [held, taken])):
        archive = kit_of(hers, address)
        kit = Kit.parse(archive.read(KIT_FILE))
        found = list(checked(kit, archive.read, parse_policy(archive.read(POLICY_FILE)), verify))
        entries = [each for each in found if isinstance(each, Entry)]
        absences = [each for each in found if isinstance(each, Absence)]
        states = [each for each in found if isinstance(each, State)]
        acts = [each for each in found if isinstance(each, Act)]
        assert len(entries) + len(absences) + len(states) + len(acts) == len(found)
        assert {each.asset.title for each in states} == {track.title for track in tracks}
        rests = {one["entry"] for each in entries for one in each.record.get("basis", ())}  # type: ignore[attr-defined]
        assert {each.index for each in acts} == rests
        assert bool(acts) == (taken in tracks)
        assert len(entries) == len(openings([Subject(kind, track.pk) for track in tracks for kind in kinds()]))
        assert {(each.asset.title, each.is_in) for each in absences} == {
            (track.title, track == taken) for track in tracks
        }


def test_a_kit_and_a_page_tell_what_was_open_and_when(hers: Client, artist: Account) -> None:
    """From the log's own map: held first, then allowed, then held again, each with its proof."""
    track = on_record(work(artist))
    begin_epoch(timezone.now())
    assert [state["open"] for state in proofs(hers, track)["states"]] == [["recording/identification/input"]]
    allows(track, *ALL)
    begin_epoch(timezone.now())
    holds(track, *ALL)
    begin_epoch(timezone.now())
    words = page(hers, track)
    assert re.findall(r'data-epoch="(\d+)"', words) == ["3", "2", "1"]
    assert words.count("Held, but for what the service needs") == 2
    assert "Metadata · Organisation: Train" in " ".join(words.split())
    told = proofs(hers, track)
    key = bytes.fromhex(told["assets"][told["states"][0]["asset"]]["key"])
    assert [state["epoch"] for state in told["states"]] == [3, 2, 1]
    for state in told["states"]:
        for shown in state["shows"]:
            record = opened(shown["opening"].encode()).record
            ConsentMap.of(record).check(key, state["open"], ManifestProof.parse(decoded(shown["proof"])))
    Sequencer().step()
    archive = kit_of(hers, f"/studio/{track.key}/ledger/kit.zip")
    found = checked(Kit.parse(archive.read(KIT_FILE)), archive.read, parse_policy(archive.read(POLICY_FILE)), verify)
    states = [each for each in found if isinstance(each, State)]
    assert [(each.record["epoch"], len(each.words)) for each in states] == [(1, 1), (2, 5), (3, 1)]


def test_before_an_epoch_the_page_says_when_it_will_know(hers: Client, artist: Account) -> None:
    words = page(hers, on_record(work(artist)))
    assert "data-epoch" not in words
    assert "The next epoch of the log will say it" in words


def test_a_use_names_the_entries_of_what_it_rests_on(hers: Client, artist: Account) -> None:
    """Your yes, and the terms under which you gave it, stand in the log before the use, and the use says where."""
    track = work(artist, INPUT)
    worked_off()
    [use] = [each.body for each in openings([Subject("recording", track.pk)]) if each.body["t"] == "use"]
    said = {each.index: each.body["what"] for each in openings([Subject("account", artist.pk)]) if "what" in each.body}
    basis = {one["kind"]: one["entry"] for one in use["basis"]}  # type: ignore[attr-defined]
    assert basis == {what: entry for entry, what in said.items()}
    assert basis.keys() == {"answer", "terms"}
    assert max(basis.values()) < Passage.objects.get().entry


def test_models_of_long_ago_are_a_page_away(hers: Client, artist: Account) -> None:
    held = on_record(work(artist, title="Held"))
    on_record(work(artist, *ALL, title="Taken", tags=("tram",)))
    worked_off()
    run = Run.objects.exclude(model_digest="").order_by("-pk")[0]
    for number in range(20):
        run.pk, run.key = None, f"again{number}"
        run.save()
    words = page(hers, held)
    assert words.count('data-says="out"') == 20
    older = re.search(r'href="(\?models=\d+)"', words)
    assert older
    assert f'data-proofs="/studio/{held.key}/ledger/proofs.json{older[1]}"' in page(hers, held, older[1])
    first = Run.objects.exclude(model_digest="").order_by("pk")[0]
    assert f'data-run="{first.key}"' in page(hers, held, older[1])
    told = hers.get(f"/studio/{held.key}/ledger/proofs.json{older[1]}").json()
    assert first.key in {model["run"] for model in told["models"]}


def test_tracks_from_before_the_ledger_are_put_on_record_by_the_walk(hers: Client, artist: Account) -> None:
    """An instance that had music before it had a ledger: within the hour, every track is on record and in the map."""
    old = [work(artist, title=f"Old {number}") for number in range(3)]
    silent = begin_track(artist, "Without sound")
    subjects = [Subject(kind, track.pk) for track in old for kind in kinds()]
    assert registered(subjects) == {}
    walk_on(timezone.now())
    assert registered(subjects).keys() == set(subjects)
    assert known_keys([Subject("recording", silent.pk)]) == {}
    begin_epoch(timezone.now())
    assert [state["epoch"] for state in proofs(hers, old[0])["states"]] == [1]
    entries = size()
    walk_on(timezone.now())
    assert size() == entries
    taken = on_record(work(artist, *ALL, title="Taken", tags=("tram",)))
    worked_off()
    assert 'data-says="out"' in page(hers, old[0])
    assert 'data-says="in"' in page(hers, taken)


def kinds() -> tuple[str, str]:
    return "recording", "metadata"


def test_a_kit_is_checked_by_the_one_file_within_it(hers: Client, artist: Account, tmp_path: Path) -> None:
    on_record(work(artist, *ALL, title="Taken", tags=("tram",)))
    worked_off()
    Sequencer().step()
    kit_of(hers, "/studio/ledger/kit.zip").extractall(tmp_path)
    command = [sys.executable, "-I", "tenuto-verify.pyz", "kit", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Holds: all" in done.stdout
    proof = next((tmp_path / "entries").iterdir())
    other = next(file for file in (tmp_path / "entries").iterdir() if file != proof)
    proof.write_bytes(other.read_bytes().replace(b"index ", b"index 1", 1))
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "DOES NOT HOLD: 1 of" in done.stdout


def test_before_anything_is_signed_there_is_no_kit_and_it_is_said_why(hers: Client, artist: Account) -> None:
    track = work(artist, INPUT)
    worked_off()
    answer = hers.get(f"/studio/{track.key}/ledger/kit.zip")
    assert answer.status_code == 409
    assert "has signed nothing about these tracks yet" in answer.content.decode()


def test_older_lines_are_a_page_away_and_bad_addresses_harm_nothing(hers: Client, artist: Account) -> None:
    track = work(artist, INPUT)
    worked_off()
    [use] = Passage.objects.all()
    Passage.objects.bulk_create(
        Passage(duty=use.duty, track_id=track.pk, asset="recording", purpose="organisation", use="input", allowed=False,
                reason="held", entry=use.entry + number)
        for number in range(1, 60)
    )  # fmt: skip
    assert page(hers, track).count("data-entry") == 50
    assert f"?before={use.entry + 10}" in page(hers, track)
    assert page(hers, track, f"?before={use.entry + 10}").count("data-entry") == 10
    for before in ("x", "-1", "9" * 40, "٣"):
        page(hers, track, f"?before={before}")


def test_the_page_asks_as_much_of_many_uses_as_of_few(hers: Client, artist: Account) -> None:
    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert hers.get(address).status_code == 200
        return len(found)

    one = on_record(work(artist, *ALL, title="One", tags=("tram",)))
    worked_off()
    addresses = [
        f"/studio/{one.key}/ledger",
        f"/studio/{one.key}/ledger/proofs.json",
        "/studio/ledger",
        "/studio/ledger/proofs.json",
    ]
    few = {address: asked(address) for address in addresses}
    on_record(work(artist, *ALL, title="Two", tags=("tram",)))
    on_record(work(artist, *ALL, title="Three", tags=("tram",)))
    worked_off()
    holds(one, INPUT)
    worked_off()
    assert {address: asked(address) for address in addresses} == few
