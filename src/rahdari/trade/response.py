"""How one flow answers to its own trade cost: the closed form, and the elasticity that belongs to a horizon.

All functions take numbers or arrays and broadcast. They hold other economies' prices fixed; for a pair that is small
beside its partners' trade, `equilibrium` gives nearly the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rahdari.exceptions import InputFault

FloatArray = NDArray[np.float64]


def flow_ratio(cost_factor: ArrayLike, elasticity: ArrayLike) -> FloatArray:
    """The ratio by which a flow changes, cost_factor ** -elasticity; an infinite cost factor gives 0.

    `cost_factor` is the ratio of the new to the old trade cost factor (1 = none), `elasticity` the trade elasticity,
    above 0 (Arkolakis, Costinot and Rodriguez-Clare 2012, AER 102(1), equation 2, at given multilateral resistance).
    """
    factor = _above_zero(cost_factor, what="cost factor", infinity=True)
    return np.asarray(factor ** -_above_zero(elasticity, what="elasticity"))


def required_cost_factor(growth: ArrayLike, elasticity: ArrayLike) -> FloatArray:
    """The ratio of trade cost factors that would make a flow grow by the ratio `growth`, growth ** (-1 / elasticity).

    The inverse of `flow_ratio`: a fourfold flow at an elasticity of 2 needs a cost factor of 0.5.
    """
    ratio = _above_zero(growth, what="growth")
    return np.asarray(ratio ** (-1.0 / _above_zero(elasticity, what="elasticity")))


def elasticity_at(
    horizon_years: ArrayLike, short_run: ArrayLike, long_run: ArrayLike, *, reached_after_years: float
) -> FloatArray:
    """The trade elasticity (above 0) that holds `horizon_years` after a lasting change of trade costs.

    `short_run` up to one year, `long_run` from `reached_after_years` on, on a straight line between. Boehm, Levchenko
    and Pandalai-Nayar (2023, AER 113(4)): 0.76 after one year, about 2 after seven to ten. The line between the two
    dates is our assumption, not theirs.
    """
    first = _above_zero(short_run, what="short-run elasticity")
    last = _above_zero(long_run, what="long-run elasticity")
    way = long_run_share(horizon_years, reached_after_years=reached_after_years)
    # Written so that both ends are met exactly, not to rounding.
    return np.asarray((1.0 - way) * first + way * last)


def long_run_share(horizon_years: ArrayLike, *, reached_after_years: float) -> FloatArray:
    """How far a flow is on its way from the short run to the long one after so many years, from 0 to 1."""
    horizon = np.asarray(horizon_years, dtype=np.float64)
    if not (np.isfinite(horizon) & (horizon >= 0)).all():
        raise InputFault("A horizon must be a number of years, 0 or more.", kind="horizon")
    if not (np.isfinite(reached_after_years) and reached_after_years > 1):
        raise InputFault(
            f"The long run is said to be reached after {reached_after_years} years; it must be more than one year, "
            "which is where the short run holds.",
            kind="horizon",
        )
    return np.asarray(np.clip((horizon - 1.0) / (reached_after_years - 1.0), 0.0, 1.0))


def _above_zero(values: ArrayLike, *, what: str, infinity: bool = False) -> FloatArray:
    """The values as floats, or an InputFault when one is not above zero (or not finite)."""
    numbers = np.asarray(values, dtype=np.float64)
    fine = (numbers > 0) & (infinity | np.isfinite(numbers))
    if not fine.all():
        bad = numbers[~fine].ravel()[0] if numbers.ndim else numbers
        raise InputFault(f"A {what} of {float(bad)} has no meaning here; it must be above 0.", kind="out-of-bounds")
    return numbers
