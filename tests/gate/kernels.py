"""A home in which models were made with and without a work: run as a program, in a home of its own.

`make` prints the job that made a model before anybody had allowed one track, the one that made it with that track, and
the one after it was withdrawn; `again JOB…` makes the models of those jobs again and prints their digests, and that of
a product of fractions, whose last bits tell OpenBLAS's kernels apart.
"""

import json
import sys
from hashlib import sha256

import django
import numpy as np


def main() -> None:
    django.setup()
    print(json.dumps(make() if sys.argv[1] == "make" else again(sys.argv[2:])), file=sys.__stdout__)


def make() -> list[dict[str, str]]:
    from django.utils import timezone

    from tenuto.base.tables import migrate
    from tenuto.consent.answer import answer
    from tenuto.consent.models import Act
    from tenuto.gate.journey import forget, go
    from tenuto.gate.models import Run
    from tenuto.ledger import logs
    from tests.consent.answering import allow, hold
    from tests.gate.taught import learn, taught
    from tests.gate.working import WORDS

    migrate()
    logs.open_log()
    track = taught()[0]

    def say(wish: object) -> None:
        answer(track.owner, [track.pk], wish, Act.How.PAGE, at=timezone.now())  # type: ignore[arg-type]

    say(hold(WORDS))
    go(learn(), timezone.now())  # never seen
    say(allow(WORDS))
    go(learn(), timezone.now())  # seen
    say(hold(WORDS))
    assert forget(learn()) == 1  # withdrawn, and so made again
    runs = Run.objects.exclude(model_digest="").order_by("pk")
    return [{"job": run.key, "digest": run.model_digest} for run in runs]


def again(jobs: list[str]) -> dict[str, object]:
    from django.utils import timezone

    from tenuto.gate.retraining import retrain

    random = np.random.default_rng(1)
    product = random.normal(size=(300, 300)) @ random.normal(size=(300, 300))
    return {
        "digests": [retrain(job, timezone.now()).digest for job in jobs],
        "kernel": sha256(product.tobytes()).hexdigest(),
    }


if __name__ == "__main__":
    main()
