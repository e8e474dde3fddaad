"""Equilibrium in changes with many sectors, input-output links, tariffs and their revenue.

Caliendo and Parro (2015, REStud 82(1)), equations 10 to 14 in changes. Arrays are sector x exporter x importer
(J, N, N) and sector x economy (J, N):

    c[j, n]  = w[n] ** gamma[j, n]  product over k of P[k, n] ** inputs[n, k, j]             (unit costs)
    P[j, n]  = (sum over i of pi[j, i, n] (kappa[j, i, n] c[j, i]) ** -theta[j]) ** (-1 / theta[j])
    S[j, i]  = sum over n of pi'[j, i, n] X[j, n] / (1 + tariff'[j, i, n])                  (sales)
    X[k, n]  = sum over j of inputs[n, k, j] S[j, n] + alpha[k, n] I[n]                     (expenditure)
    I[n]     = w[n] VA[n] + R[n] + D[n]                                                     (income, revenue, deficit)
    sum over j of gamma[j, n] S[j, n] = factor w[n] VA[n]                                   (labour markets clear)

kappa is the cost ratio times the ratio of tariff factors. World gross output is the numeraire. `factor` is 1 unless
deficits are multiplicative, I = (I0 / (VA + R0)) (w VA + R). With one sector that uses no inputs and no tariffs this is
the system of `markets`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rahdari.exceptions import NoAnswer
from rahdari.trade.blas import one_thread
from rahdari.trade.markets import DeficitRule, FloatArray

MOST_STEPS = 600
MOST_CAREFUL_STEPS = 6_000
ANDERSON_DEPTH = 6
# No log price or wage moves further in a step of the search.
LONGEST_STEP = 1.0
# A residual this many times the best one's means that the search has left its way.
ASTRAY = 1e3
# Above this relative gap the data are not an equilibrium of the model, and the baseline is solved first.
CONSISTENT = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class SectorWorld:
    """The baseline of J sectors and N economies; values in one unit, flows before tariffs, tariffs as fractions."""

    flows: FloatArray  # (J, N, N)
    tariffs: FloatArray  # (J, N, N)
    value_added_share: FloatArray  # (J, N) of gross output
    inputs: FloatArray  # (N, K, J) cost share of supplying sector k in using sector j; with value added they sum to 1
    final_shares: FloatArray  # (J, N) of final demand
    deficit: FloatArray  # (N,) expenditure less income
    theta: FloatArray  # (J,)

    @property
    def purchases(self) -> FloatArray:
        """Expenditure by sector and economy, tariffs included (J, N)."""
        total: FloatArray = (self.flows * (1.0 + self.tariffs)).sum(axis=1)
        return total

    @property
    def sales(self) -> FloatArray:
        """Gross output by sector and economy (J, N)."""
        total: FloatArray = self.flows.sum(axis=2)
        return total

    @property
    def value_added(self) -> FloatArray:
        """Value added by economy (N,)."""
        total: FloatArray = (self.value_added_share * self.sales).sum(axis=0)
        return total

    @property
    def revenue(self) -> FloatArray:
        """Tariff revenue by economy (N,)."""
        total: FloatArray = (self.flows * self.tariffs).sum(axis=(0, 1))
        return total


@dataclass(frozen=True, slots=True, eq=False)
class SectorEquilibrium:
    """A solved counterfactual; vectors (N,) and (J, N) are ratios to the baseline, flows in the unit of the input.

    Where the baseline had to be solved first (no deficits wanted, or data that are no equilibrium of the model, such as
    negative final demand set to zero), `resolved` is true and `baseline_flows` holds that baseline.
    """

    converged: bool
    iterations: int
    residual: float
    nominal_wage: FloatArray
    price_index: FloatArray
    output: FloatArray
    exports: FloatArray
    welfare: FloatArray
    sector_prices: FloatArray
    baseline_flows: FloatArray
    flows: FloatArray
    revenue: FloatArray
    common_factor: float
    resolved: bool
    deficits: DeficitRule


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """What is fixed while prices move."""

    world: SectorWorld
    kernel: FloatArray  # (J, N, N) shares at the new costs and the old prices
    net_kernel: FloatArray  # the same before tariffs: over 1 + tariff'
    output: float  # world gross output of the baseline
    value_added: FloatArray
    deficit: FloatArray
    spending_ratio: FloatArray  # (N,) final spending over income, 1 unless deficits are multiplicative
    multiplicative: bool
    taxed: bool
    bought: NDArray[np.bool_]  # (J, N)
    exposed: FloatArray  # (J, N) by how much a wage moves sales, over theta


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """Logs of wages, prices and expenditure in units of world output; 0 where nothing is bought."""

    log_wage: FloatArray  # (N,)
    log_price: FloatArray  # (J, N)
    log_spending: FloatArray  # (J, N)


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """What a point implies."""

    weight: FloatArray  # (J, N)
    column: FloatArray  # (J, N)
    sales: FloatArray  # (J, N)
    revenue: FloatArray  # (N,)
    final: FloatArray  # (N,)
    factor: float
    spending: FloatArray  # (J, N)
    moved: _Point
    residual: float


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    """The baseline's point and the counterfactual's, each with its policy and state."""

    still: Policy
    policy: Policy
    base: _Point
    before: _State
    point: _Point
    after: _State
    resolved: bool
    iterations: int


def solve_sectors(
    world: SectorWorld,
    cost_changes: FloatArray,
    *,
    new_tariffs: FloatArray | None = None,
    deficits: DeficitRule = "additive",
    tolerance: float = 1e-10,
) -> SectorEquilibrium:
    """The counterfactual as ratios to the baseline, or NoAnswer if it does not converge to `tolerance`.

    `cost_changes` (J, N, N) are ratios of trade cost factors without tariffs, `new_tariffs` rates (default: as before).
    """
    tariffs = world.tariffs if new_tariffs is None else new_tariffs
    with one_thread():
        solved = _solve(world, cost_changes, tariffs, deficits=deficits, tolerance=tolerance)
    return _report(solved, deficits=deficits)


def _solve(
    world: SectorWorld,
    cost_changes: FloatArray,
    tariffs: FloatArray,
    *,
    deficits: DeficitRule,
    tolerance: float,
) -> _Solved:
    """Baseline and counterfactual."""
    still = make_policy(world, None, world.tariffs, deficits=deficits)
    log_spending = np.log(np.where(still.bought, world.purchases / still.output, 1.0))
    base = _Point(np.zeros(len(still.deficit)), np.zeros(log_spending.shape), log_spending)
    before, spent, resolved = _evaluate(still, base), 0, False
    if before.residual > CONSISTENT:
        base, before, spent = _search(still, base, tolerance=tolerance)
        resolved = True
    policy = make_policy(world, cost_changes, tariffs, deficits=deficits)
    point, after, steps = _search(policy, base, tolerance=tolerance)
    return _Solved(still, policy, base, before, point, after, resolved=resolved, iterations=spent + steps)


def make_policy(
    world: SectorWorld, cost_changes: FloatArray | None, tariffs: FloatArray, *, deficits: DeficitRule
) -> Policy:
    """The fixed parts of a baseline under new costs and tariffs; costs stay where `cost_changes` is None."""
    purchases = world.purchases
    bought = purchases > 0
    gross = world.flows * (1.0 + world.tariffs)
    shares = np.divide(gross, purchases[:, None, :], out=np.zeros_like(gross), where=bought[:, None, :])
    if cost_changes is not None:
        kappa = cost_changes * (1.0 + tariffs) / (1.0 + world.tariffs)
        changed = kappa != 1.0
        theta = np.broadcast_to(world.theta[:, None, None], kappa.shape)[changed]
        shares[changed] *= np.exp(-theta * np.log(kappa[changed]))
    taxed = bool(tariffs.any())
    income = world.value_added + world.revenue
    ratio = np.ones_like(income)
    if deficits == "multiplicative":
        ratio = (income + world.deficit) / income
    return Policy(
        world=world,
        kernel=shares,
        net_kernel=shares / (1.0 + tariffs) if taxed else shares,
        output=float(world.sales.sum()),
        value_added=world.value_added,
        deficit=world.deficit if deficits == "additive" else np.zeros_like(income),
        spending_ratio=ratio,
        multiplicative=deficits == "multiplicative",
        taxed=taxed,
        bought=bought,
        exposed=_exposed(world),
    )


def _exposed(world: SectorWorld) -> FloatArray:
    """How much of an economy's value added answers to its wage through sales abroad, by sector (J, N).

    A wage raises a sector's cost by the share of value added, and theta times that lowers sales, but hardly those at
    home, where it lowers the price index too.
    """
    abroad = 1.0 - np.divide(
        np.diagonal(world.flows, axis1=1, axis2=2), world.sales, out=np.ones_like(world.sales), where=world.sales > 0
    )
    added = world.value_added_share * world.sales
    exposed: FloatArray = world.value_added_share * abroad * added / added.sum(axis=0)
    return exposed


def wage_gain(policy: Policy, theta: FloatArray) -> FloatArray:
    """How far a wage (..., N) moves for a gap of one, in logs; `theta` is (..., J)."""
    gain: FloatArray = 1.0 / (1.0 + theta @ policy.exposed)
    return gain


def _evaluate(policy: Policy, point: _Point) -> _State:
    """What the point implies, and the point that follows from it; the residual is infinite where it cannot be."""
    world = policy.world
    through_inputs = np.matmul(point.log_price.T[:, None, :], world.inputs)[:, 0, :].T
    log_cost = world.value_added_share * point.log_wage + through_inputs
    weight = np.exp(-world.theta[:, None] * log_cost)
    column = np.matmul(weight[:, None, :], policy.kernel)[:, 0, :]
    safe = np.where(policy.bought, column, 1.0)
    log_price = -np.log(safe) / world.theta[:, None]
    spent = np.where(policy.bought, np.exp(point.log_spending), 0.0)
    rate = spent / safe
    sales = weight * np.matmul(policy.net_kernel, rate[:, :, None])[:, :, 0]
    wages = np.exp(point.log_wage)
    income = policy.value_added * wages / policy.output
    revenue = np.zeros_like(wages)
    if policy.taxed:
        net = np.matmul(weight[:, None, :], policy.net_kernel)[:, 0, :]
        revenue = (spent - net * rate).sum(axis=0)
    final = policy.spending_ratio * (income + revenue) + policy.deficit / policy.output
    used = np.matmul(world.inputs, sales.T[:, :, None])[:, :, 0].T
    spending = used + world.final_shares * final
    earned = (world.value_added_share * sales).sum(axis=0)
    factor = float(earned.sum() / income.sum()) if policy.multiplicative else 1.0
    gap = np.log(earned / (factor * income))
    # Prices in another numeraire: world gross output is to keep its value.
    offset = float(np.log(sales.sum() / factor))
    residual = max(
        float(np.abs(gap).max()),
        abs(offset),
        float(np.abs(log_price - point.log_price).max()),
        float((np.abs(spending - spent).sum(axis=0) / spent.sum(axis=0)).max()),
    )
    feasible = np.isfinite(residual) and bool((final > 0).all())
    log_spending = np.log(np.where(policy.bought, spending, 1.0))
    moved = _Point(point.log_wage + wage_gain(policy, world.theta) * (gap - offset), log_price, log_spending)
    return _State(
        weight=weight,
        column=safe,
        sales=sales,
        revenue=revenue,
        final=final,
        factor=factor,
        spending=spending,
        moved=moved,
        residual=residual if feasible else float("inf"),
    )


def _search(policy: Policy, start: _Point, *, tolerance: float) -> tuple[_Point, _State, int]:
    """The point where nothing moves any more, its state and the steps taken; NoAnswer if there is none to be found."""
    with np.errstate(all="ignore"):
        point, state, steps = _mix(policy, start, tolerance=tolerance, most=MOST_STEPS)
        if not state.residual <= tolerance:
            # Small steps from the start lead near where there is a solution, and mixing takes over there.
            point, state, more = _creep(policy, start, goal=max(tolerance, 1e-4))
            point, state, last = _mix(policy, point, tolerance=tolerance, most=MOST_STEPS)
            steps += more + last
    if state.residual <= tolerance:
        return point, state, steps
    raise NoAnswer(
        f"The trade equilibrium of many sectors did not converge: after {steps} iterations the largest relative gap is "
        f"{state.residual:.3g}, above the tolerance of {tolerance:.3g}. A surplus that stays fixed can exceed what an "
        "economy still earns (try multiplicative deficits), or the tolerance is below rounding.",
        kind="not-converged",
    )


def _mix(policy: Policy, start: _Point, *, tolerance: float, most: int) -> tuple[_Point, _State, int]:
    """Anderson's mixing (1965, JACM 12(4)) of the joint iteration; may return unconverged, never without a state."""
    shapes = start.log_price.shape
    place = _flat(start)
    bends, ahead_of_bends = np.empty((ANDERSON_DEPTH, place.size)), np.empty((ANDERSON_DEPTH, place.size))
    products = np.zeros((ANDERSON_DEPTH, ANDERSON_DEPTH))
    held, slot = 0, 0
    previous: tuple[FloatArray, FloatArray] | None = None
    best_point, best = start, _evaluate(policy, start)
    state = best
    for step in range(most):
        point = start if step == 0 else _shaped(place, shapes)
        state = best if step == 0 else _evaluate(policy, point)
        if state.residual < best.residual:
            best_point, best = point, state
        if state.residual <= tolerance:
            return point, state, step
        if not np.isfinite(state.residual) or state.residual > ASTRAY * best.residual:
            if not np.isfinite(best.residual):
                break
            # Mixing led astray: forget the past and go on plainly from the best point.
            held, slot, previous = 0, 0, None
            place = _flat(best_point)
            place = place + 0.5 * (_flat(best.moved) - place)
            continue
        move = _flat(state.moved) - place
        if previous is not None:
            bends[slot] = move - previous[0]
            ahead_of_bends[slot] = bends[slot] + (place - previous[1])
            held = min(held + 1, ANDERSON_DEPTH)
            products[slot, :held] = products[:held, slot] = bends[:held] @ bends[slot]
            slot = (slot + 1) % ANDERSON_DEPTH
        previous = (move, place)
        ahead = move
        if held:
            ahead = move - mixing_weights(products[:held, :held], bends[:held] @ move) @ ahead_of_bends[:held]
        place = place + ahead * min(1.0, LONGEST_STEP / float(np.abs(ahead).max()))
    return best_point, best, most


def mixing_weights(products: FloatArray, aims: FloatArray) -> FloatArray:
    """The mixing weights (..., h) of the least-squares problem, with a little ridge: late bends are nearly parallel."""
    size = np.sqrt(np.diagonal(products, axis1=-2, axis2=-1)) + 1e-300
    scaled = products / (size[..., :, None] * size[..., None, :])
    scaled += 1e-12 * np.eye(size.shape[-1])
    weights: FloatArray = np.linalg.solve(scaled, (aims / size)[..., None])[..., 0] / size
    return weights


def _creep(policy: Policy, start: _Point, *, goal: float) -> tuple[_Point, _State, int]:
    """Plain steps, shorter where they fail; may return unconverged."""
    point, state, length = start, _evaluate(policy, start), 0.5
    for step in range(MOST_CAREFUL_STEPS):
        if state.residual <= goal or length < 1e-6 or not np.isfinite(state.residual):
            return point, state, step
        here = _flat(point)
        trial = _shaped(here + length * (_flat(state.moved) - here), point.log_price.shape)
        found = _evaluate(policy, trial)
        if np.isfinite(found.residual):
            point, state, length = trial, found, min(0.5, 1.1 * length)
        else:
            length /= 2.0
    return point, state, MOST_CAREFUL_STEPS


def _flat(point: _Point) -> FloatArray:
    return np.concatenate([point.log_wage, point.log_price.ravel(), point.log_spending.ravel()])


def _shaped(place: FloatArray, shapes: tuple[int, ...]) -> _Point:
    sectors, size = shapes
    middle = size + sectors * size
    return _Point(place[:size], place[size:middle].reshape(shapes), place[middle:].reshape(shapes))


def _report(solved: _Solved, *, deficits: DeficitRule) -> SectorEquilibrium:
    """The solved point as ratios to the baseline's."""
    still, policy, world = solved.still, solved.policy, solved.policy.world
    old, old_state, new, new_state = solved.base, solved.before, solved.point, solved.after
    flows_before = _flows(still, old_state) if solved.resolved else world.flows
    flows_after = _flows(policy, new_state)
    prices = np.exp(new.log_price - old.log_price)
    index = np.exp((world.final_shares * (new.log_price - old.log_price)).sum(axis=0))
    sales_before, sales_after = flows_before.sum(axis=(0, 2)), flows_after.sum(axis=(0, 2))
    abroad = ~np.eye(len(index), dtype=bool)
    exports_before, exports_after = ((flows * abroad).sum(axis=(0, 2)) for flows in (flows_before, flows_after))
    final_before = still.output * old_state.final
    return SectorEquilibrium(
        converged=True,
        iterations=solved.iterations,
        residual=new_state.residual,
        nominal_wage=np.exp(new.log_wage - old.log_wage),
        price_index=index,
        output=sales_after / sales_before / (new_state.factor / old_state.factor),
        exports=np.divide(
            exports_after, exports_before, out=np.full_like(exports_before, np.nan), where=exports_before > 0
        ),
        welfare=policy.output * new_state.final / final_before / index,
        sector_prices=prices,
        baseline_flows=flows_before,
        flows=flows_after,
        revenue=policy.output * new_state.revenue,
        common_factor=new_state.factor,
        resolved=solved.resolved,
        deficits=deficits,
    )


def _flows(policy: Policy, state: _State) -> FloatArray:
    """Flows before tariffs (J, N, N) in the unit of the input."""
    rate = policy.output * state.spending / state.column
    flows: FloatArray = policy.net_kernel * state.weight[:, :, None] * rate[:, None, :]
    return flows
