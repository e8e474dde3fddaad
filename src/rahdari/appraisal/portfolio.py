"""What to do for a budget: the packages that give most for their cost, and the order in which to add measures.

A package holds what its measures need and none of two that exclude each other. What no source prices counts as free
and is named; a need that only ends a present closure may be left to the simulated situation, as in the forecast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rahdari.exceptions import NoAnswer

Array = NDArray[np.float64]
NEGLIGIBLE_MUSD = 1e-9  # an effect that is no larger is none
COST_STEP = 1e-4  # of the smallest cost: well above what the solver lets a budget be passed by
MOST_POINTS = 32  # of a frontier that are found one by one by integer programming


@dataclass(frozen=True, slots=True)
class Package:
    """Measures done together: what they cost and add to a book's year, USD million.

    `cost_musd` is that of the measures that a source prices; `without_cost` names the others. `effect_se_musd` is the
    standard error of how the measures act together where few draws tell it, else None.
    """

    measures: tuple[str, ...]
    cost_musd: float
    effect_musd: float
    effect_se_musd: float | None
    without_cost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderStep:
    """The measure to add next: most effect for its cost, those that no source prices first; USD million."""

    measure: str
    gain_musd: float
    cost_musd: float | None
    gain_per_musd: float | None


@dataclass(frozen=True, slots=True)
class Frontier:
    """The packages that no cheaper one equals, by cost, for a book's reporting year that ends on `end`.

    `basis` is `expected` (chance and delay of delivery counted) or `delivered` (each measure sure and on time).
    `values` are `simulated` (every set was run; where all is delivered, what no source prices is taken as done in each)
    or `added` (the measures' own effects, summed); `method` is `enumeration` or `integer program`. `is_complete` is
    false where only some, spread over budgets, were sought.
    """

    book: str
    end: date
    basis: str
    values: str
    method: str
    packages: tuple[Package, ...]
    order: tuple[OrderStep, ...]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may be chosen: names, costs (None where no source gives one) and, as coalitions, needs and exclusions.

    Coalitions are numbers whose bit k is set where candidate k is in.
    """

    names: tuple[str, ...]
    costs: tuple[float | None, ...]
    needs: tuple[int, ...]
    excludes: tuple[int, ...]

    def package(self, coalition: int, effect_musd: float) -> Package:
        """The package that a coalition is."""
        chosen = [k for k in range(len(self.names)) if coalition >> k & 1]
        return Package(
            measures=tuple(self.names[k] for k in chosen),
            cost_musd=sum(self.costs[k] or 0.0 for k in chosen),
            effect_musd=effect_musd,
            effect_se_musd=None,
            without_cost=tuple(self.names[k] for k in chosen if self.costs[k] is None),
        )


def add_effects(effects: Array) -> Array:
    """The sum of effects for every coalition, bit k of a coalition being effect k."""
    total = np.zeros(1)
    for effect in effects:
        total = np.concatenate([total, total + effect])
    return total


def enumerate_frontier(candidates: Candidates, gains: Array) -> tuple[Package, ...]:
    """The packages that no cheaper or equally dear one equals, by cost; `gains` holds every coalition's effect.

    Of packages alike in cost and effect it is the one of fewest measures.
    """
    coalitions = np.arange(len(gains))
    feasible = np.ones(len(gains), dtype=bool)
    for k, (needs, excludes) in enumerate(zip(candidates.needs, candidates.excludes, strict=True)):
        absent = (coalitions >> k & 1) == 0
        feasible &= absent | ((coalitions & needs) == needs) & ((coalitions & excludes) == 0)
    costs = np.round(add_effects(np.array([cost or 0.0 for cost in candidates.costs])), 9)
    sizes = np.bitwise_count(coalitions)
    kept, best = [], -np.inf
    for row in np.lexsort((sizes, -np.round(gains, 9), costs)).tolist():
        if feasible[row] and gains[row] > best + NEGLIGIBLE_MUSD:
            kept.append(candidates.package(row, float(gains[row])))
            best = gains[row]
    return tuple(kept)


def best_package(frontier: Sequence[Package], budget_musd: float) -> Package | None:
    """The package of a frontier that gives most within a budget, None where even the first costs more."""
    within = [package for package in frontier if package.cost_musd <= budget_musd]
    return within[-1] if within else None


def program_frontier(candidates: Candidates, effects: Array) -> tuple[Package, ...]:
    """The same packages for added effects, by integer programs from the dearest down.

    Costs that differ by less than `COST_STEP` of the smallest cost count as equal. After `MOST_POINTS` packages the
    budgets of as many more are spread evenly over what is left; each is still the best for its cost.
    """
    costs = np.array([cost or 0.0 for cost in candidates.costs])
    paid, weight = costs[costs > 0], np.abs(effects).max(initial=0.0)
    price, gain = costs / (paid.min() if paid.size else 1.0), effects / (weight if weight > 0 else 1.0)
    rules = _rules(candidates)
    kept: list[Package] = []
    budget, step = float(price.sum()), COST_STEP
    while True:
        most = float(gain @ _solve(-gain, [*rules, _Rule(price, high=budget)]))
        enough = _Rule(gain, low=most - NEGLIGIBLE_MUSD)
        least = float(price @ _solve(price, [*rules, enough]))
        cheap = _Rule(price, high=least + COST_STEP / 2)
        fewest = np.flatnonzero(_solve(np.ones(len(price)), [*rules, enough, cheap]))
        coalition = sum(1 << k for k in fewest.tolist())
        kept.append(candidates.package(coalition, float(effects[fewest].sum())))
        if len(kept) == MOST_POINTS:
            step = max(COST_STEP, least / MOST_POINTS)
        if least < 0.5:  # nothing that costs is in it: the smallest cost is 1 here
            return tuple(reversed(kept))
        budget = max(least - step, 0.0)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A sum over choices (one weight a measure) that stays within two bounds."""

    weights: Array
    low: float = -np.inf
    high: float = np.inf


def _rules(candidates: Candidates) -> list[_Rule]:
    count = len(candidates.names)
    rules = []
    for k in range(count):
        for other in members_of(candidates.needs[k]):
            row = np.zeros(count)
            row[k], row[other] = 1.0, -1.0
            rules.append(_Rule(row, high=0.0))
        for other in members_of(candidates.excludes[k]):
            row = np.zeros(count)
            row[k], row[other] = 1.0, 1.0
            rules.append(_Rule(row, high=1.0))
    return rules


def _solve(objective: Array, rules: Sequence[_Rule]) -> Array:
    """The choice (0 or 1 each) that makes the objective least."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - only many measures should pay for it

    found = milp(
        objective,
        integrality=np.ones(len(objective), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(rule.weights, lb=rule.low, ub=rule.high) for rule in rules],
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None or found.status != 0:
        raise NoAnswer(f"No best package was found: {found.message}", kind="no-package")
    return np.asarray(np.round(found.x))


def order_by_gain(candidates: Candidates, worth: Callable[[int], float]) -> tuple[OrderStep, ...]:
    """Measures by what each adds to those before it for its cost, until none adds anything.

    What a measure needs comes with it, just before; what no source prices comes before what costs.
    """
    chosen, steps = 0, list[OrderStep]()
    while True:
        bundles = [bundle for k in range(len(candidates.names)) if (bundle := _bundle(candidates, k, chosen))]
        ranked = [(_rank(candidates, bundle, worth, chosen), bundle) for bundle in bundles]
        useful = [one for one in ranked if one[0][1] > NEGLIGIBLE_MUSD]
        if not useful:
            return tuple(steps)
        for k in max(useful, key=lambda one: one[0])[1]:
            gain = worth(chosen | 1 << k) - worth(chosen)
            cost = candidates.costs[k]
            steps.append(OrderStep(candidates.names[k], gain, cost, gain / cost if cost else None))
            chosen |= 1 << k


def _bundle(candidates: Candidates, k: int, chosen: int) -> tuple[int, ...]:
    """A measure with what it needs and is not chosen yet, needs first; nothing where it is chosen or excluded."""
    if chosen >> k & 1:
        return ()
    found: list[int] = []
    for other in members_of(candidates.needs[k]):
        found += [one for one in _bundle(candidates, other, chosen) if one not in found]
    found.append(k)
    together = chosen | sum(1 << one for one in found)
    apart = all(not candidates.excludes[one] & together for one in members_of(together))
    return tuple(found) if apart else ()


def _rank(
    candidates: Candidates, bundle: Sequence[int], worth: Callable[[int], float], chosen: int
) -> tuple[bool, float]:
    """Free before costly, then by effect, for each dollar where it costs."""
    gain = worth(chosen | sum(1 << k for k in bundle)) - worth(chosen)
    cost = sum(candidates.costs[k] or 0.0 for k in bundle)
    return cost == 0, gain / cost if cost else gain


def members_of(coalition: int) -> tuple[int, ...]:
    """The candidates in a coalition."""
    return tuple(k for k in range(coalition.bit_length()) if coalition >> k & 1)
