"""Economies and what they sell each other, and a shock to trade costs between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rahdari.exceptions import Fault, FaultyInput, InputFault, Where, unknown_name

FloatArray = NDArray[np.float64]
# How many names a message lists before it only counts the rest.
MOST_NAMES = 5
# A shock that at the wages that were multiplies an economy's prices by more than this, or leaves less than its inverse
# of its sales, closes its market.
CLOSED = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class Economy:
    """N economies and their flows (N, N), exporter x importer, domestic flows on the diagonal, USD million.

    Any one unit serves, as results are ratios. A flow of zero is a known zero; what is not known has no place here.
    A faulty one cannot be made: the constructor raises an InputFault that lists everything wrong. The flows are
    copied and locked.
    """

    labels: tuple[str, ...]
    flows: FloatArray

    def __post_init__(self) -> None:
        flows = np.array(self.flows, dtype=np.float64)
        object.__setattr__(self, "labels", tuple(self.labels))
        problems = check_flows(self.labels, flows)
        if problems:
            raise InputFault("\n".join(problems), kind="faulty-economy")
        flows.setflags(write=False)
        object.__setattr__(self, "flows", flows)

    @property
    def output(self) -> FloatArray:
        """Sales at home and abroad (N,), in the unit of the flows."""
        total: FloatArray = self.flows.sum(axis=1)
        return total

    @property
    def expenditure(self) -> FloatArray:
        """Purchases at home and abroad (N,), in the unit of the flows."""
        total: FloatArray = self.flows.sum(axis=0)
        return total

    @property
    def deficit(self) -> FloatArray:
        """Expenditure less output (N,), in the unit of the flows."""
        return self.expenditure - self.output


@dataclass(frozen=True, slots=True)
class CostChange:
    """The ratio of the new to the old trade cost factor of one pair (1 = no change); `row` is that of its file."""

    exporter: str
    importer: str
    cost_change: float
    row: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Shock:
    """Changes of trade costs, and the file that they are from; pairs that are not named do not change."""

    changes: tuple[CostChange, ...]
    file: str | None = field(default=None, compare=False)


def check_flows(labels: Sequence[str], flows: FloatArray) -> tuple[str, ...]:
    """What is wrong with labels and flows, one message each; empty when all is well."""
    size = len(labels)
    if flows.ndim != 2 or flows.shape != (size, size) or size == 0:
        return (f"Flows must be a square matrix with a row and a column for each of {size} labels, not {flows.shape}.",)
    problems = []
    twice = [label for label, count in Counter(labels).items() if count > 1]
    if twice:
        problems.append(f"Labels occur more than once: {_named(twice)}.")
    missing, negative = ~np.isfinite(flows), flows < 0
    if missing.any():
        problems.append(f"Flows are missing or infinite: {_named(_pairs(labels, missing))}. A known zero is written 0.")
    if negative.any():
        problems.append(f"Flows are negative: {_named(_pairs(labels, negative))}.")
    if problems:
        return tuple(problems)
    for axis, verb in ((1, "sells"), (0, "buys")):
        none = [labels[int(index)] for index in np.flatnonzero(flows.sum(axis=axis) == 0)]
        if none:
            problems.append(f"An economy that {verb} nothing has no equilibrium: leave it out: {_named(none)}.")
    reached = _reached_from_first(flows)
    if not reached.all():
        apart = [labels[int(index)] for index in np.flatnonzero(~reached)]
        problems.append(
            f"Some economies trade with {labels[0]}, directly or through others, and some do not, so their wages have "
            f"no common measure: leave one group out. Not linked: {_named(apart)}."
        )
    domestic = [labels[int(index)] for index in np.flatnonzero(np.diag(flows) == 0)]
    if domestic:
        problems.append(
            f"Domestic flows are missing: {_named(domestic)}. Give what each economy sells to itself, "
            "gross output less exports."
        )
    return tuple(problems)


def cost_matrix(shock: Shock, economy: Economy) -> FloatArray:
    """The shock as ratios of trade cost factors (N, N), exporter x importer, 1 where nothing changes."""
    position = {label: index for index, label in enumerate(economy.labels)}
    costs = np.ones((len(position), len(position)))
    named: set[tuple[str, str]] = set()
    for change in shock.changes:
        for label in (change.exporter, change.importer):
            if label not in position:
                raise unknown_name("economy", label, known=economy.labels)
        pair = (change.exporter, change.importer)
        if pair in named:
            raise InputFault(f"The shock names {pair[0]} to {pair[1]} more than once.", kind="duplicate-pair")
        named.add(pair)
        if not (np.isfinite(change.cost_change) and change.cost_change > 0):
            raise InputFault(
                f"The cost change of {pair[0]} to {pair[1]} is {change.cost_change}; it is a ratio above 0, 1 = none.",
                kind="cost-change",
            )
        costs[position[change.exporter], position[change.importer]] = change.cost_change
    return costs


def check_shock(economy: Economy, shock: Shock, costs: FloatArray, *, elasticity: float) -> None:
    """Nothing, or FaultyInput where the shock leaves an economy next to nothing to buy, or nobody to sell to.

    Such a market has no answer, or one in which prices have no end. Trade that ends is no such thing while an economy
    still serves itself.
    """
    with np.errstate(divide="ignore"):
        logs = np.log(economy.flows / economy.expenditure) - elasticity * np.log(costs)
    shift = logs.max(axis=0)
    kept = np.exp(logs - shift)
    log_prices = -(np.log(kept.sum(axis=0)) + shift) / elasticity
    sold = (kept / kept.sum(axis=0) * economy.expenditure).sum(axis=1) / economy.output
    faults = []
    for label, log_price, sales in zip(economy.labels, log_prices, sold, strict=True):
        no_goods, no_buyers = log_price > np.log(CLOSED), sales < 1 / CLOSED
        if not (no_goods or no_buyers):
            continue
        side = "importer" if no_goods else "exporter"
        worst = max(
            (change for change in shock.changes if getattr(change, side) == label),
            key=lambda change: change.cost_change,
            default=None,
        )
        what = "can buy nothing, not even from itself" if side == "importer" else "can sell nothing, not even to itself"
        named = f" (here {worst.exporter} to {worst.importer} by {worst.cost_change:g})" if worst else ""
        message = (
            f"the shock closes the market of {label}, which then {what}{named}: leave the cost of {label} to "
            f"{label} as it is, or take the economy out"
        )
        faults.append(Fault(message, Where(shock.file or "shock", worst.row if worst else None, "cost_change")))
    if faults:
        raise FaultyInput(faults, kind="closed-market")


def _reached_from_first(flows: FloatArray) -> NDArray[np.bool_]:
    """Which economies are linked to the first by trade in either direction, through others or not (N,)."""
    linked = (flows > 0) | (flows.T > 0)
    reached: NDArray[np.bool_] = np.arange(len(flows)) == 0
    while True:
        wider: NDArray[np.bool_] = reached | linked[reached].any(axis=0)
        if (wider == reached).all():
            return reached
        reached = wider


def _pairs(labels: Sequence[str], chosen: NDArray[np.bool_]) -> list[str]:
    return [f"{labels[row]} to {labels[column]}" for row, column in np.argwhere(chosen)]


def _named(names: Sequence[str]) -> str:
    """The first few names, and how many more."""
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more
