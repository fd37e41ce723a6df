"""Many records that differ in a few parts, each in the one form of `rules.canonical`."""

from .canonical import ENCODER, GREATEST, as_bytes, canonical, check_keys, check_part


class Stencil:
    """What many records say alike, written once: for whoever writes thousands that differ in a few parts.

    The bytes are those that `canonical` gives of all parts together, in two thirds of the time.
    """

    def __init__(self, common: dict[str, object]) -> None:
        """`common` says version and kind. Raises NotCanonical as `canonical` does."""
        canonical(common)
        self._common = {key: ENCODER.encode(value) for key, value in common.items()}
        self._cut: dict[tuple[str, ...], tuple[list[str], str]] = {}  # by the keys that are filled in

    def filled(self, own: dict[str, object]) -> bytes:
        """The bytes of `common | own`."""
        gaps, text = self._cut.get(keys := tuple(own)) or self._cut_out(keys)
        return as_bytes(text % tuple([_part(own[key]) for key in gaps]))

    def _cut_out(self, keys: tuple[str, ...]) -> tuple[list[str], str]:
        check_keys(dict.fromkeys(keys))
        parts = {key: text.replace("%", "%%") for key, text in self._common.items()} | dict.fromkeys(keys, "%s")
        text = ",".join([f'"{key}":{parts[key]}' for key in sorted(parts)])
        self._cut[keys] = sorted(keys), f"{{{text}}}"
        return self._cut[keys]


def _part(value: object) -> str:
    if type(value) is int and -GREATEST <= value <= GREATEST:
        return str(value)
    check_part(value)
    return ENCODER.encode(value)
