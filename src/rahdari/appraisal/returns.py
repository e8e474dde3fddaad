"""What each measure is worth to those who trade: savings a year, net present value and economic rate of return.

Counted is what the pair's own trade saves in freight, time and risk, by the rule of half (Jones 1977; the change of
consumers' surplus is the mean of both volumes times the fall of the cost). Not counted: duties and contracts, which
are transfers, what third-country transit pays, which stands apart, and the trade of others on the same way. The
measure is delivered for sure and on time, on top of what it needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.full_delivery import FullDelivery
from rahdari.appraisal.portfolio import NEGLIGIBLE_MUSD
from rahdari.appraisal.world import World
from rahdari.claims import Estimate

Array = NDArray[np.float64]
HIGHEST_RATE = 10.0
LOWEST_RATE = -0.99
HALVINGS = 60  # of the interval between them, until no number is left within


@dataclass(frozen=True, slots=True)
class YearFlow:
    """What a measure costs and saves in one year, USD million."""

    year: int
    cost_musd: float
    saving_musd: float


@dataclass(frozen=True, slots=True)
class BookReturn:
    """What a measure is worth on the trade that one book counts, USD million at the discount rate.

    `worth_musd` is the present value of the savings: the most that it may cost. The rest is None where no source
    gives a cost; `eirr` is None, too, where no rate makes costs and savings equal, and `why` says why.
    `positive_share` is the share of draws whose net present value is not below nought.
    """

    book: str
    worth_musd: float
    npv_musd: float | None
    npv_at_low_cost_musd: float | None
    npv_at_high_cost_musd: float | None
    positive_share: float | None
    eirr: float | None
    why: str | None
    years: tuple[YearFlow, ...]


@dataclass(frozen=True, slots=True)
class Return:
    """A measure's cost in USD million of `cost_year`, the range of its sources, and its worth by book."""

    measure: str
    cost_musd: float | None
    cost_year: int | None
    cost_low_musd: float | None
    cost_high_musd: float | None
    discount_rate: float
    life_years: int
    by_book: tuple[BookReturn, ...]


def find_returns(full: FullDelivery) -> tuple[Return, ...]:
    """For each measure its cost, savings and returns in each book."""
    world = full.world
    claims = world.case.claims
    rate, life = claims.value("model", "discount_rate"), int(claims.value("model", "asset_life_years"))
    found = []
    for measure in world.measures:
        cost = claims.find(f"measure:{measure.id}", "cost_musd")
        low, high = _range(cost)
        first = max(measure.start, world.case.as_of).year
        books = tuple(
            _book_return(world, full, measure.id, book, cost=cost, rate=rate, first=first, life=life)
            for book in world.baselines
        )
        value = None if cost is None else cost.value
        found.append(Return(measure.id, value, _price_year(cost), low, high, rate, life, books))
    return tuple(found)


def _price_year(cost: Estimate | None) -> int | None:
    """The year of a cost's prices: the end of its period, else its source's."""
    if cost is None:
        return None
    period, published = cost.claim.period, cost.claim.published[:4]
    return period.end.year if period is not None else int(published) if published else None


def _range(cost: Estimate | None) -> tuple[float | None, float | None]:
    if cost is None:
        return None, None
    values = [claim.value for claim in cost.rivals]
    return min(values), max(values)


def _book_return(
    world: World, full: FullDelivery, name: str, book: str, *, cost: Estimate | None, rate: float, first: int, life: int
) -> BookReturn:
    years, savings = savings_by_year(full, name, book)
    labels, table = extend_savings(years, savings, since=world.case.as_of.year, until=first + life - 1)
    factors = discount_factors(labels - labels[0], rate)
    worth = table @ factors
    spent = spread_cost(1.0, labels, until=max(first - 1, int(labels[0])))
    if cost is None:
        flows = _flows(labels, spent * 0.0, table)
        return BookReturn(book, float(worth.mean()), None, None, None, None, None, "No source gives a cost.", flows)
    price = float(spent @ factors)
    low, high = (bound or 0.0 for bound in _range(cost))
    net = table.mean(axis=0) - cost.value * spent
    eirr, why = rate_of_return(net)
    return BookReturn(
        book=book,
        worth_musd=float(worth.mean()),
        npv_musd=float(worth.mean() - cost.value * price),
        npv_at_low_cost_musd=float(worth.mean() - low * price),
        npv_at_high_cost_musd=float(worth.mean() - high * price),
        positive_share=float((worth >= cost.value * price).mean()),
        eirr=eirr,
        why=why,
        years=_flows(labels, cost.value * spent, table),
    )


def _flows(labels: NDArray[np.int64], costs: Array, savings: Array) -> tuple[YearFlow, ...]:
    rows = zip(labels.tolist(), costs.tolist(), savings.mean(axis=0).tolist(), strict=True)
    return tuple(YearFlow(*row) for row in rows)


def savings_by_year(full: FullDelivery, name: str, book: str) -> tuple[tuple[int, ...], Array]:
    """Reporting years and what the book's trade saves in each, draws x years, USD million: the rule of half.

    The cost is freight, time and risk over value, a mean over the goods by their shares of the direction and while a
    way is open.
    """
    world, having, lacking = full.world, full.having[name], full.lacking[name]
    after, before = having.paths[book], lacking.paths[book]
    spans = [world.timeline.steps_of(period) for period in after.periods]
    total: Array = np.zeros_like(after.total)
    for flow in world.cost_model.flows:
        if flow.id not in after.by_direction:
            continue
        new, old = having.costs[flow.id], lacking.costs[flow.id]
        fall = ((np.expm1(old.log_cost) - np.expm1(new.log_cost)) * new.open_share) @ flow.shares
        yearly = np.stack([fall[:, span].mean(axis=1) for span in spans], axis=1)
        total += yearly * (after.by_direction[flow.id] + before.by_direction[flow.id]) / 2
    return after.years, total


def extend_savings(years: Sequence[int], savings: Array, *, since: int, until: int) -> tuple[NDArray[np.int64], Array]:
    """The years `since` to `until` and their savings: none before the first known, as in the last known after it."""
    labels = np.arange(since, max(until, since) + 1)
    places = np.clip(labels - years[0], 0, len(years) - 1)
    return labels, np.where(labels >= years[0], savings[:, places], 0.0)


def spread_cost(cost_musd: float, labels: NDArray[np.int64], *, until: int) -> Array:
    """The cost in equal parts over the years to `until`."""
    building = labels <= until
    return np.where(building, cost_musd / building.sum(), 0.0)


def discount_factors(years_ahead: NDArray[np.int64], rate: float) -> Array:
    """What a dollar is worth so many years ahead."""
    return np.asarray((1.0 + rate) ** -years_ahead.astype(float))


def rate_of_return(net: Array) -> tuple[float | None, str | None]:
    """The rate at which yearly net flows are worth nothing today; else None and why there is no such rate."""
    flows = np.where(np.abs(net) > NEGLIGIBLE_MUSD, net, 0.0)
    signs = np.sign(flows[flows != 0])
    if not (signs > 0).any():
        return None, "It saves the pair's trade nothing, so no rate of return exists."
    if not (signs < 0).any():
        return None, "No year costs more than it saves, so every rate would do."
    if signs[0] > 0:
        return None, "It saves before it costs, so no rate tells a return."
    if (np.diff(signs) != 0).sum() > 1:
        return None, "Costs and savings change places more than once, so no single rate exists."
    ahead = np.arange(len(flows))

    def worth(rate: float) -> float:
        """What the flows are worth today at a rate, USD million."""
        return float(flows @ discount_factors(ahead, rate))

    if worth(HIGHEST_RATE) > 0:
        return None, f"It is above {HIGHEST_RATE * 100:,.0f} per cent a year."
    if worth(LOWEST_RATE) < 0:
        return None, "Its savings are too small for any rate."
    low, high = LOWEST_RATE, HIGHEST_RATE
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if worth(middle) > 0 else (low, middle)
    return (low + high) / 2, None
