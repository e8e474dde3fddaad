"""Reads CSV files of trade cell by cell; every fault is gathered with its place, none stops the reading."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from rahdari.exceptions import Fault, Where, nearest_names

# A thousand economies are a million flows: some 30 MB of CSV, and all that a dense solver should be given.
MOST_BYTES = 200_000_000
MOST_ROWS = 3_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its number (the header is row 1) and its cells in the header's order."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A file's columns and rows."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def cell(self, row: Row, column: str) -> str:
        """The text of a cell."""
        return row.cells[self.columns.index(column)]


@dataclass(frozen=True, slots=True)
class Names:
    """Known names, and for those that are not known a hint at the nearest, each looked up once."""

    names: frozenset[str]
    hints: dict[str, str]

    def hint(self, name: str) -> str:
        """The nearest known names as the end of a message, or nothing."""
        if name not in self.hints:
            self.hints[name] = did_you_mean(name, sorted(self.names))
        return self.hints[name]


def read_table(path: Path, required: Sequence[str], *, faults: list[Fault]) -> Table | None:
    """The rows of a CSV file with a header, or None where it cannot be read at all; faults are added to the list."""
    text = _read_text(path, faults)
    if text is None:
        return None
    rows: list[Row] = []
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
                rows.append(Row(number, tuple(cells)))
            elif cells:
                message = f"the row has {len(cells)} cells, the header {len(columns)}: is the file cut off?"
                faults.append(Fault(message, Where(path.name, number)))
    except csv.Error as error:
        faults.append(Fault(f"the file is not valid CSV ({error})", Where(path.name, number + 1)))
    if not rows and len(faults) == before:
        faults.append(Fault("the file has no rows below its header", Where(path.name)))
    return Table(file=path.name, columns=columns, rows=tuple(rows))


def read_sound_columns(path: Path, required: Sequence[str]) -> dict[str, tuple[str, ...]] | None:
    """The cells of a plain CSV file by column, or None where it has quotes or anything is wrong: `read_table` tells.

    A large file takes a fraction of the time that it takes row by row.
    """
    faults: list[Fault] = []
    text = _read_text(path, faults)
    if text is None:
        return None
    text = text.replace("\r\n", "\n").removesuffix("\n")
    if '"' in text or "\r" in text:
        return None  # cells may hold commas or line ends
    head, _, body = text.partition("\n")
    header, lines = tuple(cell.strip() for cell in head.split(",")), body.split("\n")
    if not _check_header(path.name, header, required=required, faults=faults) or len(lines) > MOST_ROWS:
        return None
    if any(line.count(",") != len(header) - 1 for line in lines):
        return None
    cells = ",".join(lines).split(",")
    return {name: tuple(cells[place :: len(header)]) for place, name in enumerate(header)}


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


def read_label(
    table: Table, row: Row, *, column: str, known: Names | None, faults: list[Fault], what: str = "economy"
) -> str | None:
    """The name in a cell, or None and a fault: empty, spaces around it, or not among the known ones."""
    label = table.cell(row, column)
    where = Where(table.file, row.number, column)
    if not label.strip():
        faults.append(Fault("the name is empty", where))
    elif label != label.strip():
        faults.append(Fault(f"the name {label!r} has spaces around it: names must match exactly", where))
    elif known is not None and label not in known.names:
        faults.append(Fault(f"unknown {what} {label!r}{known.hint(label)}", where))
    else:
        return label
    return None


def did_you_mean(name: str, known: Collection[str]) -> str:
    """The nearest known names as the end of a message, or nothing."""
    near = nearest_names(name, known)
    return f"; did you mean {', '.join(near)}?" if near else ""


def read_number(table: Table, row: Row, *, column: str, faults: list[Fault]) -> float | None:
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


def check_repeated(
    file: str, row: int, *, pair: tuple[str, ...] | None, seen: dict[tuple[str, ...], int], faults: list[Fault]
) -> None:
    """A fault where an earlier row named the same pair (and sector, where a third name is one)."""
    if pair is None:
        return
    first = seen.setdefault(pair, row)
    if first != row:
        sector = f", {pair[2]}," if len(pair) > 2 else ""
        faults.append(Fault(f"{pair[0]} to {pair[1]}{sector} was given in row {first} already", Where(file, row)))


def check_years(table: Table, faults: list[Fault]) -> None:
    """A fault where a table holds more than one year: they would be added up in silence."""
    if "year" in table.columns:
        years = sorted({table.cell(row, "year").strip() for row in table.rows})
        if len(years) > 1:
            listed = ", ".join(year or "(empty)" for year in years[:6])
            message = f"the file holds more than one year ({listed}): keep one"
            faults.append(Fault(message, Where(table.file, None, "year")))
