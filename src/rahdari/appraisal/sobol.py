"""Scrambled Sobol' points, the same to the bit as those of `scipy.stats.qmc`, which takes half a second to load.

The direction numbers are those of Joe and Kuo (2008, SIAM J. Sci. Comput. 30(5)), tabled for 4,096 dimensions; the
scrambling is a random lower triangular matrix and a digital shift (Matousek 1998, J. Complexity 14(4)).
"""

from __future__ import annotations

from importlib.resources import files
from itertools import islice

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint32]
Array = NDArray[np.float64]
BITS = 30
TABLED = 4096
MOST_TERMS = 16  # degree of the largest polynomial tabled


def sobol_points(power: int, count: int, *, rng: np.random.Generator) -> Array:
    """The first 2**power points of the scrambled sequence, multiples of 2**-30 in [0, 1): count x 2**power."""
    if count > TABLED:
        from scipy.stats import qmc  # noqa: PLC0415 - half a second that only very large cases should pay

        sequence = qmc.Sobol(d=count, scramble=True, bits=BITS, rng=rng)
        return np.ascontiguousarray(sequence.random_base2(power).T)
    child = rng.spawn(1)[0]  # as scipy draws, so that the points are the same
    places = 2 ** np.arange(BITS, dtype=np.uint32)
    shift = child.integers(2, size=(count, BITS), dtype=np.uint32) @ places
    rows = np.tril(child.integers(2, size=(count, BITS, BITS), dtype=np.uint32), -1) @ places[::-1] + places[::-1]
    directions = _scramble(_direction_numbers(count), rows)
    points = np.empty((count, 2**power), dtype=np.uint32)
    points[:, 0] = shift
    for k in range(power):  # in Gray code's order the second half is the first backwards, one direction further
        half = 2**k
        points[:, half : 2 * half] = points[:, half - 1 :: -1] ^ directions[:, k, None]
    return points * 2.0**-BITS


def _scramble(directions: Words, rows: Words) -> Words:
    """Every direction (dimensions x 30) times its dimension's matrix over GF(2), whose rows are words."""
    scrambled = np.zeros_like(directions)
    for row in range(BITS):
        parity = (np.bitwise_count(rows[:, row, None] & directions) & 1).astype(np.uint32)
        scrambled |= parity << np.uint32(BITS - 1 - row)
    return scrambled


def _direction_numbers(count: int) -> Words:
    """The direction numbers of so many dimensions, each number's first bit highest: dimensions x 30.

    Those beyond the given ones follow from those before by the dimension's polynomial (Bratley and Fox 1988, ACM TOMS
    14(1), section 2). The first dimension has no polynomial: its numbers are the powers of a half.
    """
    degree, given, taken = _read_polynomials(count)
    directions = np.zeros((count, BITS), dtype=np.uint32)
    every = np.arange(count)
    for bit in range(BITS):
        terms = min(bit, MOST_TERMS)
        before = directions[:, bit - terms : bit][:, ::-1]
        found = np.bitwise_xor.reduce(taken[:, :terms] * before, axis=1)
        found ^= directions[every, np.maximum(bit - degree, 0)] >> degree.astype(np.uint32)
        directions[:, bit] = np.where(bit < degree, given[:, bit] << np.uint32(BITS - 1 - bit), found)
    directions[0] = 2 ** np.arange(BITS, dtype=np.uint32)[::-1]
    return directions


def _read_polynomials(count: int) -> tuple[NDArray[np.int64], Words, Words]:
    """Degree, first direction numbers and coefficients (after the leading one) of each dimension's polynomial."""
    degree = np.zeros(count, dtype=np.int64)
    given, taken = (np.zeros((count, width), dtype=np.uint32) for width in (BITS, MOST_TERMS))
    with (files(__package__) / "sobol_directions.txt").open(encoding="ascii") as lines:
        tabled = (line.split() for line in lines if not line.startswith("#"))
        for row, (_, terms, inner, *first) in enumerate(islice(tabled, count - 1), start=1):
            degree[row] = int(terms)
            given[row, : int(terms)] = [int(number) for number in first]
            taken[row, : int(terms)] = [int(inner) >> int(terms) - 1 - place & 1 for place in range(1, int(terms))] + [
                1
            ]
    return degree, given, taken
