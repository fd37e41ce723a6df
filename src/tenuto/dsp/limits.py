"""How much a file may ask of us. Music of any kind lies far within; what does not is an attack or an accident."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds on what a file may hold, and on what opening it may cost."""

    longest_seconds: float = 6 * 3600
    lowest_rate_hz: int = 8_000
    highest_rate_hz: int = 192_000
    most_channels: int = 6
    largest_picture_bytes: int = 16 * 1024 * 1024
    # Of the process that opens the file. Rendering three hours peaks at less than half of this memory.
    memory_bytes: int = 600 * 1024 * 1024
    cpu_seconds: float = 3 * 3600
    wall_seconds: float = 3 * 3600
    largest_output_bytes: int = 2 * 1024**3


QUICK = Limits(cpu_seconds=20, wall_seconds=60, largest_output_bytes=64 * 1024 * 1024)  # to probe and read tags
ROOMY = Limits()  # to render
