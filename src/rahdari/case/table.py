"""One CSV file of a case -> typed rows, with every fault of the file gathered (I/O)."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rahdari.case.attributes import Column
from rahdari.claims import parse_period
from rahdari.exceptions import Fault, Where, nearest_names
from rahdari.units import UNITS

MAX_BYTES = 32_000_000  # a case table is written by people; anything larger is a mistake or an attack
MAX_ROWS = 300_000
MAX_CELL = 4_000
_ID = re.compile(r"[a-z0-9][a-z0-9.\-]*\Z")
_ENTITY = re.compile(r"[a-z]+:[A-Za-z0-9][A-Za-z0-9.:\-]*\Z|target\Z|model\Z")
_COUNTRY = re.compile(r"[A-Z]{3}\Z")
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z")
_PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?\Z")
_FLOW = re.compile(r"turnover\Z|[A-Z0-9]{3,5}-[A-Z0-9]{3,5}\Z")
_STATE_ENTITY = re.compile(r"(link|crossing|node|group|country):[A-Za-z0-9][A-Za-z0-9.\-]*\Z")

Value = str | float | int | date | tuple[str, ...] | None
Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Table:
    """Parsed rows of one file; `lines[i]` is the row number of `rows[i]` in the file (the header is row 1)."""

    file: str
    rows: tuple[Row, ...]
    lines: tuple[int, ...]
    faults: tuple[Fault, ...]

    def where(self, index: int, column: str | None = None) -> Where:
        """The place of row `index` for a message."""
        return Where(self.file, self.lines[index], column)


def read_table(folder: Path, name: str, *, columns: Mapping[str, Column], required: bool) -> Table:
    """The rows of `folder/name` checked against `columns`; faults are returned, never raised."""
    text, fault = read_text_file(folder, name, limit=MAX_BYTES)
    if fault is not None:
        missing = fault.message.startswith("The file is missing") and not required
        return Table(name, (), (), () if missing else (fault,))
    if text.startswith("\ufeff"):
        text = text[1:]
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = next(reader, [])
    except csv.Error as error:
        return Table(name, (), (), (Fault(f"Not readable as CSV: {error}.", Where(name, 1)),))
    faults = _check_header(header, name=name, columns=columns)
    if faults:
        return Table(name, (), (), tuple(faults))
    return _read_rows(reader, name=name, header=header, columns=columns)


def read_text_file(folder: Path, name: str, *, limit: int) -> tuple[str, Fault | None]:
    """The UTF-8 text of a file inside `folder`, or the fault that prevents reading it."""
    path = folder / name
    where = Where(name)
    if not path.is_file():
        return "", Fault("The file is missing.", where)
    if not path.resolve().is_relative_to(folder.resolve()):
        return "", Fault("The file lies outside the case folder (a link?).", where)
    size = path.stat().st_size
    if size > limit:
        return "", Fault(f"The file has {size / 1e6:.0f} MB; at most {limit / 1e6:.0f} MB are read.", where)
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return "", Fault(f"Not UTF-8 at byte {error.start + 1}: save the file as UTF-8.", Where(name, line))
    if "\0" in text:
        return "", Fault("The file holds NUL characters: it is not a text table.", where)
    return text, None


def _check_header(header: Sequence[str], *, name: str, columns: Mapping[str, Column]) -> list[Fault]:
    faults = []
    for column in columns.values():
        if column.name not in header and (column.required or column.name in ("source", "strength")):
            faults.append(Fault(f"The column {column.name} is missing: {column.meaning}.", Where(name, 1, column.name)))
    for title in header:
        if title not in columns:
            near = nearest_names(title, columns)
            hint = f" Did you mean {near[0]}?" if near else ""
            faults.append(Fault(f"Unknown column {title!r}.{hint}", Where(name, 1, title or None)))
    for title in {title for title in header if header.count(title) > 1}:
        faults.append(Fault(f"The column {title} stands twice.", Where(name, 1, title)))
    return faults


def _read_rows(reader: object, *, name: str, header: Sequence[str], columns: Mapping[str, Column]) -> Table:
    rows: list[Row] = []
    lines: list[int] = []
    faults: list[Fault] = []
    assert hasattr(reader, "__next__")
    while True:
        try:
            cells: list[str] = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            line: int = getattr(reader, "line_num", 0)
            faults.append(Fault(f"Not readable as CSV: {error}; is the file cut off?", Where(name, line)))
            break
        number = len(rows) + 2
        if not cells:
            continue
        if len(rows) >= MAX_ROWS:
            faults.append(Fault(f"More than {MAX_ROWS:,} rows.", Where(name, number)))
            break
        if len(cells) != len(header):
            faults.append(Fault(f"The row has {len(cells)} cells, the header {len(header)}.", Where(name, number)))
            cells = (cells + [""] * len(header))[: len(header)]
        parsed, wrong = _parse_row(dict(zip(header, cells, strict=True)), columns=columns, name=name, line=number)
        rows.append(parsed)
        lines.append(number)
        faults += wrong
    return Table(name, tuple(rows), tuple(lines), tuple(faults))


def _parse_row(
    cells: Mapping[str, str], *, columns: Mapping[str, Column], name: str, line: int
) -> tuple[Row, list[Fault]]:
    row: dict[str, Value] = {}
    faults = []
    for column in columns.values():
        text = cells.get(column.name, "").strip() or column.default
        where = Where(name, line, column.name)
        row[column.name] = empty_value(column)
        if len(text) > MAX_CELL:
            faults.append(Fault(f"The cell has {len(text):,} characters; at most {MAX_CELL:,} are read.", where))
        elif not text:
            if column.required:
                why = " (a figure without a source cannot be used)" if column.name == "source" else ""
                faults.append(Fault(f"{column.name} is empty: {column.meaning}{why}.", where))
        else:
            try:
                row[column.name] = parse_value(text, column)
            except ValueError as error:
                faults.append(Fault(str(error), where))
    return row, faults


def empty_value(column: Column) -> Value:
    """What an empty cell of the column means: None for numbers and dates, () for lists, else an empty text."""
    kind = column.type.partition(":")[0]
    if kind in ("number", "integer", "date"):
        return None
    return () if kind in ("texts", "refs", "choices", "countries") else ""


def parse_value(text: str, column: Column) -> Value:
    """The cell's value by its column's type; ValueError says what is wrong."""
    kind = column.type.partition(":")[0]
    if kind in ("number", "integer"):
        return _parse_number(text, column)
    if kind == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{text!r} is not a date YYYY-MM-DD.") from None
    if kind in ("texts", "refs", "choices", "countries"):
        return _parse_list(text, column)
    check = _CHECKS.get(kind)
    if check is not None:
        check(text, column)
    return text


def _parse_number(text: str, column: Column) -> float | int:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number (write 1234.5, without separators or units).") from None
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not a finite number.")
    check_bounds(value, column)
    if column.type == "integer":
        if value != int(value):
            raise ValueError(f"{text!r} is not a whole number.")
        return int(value)
    return value


def check_bounds(value: float, column: Column) -> None:
    """ValueError where the value lies outside the column's bounds (in the column's unit)."""
    low, high = column.low, column.high
    if (low is not None and value < low) or (high is not None and value > high):
        limits = f"{'' if low is None else f'{low:g}'} to {'' if high is None else f'{high:g}'}"
        raise ValueError(f"{column.name} = {value:g} {column.unit} is impossible: allowed are {limits}.")


def _parse_list(text: str, column: Column) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split(";") if part.strip())
    for part in parts:
        if column.choices and part not in column.choices:
            raise ValueError(_not_allowed(part, column))
        if column.type == "countries" and not _COUNTRY.match(part):
            raise ValueError(f"{part!r} is not an ISO 3166-1 alpha-3 code.")
    return parts


def _not_allowed(text: str, column: Column) -> str:
    near = nearest_names(text, column.choices)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"{text!r} is not one of {', '.join(column.choices)}.{hint}"


def _match(pattern: re.Pattern[str], what: str) -> Callable[[str, Column], None]:
    def check(text: str, column: Column) -> None:
        if not pattern.match(text):
            raise ValueError(f"{text!r} is not {what}.")

    return check


def _check_choice(text: str, column: Column) -> None:
    if text not in column.choices:
        raise ValueError(_not_allowed(text, column))


def _check_unit(text: str, column: Column) -> None:
    if text not in UNITS:
        near = nearest_names(text, UNITS)
        raise ValueError(f"Unknown unit {text!r}.{f' Did you mean {near[0]}?' if near else ''}")


def _check_period(text: str, column: Column) -> None:
    try:
        parse_period(text)
    except ValueError as error:
        raise ValueError(f"{error}.") from None


def _check_url(text: str, column: Column) -> None:
    if not re.match(r"https?://[^\s<>\"']+\Z", text):
        raise ValueError(f"{text!r} is not an address that begins with http:// or https://.")


_CHECKS: Mapping[str, Callable[[str, Column], None]] = {
    "id": _match(_ID, "a name of lower-case ASCII letters, digits, dots and hyphens"),
    "entity": _match(_ENTITY, "an entity such as link:karachi-hyderabad-road"),
    "country": _match(_COUNTRY, "an ISO 3166-1 alpha-3 code"),
    "month-day": _match(_MONTH_DAY, "MM-DD"),
    "partial-date": _match(_PARTIAL_DATE, "YYYY, YYYY-MM or YYYY-MM-DD"),
    "flow": _match(_FLOW, "turnover or EXPORTER-IMPORTER"),
    "state-entity": _match(_STATE_ENTITY, "link:ID, crossing:ID, node:ID, group:ID or country:ISO3"),
    "choice": _check_choice,
    "unit": _check_unit,
    "period": _check_period,
    "url": _check_url,
}
