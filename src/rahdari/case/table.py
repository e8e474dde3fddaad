"""One CSV file of a case -> typed rows, with every fault of the file gathered (I/O)."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rahdari.case.attributes import Column
from rahdari.case.names import Names
from rahdari.claims import parse_period
from rahdari.exceptions import Fault, Where
from rahdari.units import UNITS

MAX_BYTES = 32_000_000  # a case table is written by people; anything larger is a mistake or an attack
MAX_ROWS = 300_000
MAX_CELL = 4_000
MAX_COLUMNS = 200
MAX_QUOTE = 80  # of a cell in a message
_KEEP_MAIN = ": keep what the case needs, such as main lines only"
_ID = re.compile(r"[a-z0-9][a-z0-9.\-]*\Z")
_ENTITY = re.compile(r"[a-z]+:[A-Za-z0-9][A-Za-z0-9.:\-]*\Z|target\Z|model\Z")
_COUNTRY = re.compile(r"[A-Z]{3}\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z", re.ASCII)
_PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?\Z", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z|[+-]?(nan|inf|infinity)\Z", re.ASCII | re.IGNORECASE)
_FLOW = re.compile(r"turnover\Z|[A-Z0-9]{3,5}-[A-Z0-9]{3,5}\Z")
_STATE_ENTITY = re.compile(r"(link|pipeline|crossing|node|group|country):[A-Za-z0-9][A-Za-z0-9.\-]*\Z")
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*\Z")
# What no text cell needs and what a terminal would obey: control characters other than tab and line ends.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

Value = str | float | int | date | tuple[str, ...] | None
Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Table:
    """Parsed rows of one file; `lines[i]` is the row number of `rows[i]` in the file (the header is row 1).

    `complete` is False where the file could not be read to its end, so that what it should hold is not known.
    """

    file: str
    rows: tuple[Row, ...]
    lines: tuple[int, ...]
    faults: tuple[Fault, ...]
    complete: bool = True

    def where(self, index: int, column: str | None = None) -> Where:
        """The place of row `index` for a message."""
        return Where(self.file, self.lines[index], column)

    def numbered(self) -> Iterator[tuple[int, Row]]:
        """Each row with its index."""
        yield from enumerate(self.rows)


def read_table(folder: Path, name: str, *, columns: Mapping[str, Column], required: bool) -> Table:
    """The rows of `folder/name` checked against `columns`; faults are returned, never raised."""
    if not required and not (folder / name).exists():
        return Table(name, (), (), ())
    text, fault = read_text_file(folder, name, limit=MAX_BYTES)
    if fault is not None:
        return Table(name, (), (), (fault,), complete=False)
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = next(reader, [])
    except csv.Error as error:
        return Table(name, (), (), (_not_csv(error, Where(name, 1)),), complete=False)
    faults = _check_header(header, name=name, columns=columns)
    if faults:
        return Table(name, (), (), tuple(faults), complete=False)
    return _read_rows(reader, name=name, header=header, columns=columns)


def read_text_file(folder: Path, name: str, *, limit: int) -> tuple[str, Fault | None]:
    """The UTF-8 text of a file inside `folder`, or the fault that prevents reading it."""
    path = folder / name
    where = Where(name)
    if not path.is_file():
        return "", Fault("It is no plain file." if path.exists() else "The file is missing.", where)
    if not path.resolve().is_relative_to(folder.resolve()):
        return "", Fault("The file lies outside the case folder (a link?).", where)
    try:
        size = path.stat().st_size
        if size > limit:
            return "", Fault(
                f"The file has {size / 1e6:.3g} MB; at most {limit / 1e6:g} MB are read{_KEEP_MAIN}.", where
            )
        data = path.read_bytes()
    except OSError as error:
        return "", Fault(f"The file cannot be read: {error.strerror}.", where)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return "", Fault(f"Not UTF-8 at byte {error.start + 1}: save the file as UTF-8.", Where(name, line))
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return "", Fault("The file holds NUL characters: it is not a text table.", Where(name, line))
    return text, None


def _not_csv(error: csv.Error, where: Where) -> Fault:
    said = str(error)
    if "field larger" in said:
        return Fault("A cell is longer than can be read; is a quotation mark left open?", where)
    if "unexpected end" in said:
        return Fault("The file ends within a quoted cell: it is cut off, or a quotation mark is left open.", where)
    return Fault(f"Not readable as CSV: {said}.", where)


def _check_header(header: Sequence[str], *, name: str, columns: Mapping[str, Column]) -> list[Fault]:
    if len(header) > MAX_COLUMNS:
        return [Fault(f"The header has {len(header):,} columns; at most {MAX_COLUMNS} are read.", Where(name, 1))]
    faults = [
        Fault(f"The column {column.name} is missing: {column.meaning}.", Where(name, 1, column.name))
        for column in columns.values()
        if column.name not in header and (column.required or column.name in ("source", "strength"))
    ]
    known = Names.of(columns)
    for title, count in Counter(header).items():
        place = Where(name, 1, title if title and title.isprintable() and len(title) <= MAX_QUOTE else None)
        if title not in columns:
            faults.append(Fault(f"Unknown column {_quoted(title)}.{known.hint(title)}", place))
        elif count > 1:
            faults.append(Fault(f"The column {title} stands twice.", place))
    return faults


def _read_rows(
    reader: Iterator[list[str]], *, name: str, header: Sequence[str], columns: Mapping[str, Column]
) -> Table:
    rows: list[Row] = []
    lines: list[int] = []
    faults: list[Fault] = []
    complete = False
    number = 1
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            complete = True
            break
        except csv.Error as error:
            faults.append(_not_csv(error, Where(name, number)))
            break
        if not cells:
            continue
        if len(rows) >= MAX_ROWS:
            faults.append(Fault(f"More than {MAX_ROWS:,} rows{_KEEP_MAIN}.", Where(name, number)))
            break
        if len(cells) != len(header):
            faults.append(Fault(f"The row has {len(cells)} cells, the header {len(header)}.", Where(name, number)))
            cells = (cells + [""] * len(header))[: len(header)]
        parsed, wrong = _parse_row(dict(zip(header, cells, strict=True)), columns=columns, name=name, line=number)
        rows.append(parsed)
        lines.append(number)
        faults += wrong
    return Table(name, tuple(rows), tuple(lines), tuple(faults), complete)


def _parse_row(
    cells: Mapping[str, str], *, columns: Mapping[str, Column], name: str, line: int
) -> tuple[Row, list[Fault]]:
    row: dict[str, Value] = {}
    faults = []
    for column in columns.values():
        text = cells.get(column.name, "").strip() or column.default
        row[column.name] = empty_value(column)
        try:
            if text:
                row[column.name] = parse_value(text, column)
            elif column.required:
                why = " (a figure without a source cannot be used)" if column.name == "source" else ""
                raise ValueError(f"{column.name} is empty: {column.meaning}{why}.")
        except ValueError as error:
            faults.append(Fault(str(error), Where(name, line, column.name)))
    return row, faults


def empty_value(column: Column) -> Value:
    """What an empty cell of the column means: None for numbers and dates, () for lists, else an empty text."""
    kind = column.type.partition(":")[0]
    if kind in ("number", "integer", "date"):
        return None
    return () if kind in ("texts", "refs", "choices", "countries") else ""


def parse_value(text: str, column: Column) -> Value:
    """The cell's value by its column's type; ValueError says what is wrong."""
    if len(text) > MAX_CELL:
        raise ValueError(f"The cell has {len(text):,} characters; at most {MAX_CELL:,} are read.")
    if _CONTROL.search(text):
        raise ValueError("The cell holds control characters: remove what is not text.")
    kind = column.type.partition(":")[0]
    if kind in ("number", "integer"):
        return _parse_number(text, column)
    if kind == "date":
        return _parse_date(text)
    if kind in ("texts", "refs", "choices", "countries"):
        return _parse_list(text, column)
    if kind == "choice":
        _check_choice(text, column)
    elif kind in _CHECKS:
        _CHECKS[kind](text)
    return text


def _quoted(text: str) -> str:
    return repr(text) if len(text) <= MAX_QUOTE else f"{text[:MAX_QUOTE]!r}..."


def _parse_number(text: str, column: Column) -> float | int:
    if not _NUMBER.match(text):
        raise ValueError(f"{_quoted(text)} is not a number (write 1234.5, without separators or units).")
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{_quoted(text)} is not a finite number.")
    check_bounds(value, column)
    if column.type == "integer":
        if value != int(value):
            raise ValueError(f"{_quoted(text)} is not a whole number.")
        return int(value)
    return value


def _parse_date(text: str) -> date:
    try:
        if _DATE.match(text):
            return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{_quoted(text)} is no day of the calendar.") from None
    raise ValueError(f"{_quoted(text)} is not a date YYYY-MM-DD.")


def check_bounds(value: float, column: Column) -> None:
    """ValueError where the value lies outside the column's bounds (in the column's unit)."""
    low, high = column.low, column.high
    if (low is not None and value < low) or (high is not None and value > high):
        unit = f" {column.unit}" if column.unit else ""
        limits = f"{low:g} to {high:g}" if low is not None and high is not None else ""
        limits = limits or (f"at least {low:g}" if low is not None else f"at most {high:g}")
        raise ValueError(f"{column.name} = {value:g}{unit} is impossible: allowed is {limits}.")


def _parse_list(text: str, column: Column) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split(";") if part.strip())
    for part in parts:
        if column.choices:
            _check_choice(part, column)
        if column.type == "countries" and not _COUNTRY.match(part):
            raise ValueError(f"{_quoted(part)} is not an ISO 3166-1 alpha-3 code.")
    return parts


def _check_choice(text: str, column: Column) -> None:
    if text not in column.choices:
        hint = Names.of(column.choices).hint(text)
        raise ValueError(f"{_quoted(text)} is not one of {', '.join(column.choices)}.{hint}")


def _match(pattern: re.Pattern[str], what: str) -> Callable[[str], None]:
    def check(text: str) -> None:
        if not pattern.match(text):
            raise ValueError(f"{_quoted(text)} is not {what}.")

    return check


def _check_unit(text: str) -> None:
    if text not in UNITS:
        raise ValueError(f"Unknown unit {_quoted(text)}.{Names.of(UNITS).hint(text)}")


def _check_period(text: str) -> None:
    try:
        parse_period(text[:MAX_QUOTE])
    except ValueError as error:
        raise ValueError(f"{error}.") from None


def _check_url(text: str) -> None:
    if not re.match(r"https?://[^\s<>\"']+\Z", text):
        raise ValueError(f"{_quoted(text)} is not an address that begins with http:// or https://.")


_CHECKS: Mapping[str, Callable[[str], None]] = {
    "id": _match(_ID, "a name of lower-case ASCII letters, digits, dots and hyphens"),
    "entity": _match(_ENTITY, "an entity such as link:karachi-hyderabad-road"),
    "country": _match(_COUNTRY, "an ISO 3166-1 alpha-3 code"),
    "month-day": _match(_MONTH_DAY, "MM-DD"),
    "partial-date": _match(_PARTIAL_DATE, "YYYY, YYYY-MM or YYYY-MM-DD"),
    "flow": _match(_FLOW, "turnover or EXPORTER-IMPORTER"),
    "state-entity": _match(_STATE_ENTITY, "link:ID, pipeline:ID, crossing:ID, node:ID, group:ID or country:ISO3"),
    "file": _match(_FILE, "the plain name of a file in documents/"),
    "unit": _check_unit,
    "period": _check_period,
    "url": _check_url,
}
