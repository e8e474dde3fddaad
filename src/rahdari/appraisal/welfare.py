"""Who gains and who loses: each economy's real expenditure with the measures against without them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.forecast import BookPaths
from rahdari.appraisal.game import last_year
from rahdari.appraisal.world import World
from rahdari.case import Case
from rahdari.trade.equilibrium import solve_equilibrium
from rahdari.trade.response import elasticity_at, required_cost_factor

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WelfareAnswer:
    """What the measures change in an economy's real expenditure in a year: as a fraction of it, and in USD million."""

    economy: str
    name: str
    year: int
    change: float
    gain_musd: float


def find_welfare(
    world: World, *, paths: Mapping[str, BookPaths], without: Mapping[str, BookPaths]
) -> tuple[WelfareAnswer, ...]:
    """Each economy's change by the first book, in the last deadline's year and in the horizon's, who gains most first.

    Both equilibria are solved at the mean response of that year's trade, with the measures as likely as they are and
    without any; welfare is real expenditure (Dekle, Eaton and Kortum 2008). A lower duty counts as a cost saved: the
    revenue that its taker forgoes is not taken off. None where no measure is asked for.
    """
    if not world.measures:
        return ()
    case, book = world.case, next(iter(paths))
    spent = case.trade.value_musd.sum(axis=0)
    answers = []
    for year in dict.fromkeys((last_year(world, book), paths[book].years[-1])):
        elasticity = elasticity_in(world, book, year)
        welfare = [
            solve_equilibrium(
                case.trade.value_musd, pair_costs(case, one[book], year, elasticity), elasticity=elasticity
            ).welfare
            for one in (paths, without)
        ]
        change = welfare[0] / welfare[1] - 1.0
        gain = change * spent
        answers += [
            WelfareAnswer(case.trade.economies[row].id, case.trade.economies[row].name, year, float(change[row]),
                          float(gain[row]))
            for row in np.argsort(-gain, kind="stable").tolist()
        ]  # fmt: skip
    return tuple(answers)


def elasticity_in(world: World, book: str, year: int) -> float:
    """The elasticity of trade to a cost that changed in the book's starting year, by `year`."""
    claims = world.case.claims
    return float(
        elasticity_at(
            np.array(float(year - world.baselines[book].year)),
            claims.value("model", "elasticity_short"),
            claims.value("model", "elasticity_long"),
            reached_after_years=claims.value("model", "elasticity_long_after_years"),
        )
    )


def pair_costs(case: Case, paths: BookPaths, year: int, elasticity: float) -> Array:
    """Trade-cost factors (N, N), 1 but for the pair: those that give its mean response of the year in closed form."""
    index = {entry.id: position for position, entry in enumerate(case.trade.economies)}
    column = paths.years.index(year)
    costs = np.ones_like(case.trade.value_musd)
    for flow, response in paths.response.items():
        exporter, importer = flow.split("-")
        costs[index[exporter], index[importer]] = required_cost_factor(float(response[:, column].mean()), elasticity)
    return costs
