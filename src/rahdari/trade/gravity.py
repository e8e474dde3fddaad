"""Structural gravity at given output and expenditure: flows from trade costs by multilateral resistances.

Anderson and van Wincoop (2003, AER 93(1)), equations 9 to 11:
X[i, j] = Y[i] E[j] / Y (t[i, j] / (Pi[i] P[j])) ** (1 - sigma).
Flows whose margins are given are also what PPML with exporter and importer effects fits (Fally 2015, JIE 97(1)).
"""

from __future__ import annotations

import numpy as np

from rahdari.exceptions import InputFault, NoAnswer
from rahdari.trade.markets import FloatArray

MOST_ROUNDS = 20_000
TOLERANCE = 1e-13


def spread_flows(closeness: FloatArray, output: FloatArray, *, expenditure: FloatArray) -> FloatArray:
    """Flows (N, N) with the given margins, proportional to `closeness` up to a factor for each row and column.

    `closeness` is trade costs to the power 1 - sigma, or exp of what a gravity equation explains of a pair, 0 where no
    trade is possible. Output and expenditure must add up to the same world total. NoAnswer if no such flows are found.
    """
    if closeness.shape != (len(output), len(expenditure)) or (closeness < 0).any() or not np.isfinite(closeness).all():
        raise InputFault(f"Closeness must be finite, not negative, and of shape {(len(output), len(expenditure))}.")
    world = output.sum()
    if not np.isclose(world, expenditure.sum(), rtol=1e-9):
        raise InputFault(f"World output ({world:g}) and world expenditure ({expenditure.sum():g}) differ.")
    with np.errstate(all="ignore"):
        seller = np.ones(len(output))
        for _ in range(MOST_ROUNDS):
            buyer = expenditure / (seller @ closeness)
            moved = output / (closeness @ buyer)
            gap = float(np.abs(moved / seller - 1.0).max())
            seller = moved
            if gap <= TOLERANCE:
                flows: FloatArray = closeness * seller[:, None] * (expenditure / (seller @ closeness))
                return flows
    raise NoAnswer(
        f"No flows with these margins were found in {MOST_ROUNDS} rounds (the last moved them by {gap:.2g}): too many "
        "pairs may be without trade.",
        kind="not-converged",
    )


def export_change(flows: FloatArray, baseline: FloatArray) -> FloatArray:
    """Exports without domestic flows as a ratio to the baseline's (N,); NaN where there were none."""
    abroad = ~np.eye(len(flows), dtype=bool)
    before, after = (baseline * abroad).sum(axis=1), (flows * abroad).sum(axis=1)
    ratio: FloatArray = np.divide(after, before, out=np.full_like(before, np.nan), where=before > 0)
    return ratio


def cost_change(coefficient: FloatArray | float, *, elasticity: FloatArray | float) -> FloatArray:
    """The ratio of trade cost factors that a PPML coefficient, or draws of it, stands for: exp(-b / theta)."""
    theta = np.asarray(elasticity, dtype=np.float64)
    if not (np.isfinite(theta).all() and (theta > 0).all()):
        raise InputFault("The elasticity must be finite and above 0.", kind="elasticity")
    change: FloatArray = np.exp(-np.asarray(coefficient, dtype=np.float64) / theta)
    return change


def draw_elasticities(
    values: FloatArray, standard_errors: FloatArray, *, draws: int, rng: np.random.Generator
) -> FloatArray:
    """Draws (draws, J) of elasticities that stay above 0: log-normal with the given means and standard errors.

    A standard error of NaN means that none is known: that elasticity is not drawn but kept.
    """
    known = np.isfinite(standard_errors)
    spread = np.log1p((np.where(known, standard_errors, 0.0) / values) ** 2)
    normal = rng.standard_normal((draws, len(values)))
    drawn: FloatArray = values * np.exp(np.sqrt(spread) * normal - spread / 2)
    return drawn
