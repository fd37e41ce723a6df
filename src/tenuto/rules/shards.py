"""Which part of an index a work belongs to: the same for whoever asks, and seldom another when there are more parts."""

from hashlib import sha256


def shard_of(work: int, shards: int) -> int:
    """Of so many parts, from 0. With one part more, only what belongs to the new one moves: 1/n of all works.

    By the highest of as many hashes (Thaler and Ravishankar, "Using name-based mappings to increase hit rates", 1998).
    """
    if shards < 1:
        raise ValueError(f"{shards} parts of an index")
    return max(range(shards), key=lambda shard: sha256(b"%d in %d" % (work, shard)).digest())
