"""The main path: from a case and its measures to how likely the promised trade is, by when, and what decides it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.book_answers import answer_book, answer_deadline
from rahdari.appraisal.coalitions import run_sets
from rahdari.appraisal.contributions import draw_waterfalls, sum_contributions
from rahdari.appraisal.emissions import find_emissions
from rahdari.appraisal.feedback import apply_loads, settle_loads
from rahdari.appraisal.forecast import (
    Extent,
)
from rahdari.appraisal.frontiers import find_frontiers
from rahdari.appraisal.full_delivery import deliver_in_full, full_effects
from rahdari.appraisal.game import play
from rahdari.appraisal.gateways import gateway_shares, make_settings, plan_settings, transit_effects
from rahdari.appraisal.measure_answers import answer_measure, best_packages, probability_gains
from rahdari.appraisal.precision import Runs, add_draws
from rahdari.appraisal.prospects import find_reach, find_regrets
from rahdari.appraisal.result import (
    Appraisal,
    TargetAnswer,
)
from rahdari.appraisal.returns import find_returns
from rahdari.appraisal.sensitivity import find_sensitivity
from rahdari.appraisal.slopes import find_slopes
from rahdari.appraisal.statements import (
    answer_required,
    check_equilibrium,
    elasticity_by_year,
    list_assumptions,
    list_not_modelled,
    list_warnings,
    target_sources,
)
from rahdari.appraisal.target_record import (
    fit_targets,
)
from rahdari.appraisal.target_setting import set_targets
from rahdari.appraisal.timing import find_latest_starts
from rahdari.appraisal.welfare import find_welfare
from rahdari.appraisal.world import World, draw_world, forecast_books
from rahdari.case import Case
from rahdari.measures import find_measures

Array = NDArray[np.float64]
ATTRIBUTION_DRAWS = 64
STEPS = (
    "Drawing everything uncertain",
    "Running the paths",
    "Weighing the measures",
    "Looking from outside",
    "Finding the routes",
)


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
        sensitivity=find_sensitivity(world, rng=blocks[2]),
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
        routes=plan_settings(case, settings, seed=options.seed),
        indicators=indicators,
        emissions=find_emissions(world, settings, books=answers),
        elasticity=elasticity_by_year(case),
        equilibrium=check_equilibrium(world, paths),
        welfare=find_welfare(world, paths=paths, without=without),
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
