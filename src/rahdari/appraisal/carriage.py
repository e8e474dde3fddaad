"""What is carried between the pair's zones and at what cost, half-year by half-year, with any subset of the measures.

Cargo settled in one situation while in another is carried as far as the routes that it takes still pass, and pays the
dearer of the cost that it is used to and the cost now: it neither finds a new way nor comes back in a day (see
`situations`). Seasons are known beforehand, so cargo plans for them: each has its own route choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from rahdari.appraisal.candidates import Flow
from rahdari.appraisal.delivery import Delivered
from rahdari.appraisal.situations import Stays
from rahdari.appraisal.trade_costs import CostModel, FlowCosts, RouteSet, price_routes
from rahdari.transport.choice import choose_routes
from rahdari.transport.elements import Key, transform

Array = NDArray[np.float64]
Index = NDArray[np.int64]
CHUNK = 256  # choices worked out at a time, so that their table stays in the cache
OPEN_FROM = 0.5  # a link that a measure opens is usable once half of the measure's ramp has passed


def measure_costs(model: CostModel, *, stays: Stays, delivered: Mapping[str, Delivered]) -> dict[str, FlowCosts]:
    """Costs of both directions where cargo stays like this, with the `delivered` measures, averaged over zones."""
    steps, draws = stays.shape
    at_work = {name for listed in model.changes.values() for name, _ in listed}.union(model.openers)
    shares = {
        name: np.ascontiguousarray(model.timeline.per_step(one.share[:draws])[:, :steps].T)
        for name, one in delivered.items()
        if name in at_work
    }
    return {flow.id: _flow_costs(model, flow, stays=stays, shares=shares) for flow in model.flows}


def _flow_costs(model: CostModel, flow: Flow, *, stays: Stays, shares: Mapping[str, Array]) -> FlowCosts:
    steps, draws = stays.shape
    total = np.zeros((draws, steps, len(flow.cargoes)))
    open_share = np.zeros_like(total)
    sets = model.route_sets[flow.id]
    for routes in sets:
        log_cost, carried = _zone_costs(model, flow, routes, stays=stays, shares=shares)
        total += hold_while_shut(log_cost, carried) / len(sets)
        open_share += carried / len(sets)
    return FlowCosts(total, open_share)


def share_routes(
    model: CostModel,
    flow: Flow,
    routes: RouteSet,
    *,
    stays: Stays,
    delivered: Mapping[str, Delivered],
    step: int,
) -> Array:
    """The share of each commodity that takes each route in one half-year: routes x goods, at mean times and costs.

    Situations count by their mean weight, seasons by their share of the year, openings as in most draws.
    """
    shares = {name: model.timeline.per_step(one.share)[:, step : step + 1].T for name, one in delivered.items()}
    states = _find_states(model, routes, shares, shape=(1, stays.shape[1]))
    time_h, cost, _ = states.times[:, :, states.of[0]].mean(axis=2).T
    opening = int(np.bincount(states.opening[states.of[0]]).argmax())
    here = stays.step == step
    now = np.bincount(stays.now[here], stays.weight[here]) / stays.shape[1]
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
    if (open_share > 0).all():
        return log_cost
    steps = np.arange(log_cost.shape[1])[None, :, None]
    last = np.maximum.accumulate(np.where(open_share > 0, steps, -1), axis=1)
    first = np.argmax(open_share > 0, axis=1)[:, None, :]
    return np.take_along_axis(log_cost, np.where(last < 0, first, last), axis=1)


@dataclass(frozen=True, slots=True)
class _States:
    """The draws in half-years between one pair of zones; those that agree in all of these, and in the offset, are one.

    `of` (steps x draws) numbers the states, which ascend by their `opening`: bit k is set where the k-th opener has
    acted. `times` are the hours and dollars a tonne of each route, and one: routes x 3 x states.
    """

    of: Index
    draw: Index
    opening: Index
    times: Array


@dataclass(frozen=True, slots=True)
class _Moves:
    """Cargo settled in the situation of the entry `source` while `now` in that of `target`; by ascending source.

    An entry is a situation of a state; `situation` and `state` are those of each, ascending.
    """

    situation: Index
    state: Index
    source: Index
    target: Index
    now: Index


def _zone_costs(
    model: CostModel, flow: Flow, routes: RouteSet, *, stays: Stays, shares: Mapping[str, Array]
) -> tuple[Array, Array]:
    """Log cost and share carried of each half-year: draws x steps x goods."""
    steps, draws = stays.shape
    states = _find_states(model, routes, shares, shape=stays.shape)
    moves, which = _find_moves(states, stays)
    half = (stays.step + (model.timeline.first.month > 1)) % 2
    goods = len(flow.cargoes)
    summed = np.zeros((steps * draws, 2 * goods))
    for season, by_half in enumerate(routes.season_share.T):
        found = _price_moves(model, flow, routes, states, moves=moves, season=season)
        spent = csr_array((by_half[half] * stays.weight, which, stays.begins), shape=(steps * draws, len(found)))
        summed += spent @ found.reshape(len(found), -1)
    open_share, log_cost = summed.reshape(steps, draws, 2, goods).transpose(2, 1, 0, 3)
    return np.divide(log_cost, open_share, out=np.zeros_like(log_cost), where=open_share > 0), open_share


def _find_states(model: CostModel, routes: RouteSet, shares: Mapping[str, Array], *, shape: tuple[int, int]) -> _States:
    """The states of these steps and draws, with what the measures (shares in steps x draws) do to times and costs."""
    opening = np.zeros(shape, dtype=np.int64)
    for bit, name in enumerate(model.openers):
        if name in shares:
            opening |= (shares[name] >= OPEN_FROM).astype(np.int64) << bit
    opening = _first_alike(routes)[opening]
    works = []
    for key, coefficients in routes.coefficients.items():
        change = _change_of(model, key, shares, draws=shape[1])
        if change is not None and any(one.any() for one in coefficients):
            works.append((change, coefficients))
    step, draw, of = _number_states(routes, opening, works)
    times = np.ones((len(routes.routes), 3, len(draw)))
    for part, table in enumerate((routes.time_h, routes.cost_usd_per_t)):
        np.take(table, draw, axis=1, out=times[:, part])
        if works:
            by_key = np.stack([coefficients[part] for _, coefficients in works], axis=1)
            times[:, part] += by_key @ np.stack([change[step, draw] for change, _ in works])
    return _States(of, draw, opening[step, draw], times)


def _first_alike(routes: RouteSet) -> Index:
    """For each set of openings the first that leaves these routes the same in every situation, as random sums tell."""
    tables = np.concatenate([routes.chance, routes.surcharge, routes.path_size], axis=2).swapaxes(0, 1)
    told = (tables * np.random.default_rng(0).random(tables.shape[1:])).sum(axis=(1, 2))
    _, first, alike = np.unique(told, return_index=True, return_inverse=True)
    return np.asarray(first[alike])


def _number_states(
    routes: RouteSet, opening: Index, works: Sequence[tuple[Array, tuple[Array, Array]]]
) -> tuple[Index, Index, Index]:
    """A step and a draw of each state, by ascending opening, and the state of every step and draw.

    Two states whose times, costs and offsets have the same random sums are one, whatever measures made them so.
    """
    rng = np.random.default_rng(0)
    by_time, by_cost = rng.random((2, len(routes.routes)))
    time_h, cost = (table[:, : opening.shape[1]] for table in (routes.time_h, routes.cost_usd_per_t))
    offset = (routes.offset[: opening.shape[1]] * rng.random(routes.offset.shape[1])).sum(axis=1)
    told = (time_h * by_time[:, None] + cost * by_cost[:, None]).sum(axis=0) + offset + opening
    for change, coefficients in works:
        told += change * (coefficients[0] @ by_time + coefficients[1] @ by_cost)
    is_new = np.ones(opening.shape, dtype=bool)
    is_new[1:] = told[1:] != told[:-1]
    step, draw = np.nonzero(is_new)
    _, first, alike = np.unique(told[step, draw], return_index=True, return_inverse=True)
    order = np.argsort(opening[step, draw][first], kind="stable")
    number = np.empty(opening.shape, dtype=np.int64)
    number[step, draw] = np.argsort(order)[alike]
    since = np.maximum.accumulate(np.where(is_new, np.arange(len(opening))[:, None], 0), axis=0)
    return step[first[order]], draw[first[order]], np.take_along_axis(number, since, axis=0)


def _change_of(model: CostModel, key: Key, shares: Mapping[str, Array], *, draws: int) -> Array | None:
    """What the measures add to the number `key` in the form that enters linearly: steps x draws."""
    acting = [(name, change) for name, change in model.changes[key] if name in shares]
    if not acting:
        return None
    base = model.values[key][:draws]
    value: Array = base
    for name, change in acting:
        value = change.apply(value, shares[name])
    return transform(key, value) - transform(key, base)


def _find_moves(states: _States, stays: Stays) -> tuple[_Moves, Index]:
    """The different moves that cargo makes, and which of them each stay is."""
    kinds, count = stays.situations, len(states.opening)
    state = states.of[stays.step, stays.draw]
    found, which = _number((stays.settled * count + state) * kinds + stays.now, kinds * count * kinds)
    settled, now = np.divmod(found, kinds)
    places = np.concatenate([settled, now * count + settled % count])
    entries, place = _number(places, kinds * count)
    source, target = np.split(place, 2)
    return _Moves(entries // count, entries % count, source, target, now), which


def _number(keys: Index, bound: int) -> tuple[Index, Index]:
    """The different keys below the bound in ascending order, and which of them each is."""
    is_used = np.zeros(bound, dtype=bool)
    is_used[keys] = True
    found = np.flatnonzero(is_used)
    place = np.empty(bound, dtype=np.int64)
    place[found] = np.arange(len(found))
    return found, place[keys]


def _price_moves(
    model: CostModel, flow: Flow, routes: RouteSet, states: _States, *, moves: _Moves, season: int
) -> Array:
    """Share carried of every move in a season, and that times the log cost paid: moves x 2 x goods."""
    value = np.array([cargo.value_usd_per_t for cargo in flow.cargoes])[:, None]
    log_cost = np.zeros((len(moves.state), len(flow.cargoes)))
    found = np.zeros((len(moves.source), 2, len(flow.cargoes)))
    situation, opening, begins = _find_kinds(moves, states)
    every = _set_prices(model, flow, routes, situation=situation, opening=opening, season=season)
    for kind, prices in enumerate(every):
        for first in range(begins[kind], begins[kind + 1], CHUNK) if prices.usable.size else ():
            entries = slice(first, min(first + CHUNK, begins[kind + 1]))
            state = moves.state[entries]
            log_sum, passing, is_open = prices.choose(states.times.take(state, axis=2)[prices.usable])
            spent = np.where(is_open, log_sum + routes.offset.take(states.draw[state], axis=0).T, 0.0)
            log_cost[entries] = np.log1p(spent / value).T
            passing[situation[kind]] = is_open  # all that any route carries, not to rounding
            leaving = slice(*np.searchsorted(moves.source, (entries.start, entries.stop)))
            found[leaving, 0] = passing[moves.now[leaving], :, moves.source[leaving] - entries.start]
    paid = np.maximum(log_cost.take(moves.source, axis=0), log_cost.take(moves.target, axis=0))
    np.multiply(found[:, 0], paid, out=found[:, 1])
    return found


def _find_kinds(moves: _Moves, states: _States) -> tuple[Index, Index, Sequence[int]]:
    """The different situations and openings of entries, the first entry of each and the end."""
    opening = states.opening[moves.state]
    is_new = np.ones(len(opening), dtype=bool)
    is_new[1:] = (np.diff(moves.situation) != 0) | (np.diff(opening) != 0)
    begins = np.flatnonzero(is_new)
    return moves.situation[begins], opening[begins], [*begins.tolist(), len(opening)]


@dataclass(frozen=True, slots=True)
class _Prices:
    """What the usable routes cost in one situation, opening and season, over minus the scale of the choice.

    `slopes` (routes x goods x 3) belong to an hour, to a dollar a tonne and to one, which holds the log of the path
    size; `passes` (one more than situations x routes) to all cargo and to what still passes in each situation.
    """

    usable: Index
    slopes: Array
    barred: tuple[Index, ...]
    passes: Array
    scale: float

    def choose(self, times: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
        """The logsum (goods x entries), the share that passes in each situation (situations x goods x entries) and
        where any route is open: elsewhere the logsum says nothing and nought passes.

        `times` are hours, dollars and one: routes x 3 x entries.
        """
        terms = self.slopes @ times
        if self.barred[0].size:
            terms[self.barred] = -np.inf
        top = terms.max(axis=0)
        top[np.isinf(top)] = 0.0
        terms -= top
        np.exp(terms, out=terms)
        sums = (self.passes @ terms.reshape(len(terms), -1)).reshape(-1, *top.shape)
        total, passing = sums[0], sums[1:]
        is_open = total > 0
        total[~is_open] = 1.0
        passing /= total
        return -self.scale * (top + np.log(total)), passing, is_open


def _set_prices(
    model: CostModel, flow: Flow, routes: RouteSet, *, situation: Index, opening: Index, season: int
) -> list[_Prices]:
    """The prices in each of these situations and openings."""
    hour = np.array([cargo.time_usd_per_t_h for cargo in flow.cargoes])
    value = np.array([cargo.value_usd_per_t for cargo in flow.cargoes])
    chance = routes.chance[situation, opening]
    is_usable = chance * routes.season[season] > 0
    safe = np.where(is_usable, chance, 1.0)
    per_usd = -1 / (model.scale * safe * np.where(is_usable, routes.season[season], 1.0))
    slopes = np.empty((*chance.shape, len(value), 3))
    slopes[..., 0] = per_usd[..., None] * hour
    slopes[..., 1] = per_usd[..., None]
    slopes[..., 2] = (per_usd * routes.surcharge[situation, opening])[..., None] * value
    slopes[..., 2] += np.log(np.where(is_usable, routes.path_size[situation, opening], 1.0))[..., None]
    passes = np.ones((len(chance), len(routes.chance) + 1, chance.shape[1]))
    np.minimum(routes.chance[:, opening].swapaxes(0, 1) / safe[:, None], 1.0, out=passes[:, 1:])
    found = []
    for kind, row in enumerate(is_usable):
        usable = np.flatnonzero(row)
        barred = np.nonzero(~routes.carried[usable])
        found.append(_Prices(usable, slopes[kind, usable], barred, passes[kind][:, usable], model.scale))
    return found
