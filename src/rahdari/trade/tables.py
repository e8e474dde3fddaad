"""Reads the files of a counterfactual: an economy's folder and a shock; every fault of what it reads at once."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rahdari.exceptions import Fault, FaultyInput, InputFault, Where, nearest_names
from rahdari.trade.economy import CostChange, Economy, Shock

# A thousand economies are a million flows: some 30 MB of CSV, and all that a dense solver should be given.
MOST_BYTES = 100_000_000
MOST_ROWS = 1_000_000
# Deficits follow from flows with domestic flows; a file that states them may be rounded, relative to output.
DEFICIT_ROUNDING = 1e-6
SECTOR_FILES = ("output.csv", "inputs.csv", "tariffs.csv", "elasticities.csv")
MANY_SECTORS = "many sectors are not yet supported"


@dataclass(frozen=True, slots=True)
class _Row:
    """One data row: its number (the header is row 1) and its cells in the header's order."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    file: str
    columns: tuple[str, ...]
    rows: tuple[_Row, ...]

    def cell(self, row: _Row, column: str) -> str:
        return row.cells[self.columns.index(column)]


@dataclass(frozen=True, slots=True)
class _Names:
    """Known names, and for those that are not known a hint at the nearest, each looked up once."""

    names: frozenset[str]
    hints: dict[str, str]

    def hint(self, name: str) -> str:
        if name not in self.hints:
            self.hints[name] = _did_you_mean(name, sorted(self.names))
        return self.hints[name]


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
    table = _read_table(folder / "flows.csv", ("exporter", "importer", "value"), faults=faults)
    if table is None:
        raise FaultyInput(faults)
    _check_columns(table, faults)
    flows = tuple(_read_flows(table, faults))
    labels = _read_labels(table.file, flows, faults=faults)
    _check_pairs(table.file, flows, labels=labels, faults=faults)
    stated = _read_deficits(folder / "deficits.csv", labels, faults=faults)
    if faults:
        raise FaultyInput(faults)
    position = {label: index for index, label in enumerate(labels)}
    matrix = np.zeros((len(labels), len(labels)))
    for flow in flows:
        matrix[position[flow.exporter], position[flow.importer]] = flow.value
    economy = _economy_of(labels, matrix, file=table.file)
    _check_deficits(stated, economy)
    return economy


def read_shock(file: Path, *, labels: Collection[str] | None = None) -> Shock:
    """The changes of trade costs in a file (exporter, importer, cost_change); `labels` are the known economies.

    A `tariff` column is refused, because a new rate means nothing without the baseline's. Raises FaultyInput.
    """
    faults: list[Fault] = []
    table = _read_table(Path(file), ("exporter", "importer"), faults=faults)
    if table is None:
        raise FaultyInput(faults)
    _check_columns(table, faults)
    _check_tariff(table, faults)
    known = None if labels is None else _Names(frozenset(labels), {})
    states_change = "cost_change" in table.columns
    seen: dict[tuple[str, str], int] = {}
    changes = []
    for row in table.rows:
        pair = _read_pair(table, row, known=known, faults=faults)
        value = _read_number(table, row, column="cost_change", faults=faults) if states_change else None
        if value is not None and value <= 0:
            message = f"{value:g} is not a ratio of trade cost factors: it must be above 0 (1 = no change)"
            faults.append(Fault(message, Where(table.file, row.number, "cost_change")))
        _check_repeated(table.file, row.number, pair=pair, seen=seen, faults=faults)
        if pair is not None and value is not None:
            changes.append(CostChange(exporter=pair[0], importer=pair[1], cost_change=value))
    if faults:
        raise FaultyInput(faults)
    return Shock(changes=tuple(changes))


def _read_table(path: Path, required: Sequence[str], *, faults: list[Fault]) -> _Table | None:
    """The rows of a CSV file with a header, or None where it cannot be read at all; faults are added to the list."""
    text = _read_text(path, faults)
    if text is None:
        return None
    rows: list[_Row] = []
    columns: tuple[str, ...] = ()
    before, number = len(faults), 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            if number == 1:
                columns = tuple(cell.strip() for cell in cells)
                if not _check_header(path.name, columns, required=required, faults=faults):
                    return None
            elif number > MOST_ROWS + 1:
                faults.append(Fault(f"more than {MOST_ROWS:,} rows are too many to solve", Where(path.name, number)))
                return None
            elif len(cells) == len(columns):
                rows.append(_Row(number, tuple(cells)))
            elif cells:
                message = f"the row has {len(cells)} cells, the header {len(columns)}: is the file cut off?"
                faults.append(Fault(message, Where(path.name, number)))
    except csv.Error as error:
        faults.append(Fault(f"the file is not valid CSV ({error})", Where(path.name, number + 1)))
    if not rows and len(faults) == before:
        faults.append(Fault("the file has no rows below its header", Where(path.name)))
    return _Table(file=path.name, columns=columns, rows=tuple(rows))


def _read_text(path: Path, faults: list[Fault]) -> str | None:
    """The file as text, or None and a fault: absent, unreadable, too large, empty, not UTF-8."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            message = (
                f"the file has {size / 1e6:.0f} MB; at most {MOST_BYTES / 1e6:.0f} MB are read. Keep one year, the "
                "columns that are needed, and fewer economies"
            )
            faults.append(Fault(message, Where(path.name)))
            return None
        data = path.read_bytes()
    except OSError as error:
        faults.append(Fault(f"the file cannot be read: {error.strerror}", Where(path.name)))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        faults.append(Fault("the text is not UTF-8: save the file as CSV in UTF-8", Where(path.name, row)))
        return None
    if not text.strip():
        faults.append(Fault("the file is empty", Where(path.name)))
        return None
    return text


def _check_header(file: str, columns: tuple[str, ...], *, required: Sequence[str], faults: list[Fault]) -> bool:
    """Whether the columns suffice to read on; a fault for each that is missing or repeated."""
    before = len(faults)
    for name in required:
        if name not in columns:
            near = nearest_names(name, columns)
            hint = f"; is it the column {near[0]!r}?" if near else ""
            faults.append(Fault(f"the column {name!r} is missing{hint}", Where(file, 1, name)))
    repeated = sorted({name for name in columns if name and columns.count(name) > 1})
    faults.extend(Fault(f"the column {name!r} occurs more than once", Where(file, 1, name)) for name in repeated)
    return len(faults) == before


def _check_sector_files(folder: Path, faults: list[Fault]) -> None:
    """A fault for each file that only a model of many sectors can use: to leave it unread would answer wrongly."""
    for name in SECTOR_FILES:
        path = folder / name
        if not path.is_file() or (name == "elasticities.csv" and not _names_sectors(path)):
            continue
        message = f"{MANY_SECTORS}, and one sector cannot use this file: take it out of the folder"
        faults.append(Fault(message, Where(name)))


def _names_sectors(path: Path) -> bool:
    with path.open("rb") as file:
        return b"sector" in file.readline(10_000)


def _check_columns(table: _Table, faults: list[Fault]) -> None:
    """Faults for a sector column and for more than one year: either would be added up in silence."""
    if "sector" in table.columns:
        message = f"{MANY_SECTORS}: add up the sectors and leave the column out"
        faults.append(Fault(message, Where(table.file, 1, "sector")))
    if "year" in table.columns:
        years = sorted({table.cell(row, "year").strip() for row in table.rows})
        if len(years) > 1:
            listed = ", ".join(year or "(empty)" for year in years[:6])
            message = f"the file holds more than one year ({listed}): keep one"
            faults.append(Fault(message, Where(table.file, None, "year")))


def _check_tariff(table: _Table, faults: list[Fault]) -> None:
    """Faults for a tariff, which needs the baseline's rates, and for a shock that states no change at all."""
    tariffs = [row for row in table.rows if "tariff" in table.columns and table.cell(row, "tariff").strip()]
    if tariffs:
        message = (
            "`tariff` is the new rate, and the baseline's rates (tariffs.csv: exporter, importer, sector, rate) belong "
            f"to a model of many sectors; {MANY_SECTORS}. For a tariff that is a cost and yields no revenue give "
            "cost_change = (1 + new rate) / (1 + baseline rate)"
        )
        faults.append(Fault(message, Where(table.file, tariffs[0].number, "tariff")))
    elif "cost_change" not in table.columns:
        message = "the column 'cost_change' is missing: the ratio of the new to the old trade cost factor, 1 = none"
        faults.append(Fault(message, Where(table.file, 1, "cost_change")))


def _read_flows(table: _Table, faults: list[Fault]) -> Iterator[_Flow]:
    """The flows of a table, one for each row with both names; faults of rows are added to the list."""
    seen: dict[tuple[str, str], int] = {}
    for row in table.rows:
        pair = _read_pair(table, row, known=None, faults=faults)
        value = _read_number(table, row, column="value", faults=faults)
        if value is not None and value < 0:
            faults.append(Fault(f"a flow cannot be negative: {value:g}", Where(table.file, row.number, "value")))
        _check_repeated(table.file, row.number, pair=pair, seen=seen, faults=faults)
        if pair is not None:
            # A faulty value keeps its pair, so that the pair is not reported as missing too.
            yield _Flow(row=row.number, exporter=pair[0], importer=pair[1], value=0.0 if value is None else value)


def _read_pair(table: _Table, row: _Row, *, known: _Names | None, faults: list[Fault]) -> tuple[str, str] | None:
    """Exporter and importer of a row, or None and faults."""
    exporter = _read_label(table, row, column="exporter", known=known, faults=faults)
    importer = _read_label(table, row, column="importer", known=known, faults=faults)
    return None if exporter is None or importer is None else (exporter, importer)


def _read_label(table: _Table, row: _Row, *, column: str, known: _Names | None, faults: list[Fault]) -> str | None:
    """The name in a cell, or None and a fault: empty, spaces around it, or not among the known ones."""
    label = table.cell(row, column)
    where = Where(table.file, row.number, column)
    if not label.strip():
        faults.append(Fault("the name is empty", where))
    elif label != label.strip():
        faults.append(Fault(f"the name {label!r} has spaces around it: names must match exactly", where))
    elif known is not None and label not in known.names:
        faults.append(Fault(f"unknown economy {label!r}{known.hint(label)}", where))
    else:
        return label
    return None


def _did_you_mean(name: str, known: Collection[str]) -> str:
    near = nearest_names(name, known)
    return f"; did you mean {', '.join(near)}?" if near else ""


def _read_number(table: _Table, row: _Row, *, column: str, faults: list[Fault]) -> float | None:
    """The finite number in a cell, or None and a fault."""
    cell = table.cell(row, column).strip()
    where = Where(table.file, row.number, column)
    if not cell:
        faults.append(Fault("the cell is empty: missing is not zero, write a known zero as 0", where))
        return None
    try:
        # float() would take 1_000 for a number, which no spreadsheet writes.
        number = float("nan") if "_" in cell else float(cell)
    except ValueError:
        number = float("nan")
    if math.isfinite(number):
        return number
    message = f"{cell!r} is not a finite number: write it with a decimal point, without thousands separators or units"
    faults.append(Fault(message, where))
    return None


def _check_repeated(
    file: str, row: int, *, pair: tuple[str, str] | None, seen: dict[tuple[str, str], int], faults: list[Fault]
) -> None:
    """A fault where an earlier row named the same pair."""
    if pair is None:
        return
    first = seen.setdefault(pair, row)
    if first != row:
        faults.append(Fault(f"{pair[0]} to {pair[1]} was given in row {first} already", Where(file, row)))


def _read_labels(file: str, flows: Sequence[_Flow], *, faults: list[Fault]) -> tuple[str, ...]:
    """The exporters in order of appearance; a fault for each importer that exports to nobody."""
    labels = dict.fromkeys(flow.exporter for flow in flows)
    stray: dict[str, int] = {}
    for flow in flows:
        if flow.importer not in labels:
            stray.setdefault(flow.importer, flow.row)
    for label, row in stray.items():
        message = f"{label!r} is an importer but never an exporter{_did_you_mean(label, labels)}"
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
    table = _read_table(path, ("economy", "value"), faults=faults) if path.exists() else None
    if table is None:
        return stated
    known = _Names(frozenset(labels), {})
    for row in table.rows:
        label = _read_label(table, row, column="economy", known=known, faults=faults)
        value = _read_number(table, row, column="value", faults=faults)
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
