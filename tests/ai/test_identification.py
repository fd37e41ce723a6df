"""Known again: what has come is compared with what is registered; what is taken back is known no more, in no byte."""

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from django.apps import apps
from django.conf import settings
from django.test import TestCase
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.ai.identification import findings
from tenuto.ai.identification.models import Checked, Registered, Verdict
from tenuto.consent import stops
from tenuto.gate import volumes
from tenuto.gate.container import pack, unpack
from tenuto.gate.duties import duty_named
from tenuto.gate.models import Due, Kept, Passage, Shelved, Volume, Withdrawal
from tenuto.gate.reconcile import delete_orphans, finish_what_was_begun, read_again_what_is_lost, walk_on
from tenuto.rules.cells import Purpose, cell_named
from tenuto.rules.shards import shard_of
from tenuto.terms.versions import publish
from tenuto.tracks.models import Hold, Track
from tests.ai.pieces import Sound, came, faster, held_of, hidden, noisy, piece, told, turned
from tests.gate.conftest import without_rooms  # noqa: F401  on PostgreSQL
from tests.gate.working import LONG_AGO, agreed, allows, holds, worked_off
from tests.terms.writing import NEEDED, OWNING, written

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # real sound through the real engine

TRAIN, INFORM = (cell_named(f"recording/identification/{use}") for use in ("train", "inform"))
KIND = "identification.index"
RECOGNISING = """Finding copies

```cells
recording identification: inform, train
```

If you allow it, we keep a fingerprint."""


@pytest.fixture(autouse=True)
def terms(db: None, tmp_path: Path) -> None:
    settings.INDEX_DIR = tmp_path
    publish(written(OWNING, NEEDED, RECOGNISING), LONG_AGO, at=LONG_AGO)


@pytest.fixture
def artist(alma: Account) -> Account:
    return agreed(alma)


@pytest.fixture
def other(bo: Account) -> Account:
    return agreed(bo)


def registered(owner: Account, seed: int) -> Track:
    track = came(owner, piece(seed), f"Piece {seed}").track
    allows(track, TRAIN, INFORM)
    worked_off()
    return track


def uploaded(owner: Account, sound: Sound) -> Track:
    recording = came(owner, sound, "Upload")
    told(recording)
    worked_off()
    return recording.track


def test_a_registered_piece_is_known_again_faster_and_noisy_with_where_and_how(artist: Account, other: Account) -> None:
    registered(artist, 1)
    known = registered(artist, 2)
    track = uploaded(other, noisy(faster(piece(2), 1.05)))
    found = findings.found_in([track.pk])
    assert {passage.reference for passage in found} == {known.pk}
    longest = max(found, key=lambda one: one.end - one.begin)
    assert longest.tempo == pytest.approx(1.05, abs=0.005)
    assert longest.semitones == pytest.approx(0.84, abs=0.2)
    assert longest.end - longest.begin > 8
    assert longest.reference_begin == pytest.approx(longest.begin * 1.05, abs=0.2)


def test_a_registered_piece_is_known_however_its_two_sides_are_turned(artist: Account, other: Account) -> None:
    """The sum of both is silence, or another piece; one side alone has it; one of two bands cancels in each."""
    known, song = registered(artist, 1), piece(1)
    bands = np.fft.rfft(song)
    bands[np.arange(len(bands)) // 2_000 % 2 == 0] *= -1
    combed = np.fft.irfft(bands, len(song)).astype(np.float32)
    for sound in (
        turned(song),
        hidden(song, 2 * piece(5)),
        np.stack([song, 3 * piece(6)], axis=1),
        np.stack([song, combed], axis=1),
    ):
        found = findings.found_in([uploaded(other, sound).pk])
        assert {one.reference for one in found} == {known.pk}
        assert max(one.end - one.begin for one in found) > 8
    assert findings.found_in([uploaded(other, hidden(piece(3), piece(4))).pk]) == []


def test_a_registered_work_whose_channels_cancel_each_other_out_is_known_too(artist: Account, other: Account) -> None:
    """Nothing of it is in their sum."""
    known = came(artist, turned(piece(1)), "Turned").track
    allows(known, TRAIN, INFORM)
    worked_off()
    assert {one.reference for one in findings.found_in([uploaded(other, piece(1)).pk])} == {known.pk}


def test_an_index_that_the_operator_divides_is_moved_by_the_sweep(
    artist: Account, other: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [registered(artist, seed).pk for seed in (1, 2, 3)]
    monkeypatch.setattr(settings, "INDEX_SHARDS", 2)
    read_again_what_is_lost(timezone.now())
    worked_off()
    rows = Shelved.objects.values_list("track_id", "volume__shard", "volume__shards")
    assert set(rows) == {(work, shard_of(work, 2), 2) for work in known}
    mix = np.concatenate([piece(seed) for seed in (1, 2, 3)])
    assert [one.reference for one in findings.found_in([uploaded(other, mix).pk])] == known


def test_another_piece_silence_noise_and_a_second_of_sound_are_clear(artist: Account, other: Account) -> None:
    registered(artist, 1)
    silence, noise = np.zeros(120_000, np.float32), np.random.default_rng(5).normal(0, 0.1, 120_000).astype(np.float32)
    for sound in (piece(3), silence, noise, piece(4)[:12_000]):
        track = uploaded(other, sound)
        assert findings.found_in([track.pk]) == []
        assert Verdict.objects.get(track_id=track.pk).works == 1
        passage = Passage.objects.get(track_id=track.pk, duty="identification.check")
        assert (passage.allowed, passage.reason) == (True, "needed")


def test_a_mix_of_three_is_listed_passage_by_passage(artist: Account, other: Account) -> None:
    tracks = [registered(artist, seed).pk for seed in (1, 2, 3)]
    mix = np.concatenate([piece(seed) for seed in (1, 2, 3)])
    found = findings.found_in([uploaded(other, mix).pk])
    assert [passage.reference for passage in found] == tracks
    for number, passage in enumerate(found):
        assert passage.begin == pytest.approx(12 * number, abs=4)
        assert passage.end == pytest.approx(12 * (number + 1), abs=4)


def test_nothing_is_kept_of_an_upload_that_nobody_registered(artist: Account, other: Account) -> None:
    registered(artist, 1)
    track = uploaded(other, piece(3))
    assert not Shelved.objects.filter(track_id=track.pk).exists()
    assert not Registered.objects.filter(track_id=track.pk).exists()
    assert all(track.pk not in unpack(path.read_bytes())["pieces"] for path in files())


def test_a_withdrawn_work_is_known_no_more_and_no_byte_of_it_is_left(artist: Account, other: Account) -> None:
    stays, goes = registered(artist, 1), registered(artist, 2)
    track = uploaded(other, piece(2))
    assert findings.found_in([track.pk])
    hashes = held_of(goes.pk, files())
    assert hashes
    holds(goes, TRAIN)
    assert volumes.struck(KIND) == [goes.pk]  # at once, before anything was rewritten
    worked_off()
    assert not Shelved.objects.filter(track_id=goes.pk).exists()
    assert findings.found_in([track.pk]) == []
    assert Withdrawal.objects.get().done_at is not None
    whole = b"".join(path.read_bytes() for path in files())
    assert not [one for one in hashes if one in whole]
    assert [one for one in held_of(stays.pk, files()) if one in whole]
    assert findings.found_in([uploaded(other, faster(piece(2), 1.02)).pk]) == []
    assert findings.found_in([uploaded(other, faster(piece(1), 1.02)).pk])


def test_a_work_that_is_struck_is_not_found_by_a_search_that_begins_now(artist: Account, other: Account) -> None:
    goes = registered(artist, 1)
    volumes.strike([KIND], [goes.pk], timezone.now())
    assert findings.found_in([uploaded(other, piece(1)).pk]) == []


def test_small_volumes_become_one_and_know_the_same(artist: Account, other: Account) -> None:
    tracks = [registered(artist, seed) for seed in (1, 2, 3, 4, 5)]
    assert Volume.objects.count() == 2
    assert len(files()) == 2
    for seed, track in enumerate(tracks, start=1):
        assert {one.reference for one in findings.found_in([uploaded(other, noisy(piece(seed))).pk])} == {track.pk}


def test_an_index_whose_file_is_lost_is_made_again(artist: Account, other: Account) -> None:
    known = registered(artist, 1)
    (file,) = files()
    file.unlink()
    track = uploaded(other, piece(1))
    assert not Verdict.objects.filter(track_id=track.pk).exists()  # nothing is compared with what is left
    read_again_what_is_lost(timezone.now())
    assert not volumes.held(KIND, [known.pk])
    worked_off()
    assert {one.reference for one in findings.found_in([track.pk])} == {known.pk}


def test_what_an_index_lost_while_it_was_stopped_is_read_again_when_it_goes_on(artist: Account, other: Account) -> None:
    known = registered(artist, 1)
    files()[0].unlink()
    stops.stop(Purpose.IDENTIFICATION, "The engine is looked at.", timezone.now())
    read_again_what_is_lost(timezone.now())
    worked_off()
    assert not Due.objects.filter(duty="identification.register").exists()
    with TestCase.captureOnCommitCallbacks(execute=True):
        stops.resume(Purpose.IDENTIFICATION, timezone.now())
    worked_off()
    assert volumes.held(KIND, [known.pk])


def test_a_row_that_names_a_forgotten_work_is_deleted(artist: Account, other: Account) -> None:
    """A check that had opened the index before the work was forgotten, and wrote afterwards."""
    known = registered(artist, 1)
    uploaded(other, piece(1))
    rows = list(Checked.objects.filter(reference_id=known.pk).values())
    holds(known, TRAIN)
    worked_off()
    assert not Checked.objects.exists()
    Checked.objects.bulk_create([Checked(**row) for row in rows])
    delete_orphans(timezone.now())
    assert not Checked.objects.exists()


def test_while_the_operator_stopped_it_nothing_is_compared_and_everything_waits(
    artist: Account, other: Account
) -> None:
    known = registered(artist, 1)
    stops.stop(Purpose.IDENTIFICATION, "The engine is looked at.", timezone.now())
    track = uploaded(other, piece(1))
    assert not Verdict.objects.filter(track_id=track.pk).exists()
    assert Hold.waiting().filter(recording__track=track).exists()
    assert volumes.held(KIND, [known.pk])
    stops.resume(Purpose.IDENTIFICATION, timezone.now())
    walk_on(timezone.now())
    worked_off()
    assert {one.reference for one in findings.found_in([track.pk])} == {known.pk}


def test_a_replaced_sound_takes_the_place_of_the_one_that_was_known(artist: Account, other: Account) -> None:
    known = registered(artist, 1)
    known.recordings.update(current=False)
    came(artist, piece(2), of=known)
    holds(known, TRAIN)
    allows(known, TRAIN)
    worked_off()
    assert {one.reference for one in findings.found_in([uploaded(other, piece(2)).pk])} == {known.pk}
    assert findings.found_in([uploaded(other, piece(1)).pk]) == []


def test_what_was_registered_before_bands_were_kept_is_known_and_heard_again(artist: Account, other: Account) -> None:
    known, duty = registered(artist, 1), duty_named("identification.register")
    assert duty is not None
    (file,) = files()
    older = {name: array for name, array in unpack(file.read_bytes()).items() if name != "band_bits"}
    volumes.erase(duty, [known.pk])
    volumes.add(KIND, [known.pk], pack(older))
    assert {one.reference for one in findings.found_in([uploaded(other, noisy(piece(1))).pk])} == {known.pk}
    for _twice in range(2):
        import_module("tenuto.gate.migrations.0006_registered_again").hear_again(apps, None)
    (waiting,) = Due.objects.values_list("duty", "track_id")
    assert waiting == (duty.name, known.pk)
    finish_what_was_begun(timezone.now())
    worked_off()
    assert not Due.objects.exists()
    (file,) = files()
    assert unpack(file.read_bytes())["band_bits"].any()
    assert {one.reference for one in findings.found_in([uploaded(other, noisy(piece(1))).pk])} == {known.pk}


def test_what_was_compared_is_not_compared_again_whenever_something_changes(artist: Account, other: Account) -> None:
    track = uploaded(other, piece(1))
    Hold.objects.update(released_at=timezone.now(), how=Hold.How.CLEAR)
    allows(track, INFORM)
    assert not Due.objects.filter(duty="identification.check").exists()
    assert Kept.objects.filter(duty="identification.check", track_id=track.pk).exists()
    assert Checked.objects.count() == 0


def files() -> list[Path]:
    return sorted(Path(settings.INDEX_DIR).glob(f"{KIND}/*.arrays"))
