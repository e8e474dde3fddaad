"""A counterfactual with the uncertainty of what it rests on: draws of an estimate's coefficients and of elasticities.

A policy changes what a gravity equation explains flows by: each pair's explanatory columns move by stated amounts. In
every draw the coefficients come jointly from the normal distribution with the estimate's covariance and the elasticity
from its own, the ratio of trade cost factors is exp(-(changes times coefficients) / elasticity) (Yotov, Piermartini,
Monteiro and Larch 2016, equation 2-9), and all draws are solved as one batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rahdari.exceptions import InputFault, NoAnswer, unknown_name
from rahdari.trade.batch import BatchEquilibrium, ScenarioCosts, solve_scenarios
from rahdari.trade.economy import Economy
from rahdari.trade.equilibrium import DEFAULT_TOLERANCE, check_options
from rahdari.trade.estimation import GravityEstimate, draw_coefficients
from rahdari.trade.gravity import draw_elasticities
from rahdari.trade.markets import DeficitRule, FloatArray

PERCENTILES = (5.0, 50.0, 95.0)
MOST_DRAWS = 1_000_000


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """By how much a policy changes an explanatory column of one pair: 1 for a dummy that is switched on."""

    exporter: str
    importer: str
    column: str
    change: float


@dataclass(frozen=True, slots=True)
class Elasticity:
    """The trade elasticity (above 0) and its standard error; None where none is known: then it is not drawn."""

    value: float
    se: float | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """The 5th, 50th and 95th percentile of an outcome over the draws."""

    p5: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class WelfareBand:
    """What the policy does to an economy's welfare: ratio to the baseline."""

    economy: str
    welfare: Band


@dataclass(frozen=True, slots=True)
class FlowBand:
    """What the policy does to the flow of a pair that it changes: ratio to the baseline."""

    exporter: str
    importer: str
    flow: Band


@dataclass(frozen=True, slots=True, eq=False)
class DrawnCounterfactual:
    """Bands over the draws that converged; `failed` lists the others, and `solved` holds every draw."""

    draws: int
    failed: tuple[int, ...]
    coefficients: FloatArray
    elasticities: FloatArray
    welfare: tuple[WelfareBand, ...]
    flows: tuple[FlowBand, ...]
    solved: BatchEquilibrium


def draw_counterfactual(
    economy: Economy,
    estimate: GravityEstimate,
    policy: Sequence[PolicyChange],
    *,
    elasticity: Elasticity,
    draws: int,
    rng: np.random.Generator,
    deficits: DeficitRule = "additive",
    tolerance: float = DEFAULT_TOLERANCE,
) -> DrawnCounterfactual:
    """What the policy changes, with the estimate's covariance and the elasticity's error carried through every draw."""
    if not 1 <= draws <= MOST_DRAWS:
        raise InputFault(f"Draws are 1 to {MOST_DRAWS:,}, not {draws}.", kind="draws")
    if elasticity.se is not None and not 0 <= elasticity.se < np.inf:
        raise InputFault("The elasticity's standard error is 0 or above.", kind="elasticity")
    check_options(elasticity=elasticity.value, deficits=deficits, tolerance=tolerance)
    pairs, moves = _read_policy(economy, estimate, policy)
    betas = draw_coefficients(estimate, draws=draws, rng=rng)
    error = np.nan if elasticity.se is None else elasticity.se
    thetas = draw_elasticities(np.array([elasticity.value]), np.array([error]), draws=draws, rng=rng)[:, 0]
    places = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    costs = np.exp(-(betas @ moves.T) / thetas[:, None])
    solved = solve_scenarios(
        economy.flows,
        ScenarioCosts(places[:, 0], places[:, 1], costs),
        elasticity=thetas,
        deficits=deficits,
        tolerance=tolerance,
        pairs=pairs,
    )
    held = solved.converged
    if not held.any():
        raise NoAnswer(f"No draw converged. The first says: {solved.failures[0]}", kind="not-converged")
    before = economy.flows[places[:, 0], places[:, 1]]
    with np.errstate(divide="ignore", invalid="ignore"):
        flows = solved.pair_flows[held] / before
    return DrawnCounterfactual(
        draws=draws,
        failed=solved.failed,
        coefficients=betas,
        elasticities=thetas,
        welfare=tuple(
            WelfareBand(name, _band(column))
            for name, column in zip(economy.labels, solved.welfare[held].T, strict=True)
        ),
        flows=tuple(
            FlowBand(economy.labels[i], economy.labels[j], _band(column))
            for (i, j), column in zip(pairs, flows.T, strict=True)
        ),
        solved=solved,
    )


def _read_policy(
    economy: Economy, estimate: GravityEstimate, policy: Sequence[PolicyChange]
) -> tuple[list[tuple[int, int]], FloatArray]:
    """The pairs that the policy changes, by position, and by how much it moves each coefficient's column (P, M)."""
    place = {label: index for index, label in enumerate(economy.labels)}
    names = [coefficient.name for coefficient in estimate.coefficients]
    moves: dict[tuple[int, int], FloatArray] = {}
    for change in policy:
        for label in (change.exporter, change.importer):
            if label not in place:
                raise unknown_name("economy", label, known=economy.labels)
        if change.column not in names:
            raise unknown_name("coefficient", change.column, known=names)
        if not np.isfinite(change.change):
            raise InputFault(f"The change of {change.column} is not a number.", kind="policy")
        pair = place[change.exporter], place[change.importer]
        moves.setdefault(pair, np.zeros(len(names)))[names.index(change.column)] += change.change
    if not moves:
        raise InputFault("The policy changes nothing: name at least one pair.", kind="policy")
    pairs = sorted(moves)
    return pairs, np.array([moves[pair] for pair in pairs])


def _band(values: FloatArray) -> Band:
    low, middle, high = np.percentile(values, PERCENTILES)
    return Band(float(low), float(middle), float(high))
