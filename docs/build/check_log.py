"""Checks a Tenuto log, in less than a hundred lines that use nothing of Tenuto's.

    python check_log.py LOG VKEY          every entry, tile by tile, up to the signed root
    python check_log.py LOG VKEY OLD      and that it only grew since OLD, a checkpoint that you kept

LOG is the log's address, or a folder with its files. Needs Python 3.11 and the package `cryptography`.
"""

import sys
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from urllib.request import urlopen

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def must(holds: bool, words: str) -> None:
    if not holds:
        sys.exit(f"DOES NOT HOLD: {words}")


def read(log: str, path: str) -> bytes:
    if log.startswith(("https://", "http://")):
        with urlopen(f"{log.rstrip('/')}/{path}", timeout=30) as answer:
            return bytes(answer.read())
    return (Path(log) / path).read_bytes()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def opened(content: str, vkey: str) -> tuple[int, bytes]:
    """Size and root out of a checkpoint, once the log's signature holds (C2SP signed-note and tlog-checkpoint)."""
    name, key_id, material = vkey.split("+", 2)
    public = b64decode(material)[1:]
    text, lines = content.rsplit("\n\n", 1)
    for line in lines.splitlines():
        _, signer, signature = line.split(" ")
        if signer == name and b64decode(signature)[:4].hex() == key_id:
            # Raises InvalidSignature if the log did not sign these very bytes.
            Ed25519PublicKey.from_public_bytes(public).verify(b64decode(signature)[4:], (text + "\n").encode())
            origin, size, root = text.split("\n")
            must(origin == name, "a checkpoint of another log")
            return int(size), b64decode(root)
    sys.exit("DOES NOT HOLD: the log did not sign this checkpoint")


def path(kind: str, number: int, width: int) -> str:
    """The name of a tile or bundle (C2SP tlog-tiles): 1234067 is x001/x234/067, a partial one ends in .p/width."""
    digits = f"{number:,}".split(",")
    place = "/".join([*(f"x{group:0>3}" for group in digits[:-1]), f"{digits[-1]:0>3}"])
    return f"tile/{kind}/{place}" + (f".p/{width}" if width < 256 else "")


def leaves(log: str, size: int) -> list[bytes]:
    """The hash of every entry, each compared with what stands in its tile."""
    found: list[bytes] = []
    for number in range((size + 255) // 256):
        width = min(256, size - number * 256)
        bundle, at, hashes = read(log, path("entries", number, width)), 0, []
        while at < len(bundle):
            length = int.from_bytes(bundle[at : at + 2], "big")
            hashes.append(sha256(b"\x00" + bundle[at + 2 : at + 2 + length]).digest())
            at += 2 + length
        must(len(hashes) == width, f"bundle {number} has {len(hashes)} entries")
        must(read(log, path("0", number, width)) == b"".join(hashes), f"tile {number} is not its entries")
        found += hashes
    return found


def root(hashes: list[bytes]) -> bytes:
    """The root over some leaves (RFC 6962, section 2.1): pair by pair, an odd last one goes up as it is."""
    while len(hashes) > 1:
        paired = [node(one, two) for one, two in zip(hashes[::2], hashes[1::2], strict=False)]
        hashes = paired + ([hashes[-1]] if len(hashes) % 2 else [])
    return hashes[0] if hashes else sha256(b"").digest()


if __name__ == "__main__":
    log, vkey = sys.argv[1:3]
    size, signed = opened(read(log, "checkpoint").decode(), vkey)
    hashes = leaves(log, size)
    must(root(hashes) == signed, "the entries do not give the root that was signed")
    for old in sys.argv[3:]:
        before, kept = opened(Path(old).read_text(encoding="utf-8"), vkey)
        must(before <= size, "the log became smaller")
        must(root(hashes[:before]) == kept, "the log of today does not begin with the log of then")
    print(f"{vkey.split('+')[0]}: all {size} entries are what the log signed")
