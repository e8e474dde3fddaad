"""What the appraisal states beside its figures: what is required, assumed, left out and to be borne in mind."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.baseline import BookBaseline
from rahdari.appraisal.forecast import (
    BookPaths,
    missing_needs,
)
from rahdari.appraisal.game import last_year
from rahdari.appraisal.result import (
    Assumption,
    ElasticityYear,
    EquilibriumCheck,
    FactorAnswer,
    NotModelled,
    RequiredAnswer,
)
from rahdari.appraisal.welfare import elasticity_in, pair_costs
from rahdari.appraisal.world import World
from rahdari.case import Case
from rahdari.trade.equilibrium import solve_equilibrium
from rahdari.trade.response import elasticity_at, flow_ratio, required_cost_factor

Array = NDArray[np.float64]


def answer_required(case: Case, baseline: BookBaseline, target_musd: float) -> RequiredAnswer:
    """The growth that the target needs and the trade-cost factor that would bring it at each elasticity."""
    growth = target_musd / baseline.value_musd
    names = ("elasticity_short", "elasticity_long", "elasticity_sensitivity")
    factors = [
        FactorAnswer(value, float(required_cost_factor(growth, value)))
        for value in (case.claims.value("model", name) for name in names)
    ]
    return RequiredAnswer(growth, tuple(factors))


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
    year = last_year(world, name)
    elasticity = elasticity_in(world, name, year)
    costs = pair_costs(case, paths[name], year, elasticity)
    solved = solve_equilibrium(case.trade.value_musd, costs, elasticity=elasticity)
    index = {entry.id: position for position, entry in enumerate(case.trade.economies)}
    checks = []
    for flow in paths[name].response:
        exporter, importer = flow.split("-")
        place = index[exporter], index[importer]
        factor, ratio = float(costs[place]), float(solved.flows[place] / case.trade.value_musd[place])
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
