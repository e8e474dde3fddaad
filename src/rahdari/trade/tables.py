"""Reads the files of a counterfactual: an economy's folder and a shock; every fault of what it reads at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rahdari.exceptions import Fault, FaultyInput, InputFault, Where
from rahdari.trade.economy import CostChange, Economy, Shock
from rahdari.trade.rows import (
    Names,
    Row,
    Table,
    check_repeated,
    check_years,
    did_you_mean,
    read_label,
    read_number,
    read_sound_columns,
    read_table,
)

# Deficits follow from flows with domestic flows; a file that states them may be rounded, relative to output.
DEFICIT_ROUNDING = 1e-6
SECTOR_FILES = ("output.csv", "inputs.csv", "tariffs.csv", "elasticities.csv")
ONE_SECTOR = "flows.csv has no column `sector`"


@dataclass(frozen=True, slots=True)
class _Flow:
    row: int
    exporter: str
    importer: str
    value: float


def read_economy(folder: Path) -> Economy:
    """The economy of a folder with flows.csv (exporter, importer, value) and, if present, deficits.csv.

    Labels come in the order in which flows.csv first names them as exporters. Every pair needs its row, the domestic
    one too: a pair without trade is written 0. Raises FaultyInput with every fault of the files.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputFault(f"There is no folder {folder.name!r} with flows.csv in it.", kind="no-such-folder")
    faults: list[Fault] = []
    _check_sector_files(folder, faults)
    file = folder / "flows.csv"
    labels, matrix = _read_sound_flows(file) or _read_flow_matrix(file, faults)
    stated = _read_deficits(folder / "deficits.csv", labels, faults=faults)
    if faults:
        raise FaultyInput(faults)
    economy = _economy_of(labels, matrix, file=file.name)
    _check_deficits(stated, economy)
    return economy


def _read_sound_flows(path: Path) -> tuple[tuple[str, ...], NDArray[np.float64]] | None:
    """Labels and flows (N, N) of a file without a fault, column by column; None where a look at each row is needed."""
    columns = read_sound_columns(path, ("exporter", "importer", "value"))
    if columns is None or {"sector", "year"} & columns.keys():
        return None
    exporters, importers, values = (columns[name] for name in ("exporter", "importer", "value"))
    labels = tuple(dict.fromkeys(exporters))
    position = {label: index for index, label in enumerate(labels)}
    if len(exporters) != len(labels) ** 2 or not set(importers) <= position.keys():
        return None
    if any(not label.strip() or label != label.strip() for label in labels) or "_" in "".join(values):
        return None
    try:
        numbers = np.array([float(value) for value in values])
    except ValueError:
        return None
    matrix = np.full((len(labels), len(labels)), np.nan)
    matrix[[position[label] for label in exporters], [position[label] for label in importers]] = numbers
    # As many rows as pairs, and none left out: no pair was given twice.
    return (labels, matrix) if np.isfinite(matrix).all() and (matrix >= 0).all() else None


def _read_flow_matrix(path: Path, faults: list[Fault]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Labels and flows (N, N) of a file, row by row; all that is wrong is added to the faults."""
    table = read_table(path, ("exporter", "importer", "value"), faults=faults)
    if table is None:
        raise FaultyInput(faults)
    _check_columns(table, faults)
    flows = tuple(_read_flows(table, faults))
    labels = _read_labels(table.file, flows, faults=faults)
    _check_pairs(table.file, flows, labels=labels, faults=faults)
    position = {label: index for index, label in enumerate(labels)}
    matrix = np.zeros((len(labels), len(labels)))
    for flow in flows:
        if flow.importer in position:
            matrix[position[flow.exporter], position[flow.importer]] = flow.value
    return labels, matrix


def read_shock(file: Path, *, labels: Collection[str] | None = None) -> Shock:
    """The changes of trade costs in a file (exporter, importer, cost_change); `labels` are the known economies.

    A `tariff` column is refused, because a new rate means nothing without the baseline's. Raises FaultyInput.
    """
    faults: list[Fault] = []
    table = read_table(Path(file), ("exporter", "importer"), faults=faults)
    if table is None:
        raise FaultyInput(faults)
    _check_columns(table, faults)
    _check_tariff(table, faults)
    known = None if labels is None else Names(frozenset(labels), {})
    states_change = "cost_change" in table.columns
    seen: dict[tuple[str, ...], int] = {}
    changes = []
    for row in table.rows:
        pair = _read_pair(table, row, known=known, faults=faults)
        value = read_number(table, row, column="cost_change", faults=faults) if states_change else None
        if value is not None and value <= 0:
            message = f"{value:g} is not a ratio of trade cost factors: it must be above 0 (1 = no change)"
            faults.append(Fault(message, Where(table.file, row.number, "cost_change")))
        check_repeated(table.file, row.number, pair=pair, seen=seen, faults=faults)
        if pair is not None and value is not None:
            changes.append(CostChange(exporter=pair[0], importer=pair[1], cost_change=value, row=row.number))
    if faults:
        raise FaultyInput(faults)
    return Shock(changes=tuple(changes), file=table.file)


def _check_sector_files(folder: Path, faults: list[Fault]) -> None:
    """A fault for each file that only a model of many sectors can use: to leave it unread would answer wrongly."""
    for name in SECTOR_FILES:
        path = folder / name
        if not path.is_file() or (name == "elasticities.csv" and not _names_sectors(path)):
            continue
        message = f"{ONE_SECTOR}, and one sector cannot use this file: take it out of the folder"
        faults.append(Fault(message, Where(name)))


def _names_sectors(path: Path) -> bool:
    with path.open("rb") as file:
        return b"sector" in file.readline(10_000)


def _check_columns(table: Table, faults: list[Fault]) -> None:
    """Faults for a sector column and for more than one year: either would be added up in silence."""
    if "sector" in table.columns:
        message = "one sector is read here, and sectors would be added up in silence: leave the column out"
        faults.append(Fault(message, Where(table.file, 1, "sector")))
    check_years(table, faults)


def _check_tariff(table: Table, faults: list[Fault]) -> None:
    """Faults for a tariff, which needs the baseline's rates, and for a shock that states no change at all."""
    tariffs = [row for row in table.rows if "tariff" in table.columns and table.cell(row, "tariff").strip()]
    if tariffs:
        message = (
            "`tariff` is the new rate, and the baseline's rates (tariffs.csv: exporter, importer, sector, rate) belong "
            f"to a model of many sectors; {ONE_SECTOR}. For a tariff that is a cost and yields no revenue give "
            "cost_change = (1 + new rate) / (1 + baseline rate)"
        )
        faults.append(Fault(message, Where(table.file, tariffs[0].number, "tariff")))
    elif "cost_change" not in table.columns:
        message = "the column 'cost_change' is missing: the ratio of the new to the old trade cost factor, 1 = none"
        faults.append(Fault(message, Where(table.file, 1, "cost_change")))


def _read_flows(table: Table, faults: list[Fault]) -> Iterator[_Flow]:
    """The flows of a table, one for each row with both names; faults of rows are added to the list."""
    seen: dict[tuple[str, ...], int] = {}
    for row in table.rows:
        pair = _read_pair(table, row, known=None, faults=faults)
        value = read_number(table, row, column="value", faults=faults)
        if value is not None and value < 0:
            faults.append(Fault(f"a flow cannot be negative: {value:g}", Where(table.file, row.number, "value")))
        check_repeated(table.file, row.number, pair=pair, seen=seen, faults=faults)
        if pair is not None:
            # A faulty value keeps its pair, so that the pair is not reported as missing too.
            yield _Flow(row=row.number, exporter=pair[0], importer=pair[1], value=0.0 if value is None else value)


def _read_pair(table: Table, row: Row, *, known: Names | None, faults: list[Fault]) -> tuple[str, str] | None:
    """Exporter and importer of a row, or None and faults."""
    exporter = read_label(table, row, column="exporter", known=known, faults=faults)
    importer = read_label(table, row, column="importer", known=known, faults=faults)
    return None if exporter is None or importer is None else (exporter, importer)


def _read_labels(file: str, flows: Sequence[_Flow], *, faults: list[Fault]) -> tuple[str, ...]:
    """The exporters in order of appearance; a fault for each importer that exports to nobody."""
    labels = dict.fromkeys(flow.exporter for flow in flows)
    stray: dict[str, int] = {}
    for flow in flows:
        if flow.importer not in labels:
            stray.setdefault(flow.importer, flow.row)
    for label, row in stray.items():
        message = f"{label!r} is an importer but never an exporter{did_you_mean(label, labels)}"
        faults.append(Fault(message, Where(file, row, "importer")))
    return tuple(labels)


def _check_pairs(file: str, flows: Sequence[_Flow], *, labels: tuple[str, ...], faults: list[Fault]) -> None:
    """Faults for pairs without a row, one for each exporter: missing is not zero."""
    partners: dict[str, set[str]] = {label: set() for label in labels}
    for flow in flows:
        partners[flow.exporter].add(flow.importer)
    for exporter, found in partners.items():
        if exporter not in found:
            message = f"{exporter} lacks its domestic flow (a row {exporter},{exporter}: gross output less exports)"
            faults.append(Fault(message, Where(file, None, "importer")))
        absent = [label for label in labels if label not in found and label != exporter]
        if absent:
            more = f" and {len(absent) - 5} more" if len(absent) > 5 else ""
            message = f"no row from {exporter} to {', '.join(absent[:5])}{more}: write a known zero as 0"
            faults.append(Fault(message, Where(file, None, "importer")))


def _read_deficits(path: Path, labels: tuple[str, ...], *, faults: list[Fault]) -> dict[str, tuple[int, float]]:
    """Row and value by economy of deficits.csv; empty where the file is absent."""
    stated: dict[str, tuple[int, float]] = {}
    table = read_table(path, ("economy", "value"), faults=faults) if path.exists() else None
    if table is None:
        return stated
    known = Names(frozenset(labels), {})
    for row in table.rows:
        label = read_label(table, row, column="economy", known=known, faults=faults)
        value = read_number(table, row, column="value", faults=faults)
        if label is not None and label in stated:
            message = f"{label} was given in row {stated[label][0]} already"
            faults.append(Fault(message, Where(table.file, row.number, "economy")))
        elif label is not None and value is not None:
            stated[label] = (row.number, value)
    return stated


def _economy_of(labels: tuple[str, ...], matrix: NDArray[np.float64], *, file: str) -> Economy:
    """The economy, its faults placed in the file."""
    try:
        return Economy(labels=labels, flows=matrix)
    except InputFault as fault:
        raise FaultyInput([Fault(line, Where(file)) for line in fault.message.splitlines()]) from fault


def _check_deficits(stated: dict[str, tuple[int, float]], economy: Economy) -> None:
    """Nothing, or FaultyInput where a stated deficit contradicts the flows, which determine it in one sector."""
    faults = []
    for label, (row, value) in stated.items():
        index = economy.labels.index(label)
        implied, output = economy.deficit[index], economy.output[index]
        if abs(value - implied) > DEFICIT_ROUNDING * output:
            message = (
                f"{label} has a deficit of {value:g}, but its flows say {implied:g} (purchases less sales): mend one, "
                "or leave deficits.csv out and the flows decide"
            )
            faults.append(Fault(message, Where("deficits.csv", row, "value")))
    if faults:
        raise FaultyInput(faults)
