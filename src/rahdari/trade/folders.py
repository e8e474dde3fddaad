"""A counterfactual from files: a folder of economies, with one sector or many, and a shock (I/O)."""

from __future__ import annotations

from pathlib import Path

from rahdari.exceptions import InputFault
from rahdari.trade.counterfactual import Counterfactual, run_counterfactual, run_sector_counterfactual
from rahdari.trade.equilibrium import DEFAULT_TOLERANCE, DeficitRule, check_options
from rahdari.trade.sector_tables import has_sectors, read_sector_economy, read_sector_shock
from rahdari.trade.tables import read_economy, read_shock


def solve_folder(
    folder: Path,
    shock: Path,
    *,
    elasticity: float,
    deficits: DeficitRule = "additive",
    tolerance: float = DEFAULT_TOLERANCE,
    supply_elasticity: float = 0.0,
) -> Counterfactual:
    """What the shock changes; many sectors where flows.csv has a column `sector`, each with its own elasticity there.

    `elasticity` serves one sector, and sectors without elasticities.csv.
    """
    options_of_one = {"elasticity": elasticity, "supply_elasticity": supply_elasticity}
    check_options(deficits=deficits, tolerance=tolerance, **options_of_one)
    if has_sectors(folder):
        if supply_elasticity:
            message = "The supply elasticity is an option of one sector: leave it at 0, or add up the sectors."
            raise InputFault(message, kind="supply-elasticity")
        many = read_sector_economy(folder, elasticity=elasticity)
        change = read_sector_shock(shock, many)
        return run_sector_counterfactual(many, change, deficits=deficits, tolerance=tolerance)
    economy = read_economy(folder)
    return run_counterfactual(
        economy,
        read_shock(shock, labels=economy.labels),
        elasticity=elasticity,
        deficits=deficits,
        tolerance=tolerance,
        supply_elasticity=supply_elasticity,
    )
