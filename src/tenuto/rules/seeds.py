"""Where a job that draws lots takes them from: out of the log, after its list of works was fixed.

    seed = SHA-256("tenuto/seed/v1\\n" || root of the manifest || root of the log at the next multiple of 16 entries)

The log at that size contains the job's own opening, so its root was unknown when the list was drawn up; and the size
is given, so nobody waits for a checkpoint that suits them. Anybody computes it again from the public files.
"""

from hashlib import sha256

STEP = 16  # entries; every checkpoint stands at a multiple of so many


def size_after(place: int) -> int:
    """The size of the log whose root gives the seed of the job that was opened at this place."""
    return (place // STEP + 1) * STEP


def seed_of(manifest_root: bytes, log_root: bytes) -> bytes:
    """The seed, from the root of the job's manifest and that of the log at `size_after`."""
    if len(manifest_root) != 32 or len(log_root) != 32:
        raise ValueError("roots have 32 bytes")
    return sha256(b"tenuto/seed/v1\n" + manifest_root + log_root).digest()
