"""What the appraisal says of each measure: its contribution, its gain in probability and the best sets of each size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.coalitions import run_sets
from rahdari.appraisal.forecast import (
    Extent,
)
from rahdari.appraisal.game import Game, last_year
from rahdari.appraisal.gateways import Transit
from rahdari.appraisal.precision import reached_by
from rahdari.appraisal.result import (
    MeasureAnswer,
    PackageAnswer,
)
from rahdari.appraisal.world import World
from rahdari.measures import Measure, contract_deliveries

Array = NDArray[np.float64]
GAIN_DRAWS = 1000


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


def best_packages(world: World, game: Game) -> tuple[PackageAnswer, ...]:
    """For every book and number of measures the set run with the largest effect; its cost where all have one."""
    claims = world.case.claims
    found = []
    feasible = np.array([_is_feasible(game, coalition) for coalition in game.coalitions.tolist()])
    for name, values in game.values.items():
        for size in range(1, len(game.players) + 1):
            rows = np.flatnonzero((np.bitwise_count(game.coalitions) == size) & feasible)
            if not rows.size:
                continue
            best = rows[int(np.argmax(values[rows]))]
            chosen = game.members(int(game.coalitions[best]))
            costs = [claims.find(f"measure:{player}", "cost_musd") for player in chosen]
            known = [cost.value for cost in costs if cost is not None]
            whole = sum(known) if len(known) == len(chosen) else None
            found.append(PackageAnswer(name, size, chosen, float(values[best] - values[0]), whole))
    return tuple(found)


def _is_feasible(game: Game, coalition: int) -> bool:
    """Whether every member has what it needs and stands beside nothing that it excludes."""
    members = [player for player in range(len(game.players)) if coalition >> player & 1]
    return all(not game.needs[one] & ~coalition and not game.excludes[one] & coalition for one in members)
