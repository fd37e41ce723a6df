"""Many readers at once, each asking for one random range after another on a connection of its own."""

import asyncio
import random
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

FILE_BYTES = 4_400_000  # 220 s at 160 kbit/s

Target = tuple[str, str]  # path and cookie


@dataclass(frozen=True)
class Load:
    """What the readers met."""

    generator: str
    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    errors: int
    cpu_seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Of the server, for each range."""
        return 1000 * self.cpu_seconds / max(1, self.requests)

    def with_cpu(self, cpu_seconds: float) -> "Load":
        return replace(self, cpu_seconds=cpu_seconds)


def read_ranges(port: int, targets: list[Target], readers: int, seconds: int, range_bytes: int) -> Load:
    """Random ranges of random targets, for so many seconds."""
    wrk = shutil.which("wrk")
    if wrk:
        return _by_wrk(wrk, port, targets, readers, seconds, range_bytes)
    return asyncio.run(_by_sockets(port, targets, readers, seconds, range_bytes))


def _by_wrk(wrk: str, port: int, targets: list[Target], readers: int, seconds: int, range_bytes: int) -> Load:
    rows = ",\n".join(f'{{"{path}", "{cookie}"}}' for path, cookie in targets)
    script = Path(tempfile.mkdtemp(prefix="tenuto-wrk-")) / "ranges.lua"
    script.write_text(
        f"""
local targets = {{ {rows} }}
request = function()
  local target = targets[math.random(#targets)]
  local first = math.random(0, {FILE_BYTES - range_bytes})
  local headers = {{ ["Range"] = "bytes=" .. first .. "-" .. (first + {range_bytes - 1}) }}
  if target[2] ~= "" then headers["Cookie"] = target[2] end
  return wrk.format("GET", target[1], headers)
end
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("FOUND %d %d %.0f %.0f %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
"""
    )
    command = [wrk, "-t1", f"-c{readers}", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{port}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    shutil.rmtree(script.parent)
    found = re.search(r"FOUND (\d+) (\d+) (\d+) (\d+) (\d+)", said)
    assert found, said
    requests, microseconds, p50, p99, errors = map(int, found.groups())
    return Load("wrk", requests, microseconds / 1e6, p50 / 1000, p99 / 1000, errors)


async def _by_sockets(port: int, targets: list[Target], readers: int, seconds: int, range_bytes: int) -> Load:
    times: list[float] = []
    errors = 0
    until = time.monotonic() + seconds

    async def one() -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=range_bytes)
        while time.monotonic() < until:
            path, cookie = random.choice(targets)
            first = random.randrange(FILE_BYTES - range_bytes)
            asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nRange: bytes={first}-{first + range_bytes - 1}\r\n"
            started = time.perf_counter()
            writer.write((asked + (f"Cookie: {cookie}\r\n\r\n" if cookie else "\r\n")).encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])  # type: ignore[index]  # always sent
            await reader.readexactly(length)
            errors += not head.startswith(b"HTTP/1.1 206")
            times.append((time.perf_counter() - started) * 1000)
        writer.close()

    started = time.monotonic()
    await asyncio.gather(*(one() for _ in range(readers)))
    cuts = statistics.quantiles(times, n=100)
    return Load("sockets", len(times), time.monotonic() - started, cuts[49], cuts[98], errors)
