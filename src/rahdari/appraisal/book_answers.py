"""What the appraisal says of each book: its fan, its probabilities and the view from outside."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.baseline import BookBaseline
from rahdari.appraisal.forecast import (
    BookPaths,
    Extent,
    pair_costs,
    situation_weights,
)
from rahdari.appraisal.outside_view import (
    OutsideView,
    combine_records,
    count_targets,
    count_windows,
    floor_share,
    pool_log_odds,
)
from rahdari.appraisal.precision import reached_by
from rahdari.appraisal.result import (
    BaselineAnswer,
    BookAnswer,
    DeadlineAnswer,
    HistoryYear,
    OutsideAnswer,
    PathYear,
)
from rahdari.appraisal.target_record import (
    TargetModel,
    TargetTraits,
    judge_target,
    month_number,
    renews,
)
from rahdari.appraisal.world import World
from rahdari.case import Case
from rahdari.register.entries import Deadline

Array = NDArray[np.float64]
SHARE_DRAWS = 64  # draws over which the shares of cost are averaged
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


def answer_deadline(deadline: Deadline) -> DeadlineAnswer:
    """One reading of the deadline for the answer."""
    return DeadlineAnswer(deadline.id, deadline.text, deadline.earliest, deadline.latest, deadline.sources)


def answer_book(
    world: World,
    name: str,
    *,
    paths: BookPaths,
    without: BookPaths,
    target_musd: float,
    record: TargetModel | None,
) -> BookAnswer:
    """One book's fan, probabilities and outside view."""
    case, baseline = world.case, world.baselines[name]
    book = baseline.book
    hits = {one.id: reached_by(paths, one, target_musd) for one in case.register.deadlines}
    before = {one.id: reached_by(without, one, target_musd) for one in case.register.deadlines}
    views = {one.id: view_from_outside(case, baseline, one, target_musd, record) for one in case.register.deadlines}
    inside = {key: float(hit.mean()) for key, hit in hits.items()}
    medians = np.median(paths.total, axis=0)
    reached = [year for year, value in zip(paths.years, medians.tolist(), strict=True) if value >= target_musd]
    shares, free = measure_cost_shares(world, name)
    return BookAnswer(
        title=book.title,
        flow=book.flow,
        basis=book.basis,
        valuation=book.valuation,
        partner_rule=book.partner_rule,
        fiscal_year=f"{world.timeline.first.replace(month=book.fiscal_year_start).strftime('%B')} on",
        baseline=BaselineAnswer(
            value_musd=baseline.value_musd,
            start=baseline.period.start,
            end=baseline.period.end,
            sources=baseline.sources,
            episode_musd=sum(max(one.reported_musd - one.regular_musd, 0.0) for one in baseline.directions),
            by_direction={one.flow: one.reported_musd for one in baseline.directions},
        ),
        history=tuple(HistoryYear(period.start, period.end, value) for period, value in baseline.history),
        path=summarise(paths),
        without=summarise(without),
        probability=inside,
        probability_se={key: math.sqrt(share * (1 - share) / len(paths.total)) for key, share in inside.items()},
        probability_without={key: float(hit.mean()) for key, hit in before.items()},
        outside_view={key: view.probability for key, (view, _) in views.items()},
        pooled={
            key: pool_log_odds(floor_share(int(hit.sum()), len(paths.total)), views[key][0].probability)
            for key, hit in hits.items()
        },
        outside={key: describe_outside(view, growth, renewal=renewed(case)) for key, (view, growth) in views.items()},
        year_p50=reached[0] if reached else None,
        p_never=float((paths.total.max(axis=1) < target_musd).mean()),
        noise_sd=world.noise[name].yearly_sd,
        contracts_musd={
            str(year): float(value)
            for year, value in zip(paths.years, paths.contracts.mean(axis=0).tolist(), strict=True)
        },
        cost_share=shares,
        free_transport_factor=free,
    )


def summarise(paths: BookPaths) -> tuple[PathYear, ...]:
    """Quantiles and mean of each reporting year."""
    table = np.quantile(paths.total, QUANTILES, axis=0)
    means = paths.total.mean(axis=0)
    names = [f"p{round(100 * share):02d}" for share in QUANTILES]
    return tuple(
        PathYear(
            start=period.start,
            end=period.end,
            mean=float(means[column]),
            **dict(zip(names, table[:, column].tolist(), strict=True)),
        )
        for column, period in enumerate(paths.periods)
    )


def measure_cost_shares(world: World, name: str) -> tuple[dict[str, float], float]:
    """Freight and time over value by direction over the baseline, and what free transport would multiply trade by.

    The factor is (1 + f) to the long-run elasticity, weighted by goods and by the directions' reported trade.
    """
    baseline = world.baselines[name]
    span = world.timeline.steps_of(baseline.period)
    extent = Extent(min(SHARE_DRAWS, world.draws), span.stop)
    stays = situation_weights(world, {}, extent=extent)
    costs = pair_costs(world, {}, stays=stays)
    long_run = world.case.claims.value("model", "elasticity_long")
    shares, freed = {}, 0.0
    for direction in baseline.directions:
        flow = next(flow for flow in world.cost_model.flows if flow.id == direction.flow)
        log_cost = costs[flow.id].log_cost[:, span].mean(axis=(0, 1))
        shares[flow.id] = float(np.expm1(log_cost) @ flow.shares)
        freed += direction.reported_musd * float(np.exp(long_run * log_cost) @ flow.shares)
    return shares, freed / baseline.value_musd


def view_from_outside(
    case: Case, baseline: BookBaseline, deadline: Deadline, target_musd: float, record: TargetModel | None
) -> tuple[OutsideView, float]:
    """What pairs of that size and targets of that ambition did, and the growth a year that the target needs."""
    years = [
        year
        for year in range(baseline.year + 1, case.settings.horizon + 1)
        if baseline.book.reporting_year(year).end <= deadline.latest
    ]
    ahead = max(len(years), 1)
    multiple = target_musd / baseline.value_musd
    pairs = None
    if case.pairs is not None:
        pairs = count_windows(
            case.pairs,
            years=ahead,
            multiple=multiple,
            low_musd=baseline.value_musd * case.claims.value("model", "outside_window_low"),
            high_musd=baseline.value_musd * case.claims.value("model", "outside_window_high"),
            one_way=baseline.book.flow != "turnover",
        )
    growth = multiple ** (1 / ahead) - 1
    targets = count_targets(case.register.past_targets, growth=growth)
    traits = TargetTraits(growth, ahead, baseline.value_musd, renewed(case))
    evidence = None if record is None else judge_target(record, traits)
    weight = case.claims.value("model", "outside_prior_weight")
    view = combine_records(pairs, targets, evidence=evidence, prior_weight=weight)
    return view, growth


def renewed(case: Case) -> bool:
    """True where the parties announced a target before the one in question."""
    first, second = case.settings.parties
    day = case.settings.announced
    return renews((first, second), month_number(day.year, day.month), case.register.past_targets)


def describe_outside(view: OutsideView, growth: float, *, renewal: bool) -> OutsideAnswer:
    """The counts behind an outside view."""
    pairs, evidence = view.pairs, view.evidence
    nearest = tuple(
        f"{one.party_a}-{one.party_b} {one.announced}: ${one.target_musd:,.0f} million by {one.deadline_year}, "
        f"{'met' if one.met == 'yes' else 'not met'}"
        for one in view.targets.nearest
    )
    return OutsideAnswer(
        years=0 if pairs is None else pairs.years,
        multiple=0.0 if pairs is None else pairs.multiple,
        low_musd=0.0 if pairs is None else pairs.low_musd,
        high_musd=0.0 if pairs is None else pairs.high_musd,
        hits=0 if pairs is None else pairs.hits,
        windows=0 if pairs is None else pairs.windows,
        targets_met=view.targets.met,
        targets_resolved=view.targets.resolved,
        required_growth=growth,
        nearest=nearest,
        target_chance=None if evidence is None else evidence.mean,
        target_chance_p50=None if evidence is None else evidence.p50,
        target_chance_low=None if evidence is None else evidence.low,
        target_chance_high=None if evidence is None else evidence.high,
        target_observations=None if evidence is None else evidence.observations,
        renewal=renewal,
    )
