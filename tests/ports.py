"""Ports for the servers that tests start.

A port that the system says is free may be anybody's a moment later: it gives the same ones to whoever calls a server,
and a suite calls thousands. These are from below those (32,768 and up on Linux, 49,152 on others), and a process that
has taken one keeps the datagrams' port of the same number, so no other process of tests takes it too.
"""

import random
import socket

LOWEST, HIGHEST = 20_000, 32_000


def free_port() -> int:
    """One that nothing listens at, and that no other test is given."""
    for _ in range(1_000):
        port = random.randrange(LOWEST, HIGHEST)
        with socket.socket() as probe, socket.socket(type=socket.SOCK_DGRAM) as claim:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
            try:
                probe.bind(("127.0.0.1", port))
                claim.bind(("127.0.0.1", port))
            except OSError:
                continue
            claim.detach()  # until this process ends
            return port
    raise AssertionError(f"no port is free between {LOWEST} and {HIGHEST}")
