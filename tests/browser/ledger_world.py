"""Makes the world in which the ledger is looked at: run as a program, in the home of the server under test.

Alma lets one track be sorted and learned from, and holds another from the beginning; the gate does its work, and the
log is published. Prints what the tests must know as JSON.
"""

import json
import sys
import tempfile

import django


def main() -> None:
    django.setup()
    from django.conf import settings

    tempfile.tempdir = str(settings.HOME)  # what the tests' own tools leave behind goes with the home
    print(json.dumps(used_and_held()), file=sys.__stdout__)


def cosign() -> None:
    """Have the head cosigned by a witness that the policy names."""
    from tenuto.ledger import cosigning, keys, logs, trust
    from tenuto.ledger.models import Log
    from tenuto.rules.cosignatures import cosigned
    from tenuto.rules.notes import Note
    from tenuto.rules.policies import Policy, Witness

    log, witness = logs.open_log(), keys.of_witness(cosigning.name())
    trust.choose(Policy("near", witnesses={"near": Witness("near", witness.key)}))
    note = Note.parse(bytes(log.note))
    note = note.signed_with(cosigned(note.text, 1_795_000_000, witness.key, witness.sign))
    Log.objects.update(note=bytes(note))
    logs.shelf_of(log).publish(bytes(note))
    trust.publish(log)


def used_and_held() -> dict[str, object]:
    from django.test import Client
    from django.utils import timezone

    from tenuto.base.events import publish
    from tenuto.consent.standing import begin_epoch
    from tenuto.ledger import logs
    from tenuto.ledger.sequencer import Sequencer
    from tenuto.tracks.events import SoundReady
    from tests.gate.working import ALL, INPUT, agreed, holds, work, worked_off
    from tests.people import person

    alma = agreed(person("alma", "Alma Ferreira"))
    logs.open_log()
    tracks = {
        "held": work(alma, title="Loops for Leaving"),
        "used": work(alma, *ALL, title="Harbour, 5 a.m.", tags=("tram", "night")),
        "regretted": work(alma, INPUT, title="Letters, Unsent"),
    }
    for track in tracks.values():
        publish(SoundReady(track.pk, track.recordings.get().pk, timezone.now()))
    worked_off()
    begin_epoch(timezone.now())
    holds(tracks["regretted"], INPUT)
    worked_off()
    begin_epoch(timezone.now())
    Sequencer().step()
    cosign()
    client = Client()
    client.force_login(alma, backend="django.contrib.auth.backends.ModelBackend")
    return {
        "pages": {name: one.get_absolute_url() for name, one in tracks.items()},
        "keys": {name: one.key for name, one in tracks.items()},
        "link": "",
        "doomed": "",
        "sessions": {"alma": client.cookies["sessionid"].value},
    }


if __name__ == "__main__":
    main()
