"""A question put to an index: to each of its parts, all at once, each in a process of its own that sees nothing else.

Where the operator keeps workers for the parts (`TENUTO_INDEX_WORKERS`), the question lies in a folder that they see
too, and each part is a job of the queue `index-0`, `index-1` and so on; a worker that does always the same parts has
them in its machine's memory. A part that no worker takes soon, or takes and never answers, is asked from here. Whoever
begins makes a file that nobody else can make; an answer comes under its name when it is whole. The folder is deleted
by whoever asked, and by a sweep if that was killed: nothing of a question is kept.
"""

import json
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django_tasks import task

from tenuto.audio.sandbox import SANDBOX
from tenuto.base.jobs import send
from tenuto.dsp.errors import SoundError
from tenuto.gate import volumes
from tenuto.gate.duties import searcher_of
from tenuto.gate.rewriting import Found, look_up

QUESTION, VOLUMES = "question", "volumes.json"
PATIENCE_SECONDS = 1.0  # for somebody to take a part
LONGEST_ANSWER_SECONDS = 300.0  # of whoever has taken one; of a recording of hours it takes a minute
PAUSE_SECONDS = 0.02
ATTEMPTS = 5

_TRIES = re.compile(r"(gate|identify)-[a-z0-9-]{1,60}/[0-4]")


def is_divided() -> bool:
    """Are there several parts, or workers for them? Else whoever asks may look into the volumes itself."""
    return settings.INDEX_SHARDS > 1 or settings.INDEX_WORKERS


def ask(kind: str, place: Path) -> list[Found]:
    """What each part finds for the question in this folder, all together. Raises SoundError.

    A volume may be written anew between the question which there are and their reading: then all is asked again.
    """
    for attempt in range(ATTEMPTS):
        parts, here = volumes.by_shard(kind), place / str(attempt)
        here.mkdir()
        said = {
            "kind": kind,
            "without": volumes.struck(kind),
            "parts": {shard: [path.name for path in paths] for shard, paths in parts.items()},
        }
        (here / VOLUMES).write_text(json.dumps(said))
        try:
            found = _by_workers(here, list(parts)) if settings.INDEX_WORKERS else _at_once(here, list(parts))
        except (FileNotFoundError, SoundError):
            if all(path.exists() for paths in parts.values() for path in paths):
                raise
        else:
            return [one for some in found for one in some]
    raise FileNotFoundError(f"a volume of {kind} is lost; the next sweep has its works read again")


def _at_once(here: Path, parts: list[int]) -> list[list[Found]]:
    with ThreadPoolExecutor(min(max(1, len(parts)), os.cpu_count() or 1), "part") as threads:
        return list(threads.map(lambda shard: _answer(here, shard), parts))


def _answer(here: Path, shard: int) -> list[Found]:
    """What one part finds. Needs no database, so any thread may ask."""
    said = json.loads((here / VOLUMES).read_text())
    paths = [volumes.folder_of(said["kind"]) / name for name in said["parts"][str(shard)]]
    question, limits = here.parent / QUESTION, volumes.MERGING
    # A file that is mapped counts as memory.
    limits = replace(limits, memory_bytes=limits.memory_bytes + sum(path.stat().st_size for path in paths))
    return SANDBOX.run(
        look_up, searcher_of(said["kind"]), question, paths, said["without"], reads=[question, *paths], limits=limits
    )


# ——— by workers ———


def _by_workers(here: Path, parts: list[int]) -> list[list[Found]]:
    """As `_at_once`; each part by whoever takes it first."""
    for shard in parts:
        queue = f"index-{shard % settings.INDEX_SHARDS}"  # there are more parts for as long as fewer are being made
        send(answer_part.using(queue_name=queue), f"{here.parent.name}/{here.name}", shard)
    begun, found = time.monotonic(), dict[int, list[Found]]()
    while len(found) < len(parts):
        for shard in parts:
            if shard in found:
                continue
            with suppress(FileNotFoundError):
                found[shard] = json.loads((here / f"answer-{shard}").read_text())
                continue
            waited = time.monotonic() - begun
            if waited > LONGEST_ANSWER_SECONDS or (waited > PATIENCE_SECONDS and _is_ours(here, shard)):
                found[shard] = _answer(here, shard)
        time.sleep(PAUSE_SECONDS)
    return [found[shard] for shard in parts]


@task(queue_name="index-0", priority=5)
def answer_part(place: str, shard: int) -> None:
    """Answer for one part, where nobody has begun to and the question is there still."""
    here = Path(settings.SCRATCH_DIR) / place
    if not _TRIES.fullmatch(place) or not _is_ours(here, shard):
        return
    try:
        draft = here / f".answer-{shard}"
        draft.write_text(json.dumps(_answer(here, shard)))
        draft.replace(here / f"answer-{shard}")
    except BaseException as error:
        (here / f"begun-{shard}").unlink(missing_ok=True)  # whoever asked does it, and tells what is wrong
        if not isinstance(error, FileNotFoundError):  # it has its answer, or asks anew
            raise


def _is_ours(here: Path, shard: int) -> bool:
    """Is this part ours to answer? Once, of all who ask."""
    with suppress(FileExistsError, FileNotFoundError):
        os.close(os.open(here / f"begun-{shard}", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return True
    return False
