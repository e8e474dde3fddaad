"""What a published file is: its layout, header, delimiter and encoding, told by its first lines (I/O)."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rahdari.exceptions import Fault, FaultyInput, Where, nearest_names
from rahdari.trade.layouts import Layout

DELIMITERS = (",", "\t")
# A header may stand below a few lines of title.
MOST_TITLE_LINES = 8
SAMPLE_BYTES = 4_000_000
LONGEST_LINE = 1_000_000
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# How the sources write what is missing; BACI pads its NA on the left, to the width of the column.
MISSING = ("", "..", "NaN", "NA")
PADDED = re.compile(r'(?<=[,\t"])( +NA)(?=[,\t"\r\n]|$)', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Heading:
    """A file's layout, its columns in their order, the lines above its first row, the delimiter and the encoding.

    `missing` is how it writes what is missing: each way more that is looked for takes time in every cell.
    """

    layout: Layout
    columns: tuple[str, ...]
    skip: int
    delimiter: str
    encoding: str
    missing: frozenset[str]


def read_heading(file: Path, layouts: Sequence[Layout]) -> Heading:
    """What the file is, by the first of the layouts whose columns it has; FaultyInput where it has none's."""
    sample = _read_sample(file)
    lines = [line.decode("utf-8-sig", "replace") for line in sample.split(b"\n", MOST_TITLE_LINES + 1)]
    lines = [line.rstrip("\r")[:LONGEST_LINE] for line in lines[: MOST_TITLE_LINES + 1]]
    for delimiter in DELIMITERS:
        rows = [_cells(line, delimiter) for line in lines]
        for number, names in enumerate(rows[:MOST_TITLE_LINES]):
            for layout in layouts:
                if not layout.lacking(names):
                    _check_repeated(file.name, number, names, layout)
                    first = rows[number + 1] if number + 1 < len(rows) else []
                    return Heading(
                        layout=layout,
                        columns=_columns(names, first),
                        skip=number + 1,
                        delimiter=delimiter,
                        encoding=_find_encoding(sample),
                        missing=find_missing(sample.decode("latin-1")),
                    )
    raise FaultyInput(_faults(file.name, sample, lines[0], layouts))


def _read_sample(file: Path) -> bytes:
    """The start of the file, unpacked where it is packed; FaultyInput where it cannot be."""
    try:
        with gzip.open(file, "rb") if file.suffix.lower() == ".gz" else file.open("rb") as stream:
            sample: bytes = stream.read(SAMPLE_BYTES)
    except (EOFError, OSError, zlib.error) as error:
        message = (
            f"the file cannot be unpacked ({error}): is it cut off?" if file.suffix.lower() == ".gz" else str(error)
        )
        raise FaultyInput([Fault(message, Where(file.name))]) from None
    return sample


def _cells(line: str, delimiter: str) -> list[str]:
    """The cells of a line, or none where it is no CSV."""
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _check_repeated(file: str, number: int, names: Sequence[str], layout: Layout) -> None:
    """Nothing, or FaultyInput where a column that is read, or any other that has a name, occurs twice."""
    held = [name.casefold() for name in names if name]
    twice = sorted({name for name in held if held.count(name) > 1})
    if twice:
        faults = [Fault(f"the column {name!r} of {layout.title} occurs more than once", Where(file, number + 1, name))
                  for name in twice]  # fmt: skip
        raise FaultyInput(faults)


def _columns(names: Sequence[str], first: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns; one more where rows, but not the header, end with a delimiter."""
    over = [""] if len(first) == len(names) + 1 and not first[-1] else []
    return tuple(name or f"unnamed_{index}" for index, name in enumerate([*names, *over]))


def _faults(file: str, sample: bytes, line: str, layouts: Sequence[Layout]) -> list[Fault]:
    """Why the file is not read: what it is instead, or a fault for each column that lacks of the nearest layout."""
    if sample[:2] in UTF_16 or b"\0" in sample[:1000]:
        return [Fault("the text is UTF-16 or no text at all: save it as CSV in UTF-8", Where(file))]
    names = max((_cells(line, sign) for sign in DELIMITERS), key=len)
    nearest = min(layouts, key=lambda layout: len(layout.lacking(names)))
    if not nearest.lacking([cell.strip().strip('"') for cell in line.split(";")]):
        return [Fault("cells are separated by semicolons: the file is read as published, with commas", Where(file, 1))]
    if b"\n" not in sample and b"\r" in sample:
        return [Fault("lines end with a carriage return alone: save the file with line feeds", Where(file))]
    faults = []
    for name in nearest.lacking(names):
        near = nearest_names(name, names)
        hint = f"; is it the column {near[0]!r}?" if near else ""
        faults.append(Fault(f"the column {name!r} of {nearest.title} is missing{hint}", Where(file, 1, name)))
    return faults


def find_missing(text: str) -> frozenset[str]:
    """How the text of rows writes what is missing."""
    return frozenset({*MISSING, *PADDED.findall(text)})


def _find_encoding(sample: bytes) -> str:
    """utf-8, or latin-1 where the start of the file is not that; every text is some latin-1."""
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character that the end of the sample cuts is no fault.
        return "latin-1" if error.start < len(sample) - 4 else "utf-8"
    return "utf-8"
