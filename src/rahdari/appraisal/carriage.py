"""What is carried between the pair's zones and at what cost, half-year by half-year, with any subset of the measures.

Cargo settled in one situation while in another is carried as far as the routes that it takes still pass, and pays the
dearer of the cost that it is used to and the cost now: it neither finds a new way nor comes back in a day (see
`situations`). Seasons are known beforehand, so cargo plans for them: each has its own route choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.candidates import Flow
from rahdari.appraisal.delivery import Delivered
from rahdari.appraisal.trade_costs import CostModel, FlowCosts, RouteSet, price_routes
from rahdari.transport.choice import choose_routes
from rahdari.transport.elements import Key, transform

Array = NDArray[np.float64]
Index = NDArray[np.int64]
CHUNK = 512  # entries evaluated at a time, so that their table stays in the cache
OPEN_FROM = 0.5  # a link that a measure opens is usable once half of the measure's ramp has passed


def measure_costs(
    model: CostModel, flow: Flow, *, weights: Array, delivered: Mapping[str, Delivered], steps: int
) -> FlowCosts:
    """Costs of one direction over the first `steps` half-years with the `delivered` measures, averaged over zones.

    `weights` (draws x steps x settled x now) says how much of each half-year cargo is settled in one situation while
    in another.
    """
    shares = {name: model.timeline.per_step(one.share)[:, :steps] for name, one in delivered.items()}
    draws = weights.shape[0]
    total = np.zeros((draws, steps, len(flow.cargoes)))
    open_share = np.zeros_like(total)
    sets = model.route_sets[flow.id]
    for routes in sets:
        log_cost, carried = _zone_costs(model, flow, routes, weights=weights[:, :steps], shares=shares)
        total += hold_while_shut(log_cost, carried) / len(sets)
        open_share += carried / len(sets)
    return FlowCosts(total, open_share)


def share_routes(
    model: CostModel,
    flow: Flow,
    routes: RouteSet,
    *,
    weights: Array,
    delivered: Mapping[str, Delivered],
    step: int,
) -> Array:
    """The share of each commodity that takes each route in one half-year: routes x goods, at mean times and costs.

    Situations count by their mean weight, seasons by their share of the year, openings as in most draws.
    """
    shares = {name: model.timeline.per_step(one.share)[:, step : step + 1] for name, one in delivered.items()}
    works = _collect_works(model, routes, shares, draws=len(weights), steps=1)
    time_h = routes.time_h.mean(axis=1) + works.moved[:, 0].mean(axis=0) @ works.per_time
    cost = routes.cost_usd_per_t.mean(axis=1) + works.moved[:, 0].mean(axis=0) @ works.per_cost
    opening = int(np.bincount(works.opening[:, 0]).argmax())
    now = weights[:, step].sum(axis=1).mean(axis=0)
    found = np.zeros((len(routes.routes), len(flow.cargoes)))
    for situation in np.flatnonzero(now).tolist():
        for season, part in zip(routes.season, routes.season_share.mean(axis=0).tolist(), strict=True):
            chance = routes.chance[situation, opening] * season
            usable = np.flatnonzero(chance > 0)
            if usable.size:
                whole = price_routes(
                    flow,
                    time_h[usable, None],
                    cost[usable, None],
                    carried=routes.carried[usable],
                    surcharge=routes.surcharge[situation, opening, usable],
                    chance=chance[usable],
                )
                sizes = routes.path_size[situation, opening, usable][:, None, None]
                choice = choose_routes(whole, sizes, scale=model.scale)
                found[usable] += now[situation] * part * choice.share[:, :, 0]
    return found


def hold_while_shut(log_cost: Array, open_share: Array) -> Array:
    """The log cost (draws x steps x goods) with that of the last open step where no route is open.

    A way that is shut has no cost; were it taken as zero, its reopening would look like a fall of the cost long ago.
    Before the first open step it is that of the first open step.
    """
    steps = np.arange(log_cost.shape[1])[None, :, None]
    last = np.maximum.accumulate(np.where(open_share > 0, steps, -1), axis=1)
    first = np.argmax(open_share > 0, axis=1)[:, None, :]
    return np.take_along_axis(log_cost, np.where(last < 0, first, last), axis=1)


@dataclass(frozen=True, slots=True)
class _Works:
    """What the measures do to one pair of zones: `moved` (draws x steps x keys) times the routes' coefficients.

    `opening` has bit k set where the k-th opener has acted; `alike` is the first of the steps in a row that are equal.
    """

    moved: Array
    per_time: Array
    per_cost: Array
    opening: Index
    alike: Index


@dataclass(frozen=True, slots=True)
class _Entries:
    """One route choice each: a draw in a step, season and situation."""

    draw: Index
    step: Index
    season: Index
    situation: Index


@dataclass(frozen=True, slots=True)
class _Moves:
    """Cargo settled in the situation of the entry `source` while in that of `target`; by ascending source."""

    source: Index
    target: Index


def _zone_costs(
    model: CostModel, flow: Flow, routes: RouteSet, *, weights: Array, shares: Mapping[str, Array]
) -> tuple[Array, Array]:
    """Log cost and share carried of each half-year: draws x steps x goods."""
    draws, steps, situations, _ = weights.shape
    works = _collect_works(model, routes, shares, draws=draws, steps=steps)
    half = (np.arange(steps) + (model.timeline.first.month > 1)) % 2
    draw, step, settled, now = np.nonzero(weights)
    by_season = routes.season_share[half[step]] * weights[draw, step, settled, now][:, None]
    row, season = np.nonzero(by_season)
    draw, step, settled, now = draw[row], step[row], settled[row], now[row]
    # what is equal in many half-years is worked out once
    shape = (draws, steps, len(routes.season), situations)
    stay, come = (
        np.ravel_multi_index((draw, works.alike[draw, step], season, one), shape).astype(np.int64)
        for one in (settled, now)
    )
    keys, which = _number(stay * situations + now)
    found, place = _number(np.concatenate([keys // situations, come]))
    target = np.empty(len(keys), dtype=np.int64)
    target[which] = place[len(keys) :]
    moves = _Moves(source=place[: len(keys)], target=target)
    entries = _Entries(*(part.astype(np.int64) for part in np.unravel_index(found, shape)))
    cost, carried = _price_moves(model, flow, routes, works, entries=entries, moves=moves)
    spent = by_season[row, season][:, None] * carried[which]
    begins = np.searchsorted(draw * steps + step, np.arange(draws * steps))
    open_share = np.add.reduceat(spent, begins).reshape(draws, steps, -1)
    log_cost = np.add.reduceat(spent * cost[which], begins).reshape(draws, steps, -1)
    np.divide(log_cost, open_share, out=log_cost, where=open_share > 0)
    return log_cost, open_share


def _number(keys: Index) -> tuple[Index, Index]:
    """The different keys in ascending order, and which of them each is."""
    found, which = np.unique(keys, return_inverse=True)
    return found, which


def _collect_works(
    model: CostModel, routes: RouteSet, shares: Mapping[str, Array], *, draws: int, steps: int
) -> _Works:
    moved, per_time, per_cost = [], [], []
    for key, (by_time, by_cost) in routes.coefficients.items():
        change = _change_of(model, key, shares, draws=draws) if by_time.any() or by_cost.any() else None
        if change is not None:
            moved.append(change)
            per_time.append(by_time)
            per_cost.append(by_cost)
    opening = np.zeros((draws, steps), dtype=np.int64)
    for bit, name in enumerate(model.openers):
        if name in shares:
            opening |= (shares[name] >= OPEN_FROM).astype(np.int64) << bit
    table = np.stack(moved, axis=-1) if moved else np.zeros((draws, steps, 0))
    is_new = np.ones((draws, steps), dtype=bool)
    is_new[:, 1:] = (table[:, 1:] != table[:, :-1]).any(axis=-1) | (opening[:, 1:] != opening[:, :-1])
    none = np.zeros((0, len(routes.routes)))
    return _Works(
        moved=table,
        per_time=np.stack(per_time) if per_time else none,
        per_cost=np.stack(per_cost) if per_cost else none,
        opening=opening,
        alike=np.maximum.accumulate(np.where(is_new, np.arange(steps), 0), axis=1),
    )


def _change_of(model: CostModel, key: Key, shares: Mapping[str, Array], *, draws: int) -> Array | None:
    """What the measures add to the number `key` in the form that enters linearly: draws x steps."""
    acting = [(name, change) for name, change in model.changes[key] if name in shares]
    if not acting:
        return None
    base = model.values[key][:draws, None]
    value: Array = base
    for name, change in acting:
        value = change.apply(value, shares[name])
    return transform(key, value) - transform(key, base)


def _price_moves(
    model: CostModel, flow: Flow, routes: RouteSet, works: _Works, *, entries: _Entries, moves: _Moves
) -> tuple[Array, Array]:
    """Log cost paid and share carried of every move: moves x goods; nought where nothing is open."""
    count, goods = len(entries.draw), len(flow.cargoes)
    openings, seasons = routes.chance.shape[1], len(routes.season)
    logsum = np.full((goods, count), np.inf)
    carried = np.zeros((len(moves.source), goods))
    opening = works.opening[entries.draw, entries.step]
    group = (entries.situation * openings + opening) * seasons + entries.season
    order = np.argsort(group, kind="stable")
    kinds, begins = np.unique(group[order], return_index=True)
    away = _sort_away(moves, order)
    for kind, begin, end in zip(kinds.tolist(), begins.tolist(), [*begins[1:].tolist(), count], strict=True):
        rest, season = divmod(kind, seasons)
        situation, done = divmod(rest, openings)
        chance = routes.chance[situation, done] * routes.season[season]
        usable = np.flatnonzero(chance > 0)
        if not usable.size:
            continue
        passes = _pass_ratio(routes.chance[:, done, usable], situation)
        sizes = routes.path_size[situation, done, usable][:, None, None]
        for first in range(begin, end, CHUNK):
            part = order[first : min(first + CHUNK, end)]
            draw = entries.draw[part]
            time_h, cost = (table[usable[:, None], draw] for table in (routes.time_h, routes.cost_usd_per_t))
            if works.moved.shape[-1]:
                moved = works.moved[draw, entries.step[part]]
                time_h += (moved @ works.per_time[:, usable]).T
                cost += (moved @ works.per_cost[:, usable]).T
            whole = price_routes(
                flow, time_h, cost, carried=routes.carried[usable], chance=chance[usable],
                surcharge=routes.surcharge[situation, done, usable],
            )  # fmt: skip
            choice = choose_routes(whole, sizes, scale=model.scale)
            logsum[:, part] = choice.logsum
            leaving = slice(*np.searchsorted(away.rank, (first, first + len(part))))
            _carry_on(carried, choice.share, passes, away=away, leaving=leaving, first=first,
                      now=entries.situation[moves.target[away.move[leaving]]])  # fmt: skip
    value = np.array([cargo.value_usd_per_t for cargo in flow.cargoes])
    is_open = np.isfinite(logsum)
    share = np.where(is_open, logsum + routes.offset[entries.draw].T, 0.0) / value[:, None]
    log_cost = np.log1p(share).T
    is_settled = moves.source == moves.target
    carried[is_settled] = is_open.T[moves.source[is_settled]]  # all that any route carries, not to rounding
    return np.maximum(log_cost[moves.source], log_cost[moves.target]), carried


@dataclass(frozen=True, slots=True)
class _Away:
    """Moves of cargo that is not settled where it is, by ascending `rank` of their source in the order of pricing."""

    move: Index
    rank: Index


def _sort_away(moves: _Moves, order: Index) -> _Away:
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    away = np.flatnonzero(moves.source != moves.target)
    ranks = rank[moves.source[away]]
    sorting = np.argsort(ranks, kind="stable")
    return _Away(away[sorting], ranks[sorting])


def _carry_on(
    carried: Array, share: Array, passes: Array, *, away: _Away, leaving: slice, first: int, now: Index
) -> None:
    """Nothing; writes what passes of moves that leave these entries by their routes (routes x goods x entries)."""
    moves, columns = away.move[leaving], away.rank[leaving] - first
    met, which = np.unique(now, return_inverse=True)
    goods, entries = share.shape[1:]
    passing = (passes[met] @ share.reshape(len(share), -1)).reshape(len(met), goods, entries)
    carried[moves] = passing[which, :, columns]


def _pass_ratio(chance: Array, settled: int) -> Array:
    """How much of the cargo settled in a situation still passes by its route in each: situations x routes, up to 1."""
    return np.asarray(np.minimum(chance / chance[settled], 1.0))
