"""What a browser must compute as we do: a log, openings, proofs and lists, written by our rules for `browser.test.js`.

`python -m tests.ledger.for_browsers` writes them anew; a test says whether they are still what the rules write.
"""

import json
from pathlib import Path

from tenuto.rules.canonical import canonical
from tenuto.rules.consent_maps import map_key
from tenuto.rules.lines import encoded
from tenuto.rules.openings import shown_opening, shown_public, shown_registration
from tests.rules.kits import BOS_SONG, EPOCH, JOBS, LOG, MAP, NONCES, OPEN, REGISTRATION, SONG, USES
from tests.rules.logs import POLICY, WrittenLog

PLACE = Path(__file__).resolve().parent.parent / "golden" / "ledger" / "browser.json"
SIZES = (1, 2, 3, 7, 8, 255, 256, 257, 300, 512, 513, 605)  # around the borders of tiles and of powers of two
ODD_WORDS = '“tēnuto”\n\t\x01\x7f \u2028 🎹 \\ / "'


def vectors() -> dict[str, object]:
    """All that the scripts are tested with."""
    return {
        "policy": bytes(POLICY).decode(),
        "key": SONG.hex(),
        "other_key": BOS_SONG.hex(),
        "files": {path: encoded(content) for path, content in sorted(LOG.files.items()) if "entries" not in path},
        "heads": {str(size): head_at(size) for size in SIZES},
        "inclusion": {str(index): [each.hex() for each in LOG.proof(index).hashes] for index in (0, 5, 255, 256, 605)},
        "consistency": {str(size): [each.hex() for each in LOG.consistency(size)] for size in SIZES},
        "registration": {"place": 3, "opening": shown_registration(REGISTRATION).decode()},
        "uses": [
            {"place": place, "opening": shown_opening(SONG, nonce, use).decode()}
            for place, (nonce, use) in enumerate(zip(NONCES, USES, strict=True), 4)
        ],
        "jobs": [
            {
                "place": place,
                "opening": shown_public(job.record).decode(),
                "proof": encoded(job.proof(SONG)),
                "other_proof": encoded(job.proof(BOS_SONG)),
                "in": SONG in job_keys,
            }
            for place, (job, job_keys) in enumerate(zip(JOBS, ([SONG, BOS_SONG], [BOS_SONG]), strict=True))
        ],
        "epoch": {
            "place": 7,
            "opening": shown_public(EPOCH).decode(),
            "open": list(OPEN),
            "proof": encoded(bytes(MAP.prove(map_key(SONG)))),
            "other_proof": encoded(bytes(MAP.prove(map_key(BOS_SONG)))),
        },
        "canonical": canonical({"v": 1, "t": "odd", "words": ODD_WORDS, "b": [True, None, {"a.b": -3, "a": 2**53 - 1}]})
        .decode(),
    }  # fmt: skip


def head_at(size: int) -> dict[str, str]:
    """The head of the log when it had so many entries, and its edge as files of that size."""
    log = WrittenLog.of(LOG.entries[:size])
    return {"note": bytes(log.note).decode(), "root": log.checkpoint.root.hex()}


def written() -> str:
    return json.dumps(vectors(), ensure_ascii=True, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    PLACE.write_text(written())
