"""Manifests as they are stored: the list a job is bound to, which tells nobody what is on it."""

import pytest

from tenuto.ledger import vault
from tenuto.ledger.manifests import drop, keep, leaves_of, prepare
from tenuto.ledger.models import DrawnManifest
from tenuto.ledger.subjects import Subject
from tenuto.rules.commitments import manifest_key, manifest_value
from tenuto.rules.job_manifests import JobManifest
from tenuto.rules.manifests import Manifest, root_of
from tests.ledger.writing import draw_up

pytestmark = pytest.mark.django_db

SUBJECTS = [Subject("recording", number) for number in range(300)]
HEADER: dict[str, object] = {"v": 1, "t": "job.open", "job": "one", "purpose": "recommendation", "use": "train"}


def test_a_manifest_is_stored_as_anybody_can_rebuild_it() -> None:
    made = draw_up(SUBJECTS, HEADER)
    leaves = leaves_of(made.root)
    assert (made.size, made.count) == (512, 300)
    assert len(leaves) == made.size
    assert root_of(leaves) == made.root
    assert [*leaves] == sorted(leaves)
    assert DrawnManifest.objects.get().manifest == made.id.hex()


def test_what_is_prepared_binds_nobody_until_it_is_kept() -> None:
    kept, dropped = (prepare(SUBJECTS, HEADER | {"job": job}) for job in ("one", "two"))
    assert not DrawnManifest.objects.exists()
    keep(kept)
    drop(dropped)
    assert [drawn.root for drawn in DrawnManifest.objects.all()] == [kept.root.hex()]
    assert len(leaves_of(kept.root)) == 512
    with pytest.raises(FileNotFoundError):
        leaves_of(dropped.root)


def test_each_work_stands_at_the_place_its_key_names() -> None:
    made = draw_up(SUBJECTS, HEADER)
    leaves = leaves_of(made.root)
    for subject, key in vault.keys_of([*SUBJECTS, Subject("recording", 999)]).items():
        there = leaves.get(manifest_key(key, made.id))
        assert there == (manifest_value(key, made.id) if subject.id < 300 else None)


def test_two_jobs_over_the_same_works_have_no_line_in_common() -> None:
    """Nobody can follow your work from one job to the next by the published lists."""
    one, other = (leaves_of(draw_up(SUBJECTS, HEADER | {"job": job}).root) for job in ("one", "two"))
    assert not {*one, *one.values()} & {*other, *other.values()}


def test_a_job_over_nothing_has_a_manifest_like_any_other() -> None:
    made = draw_up([], HEADER)
    assert (made.size, made.count) == (256, 0)
    assert root_of(leaves_of(made.root)) == made.root


def test_the_record_of_a_job_leads_to_proofs_that_a_work_is_or_is_not_in_it() -> None:
    """From the public record and your key alone: this job could read your work, or it could not."""
    made = draw_up(SUBJECTS, HEADER)
    job = JobManifest.of(HEADER | made.said)
    assert (job.id, job.root, job.size) == (made.id, made.root, made.size)
    tree = Manifest(leaves_of(made.root))
    for subject, key in vault.keys_of([SUBJECTS[7], Subject("recording", 999)]).items():
        assert job.has(key, tree.prove(manifest_key(key, made.id))) is (subject.id == 7)
