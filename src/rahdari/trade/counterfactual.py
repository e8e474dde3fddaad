"""The labelled counterfactual: an economy and a shock in, what changes for whom out, in the public contract's keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from rahdari.exceptions import InputFault, NoAnswer, unknown_name
from rahdari.trade.batch import BatchEquilibrium, ScenarioCosts, solve_scenarios
from rahdari.trade.economy import Economy, Shock, check_shock, cost_matrix
from rahdari.trade.equilibrium import DEFAULT_TOLERANCE, DeficitRule, Equilibrium, check_options, solve_equilibrium
from rahdari.trade.markets import FloatArray
from rahdari.trade.sector_tables import SectorEconomy, SectorShock
from rahdari.trade.sectors import SectorEquilibrium, solve_sectors

# A surplus above this share of output can be more than what an economy earns once its trade costs rise.
LARGE_SURPLUS = 0.05


@dataclass(frozen=True, slots=True)
class EconomyChange:
    """Ratios to the baseline of one economy; `exports` is None where it exported nothing."""

    id: str
    welfare: float
    nominal_wage: float
    price_index: float
    output: float
    exports: float | None


@dataclass(frozen=True, slots=True)
class FlowChange:
    """One flow in the unit of the input, before and after; `sector` is None while there is one sector."""

    exporter: str
    importer: str
    sector: str | None
    baseline: float
    counterfactual: float


@dataclass(frozen=True, slots=True, eq=False)
class FlowTable:
    """All flows before and after (J, N, N) in the unit of the input; `sectors` is (None,) while there is one."""

    labels: tuple[str, ...]
    sectors: tuple[str | None, ...]
    baseline: FloatArray
    counterfactual: FloatArray

    def rows(self) -> Iterator[tuple[str | None, str, str, float, float]]:
        """Sector, exporter, importer, baseline and counterfactual of each flow."""
        names = product(self.sectors, self.labels, self.labels)
        before, after = self.baseline.ravel().tolist(), self.counterfactual.ravel().tolist()
        for (sector, exporter, importer), old, new in zip(names, before, after, strict=True):
            yield sector, exporter, importer, old, new


@dataclass(frozen=True, slots=True, eq=False)
class Counterfactual:
    """A converged counterfactual, in the terms of the public contract.

    `residual` is the largest relative gap between an economy's output and its sales. Under the deficit rule `zero`
    the baseline is re-solved without deficits, and each flow's `baseline` is of that one. `elasticity` is None where
    each sector has its own.
    """

    converged: bool
    iterations: int
    residual: float
    elasticity: float | None
    deficits: str
    tolerance: float
    economies: tuple[EconomyChange, ...]
    table: FlowTable
    warnings: tuple[str, ...]

    @property
    def flows(self) -> tuple[FlowChange, ...]:
        """The flows one by one; of many economies they take longer to make than the equilibrium to solve."""
        return tuple(
            FlowChange(exporter, importer, sector, old, new)
            for sector, exporter, importer, old, new in self.table.rows()
        )


@dataclass(frozen=True, slots=True)
class Scenario:
    """A shock under its own name and trade elasticity."""

    name: str
    shock: Shock
    elasticity: float


@dataclass(frozen=True, slots=True)
class FailedScenario:
    """A scenario without an answer, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class ScenarioResults:
    """K scenarios by name; rows of `solved` in the order of `names`, its columns in that of `labels` and `pairs`."""

    names: tuple[str, ...]
    labels: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    solved: BatchEquilibrium
    failures: tuple[FailedScenario, ...]


def run_counterfactual(
    economy: Economy,
    shock: Shock,
    *,
    elasticity: float,
    deficits: DeficitRule = "additive",
    tolerance: float = DEFAULT_TOLERANCE,
    supply_elasticity: float = 0.0,
) -> Counterfactual:
    """What the shock changes for each economy (ratios) and each flow (unit of the input); NoAnswer if unsolved."""
    check_options(elasticity=elasticity, deficits=deficits, tolerance=tolerance, supply_elasticity=supply_elasticity)
    costs = cost_matrix(shock, economy)
    check_shock(economy, shock, costs, elasticity=elasticity)
    try:
        solved = solve_equilibrium(
            economy.flows,
            costs,
            elasticity=elasticity,
            deficits=deficits,
            tolerance=tolerance,
            supply_elasticity=supply_elasticity,
        )
    except NoAnswer as error:
        raise NoAnswer(error.message + _name_surpluses(economy, deficits), kind=error.kind) from error
    return Counterfactual(
        converged=solved.converged,
        iterations=solved.iterations,
        residual=solved.residual,
        elasticity=solved.elasticity,
        deficits=solved.deficits,
        tolerance=tolerance,
        economies=_economy_changes(economy.labels, solved),
        table=FlowTable(economy.labels, (None,), solved.baseline_flows[None], solved.flows[None]),
        warnings=_warnings(economy, shock, solved),
    )


def run_sector_counterfactual(
    economy: SectorEconomy,
    shock: SectorShock,
    *,
    deficits: DeficitRule = "additive",
    tolerance: float = DEFAULT_TOLERANCE,
) -> Counterfactual:
    """What the shock changes for each economy (ratios) and each sector's flow (unit of the input)."""
    solved = solve_sectors(
        economy.world, shock.cost_changes, new_tariffs=shock.tariffs, deficits=deficits, tolerance=tolerance
    )
    warnings = list(economy.warnings)
    if solved.resolved:
        warnings.append("The baseline was solved first: its flows differ from those of the input.")
    if abs(solved.common_factor - 1.0) > 1e-12:
        warnings.append(f"With multiplicative deficits sales are {solved.common_factor:.9g} times output.")
    theta = economy.world.theta
    return Counterfactual(
        converged=solved.converged,
        iterations=solved.iterations,
        residual=solved.residual,
        elasticity=float(theta[0]) if (theta == theta[0]).all() else None,
        deficits=deficits,
        tolerance=tolerance,
        economies=_economy_changes(economy.labels, solved),
        table=FlowTable(economy.labels, economy.sectors, solved.baseline_flows, solved.flows),
        warnings=tuple(warnings),
    )


def run_scenarios(
    economy: Economy,
    scenarios: Sequence[Scenario],
    *,
    deficits: DeficitRule = "additive",
    tolerance: float = DEFAULT_TOLERANCE,
    pairs: Sequence[tuple[str, str]] = (),
) -> ScenarioResults:
    """What each scenario changes, in the order given; a scenario without an answer is named in `failures`.

    `pairs` are (exporter, importer) labels whose flows are wanted.
    """
    position = {label: index for index, label in enumerate(economy.labels)}
    costs = [cost_matrix(scenario.shock, economy) for scenario in scenarios]
    changed = sorted({place for matrix in costs for place in zip(*np.nonzero(matrix != 1.0), strict=True)})
    exporters, importers = np.array(changed, dtype=np.intp).reshape(-1, 2).T
    for label in {name for pair in pairs for name in pair} - position.keys():
        raise unknown_name("economy", label, known=economy.labels)
    if len({scenario.name for scenario in scenarios}) < len(scenarios):
        raise InputFault("Two scenarios have one name; a failure could not be told apart.", kind="duplicate-scenario")
    solved = solve_scenarios(
        economy.flows,
        ScenarioCosts(exporters, importers, np.array([m[exporters, importers] for m in costs]).reshape(len(costs), -1)),
        elasticity=np.array([scenario.elasticity for scenario in scenarios]),
        deficits=deficits,
        tolerance=tolerance,
        pairs=[(position[exporter], position[importer]) for exporter, importer in pairs],
    )
    names = tuple(scenario.name for scenario in scenarios)
    return ScenarioResults(
        names=names,
        labels=economy.labels,
        pairs=tuple(pairs),
        solved=solved,
        failures=tuple(
            FailedScenario(names[row], why) for row, why in zip(solved.failed, solved.failures, strict=True)
        ),
    )


def _name_surpluses(economy: Economy, deficits: DeficitRule) -> str:
    """The largest surpluses as the end of a message, where they stay fixed in value."""
    share = -economy.deficit / economy.output
    ranked = sorted(zip(share.tolist(), economy.labels, strict=True), reverse=True)
    named = ", ".join(f"{label} ({part:.0%} of output)" for part, label in ranked[:3] if part > LARGE_SURPLUS)
    return f" The largest surpluses: {named}." if named and deficits == "additive" else ""


def largest_welfare_changes(counterfactual: Counterfactual, *, most: int = 10) -> tuple[EconomyChange, ...]:
    """The `most` economies whose welfare changes most, up or down, the largest first."""
    ranked = sorted(counterfactual.economies, key=lambda change: (-abs(np.log(change.welfare)), change.id))
    return tuple(ranked[:most])


def _economy_changes(labels: tuple[str, ...], solved: Equilibrium | SectorEquilibrium) -> tuple[EconomyChange, ...]:
    return tuple(
        EconomyChange(
            id=label,
            welfare=float(solved.welfare[index]),
            nominal_wage=float(solved.nominal_wage[index]),
            price_index=float(solved.price_index[index]),
            output=float(solved.output[index]),
            exports=None if np.isnan(solved.exports[index]) else float(solved.exports[index]),
        )
        for index, label in enumerate(labels)
    )


def _warnings(economy: Economy, shock: Shock, solved: Equilibrium) -> tuple[str, ...]:
    """What a reader of the numbers has to know and cannot see in them."""
    position = {label: index for index, label in enumerate(economy.labels)}
    idle = [
        f"{change.exporter} to {change.importer}"
        for change in shock.changes
        if change.cost_change != 1 and economy.flows[position[change.exporter], position[change.importer]] == 0
    ]
    warnings = []
    if idle:
        listed = ", ".join(idle[:5]) + (f" and {len(idle) - 5} more" if len(idle) > 5 else "")
        warnings.append(f"A flow of zero stays zero whatever its cost; the shock names {len(idle)} such: {listed}.")
    if solved.deficits == "zero" and np.abs(economy.deficit).max() > 0:
        warnings.append("The baseline was re-solved without deficits: its flows differ from those of the input.")
    if abs(solved.common_factor - 1.0) > 1e-12:
        warnings.append(
            "With multiplicative deficits world expenditure is "
            f"{solved.common_factor:.9g} times world output; flows add up to expenditure."
        )
    return tuple(warnings)
