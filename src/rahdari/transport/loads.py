"""Volume and delay: how the time of a stop grows with its load."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

ALPHA, BETA = 0.15, 4.0  # of the Bureau of Public Roads (1964), Traffic Assignment Manual


def delay_ratio(added: ArrayLike, *, background: ArrayLike, capacity: ArrayLike) -> NDArray[np.float64]:
    """The time of a stop with `added` load over its time at the background's; all in one unit, none below nought.

    Time is t0 (1 + 0.15 (load / capacity)^4): the stop's known time is that of the background, so t0 cancels.
    """
    before = np.asarray(background, dtype=np.float64)
    limit = np.asarray(capacity, dtype=np.float64)
    after = np.maximum(before + np.asarray(added, dtype=np.float64), 0.0)
    return np.asarray((1 + ALPHA * (after / limit) ** BETA) / (1 + ALPHA * (before / limit) ** BETA))
