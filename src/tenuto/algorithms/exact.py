"""Arithmetic that gives the same bits on every machine.

Matrix products, solvers, exponentials and long sums of the usual libraries differ in their last bits from processor to
processor, as each adds in the order that is quickest there. Here everything is done with additions, multiplications,
divisions and roots of single numbers, which IEEE 754 leaves no choice in, and long sums are sums of whole numbers.
"""

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

SUM_STEP = 2.0**-24
LARGEST_SUM = 2.0**38  # in 64 bits, with the sign and 24 behind the point

# The logarithm of 2, and in two parts: whole numbers up to 2**20 times the first are exact (Cody and Waite, 1980).
LN2 = 0.6931471805599453
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
TERMS = 14  # of the series for e to at most half the logarithm of 2: beyond, nothing changes


def total(values: Doubles) -> float:
    """The sum, each value rounded to 24 bits behind the point first."""
    if float(np.abs(values).max(initial=0.0)) * len(values) >= LARGEST_SUM:
        raise ValueError("too much to be added up exactly")
    return int(np.rint(values / SUM_STEP).astype(np.int64).sum()) * SUM_STEP


def exponential(values: Doubles) -> Doubles:
    """e to the power of each value between -700 and 700."""
    doublings = np.rint(values / LN2)
    rest = (values - doublings * LN2_HIGH) - doublings * LN2_LOW
    series = np.ones_like(rest)
    for term in range(TERMS, 0, -1):
        series = 1 + rest * series / term
    found: Doubles = np.ldexp(series, doublings.astype(np.int64))
    return found


def logistic(values: Doubles) -> Doubles:
    """From any score to a probability."""
    found: Doubles = 1 / (1 + exponential(-np.clip(values, -500, 500)))
    return found


def solved(matrix: Doubles, right: Doubles) -> Doubles:
    """The solution of a symmetric, positive definite system for each column of `right` (Cholesky, 1910)."""
    lower, found = matrix.copy(), right.copy()
    size = len(lower)
    for at in range(size):
        lower[at:, at] /= np.sqrt(lower[at, at])
        below = lower[at + 1 :, at]
        lower[at + 1 :, at + 1 :] -= below[:, None] * below
        found[at] /= lower[at, at]
        found[at + 1 :] -= below[:, None] * found[at]
    for at in range(size - 1, -1, -1):
        found[at] /= lower[at, at]
        found[:at] -= lower[at, :at, None] * found[at]
    return found
