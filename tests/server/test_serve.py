"""`tenuto serve` starts everything, notices what dies, and leaves nothing behind."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.migrated import begin
from tests.ports import free_port
from tests.server.house import House, until

pytestmark = pytest.mark.slow


def answers(port: int, path: str = "/") -> str:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return str(answer.read().decode())
    except (URLError, OSError):
        return ""


def children(parent: int) -> list[int]:
    """Every living descendant of a process."""
    found = [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    return found + [each for child in found for each in children(child)]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def health(port: int) -> dict[str, object]:
    found: dict[str, object] = json.loads(answers(port, "/health") or "{}")
    return found


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[House, int, "subprocess.Popen[bytes]"]]:
    house, port = House(tmp_path / "home"), free_port()
    begin(house.home)
    server = house.start("serve", "--port", str(port), "--workers", "1", "--jobs", "1")
    try:
        until(lambda: answers(port))
        until(lambda: health(port).get("ok"))
        yield house, port, server
    finally:
        for pid in [*children(server.pid), server.pid] if is_alive(server.pid) else []:
            os.kill(pid, signal.SIGKILL)
        server.wait()


def test_it_serves_restarts_what_dies_and_ends_whole(served: tuple[House, int, "subprocess.Popen[bytes]"]) -> None:
    house, port, server = served
    assert "New music" in answers(port)

    second = house.run("serve", "--port", str(port))
    assert second.returncode == 1
    assert f"Port {port} is taken" in second.stderr

    [worker] = [pid for pid in children(server.pid) if b"\0work\0" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(worker, signal.SIGKILL)
    until(lambda: not is_alive(worker))

    def another() -> bool:
        found = [pid for pid in children(server.pid) if b"\0work\0" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        return bool(found) and found != [worker]

    until(another)
    assert "New music" in answers(port), "the site went on meanwhile"

    everything = children(server.pid)
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=120) == 0
    until(lambda: not any(map(is_alive, everything)))
    assert answers(port) == ""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A home with tables and nobody in it."""
    house = House(tmp_path_factory.mktemp("home"))
    house.make()
    return house


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ([], 2, "COMMAND"),
        (["sing"], 2, "invalid choice"),
        (["restore", "nowhere.tar"], 1, "Not restored"),
        (["import", "nowhere"], 2, "Make an account first"),
        (["create-admin"], 2, "Give --handle and --email"),
        (
            ["create-admin", "--handle", "a", "--email", "a@b.example", "--password-from", "/"],
            2,
            "could not be read from /",
        ),
        (["terms", "publish"], 1, "no draft"),
        (["terms", "diff"], 1, "There is no version"),
    ],
)
def test_what_makes_no_sense_is_answered_with_words(
    typed: list[str], status: int, words: str, empty: House, tmp_path: Path
) -> None:
    house = House(tmp_path / "home") if typed[:1] == ["restore"] else empty
    ran = house.run(*typed)
    assert words in " ".join(ran.stderr.split())
    assert ran.returncode == status
    assert "Traceback" not in ran.stderr


def test_the_first_command_in_a_new_home_makes_its_tables(tmp_path: Path) -> None:
    house = House(tmp_path / "home")
    typed = ["create-admin", "--handle", "ann", "--email", "ann@example.org", "--password-from"]
    (tmp_path / "password").write_text("a long enough password")
    made = house.run(*typed, str(tmp_path / "password"))
    assert made.returncode == 0, made.stderr
    assert "@ann may now sign in" in made.stderr
    assert house.run("work", "--until-idle").returncode == 0


@pytest.mark.parametrize("typed", [["work", "--until-idle"], ["fsck"], ["backup", "somewhere.tar"]])
def test_what_needs_a_home_says_that_there_is_none(typed: list[str], tmp_path: Path) -> None:
    ran = House(tmp_path / "home").run(*typed)
    assert ran.returncode == 1
    assert "`tenuto migrate` brings it up to this version" in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr


def test_a_database_that_does_not_answer_is_said_in_a_sentence(tmp_path: Path) -> None:
    house = House(tmp_path / "home", TENUTO_DATABASE="postgresql://nobody@127.0.0.1:1/nothing")
    ran = house.run("work")
    assert ran.returncode == 1
    assert "The database does not answer" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_operator_is_made_and_a_second_of_that_name_is_not(empty: House, tmp_path: Path) -> None:
    house = empty
    password = tmp_path / "password"
    password.write_text("a long enough password\n")
    typed = ["create-admin", "--handle", "ann", "--email", "ann@example.org", "--password-from", str(password)]
    assert house.run(*typed).returncode == 0
    again = house.run(*typed)
    assert again.returncode == 1
    assert "taken" in again.stderr or "exists" in again.stderr
    weak = tmp_path / "weak"
    weak.write_text("12345")
    refused = house.run("create-admin", "--handle", "bob", "--email", "bob@example.org", "--password-from", str(weak))
    assert refused.returncode == 1
    assert "too short" in refused.stderr
