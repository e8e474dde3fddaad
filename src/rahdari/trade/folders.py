"""A counterfactual from files: a folder of economies, with one sector or many, and a shock (I/O)."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from rahdari.exceptions import InputFault
from rahdari.trade.counterfactual import Counterfactual, run_counterfactual, run_sector_counterfactual
from rahdari.trade.equilibrium import DEFAULT_TOLERANCE, DeficitRule, check_options
from rahdari.trade.sector_tables import has_sectors, read_sector_economy, read_sector_shock
from rahdari.trade.tables import read_economy, read_shock

# Words of the column `basis` that stand for an estimate.
ESTIMATES = ("estimated", "floor")
MOST_NAMES = 12


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
    notes = _notes_on_basis(Path(folder) / "flows.csv")
    options_of_one = {"elasticity": elasticity, "supply_elasticity": supply_elasticity}
    check_options(deficits=deficits, tolerance=tolerance, **options_of_one)
    if has_sectors(folder):
        if supply_elasticity:
            message = "The supply elasticity is an option of one sector: leave it at 0, or add up the sectors."
            raise InputFault(message, kind="supply-elasticity")
        many = read_sector_economy(folder, elasticity=elasticity)
        change = read_sector_shock(shock, many)
        solved = run_sector_counterfactual(many, change, deficits=deficits, tolerance=tolerance)
        return replace(solved, warnings=(*solved.warnings, *notes))
    economy = read_economy(folder)
    answer = run_counterfactual(
        economy,
        read_shock(shock, labels=economy.labels),
        elasticity=elasticity,
        deficits=deficits,
        tolerance=tolerance,
        supply_elasticity=supply_elasticity,
    )
    return replace(answer, warnings=(*answer.warnings, *notes))


def _notes_on_basis(file: Path) -> tuple[str, ...]:
    """Which economies' home sales are estimates, where flows.csv has a column `basis`; what is wrong is told later."""
    if not file.is_file():
        return ()
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        rows = csv.DictReader(stream)
        if "basis" not in (rows.fieldnames or ()):
            return ()
        guessed = dict.fromkeys(
            str(row.get("exporter")) for row in rows if (row.get("basis") or "").strip() in ESTIMATES
        )
    if not guessed:
        return ()
    listed = ", ".join(list(guessed)[:MOST_NAMES]) + (" and others" if len(guessed) > MOST_NAMES else "")
    return (f"Home sales of {len(guessed)} economies are estimates (strength D): {listed}.",)
