"""The main path: from a case and its measures to how likely the promised trade is, by when, and what decides it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.baseline import BookBaseline
from rahdari.appraisal.coalitions import run_sets
from rahdari.appraisal.contributions import draw_waterfalls, sum_contributions
from rahdari.appraisal.executor import run_beside
from rahdari.appraisal.feedback import apply_loads, settle_loads
from rahdari.appraisal.forecast import (
    BookPaths,
    Extent,
    missing_needs,
    pair_costs,
    situation_weights,
)
from rahdari.appraisal.frontiers import find_frontiers
from rahdari.appraisal.full_delivery import deliver_in_full, full_effects
from rahdari.appraisal.game import Game, last_year, play
from rahdari.appraisal.gateways import Transit, gateway_shares, make_settings, plan_settings, transit_effects
from rahdari.appraisal.outside_view import (
    OutsideView,
    combine_records,
    count_targets,
    count_windows,
    floor_share,
    pool_log_odds,
)
from rahdari.appraisal.precision import Runs, add_draws, reached_by
from rahdari.appraisal.prospects import find_reach, find_regrets
from rahdari.appraisal.result import (
    Appraisal,
    Assumption,
    BaselineAnswer,
    BookAnswer,
    DeadlineAnswer,
    ElasticityYear,
    EquilibriumCheck,
    FactorAnswer,
    HistoryYear,
    MeasureAnswer,
    NotModelled,
    OutsideAnswer,
    PackageAnswer,
    PathYear,
    RequiredAnswer,
    TargetAnswer,
)
from rahdari.appraisal.returns import find_returns
from rahdari.appraisal.sensitivity import find_sensitivity
from rahdari.appraisal.slopes import find_slopes
from rahdari.appraisal.target_record import (
    TargetModel,
    TargetTraits,
    fit_targets,
    judge_target,
    month_number,
    renews,
)
from rahdari.appraisal.target_setting import set_targets
from rahdari.appraisal.timing import find_latest_starts
from rahdari.appraisal.world import World, draw_world, forecast_books
from rahdari.case import Case
from rahdari.measures import Measure, contract_deliveries, find_measures
from rahdari.register.entries import Deadline
from rahdari.trade.equilibrium import solve_equilibrium
from rahdari.trade.response import elasticity_at, flow_ratio, required_cost_factor

Array = NDArray[np.float64]
ATTRIBUTION_DRAWS = 64
GAIN_DRAWS = 1000
STEPS = (
    "Drawing everything uncertain",
    "Running the paths",
    "Weighing the measures",
    "Looking from outside",
    "Finding the routes",
)
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Options:
    """How to appraise: which measures (None for all) and book (None for all), how many draws, which seed.

    With a `precision` blocks of as many draws are added until no chance has a standard error above it.
    """

    measures: tuple[str, ...] | None = None
    book: str | None = None
    draws: int = 2000
    seed: int = 1
    precision: float | None = None


DEFAULT_OPTIONS = Options()


def appraise(
    case: Case, options: Options = DEFAULT_OPTIONS, *, progress: Callable[[str], None] = lambda _: None
) -> Appraisal:
    """How likely the target is in each book by each reading of its deadline, and what each measure contributes.

    `progress` is told each of the `STEPS` as it begins.
    """
    measures = case.measures if options.measures is None else find_measures(options.measures, case.measures)
    books = forecast_books(case, options.book)
    target_musd = case.claims.get("target", "value_musd").value

    progress(STEPS[0])
    # 1. Everything uncertain is drawn once, so that every set of measures meets the same world.
    rng = np.random.default_rng(options.seed)
    drawn = draw_world(case, measures=measures, books=books, draws=options.draws, rng=rng)
    feedback = settle_loads(drawn)
    world = apply_loads(drawn, feedback.ratios)

    progress(STEPS[1])
    # 2. Measures change what routes cost and when they are open; trade answers with the elasticity of each horizon.
    blocks = rng.spawn(3)

    def run_block() -> Runs:
        more = blocks[1].spawn(1)[0]
        another = draw_world(case, measures=measures, books=books, draws=options.draws, rng=more)
        return run_both(apply_loads(another, feedback.ratios))

    runs = add_draws(run_both(world), run_block, precision=options.precision, deadlines=case.register.deadlines,
                     target_musd=target_musd)  # fmt: skip
    without, paths = runs.without, runs.paths

    progress(STEPS[2])
    # 3. What each measure contributes in the last deadline's year: every coalition on common draws.
    game = play(world, draws=ATTRIBUTION_DRAWS, rng=blocks[0])
    gains = probability_gains(world, game.players, target_musd=target_musd)

    progress(STEPS[3])
    # 4. The outside view, from figures that the model does not touch, and both pooled.
    deadlines = tuple(answer_deadline(deadline) for deadline in case.register.deadlines)
    record = fit_targets(case.register.past_targets)
    answers = {
        name: answer_book(world, name, paths=paths[name], without=without[name], target_musd=target_musd, record=record)
        for name in books
    }

    progress(STEPS[4])
    # 5. What would have to be true, where the trade would pass, and what is left out.
    required = {name: answer_required(case, world.baselines[name], target_musd) for name in books}
    transit = transit_effects(case, world.cost_model.shocks)
    full = deliver_in_full(world, draws=ATTRIBUTION_DRAWS)
    in_full = full_effects(full)
    frontiers = find_frontiers(world, game, full)
    returns = find_returns(full)
    total = {name: game.attributions[name].total for name in books}
    answered = tuple(
        answer_measure(world, measure, game=game, gains=gains, transit=transit, in_full=in_full) for measure in measures
    )
    settings = make_settings(case, world.cost_model.shocks)
    indicators = gateway_shares(case, world, settings)
    routes, sensitivity = run_beside(
        lambda: plan_settings(case, settings, seed=options.seed), lambda: find_sensitivity(world, rng=blocks[2])
    )
    return Appraisal(
        case=case.id,
        title=case.settings.title,
        as_of=case.as_of,
        target=TargetAnswer(target_musd, case.settings.target_flow, None, target_sources(case)),
        deadlines=deadlines,
        books=answers,
        measures=answered,
        total_effect_musd=total,
        attribution_draws=game.draws,
        attribution_orders={name: one.orders for name, one in game.attributions.items()},
        attribution_year={name: period.end for name, period in game.periods.items()},
        required=required,
        target_setting=set_targets(world, paths, target_musd=target_musd),
        sensitivity=sensitivity,
        portfolio=best_packages(world, game),
        frontiers=frontiers,
        latest_starts=find_latest_starts(full, deadlines=case.register.deadlines),
        returns=returns,
        no_regret=find_regrets(full, returns),
        reach=find_reach(full, frontiers, without=without, paths=paths, deadlines=case.register.deadlines,
                         target_musd=target_musd),
        contributions=sum_contributions(world, game),
        derivatives=find_slopes(world, [one for one in settings if one.day == case.as_of], paths=paths,
                                periods=game.periods),
        waterfalls=draw_waterfalls(world, game, without=without, target_musd=target_musd),
        routes=routes,
        indicators=indicators,
        elasticity=elasticity_by_year(case),
        equilibrium=check_equilibrium(world, paths),
        not_modelled=list_not_modelled(case),
        assumptions=list_assumptions(case),
        warnings=list_warnings(world),
        seed=options.seed,
        draws=options.draws,
        precision=options.precision,
        draws_used=runs.draws,
        feedback=feedback.answer,
        case_sha256=case.sha256,
    )  # fmt: skip


def run_both(world: World) -> Runs:
    """Every book's paths with all the world's measures and without any."""
    active = tuple(measure.id for measure in world.measures)
    sets = ((), active) if active else ((),)
    runs = run_sets(world, sets, extent=Extent(world.draws, world.timeline.steps))
    return Runs(paths=runs.paths_of(len(sets) - 1), without=runs.paths_of(0))


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
    extent = Extent(min(ATTRIBUTION_DRAWS, world.draws), span.stop)
    weights = situation_weights(world, {}, draws=extent.draws)
    costs = pair_costs(world, {}, extent=extent, weights=weights)
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
        target_chance_low=None if evidence is None else evidence.low,
        target_chance_high=None if evidence is None else evidence.high,
        target_observations=None if evidence is None else evidence.observations,
        renewal=renewal,
    )


def probability_gains(
    world: World, players: Sequence[str], *, target_musd: float
) -> dict[str, dict[str, dict[str, float]]]:
    """How much each measure adds to the chance of the target if it comes last: by measure, book and deadline.

    Both chances are taken over the first `GAIN_DRAWS` draws.
    """
    everyone = tuple(measure.id for measure in world.measures)
    steps = max(world.timeline.steps_of(base.book.reporting_year(last_year(world, name))).stop
                for name, base in world.baselines.items())  # fmt: skip
    extent = Extent(min(GAIN_DRAWS, world.draws), steps)
    sets = [everyone, *(tuple(name for name in everyone if name != player) for player in players)]
    runs = run_sets(world, sets, extent=extent)
    chances = {
        name: {
            one.id: reached_by(paths, one, target_musd)[runs.place].mean(axis=1)
            for one in world.case.register.deadlines
        }
        for name, paths in runs.paths.items()
    }
    return {
        player: {
            name: {key: float(chance[0] - chance[row]) for key, chance in by_deadline.items()}
            for name, by_deadline in chances.items()
        }
        for row, player in enumerate(players, start=1)
    }


def answer_measure(
    world: World,
    measure: Measure,
    *,
    game: Game,
    gains: Mapping[str, Mapping[str, Mapping[str, float]]],
    transit: Mapping[str, Transit],
    in_full: Mapping[str, Mapping[str, float]],
) -> MeasureAnswer:
    """What one measure contributes; one that does not act by the last deadline is a dummy and worth nothing."""
    books = list(game.attributions)
    claims = world.case.claims
    cost, carried = claims.find(f"measure:{measure.id}", "cost_musd"), transit.get(measure.id)
    none = {one.id: 0.0 for one in world.case.register.deadlines}

    def value(kind: str) -> dict[str, float]:
        if measure.id not in game.players:
            return dict.fromkeys(books, 0.0)
        player = game.players.index(measure.id)
        return {name: float(getattr(game.attributions[name], kind)[player]) for name in books}

    return MeasureAnswer(
        id=measure.id,
        title=measure.title,
        commitments=measure.commitments,
        start=measure.start,
        probability=claims.value(f"measure:{measure.id}", "probability")
        * (claims.value("model", "contract_realisation") if contract_deliveries(measure) else 1.0),
        shapley_musd=value("shapley"),
        shapley_se=value("shapley_se"),
        precedence_musd=value("precedence"),
        precedence_se=value("precedence_se"),
        first_in_musd=value("first_in"),
        last_in_musd=value("last_in"),
        probability_gain={name: dict(gains.get(measure.id, {}).get(name, none)) for name in books},
        transit_tonnes=None if carried is None else carried.tonnes,
        transit_fees_musd=None if carried is None else carried.fees_musd,
        cost_musd=None if cost is None else cost.value,
        payer=measure.payer or None,
        needs=measure.needs,
        excludes=measure.excludes,
        not_modelled=measure.not_modelled or None,
        full_effect_musd=dict(in_full.get(measure.id, {})),
        sources=tuple(dict.fromkeys((measure.source, *(edit.source for edit in measure.edits)))),
    )


def answer_required(case: Case, baseline: BookBaseline, target_musd: float) -> RequiredAnswer:
    """The growth that the target needs and the trade-cost factor that would bring it at each elasticity."""
    growth = target_musd / baseline.value_musd
    names = ("elasticity_short", "elasticity_long", "elasticity_sensitivity")
    factors = [
        FactorAnswer(value, float(required_cost_factor(growth, value)))
        for value in (case.claims.value("model", name) for name in names)
    ]
    return RequiredAnswer(growth, tuple(factors))


def best_packages(world: World, game: Game) -> tuple[PackageAnswer, ...]:
    """For every book and number of measures the set run with the largest effect; its cost where all have one."""
    claims = world.case.claims
    found = []
    for name, values in game.values.items():
        for size in range(1, len(game.players) + 1):
            rows = np.flatnonzero(np.bitwise_count(game.coalitions) == size)
            best = rows[int(np.argmax(values[rows]))]
            chosen = game.members(int(game.coalitions[best]))
            costs = [claims.find(f"measure:{player}", "cost_musd") for player in chosen]
            known = [cost.value for cost in costs if cost is not None]
            whole = sum(known) if len(known) == len(chosen) else None
            found.append(PackageAnswer(name, size, chosen, float(values[best] - values[0]), whole))
    return tuple(found)


def elasticity_by_year(case: Case) -> tuple[ElasticityYear, ...]:
    """The elasticity in use at each horizon, for the figures in use."""
    claims = case.claims
    after = claims.value("model", "elasticity_long_after_years")
    years = np.arange(1.0, math.ceil(after) + 2)
    values = elasticity_at(years, claims.value("model", "elasticity_short"), claims.value("model", "elasticity_long"),
                           reached_after_years=after)  # fmt: skip
    return tuple(ElasticityYear(year, value) for year, value in zip(years.tolist(), values.tolist(), strict=True))


def check_equilibrium(world: World, paths: Mapping[str, BookPaths]) -> tuple[EquilibriumCheck, ...]:
    """The mean response of the last deadline's year, as closed form and as general equilibrium at the same costs."""
    case = world.case
    name = next(iter(paths))
    column = paths[name].years.index(last_year(world, name))
    ahead = float(last_year(world, name) - world.baselines[name].year)
    claims = case.claims
    elasticity = float(
        elasticity_at(
            np.array(ahead),
            claims.value("model", "elasticity_short"),
            claims.value("model", "elasticity_long"),
            reached_after_years=claims.value("model", "elasticity_long_after_years"),
        )
    )
    index = {entry.id: position for position, entry in enumerate(case.trade.economies)}
    costs = np.ones_like(case.trade.value_musd)
    factors = {}
    for flow, response in paths[name].response.items():
        factors[flow] = float(required_cost_factor(float(response[:, column].mean()), elasticity))
        exporter, importer = flow.split("-")
        costs[index[exporter], index[importer]] = factors[flow]
    solved = solve_equilibrium(case.trade.value_musd, costs, elasticity=elasticity)
    checks = []
    for flow, factor in factors.items():
        exporter, importer = flow.split("-")
        place = index[exporter], index[importer]
        ratio = float(solved.flows[place] / case.trade.value_musd[place])
        checks.append(EquilibriumCheck(flow, elasticity, factor, float(flow_ratio(factor, elasticity)), ratio))
    return tuple(checks)


def list_not_modelled(case: Case) -> tuple[NotModelled, ...]:
    """Commitments that no measure puts on the model, with the reason."""
    modelled = {commitment for measure in case.measures for commitment in measure.commitments}
    return tuple(
        NotModelled(one.id, one.why_not_modelled or "No measure rests on it.")
        for one in case.register.commitments
        if one.id not in modelled
    )


def list_assumptions(case: Case) -> tuple[Assumption, ...]:
    """Every assumed or judged figure that the forecast itself rests on."""
    kinds = ("model", "measure", "mix", "tariff")
    return tuple(
        Assumption(f"{claim.entity} {claim.attribute}", claim.value, claim.unit, claim.note, (claim.source,))
        for claim in case.claims
        if claim.strength == "D" and claim.entity.partition(":")[0] in kinds
    )


def list_warnings(world: World) -> tuple[str, ...]:
    """What a reader must bear in mind whatever the figures."""
    case = world.case
    warnings = [
        f"Nothing after {case.as_of} is known to this case: borders, straits and services are simulated from then on.",
        "Third-country transit is counted apart and adds nothing to the target.",
    ]
    sizes = [(case.name_of(party), f"economy:{party}", "gdp_growth") for party in case.settings.parties]
    for name, entity, attribute in (*sizes, ("the world", "model", "world_growth")):
        periods = [one.period for one in case.claims.all_of(entity, attribute) if one.period is not None]
        last = max((period.end.year for period in periods), default=case.settings.horizon)
        if last < case.settings.horizon:
            warnings.append(
                f"No source gives the growth of {name} after {last}: that year's is taken to {case.settings.horizon}."
            )
    warnings += [
        f"{name} needs {' and '.join(needed)}, which is not among the measures, so it has no effect."
        for name, needed in missing_needs(world).items()
    ]
    return tuple(warnings)


def target_sources(case: Case) -> tuple[str, ...]:
    """Who states the target."""
    return tuple(dict.fromkeys((*case.settings.target_sources, *case.claims.get("target", "value_musd").sources)))
