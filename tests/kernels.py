"""OpenBLAS's kernels that this machine's processor can run."""

import platform
from functools import cache

import numpy as np

_ON_ARM = ("ARMV8", "CORTEXA53", "NEOVERSEN1")
_ELSEWHERE = ("Prescott", "Sandybridge", "Haswell")
_OF_AVX_512 = "SkylakeX"  # on a processor without these instructions it ends the process


@cache
def kernels() -> tuple[str, ...]:
    """Names for OPENBLAS_CORETYPE: three at least, the plainest first."""
    if platform.machine() in {"aarch64", "arm64"}:
        return _ON_ARM
    here = {*np.show_config(mode="dicts")["SIMD Extensions"]["found"]}
    return (*_ELSEWHERE, _OF_AVX_512) if here & {"X86_V4", "AVX512_SKX"} else _ELSEWHERE
