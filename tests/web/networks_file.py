"""Writes a file of networks in MaxMind's format, to its specification, as small as a test needs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

SEPARATOR = 16  # bytes between tree and data
Node = list[Any]  # what is left and right of it: another node, a record, or None


def write(place: Path, records: Mapping[str, Any], ip_version: int = 6) -> Path:
    """The file at `place`, with a record for each network."""
    root: Node = [None, None]
    for network, record in records.items():
        _plant(root, _bits(ip_network(network), ip_version), record)
    nodes = _numbered(root)
    data, offsets = b"", {}
    for record in records.values():
        offsets[repr(record)] = len(data)
        data += _encoded(record)

    def pointer(side: Any) -> bytes:
        if isinstance(side, list):
            return next(number for number, node in enumerate(nodes) if node is side).to_bytes(3, "big")
        if side is None:
            return len(nodes).to_bytes(3, "big")
        return (len(nodes) + SEPARATOR + offsets[repr(side)]).to_bytes(3, "big")

    tree = b"".join(pointer(left) + pointer(right) for left, right in nodes)
    about = {
        "binary_format_major_version": _Number(2, 2), "binary_format_minor_version": _Number(0, 2),
        "build_epoch": _Number(1_790_000_000, 8), "database_type": "Test-Country", "description": {"en": "Test"},
        "ip_version": _Number(ip_version, 2), "languages": ["en"], "node_count": _Number(len(nodes), 4),
        "record_size": _Number(24, 2),
    }  # fmt: skip
    place.write_bytes(tree + bytes(SEPARATOR) + data + b"\xab\xcd\xefMaxMind.com" + _encoded(about))
    return place


def _bits(network: IPv4Network | IPv6Network, ip_version: int) -> str:
    """The way to it; IPv4 addresses are the first of all IPv6 ones there."""
    bits = format(int(network.network_address), f"0{network.max_prefixlen}b")[: network.prefixlen]
    return "0" * 96 + bits if ip_version == 6 and network.version == 4 else bits


def _plant(node: Node, bits: str, record: Any) -> None:
    for bit in map(int, bits[:-1]):
        node[bit] = node[bit] or [None, None]
        node = node[bit]
    node[int(bits[-1])] = record


def _numbered(root: Node) -> list[Node]:
    nodes = [root]
    for node in nodes:  # grows as we go
        nodes += [side for side in node if isinstance(side, list)]
    return nodes


def _encoded(value: Any) -> bytes:
    """A value of the data section: its type and size in a byte or two, then what it is."""
    match value:
        case str():
            text = value.encode()
            return bytes([2 << 5 | len(text)]) + text
        case dict():
            return bytes([7 << 5 | len(value)]) + b"".join(
                _encoded(key) + _encoded(each) for key, each in value.items()
            )
        case list():
            return bytes([len(value), 11 - 7]) + b"".join(map(_encoded, value))
        case _Number(value=number, width=width):
            kind = {2: [5 << 5 | 2], 4: [6 << 5 | 4], 8: [8, 9 - 7]}[width]
            return bytes(kind) + number.to_bytes(width, "big")
    raise TypeError(value)


@dataclass(frozen=True)
class _Number:
    """Of so many bytes; each entry about the file has a width of its own."""

    value: int
    width: int


def germany_and_france(place: Path) -> str:
    """Where a file stands by which 192.0.2.0/24 is in Germany and 198.51.100.0/24 in France."""
    countries = {"192.0.2.0/24": "DE", "198.51.100.0/24": "FR"}
    records = {network: {"country": {"iso_code": letters}} for network, letters in countries.items()}
    return str(write(place, records))
