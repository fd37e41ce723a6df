"""A Redis of the tests' own, on a socket in a folder of its own; skipped with a reason where there is none."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

SERVER = shutil.which("redis-server") or shutil.which("valkey-server")


class RedisServer:
    """Can be stopped and started again; it keeps nothing meanwhile."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "redis.sock"
        self.address = f"unix://{self._socket}"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        assert SERVER is not None
        command = [SERVER, "--port", "0", "--unixsocket", str(self._socket), "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            [*command, "--dir", str(self._socket.parent)], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        said = ""
        for line in self._process.stdout:  # until it says that it is ready, or its output ends with it
            said += line
            if "eady to accept connections" in line:
                return
        raise AssertionError(said)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    if SERVER is None:
        pytest.skip("there is no redis-server here")
    if find_spec("redis") is None:
        pytest.skip("the package redis is not installed")
    with TemporaryDirectory(prefix="tenuto-redis-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
