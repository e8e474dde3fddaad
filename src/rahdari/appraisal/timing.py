"""How late each measure may start and still show by each deadline, if it is then delivered for sure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.forecast import BookPaths, effective_measures, forecast_paths
from rahdari.appraisal.full_delivery import FullDelivery, deliver_at
from rahdari.appraisal.timeline import MONTHS_PER_STEP
from rahdari.appraisal.trade_costs import FlowCosts
from rahdari.register.entries import Deadline

Array = NDArray[np.float64]
NOTICEABLE_MUSD = 0.5  # a contribution that would show in a book's figures


@dataclass(frozen=True, slots=True)
class LatestStart:
    """When a measure must have taken effect to bring `least_musd` in the last reporting year that ends by a deadline.

    `on_time_musd` is what it brings, on top of what it needs, if it starts as planned and for sure; `latest` is None
    where even that is less.
    """

    measure: str
    book: str
    deadline: str
    on_time_musd: float
    latest: date | None
    least_musd: float


def find_latest_starts(full: FullDelivery, *, deadlines: Sequence[Deadline]) -> tuple[LatestStart, ...]:
    """For each measure, book and deadline the first day of the latest month in which it may take effect."""
    found = []
    timeline = full.world.timeline
    last = max(one.latest for one in deadlines)
    steps = min(full.extent.steps, timeline.month_of(last) // MONTHS_PER_STEP + 1)
    for name, having in full.having.items():
        runs = {0: having.paths}
        for book in having.paths:
            found += [_latest_start(full, name, book, one, runs=runs, steps=steps) for one in deadlines]
    return tuple(found)


def _latest_start(
    full: FullDelivery,
    name: str,
    book: str,
    deadline: Deadline,
    *,
    runs: dict[int, Mapping[str, BookPaths]],
    steps: int,
) -> LatestStart:
    """The search for one; `runs` keeps what was run, over so many half-years, for each number of months."""
    timeline, lacking = full.world.timeline, full.lacking[name].paths[book]
    columns = [column for column, period in enumerate(lacking.periods) if period.end <= deadline.latest]
    if not columns:
        return LatestStart(name, book, deadline.id, 0.0, None, NOTICEABLE_MUSD)
    column = columns[-1]

    def gain(months: int) -> float:
        if months not in runs:
            runs[months] = run_late(full, name, months=months, steps=steps)
        return float((runs[months][book].total[:, column] - lacking.total[:, column]).mean())

    measure = next(measure for measure in full.world.measures if measure.id == name)
    begin = timeline.month_of(max(measure.start, full.world.case.as_of))
    bound = timeline.month_of(lacking.periods[column].end) + 1 - begin
    months = find_longest(gain, least=NOTICEABLE_MUSD, bound=bound)
    latest = None if months is None else timeline.month_start(begin + months)
    return LatestStart(name, book, deadline.id, gain(0), latest, NOTICEABLE_MUSD)


def find_longest(gain: Callable[[int], float], *, least: float, bound: int) -> int | None:
    """The most months of lateness below `bound` at which a falling gain is still `least`; None where it never is."""
    if bound <= 0 or gain(0) < least:
        return None
    low, high = 0, bound
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if gain(middle) >= least else (low, middle)
    return low


def run_late(full: FullDelivery, name: str, *, months: int, steps: int) -> Mapping[str, BookPaths]:
    """Every book's paths over so many half-years with a measure and what it needs, itself so many months late.

    Its trade costs are those without it until it acts, and those of its delivery on time after that.
    """
    world, having, lacking = full.world, full.having[name], full.lacking[name]
    late = deliver_at(world, name, months_late=months)
    acting = effective_measures(replace(world, delivered={**world.delivered, name: late}), having.active)
    on_time = effective_measures(world, having.active)[name]
    shares = [world.timeline.per_step(one.share[:1])[0] for one in (acting[name], on_time)]
    ratio = np.divide(shares[0], shares[1], out=np.zeros_like(shares[0]), where=shares[1] > 0)
    costs = {flow: _blend(lacking.costs[flow], having.costs[flow], ratio[:steps]) for flow in having.costs}
    return forecast_paths(world, acting=acting, costs=costs)


def _blend(before: FlowCosts, after: FlowCosts, share: Array) -> FlowCosts:
    part, steps = share[None, :, None], len(share)
    cost, is_open = before.log_cost[:, :steps], before.open_share[:, :steps]
    return FlowCosts(
        log_cost=cost + part * (after.log_cost[:, :steps] - cost),
        open_share=is_open + part * (after.open_share[:, :steps] - is_open),
    )
