"""How the forecast's parts fare against what came: back-tests, announced targets and two shocks.

Of the shocks the model is told the dates and no figure from after them. Its rules are the forecast's: where no route
is open there is no flow, cargo takes time to find another way, a dearer route loses trade at the elasticity of the
first year, and what one supplier no longer sells is bought from the others in their old proportions (constant
elasticity of substitution with unchanged spending on imports) once the cargo has found its way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.backtest import Backtest, HorizonScore, backtest_growth, backtest_pairs
from rahdari.appraisal.growth_rules import GrowthRule
from rahdari.appraisal.target_record import LeftOutScore, score_left_out
from rahdari.exceptions import unknown_name
from rahdari.trade.pairs import PairHistory
from rahdari.transport.availability import conditions_on
from rahdari.transport.cargo import Cargo
from rahdari.transport.closures import DAYS_PER_MONTH
from rahdari.transport.itinerary import PlannedRoute
from rahdari.validation.bench import SEED, Bench, RouteQuestion, answer_routes

# what the back-test knows and of which flows (see backtest_pairs), and which rule of growth stands against which
GROWTH_KINDS: Mapping[str, tuple[GrowthRule, GrowthRule]] = MappingProxyType(
    {
        "growth": ("sizes", "none"),
        "growth-over-sum": ("sizes", "summed"),
        "growth-over-trend": ("sizes", "trend"),
        "growth-expected": ("expected", "none"),
    }
)
KINDS = ("size", "own", "one-way", "drift", "pair", *GROWTH_KINDS)
SCORES = ("within50", "within80", "within95", "lowest80", "highest80", "skill", "skill-low", "skill-high")
RECORD_SCORES = ("skill", "skill-low", "skill-high", "brier", "brier-share")
EMBARGO_SIDES = ("named", "others")
CLOSURE_RULES = ("days", "routes")


def backtest_score(bench: Bench, kind: str, years: int, what: str) -> float | None:
    """A score of the forecast's noise so many years ahead; None where the case has no pairs."""
    pairs = bench.case.pairs
    if pairs is None:
        return None
    known = bench.backtests.get(kind)
    if known is None:
        known = bench.backtests[kind] = _run_backtest(pairs, kind, parties=bench.case.settings.parties)
    return _read_score(_horizon(known, years), what)


def _run_backtest(pairs: PairHistory, kind: str, *, parties: tuple[str, str]) -> Backtest:
    rng = np.random.default_rng(SEED)
    if kind in GROWTH_KINDS:
        rule, rival = GROWTH_KINDS[kind]
        return backtest_growth(pairs, rule=rule, rival=rival, rng=rng)
    return backtest_pairs(
        pairs,
        rng=rng,
        own_change=kind in ("own", "pair"),
        one_way=kind == "one-way",
        drift=kind == "drift",
        only=parties if kind == "pair" else None,
    )


def _horizon(backtest: Backtest, years: int) -> HorizonScore:
    return next(score for score in backtest.horizons if score.years == years)


def _read_score(score: HorizonScore, what: str) -> float:
    named = dict(zip(SCORES, (*score.coverage, score.lowest80, score.highest80, score.skill, score.skill_low,
                              score.skill_high), strict=True))  # fmt: skip
    return named[what]


def record_score(bench: Bench, what: str) -> float:
    """A leave-pair-out score of the model of announced targets."""
    if not bench.records:
        bench.records.append(score_left_out(bench.case.register.past_targets, rng=np.random.default_rng(SEED)))
    return _read_record(bench.records[0], what)


def _read_record(score: LeftOutScore, what: str) -> float:
    named = dict(zip(RECORD_SCORES, (score.skill, score.skill_low, score.skill_high, score.brier, score.brier_share),
                     strict=True))  # fmt: skip
    return named[what]


def embargo_ratio(
    pairs: PairHistory,
    *,
    importer: str,
    exporters: Sequence[str],
    since: date,
    year: int,
    side: str,
    switch_months: float,
) -> float:
    """Imports in a year over those of the year before an embargo: from those who impose it, or from all others.

    Trade from those who impose it lasts until that day and is nought after; the others make up for it as fast as
    cargo finds its way.
    """
    places = {name: place for place, name in enumerate(pairs.iso3)}
    for name in (importer, *exporters):
        if name not in places:
            raise unknown_name("economy", name, known=pairs.iso3)
    bought = np.nan_to_num(pairs.exports_musd[:, places[importer], pairs.years.index(since.year - 1)].astype(float))
    share = float(bought[[places[name] for name in exporters]].sum() / bought.sum())
    days = np.arange((date(year + 1, 1, 1) - date(year, 1, 1)).days) - (since - date(year, 1, 1)).days
    is_shut = days >= 0
    if side == "named":
        return float(1 - is_shut.mean())
    return 1 + share / (1 - share) * float((is_shut * _settled_after(days, switch_months)).mean())


def _settled_after(days: NDArray[np.int64], switch_months: float) -> NDArray[np.float64]:
    """Share of cargo that has found another way in the middle of the day so many days after a closure."""
    if switch_months == 0:
        return np.ones(days.shape)
    return np.asarray(1 - np.exp(-(np.maximum(days, 0) + 0.5) / DAYS_PER_MONTH / switch_months))


def closure_ratio(
    bench: Bench, question: RouteQuestion, *, crossings: Sequence[str], first: date, last: date, rule: str
) -> float | None:
    """Trade of a span of days over what it would have been, from the days on which every crossing named was shut.

    By `days` a shut day brings nothing; by `routes` as much as has found the best route left by then, at its cost and
    the elasticity of the first year. None where the way is shut and no other is left, or nothing was open before.
    """
    network = bench.case.network
    over = [index for index, link in enumerate(network.links) if link.crossing in crossings]
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    shut = [day for day in days if not any(conditions_on(network, day).usable[link] for link in over)]
    share = len(shut) / len(days)
    if rule == "days" or not shut:
        return 1 - share
    before = _cheapest(bench, question, day=shut[0] - timedelta(days=1))
    after = _cheapest(bench, question, day=shut[-1])
    if before is None or after is None:
        return None
    claims = bench.case.claims
    since = np.array([(day - shut[0]).days for day in shut])
    settled = float(_settled_after(since, claims.value("model", "route_switch_months")).mean())
    elasticity = claims.value("model", "elasticity_short")
    dearer = (_cost(after, question.cargo) / _cost(before, question.cargo)) ** -elasticity
    return 1 - share + share * settled * float(dearer)


def _cheapest(bench: Bench, question: RouteQuestion, *, day: date) -> PlannedRoute | None:
    asked = RouteQuestion(
        question.start, question.end, question.modes, question.via, question.shut, question.measures, day,
        question.cargo,
    )  # fmt: skip
    routes = answer_routes(bench, asked).routes
    return routes[0] if routes else None


def _cost(route: PlannedRoute, cargo: Cargo) -> float:
    """One plus freight and time over value."""
    return 1 + (route.cost_usd_per_t + route.time_h.mean * cargo.time_usd_per_t_h) / cargo.value_usd_per_t
