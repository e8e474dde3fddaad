"""Points that are those of another program to the bit, and more dimensions than the table has."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from rahdari.appraisal.sobol import TABLED, sobol_points


@pytest.mark.parametrize(("power", "count"), [(0, 1), (5, 1), (3, 2), (11, 300), (2, TABLED), (2, TABLED + 1)])
def test_the_points_are_those_of_scipy_to_the_bit(power: int, count: int) -> None:
    ours, theirs = np.random.default_rng(8), np.random.default_rng(8)
    points = sobol_points(power, count, rng=ours)
    known = qmc.Sobol(d=count, scramble=True, bits=30, rng=theirs).random_base2(power)
    assert points.shape == (count, 2**power)
    assert (points == known.T).all()
    assert ours.spawn(1)[0].random() == theirs.spawn(1)[0].random()
