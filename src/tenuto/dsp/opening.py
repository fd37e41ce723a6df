"""The only way in which we open a stranger's file: as one of a few formats of sound, from the disk alone.

Without the two lists FFmpeg obeys the file: a playlist renamed to .mp3 makes it read other local files and fetch
addresses from the network.
"""

from pathlib import Path

import av
from av.container import InputContainer

from tenuto.dsp.errors import AbsurdHeader, Empty, NotAudio, Protected, Truncated, Unsupported
from tenuto.dsp.wholeness import End, end_of, kind_of, refuse_protected_mp4

FORMATS = "wav,w64,aiff,flac,mp3,ogg,mov,matroska,caf,aac"
PROTOCOLS = "file"

# ASF's Content Encryption objects, as they stand in the header: simple, extended, and advanced (ASF 1.2, section 3.9f).
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_ENCRYPTION = (
    bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e"),
    bytes.fromhex("14e68a292226174cb935dae07ee9289c"),
    bytes.fromhex("b69b077aa4da124ea5fb91d38dc11a8d"),
)


def open_sound(path: Path) -> InputContainer:
    """Open the file at `path` for reading, or raise the reason why not."""
    size_bytes = path.stat().st_size
    if size_bytes == 0:
        raise Empty(f"{path} has no bytes")
    with path.open("rb") as file:
        head = file.read(65_536)
    if head.startswith(_ASF):
        if any(guid in head for guid in _ASF_ENCRYPTION):
            raise Protected("ASF with a content encryption object")
        raise Unsupported("Windows Media")
    kind = kind_of(head)
    if kind == "mp4":
        refuse_protected_mp4(path)
    try:
        return av.open(
            # Absolute, so that a name such as "concat:a" or "-" means a file.
            str(path.absolute()),
            "r",
            options={"format_whitelist": FORMATS, "protocol_whitelist": PROTOCOLS},
            metadata_errors="replace",
        )
    except MemoryError:
        raise
    except av.error.EOFError as error:
        # Nothing after the header: either none was recorded, or the rest is lost.
        if kind and end_of(path, kind) is not End.CUT:
            raise Empty(f"{kind} without contents") from error
        raise (Truncated if kind else NotAudio)(f"it ends in its header: {error}") from error
    except (av.FFmpegError, ValueError, UnicodeError) as error:
        if not kind:
            raise NotAudio(f"FFmpeg will not open it: {error}") from error
        # It begins as sound does, so somebody meant it to be some.
        if end_of(path, kind) is End.CUT:
            raise Truncated(f"{kind} without its end: {error}") from error
        raise AbsurdHeader(f"{kind} that FFmpeg will not open: {error}") from error
