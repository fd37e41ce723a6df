"""Two instances on one machine, each with processes of its own: one witnesses the other, and catches it lying."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.ports import free_port
from tests.server.house import House, until

pytestmark = pytest.mark.slow

SECOND_STORY = """
import sys
from tenuto.ledger import keys, logs
from tenuto.rules.checkpoints import Checkpoint, issued
from tenuto.rules.notes import Note
from tenuto.rules.witnessing import Request
log = logs.current()
[signer] = keys.of_log(log.origin)
other = issued(Checkpoint(log.origin, log.size, b"U" * 32), signer.key, signer.sign)
sys.stdout.write(bytes(Request(log.size, (), other)).decode())
"""
GROW = """
from tests.ledger.writing import write_uses
from tenuto.ledger.sequencer import Sequencer
from tenuto.ledger import logs
logs.open_log()
write_uses({count})
Sequencer().step()
print(logs.current().size)
"""
ASK = """
from tenuto.ledger.publishing import ask_witnesses
ask_witnesses({})
"""
PROVEN = """
from tenuto.base.signatures import verify
from tenuto.ledger import cosigning
from tenuto.ledger.models import WatchedLog
from tenuto.rules.frauds import Equivocation
from tenuto.rules.notes import Key
[place] = cosigning.frauds()
keys = [Key.parse(vkey) for vkey in WatchedLog.objects.get().keys]
one, two = Equivocation.parse(place.read_bytes()).proven(keys, verify)
print(one.checkpoint.origin, one.checkpoint.size == two.checkpoint.size, one.checkpoint.root == two.checkpoint.root)
"""


@contextmanager
def served(house: House, port: int, *more: str) -> Iterator[str]:
    """What a house serves, until it is told to stop."""
    process = house.start("serve", "--port", str(port), "--workers", "1", "--jobs", "1", *more)
    try:
        until(lambda: reads(f"http://localhost:{port}/health"), seconds=120)
        yield f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def reads(address: str) -> bytes:
    try:
        with urlopen(address, timeout=20) as answer:
            return bytes(answer.read())
    except (HTTPError, OSError):
        return b""


def test_a_log_that_tells_its_witness_another_story_leaves_the_proof_with_it(tmp_path: Path) -> None:
    """One instance shows another a second history under its own signature. It is refused, and can be proved."""
    ports = free_port(), free_port()
    telling, hearing = (
        House(tmp_path / name, TENUTO_URL=f"http://localhost:{port}", TENUTO_LEDGER_SECONDS="1")
        for name, port in zip(("telling", "hearing"), ports, strict=True)
    )
    for house in (telling, hearing):
        house.make()
    with served(hearing, ports[1], "--no-worker") as witness, served(telling, ports[0]) as address:
        log_key = reads(f"{address}/log/policy").decode().split()[1]
        assert hearing.run("ledger", "witness", "--watch", log_key).returncode == 0
        witness_key = hearing.inside(
            "from tenuto.ledger import cosigning, keys; print(keys.of_witness(cosigning.name()).key)"
        ).strip()
        added = telling.run("ledger", "witness", "--add", "hearing", witness_key, f"{witness}/witness")
        assert added.returncode == 0
        # Cosigned over HTTP, and published so.
        name = witness_key.split("+")[0].encode()
        until(lambda: "— ".encode() + name in reads(f"{address}/log/checkpoint"), seconds=60)
        lie = telling.inside(SECOND_STORY).encode()
        with pytest.raises(HTTPError) as refused:
            urlopen(Request(f"{witness}/witness/add-checkpoint", lie), timeout=20)
        assert refused.value.code == 422
        refused.value.close()
    assert hearing.inside(PROVEN).split() == [f"localhost:{ports[0]}/log", "True", "False"]
    [fraud] = (hearing.home / "ledger/frauds").iterdir()
    assert json.loads(fraud.read_bytes())["t"] == "fraud.equivocation"
    assert hearing.run("ledger", "witness").returncode == 1


def test_a_log_that_forgets_a_day_and_grows_past_it_is_convicted_by_its_witness(tmp_path: Path) -> None:
    """Equivocation staged with all its parts: one day is cosigned, then told anew from the evening before, and longer.

    The witness is another instance with processes of its own, asked over HTTP; nobody forges anything.
    """
    port = free_port()
    hearing = House(tmp_path / "hearing", TENUTO_URL=f"http://localhost:{port}")
    telling = House(tmp_path / "telling", TENUTO_URL="http://localhost:1")
    for house in (telling, hearing):
        house.make()
    assert int(telling.inside(GROW.format(count=70))) == 80
    again = House(tmp_path / "again", TENUTO_URL="http://localhost:1")
    shutil.copytree(telling.home, again.home)
    with served(hearing, port, "--no-worker") as witness:
        vkey = (telling.home / "log/policy").read_text().split()[1]
        assert hearing.run("ledger", "witness", "--watch", vkey).returncode == 0
        witness_key = hearing.inside(
            "from tenuto.ledger import cosigning, keys; print(keys.of_witness(cosigning.name()).key)"
        ).strip()
        assert int(telling.inside(GROW.format(count=20))) == 112
        for house in (telling, again):
            assert int(house.inside(GROW.format(count=200 if house is again else 17))) in (144, 288)
            added = house.run("ledger", "witness", "--add", "hearing", witness_key, f"{witness}/witness")
            assert added.returncode == 0
            house.inside(ASK)
    assert hearing.inside(PROVEN).split() == ["localhost:1/log", "False", "False"]
    [fraud] = (hearing.home / "ledger/frauds").iterdir()
    # Whoever has the file and the log's key is convinced, with no instance of ours.
    said = subprocess.run(
        [sys.executable, "-m", "tenuto.verify.command", "fraud", str(fraud), "--vkey", vkey],
        env=hearing.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    print(said.stdout)  # noqa: T201
    assert said.returncode == 0, said.stdout + said.stderr
    assert "two stories" in said.stdout or "two histories" in said.stdout
