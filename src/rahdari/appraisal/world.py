"""Everything uncertain about a case, drawn once: every subset of measures is then run on the same numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from rahdari.appraisal.baseline import TURNOVER, BookBaseline, find_episodes, read_baseline
from rahdari.appraisal.delivery import Delivered, draw_deliveries
from rahdari.appraisal.noise import Noise, Scores, draw_movement, fit_noise, own_change_of
from rahdari.appraisal.points import Points, lay_points
from rahdari.appraisal.situations import Pace, ShockNumbers, draw_shock_numbers
from rahdari.appraisal.timeline import Timeline, make_timeline
from rahdari.appraisal.trade_costs import CostModel, build_cost_model
from rahdari.case import Case
from rahdari.claims import parse_period
from rahdari.exceptions import InputFault, unknown_name
from rahdari.measures import Measure
from rahdari.transport.closures import ClosureProcess, fit_closures
from rahdari.transport.elements import collect_estimates, place_values

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BookDraws:
    """Numbers of one book: levels by direction, movement of the log since the baseline and episodes by year."""

    levels: Mapping[str, Array]
    movement: Array  # draws x years after the baseline's
    episodes: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class World:
    """A case with all its draws; arrays are draws x (steps or years)."""

    case: Case
    timeline: Timeline
    measures: tuple[Measure, ...]
    baselines: Mapping[str, BookBaseline]
    cost_model: CostModel
    processes: Mapping[str, ClosureProcess]
    shock_numbers: tuple[ShockNumbers, ...]
    pace: Pace
    delivered: Mapping[str, Delivered]
    elasticity_short: Array
    elasticity_long: Array
    growth: Array  # draws x calendar years from first_year: of the log flow, from the growth of both and of the world
    first_year: int
    books: Mapping[str, BookDraws]
    noise: Mapping[str, Noise]
    realised: Array
    additional: Array
    tariffs: Mapping[str, Array]
    draws: int


def draw_world(
    case: Case, *, measures: Sequence[Measure], books: Sequence[str], draws: int, rng: np.random.Generator
) -> World:
    """Draw everything uncertain: figures with rivals, delivery, shocks, elasticities, growth and noise."""
    claims, horizon = case.claims, case.settings.horizon
    known = {name: read_baseline(case, case.books[name]) for name in {*forecast_books(case, None), *books}}
    baselines = {name: known[name] for name in books}
    timeline = make_timeline(min(baseline.period.start for baseline in baselines.values()), horizon)
    earliest = min(baseline.year for baseline in known.values())
    first_year = min(baseline.year for baseline in baselines.values())
    point_rng, closure_rng = rng.spawn(2)
    estimates = collect_estimates(case.network, claims)
    points = lay_points(
        {name: known[name] for name in sorted(known)},
        years=horizon + 2 - earliest,
        parties=len(case.settings.parties),
        measures=[measure.id for measure in case.measures],
        estimates=len(estimates),
        draws=draws,
        rng=point_rng,
    )
    values = place_values(estimates, points.estimates)
    cost_model = build_cost_model(case, timeline=timeline, measures=measures, values=values)
    noise = {name: _book_noise(case, baseline) for name, baseline in baselines.items()}
    responses = points.responses
    return World(
        case=case,
        timeline=timeline,
        measures=tuple(measures),
        baselines=baselines,
        cost_model=cost_model,
        processes=fit_closures(case.network.closures, as_of=case.as_of),
        shock_numbers=draw_shock_numbers(cost_model.shocks, timeline=timeline, rng=closure_rng, draws=draws),
        pace=Pace(
            claims.get("model", "route_switch_months").at(responses[4]),
            claims.get("model", "route_return_months").at(responses[5]),
        ),
        delivered=draw_deliveries(measures, claims, timeline=timeline, as_of=case.as_of, points=points.deliveries),
        elasticity_short=_elasticity(case, "elasticity_short", responses[0]),
        elasticity_long=_elasticity(case, "elasticity_long", responses[1]),
        growth=_draw_growth(case, range(first_year, horizon + 2), scores=points.growth),
        first_year=first_year,
        books={
            name: _draw_book(base, noise[name], points=points, after=base.year + 1 - earliest)
            for name, base in baselines.items()
        },
        noise=noise,
        realised=claims.get("model", "contract_realisation").at(responses[2]),
        additional=claims.get("model", "contract_additional").at(responses[3]),
        tariffs=_draw_tariffs(case, scores=points.tariffs),
        draws=draws,
    )


def take_draws(world: World, index: NDArray[np.int64]) -> World:
    """The world with only these of its draws, in this order; a draw may come several times."""
    model = world.cost_model
    return replace(
        world,
        cost_model=replace(
            model,
            route_sets={
                flow: tuple(
                    replace(one, time_h=one.time_h.take(index, axis=1),
                            cost_usd_per_t=one.cost_usd_per_t.take(index, axis=1), offset=one.offset[index])
                    for one in sets
                )
                for flow, sets in model.route_sets.items()
            },
            values={key: model.values[key][index] for key in model.changes},
        ),
        shock_numbers=tuple(ShockNumbers(one.uniforms[index], one.scores[index]) for one in world.shock_numbers),
        pace=Pace(world.pace.switch_months[index], world.pace.return_months[index]),
        delivered={name: Delivered(one.starts[index], one.share[index]) for name, one in world.delivered.items()},
        elasticity_short=world.elasticity_short[index],
        elasticity_long=world.elasticity_long[index],
        growth=world.growth[index],
        books={
            name: BookDraws(
                {flow: levels[index] for flow, levels in one.levels.items()},
                one.movement[index],
                {flow: sizes[index] for flow, sizes in one.episodes.items()},
            )
            for name, one in world.books.items()
        },
        realised=world.realised[index],
        additional=world.additional[index],
        tariffs={flow: rates[index] for flow, rates in world.tariffs.items()},
        draws=len(index),
    )  # fmt: skip


def forecast_books(case: Case, wanted: str | None) -> tuple[str, ...]:
    """The books to forecast: all that the case marks, or the one asked for."""
    marked = tuple(name for name, book in case.books.items() if book.forecast)
    if wanted is None:
        return marked
    if wanted not in case.books:
        raise unknown_name("book", wanted, known=marked)
    return (wanted,)


def _elasticity(case: Case, name: str, scores: Array) -> Array:
    """Draws of an elasticity, never below zero."""
    value = case.claims.value("model", name)
    return np.maximum(value + case.claims.value("model", f"{name}_se") * scores, 0.0)


def _draw_growth(case: Case, years: range, *, scores: Array) -> Array:
    """Growth of the log flow in dollars that size brings in each calendar year: draws x years.

    A flow grows with the sizes of both economies over that of the world (structural gravity, Anderson and van Wincoop
    2003, AER 93(1), equation 9, at given relative resistance), so were all to grow alike trade would grow as they do.
    The income elasticity answers to what the two grow beyond the world; the dollar's own loss of value comes on top.
    """
    claims = case.claims
    *of_parties, of_response, of_world, of_prices = scores
    response = claims.get("model", "income_elasticity").at(of_response)
    ahead, world = np.zeros((2, len(of_response), len(years)))
    for column, year in enumerate(years):
        world[:, column] = np.log1p(_known_in(case, "model", "world_growth", year, score=of_world))
        for party, score in zip(case.settings.parties, of_parties, strict=True):
            own = np.log1p(_known_in(case, f"economy:{party}", "gdp_growth", year, score=score))
            ahead[:, column] += own - world[:, column]
    prices = np.log1p(claims.get("model", "dollar_inflation").at(of_prices))
    return np.asarray(world + response[:, None] * ahead + prices[:, None])


def _known_in(case: Case, entity: str, attribute: str, year: int, *, score: Array) -> Array:
    """The figure of a year, or of the last year before it that has one: the appraisal's warnings name that year."""
    for known in range(year, year - 40, -1):
        estimate = case.claims.find(entity, attribute, period=parse_period(str(known)))
        if estimate is not None:
            return estimate.at(score)
    raise InputFault(f"No claim gives {attribute} of {entity} for {year} or before.", kind="missing-claim")


def _draw_book(baseline: BookBaseline, noise: Noise, *, points: Points, after: int) -> BookDraws:
    """One book's draws; its first forecast year is the points' year number `after`."""
    own = points.books[baseline.book.id]
    levels, episodes = {}, {}
    for direction in baseline.directions:
        flow, spread = direction.flow, direction.spread
        levels[flow] = direction.regular_musd * np.exp(spread * own.levels[flow])
        calm = direction.years - direction.episodes
        chance = betaincinv(direction.episodes + 0.5, calm + 0.5, own.chances[flow])
        size = direction.episode_musd * np.exp(spread * own.sizes[flow][after:])
        episodes[flow] = np.where(own.occurs[flow][after:] < chance, size, 0.0).T
    scores = Scores(
        steps=points.steps[after:].T,
        passing=own.passing[after:].T,
        common=points.common[after:].T,
        restless=points.restless,
        width=points.width,
    )
    return BookDraws(levels, draw_movement(noise, scores), episodes)


def _book_noise(case: Case, baseline: BookBaseline) -> Noise:
    """From all pairs of that size where the case holds them, else the stated yearly movement as permanent.

    A book whose own calm years follow each other for long enough moves as they did; else as such pairs usually do.
    """
    claims = case.claims
    if case.pairs is None:
        return Noise(claims.value("model", "noise_sd"), 0.0, 0)
    amounts = {period.end.year: value for period, value in baseline.history}
    lumpy = find_episodes(amounts, ratio=claims.value("model", "lumpy_ratio"))
    own = own_change_of([(year, value) for year, value in sorted(amounts.items()) if year not in lumpy])
    noise = fit_noise(
        case.pairs,
        low_musd=baseline.value_musd * claims.value("model", "outside_window_low"),
        high_musd=baseline.value_musd * claims.value("model", "outside_window_high"),
        one_way=baseline.book.flow != TURNOVER,
        own_change=own is not None,
    )
    return noise if own is None else noise.scaled_to(own)


def _draw_tariffs(case: Case, *, scores: Array) -> Mapping[str, Array]:
    found = {}
    first, second = case.settings.parties
    for flow, score in zip((f"{first}-{second}", f"{second}-{first}"), scores, strict=True):
        estimate = case.claims.find(f"tariff:{flow}", "rate")
        found[flow] = np.zeros(score.size) if estimate is None else estimate.at(score)
    return found
