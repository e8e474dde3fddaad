"""A counterfactual from files: a folder of economies, with one sector or many, and a shock (I/O)."""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from pathlib import Path

from rahdari.exceptions import Fault, FaultyInput, InputFault, Where
from rahdari.trade.counterfactual import Counterfactual, run_counterfactual, run_sector_counterfactual
from rahdari.trade.equilibrium import DEFAULT_TOLERANCE, DeficitRule, check_options
from rahdari.trade.sector_tables import has_sectors, read_sector_economy, read_sector_shock
from rahdari.trade.tables import read_economy, read_shock

# The files of a folder that may state their year.
FILES = ("flows.csv", "output.csv", "inputs.csv", "tariffs.csv", "deficits.csv")
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
    _check_years(Path(folder), shock)
    files = (Path(folder) / "flows.csv", Path(shock))
    notes = (*_notes_on_basis(files[0]), *(note for file in files for note in _notes_on_end(file)))
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


def _check_years(folder: Path, shock: Path) -> None:
    """Nothing, or FaultyInput where files that state their year are of different ones, or hold more than one."""
    stated: dict[str, str] = {}
    faults = []
    for path in (*(folder / name for name in FILES), shock):
        years = _years_of(path)
        if len(years) > 1 and path.name != FILES[0]:  # of the flows it is told with all else
            message = f"the file holds more than one year ({', '.join(years[:MOST_NAMES])}): keep one"
            faults.append(Fault(message, Where(path.name, None, "year")))
        elif len(years) == 1:
            stated[path.name] = years[0]
    first, year = next(iter(stated.items()), ("", ""))
    faults += [
        Fault(f"the file is of {other}, but {first} is of {year}: take files of one year", Where(name, None, "year"))
        for name, other in stated.items()
        if other != year
    ]
    if faults:
        raise FaultyInput(faults)


def _years_of(path: Path) -> tuple[str, ...]:
    """The years in the column `year` of a file, none where it has no such column; what is wrong is told later."""
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        if "year" not in stream.readline():
            return ()
        stream.seek(0)
        try:
            rows = list(csv.DictReader(stream))
        except csv.Error:
            return ()
    return tuple(sorted({(row.get("year") or "").strip() for row in rows} - {""}))


def _notes_on_end(file: Path) -> tuple[str, ...]:
    """A warning where a file's last row has no line end: one that was cut within a number looks like that."""
    if not file.is_file() or not file.stat().st_size:
        return ()
    with file.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        ended = stream.read(1) in (b"\n", b"\r")
    if ended:
        return ()
    return (f"{file.name} does not end with a line end: if it was cut off, the figure of its last row is wrong.",)


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
