"""Arithmetic that is right, and the same to the last bit whatever the processor and however many cores."""

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.algorithms import exact
from tests.kernels import kernels

ROOT = Path(__file__).resolve().parents[2]
TRAINING = """
from tenuto.algorithms.tags import train
from tests.algorithms.test_tags import catalogue
print(train(catalogue(400, 40)).digest())
"""


@pytest.fixture(scope="module")
def digests() -> dict[tuple[str, str, str], str]:
    """Of one training, by each of OpenBLAS's kernels, with NumPy's own vector code and without, on one core and two."""
    found = {}
    for kernel in kernels():
        for threads in ("1", "2"):
            plain = "AVX2 FMA3 AVX512F AVX512_SKX" if threads == "1" else ""
            settings = {"OPENBLAS_CORETYPE": kernel, "OPENBLAS_NUM_THREADS": threads, "NPY_DISABLE_CPU_FEATURES": plain}
            environment = os.environ | settings | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
            done = subprocess.run(
                [sys.executable, "-W", "ignore", "-c", TRAINING], env=environment, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr
            found[kernel, threads, plain] = done.stdout.strip()
    return found


def test_a_model_is_the_same_on_every_processor(digests: dict[tuple[str, str, str], str]) -> None:
    assert len(digests) == 2 * len(kernels()) >= 6
    assert len(set(digests.values())) == 1


def test_a_sum_does_not_depend_on_its_order() -> None:
    values = np.random.default_rng(2).normal(size=100_000) * 10
    assert exact.total(values) == exact.total(values[::-1].copy())
    assert exact.total(values) == pytest.approx(math.fsum(values), abs=1e-3)


def test_what_is_too_much_to_be_exact_is_refused() -> None:
    with pytest.raises(ValueError, match="exactly"):
        exact.total(np.full(10, 2.0**36))


@given(value=st.floats(-700, 700))
def test_the_exponential_is_right_to_the_last_digits(value: float) -> None:
    assert float(exact.exponential(np.array([value]))[0]) == pytest.approx(math.exp(value), rel=1e-15)


@given(seed=st.integers(0, 1000), size=st.integers(1, 30))
def test_a_system_is_solved(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(size, size))
    matrix, right = root @ root.T + np.eye(size), rng.normal(size=(size, 3))
    assert matrix @ exact.solved(matrix, right) == pytest.approx(right, abs=1e-9)
