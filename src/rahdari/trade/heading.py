"""What a published file is: its layout, header, delimiter and encoding, told by its first lines (I/O)."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rahdari.exceptions import Fault, FaultyInput, Where, nearest_names
from rahdari.trade.layouts import Layout

DELIMITERS = (",", "\t")
# A header may stand below a few lines of title.
MOST_TITLE_LINES = 8
SAMPLE_BYTES = 4_000_000
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
    with open_file(file) as stream:
        lines = [stream.readline().decode("utf-8-sig", "replace") for _ in range(MOST_TITLE_LINES + 1)]
    for delimiter in DELIMITERS:
        rows = [[cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])] for line in lines]
        for number, names in enumerate(rows[:-1]):
            for layout in layouts:
                if not layout.lacking(names):
                    columns = _columns(names, rows[number + 1])
                    return Heading(layout, columns, number + 1, delimiter, *_read_sample(file))
    raise FaultyInput(_faults(file.name, lines[0], layouts))


def open_file(file: Path) -> Any:
    """The file's bytes, unpacked where it is packed."""
    return gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb")


def _columns(names: Sequence[str], first: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns; one more where rows, but not the header, end with a delimiter."""
    over = [""] if len(first) == len(names) + 1 and not first[-1] else []
    return tuple(name or f"unnamed_{index}" for index, name in enumerate([*names, *over]))


def _faults(file: str, line: str, layouts: Sequence[Layout]) -> list[Fault]:
    """A fault for each column that lacks of the layout that comes nearest."""
    headers = [[cell.strip() for cell in next(csv.reader([line], delimiter=sign), [])] for sign in DELIMITERS]
    names = max(headers, key=len)
    nearest = min(layouts, key=lambda layout: len(layout.lacking(names)))
    faults = []
    for name in nearest.lacking(names):
        near = nearest_names(name, names)
        hint = f"; is it the column {near[0]!r}?" if near else ""
        faults.append(Fault(f"the column {name!r} of {nearest.title} is missing{hint}", Where(file, 1, name)))
    return faults


def find_missing(text: str) -> frozenset[str]:
    """How the text of rows writes what is missing."""
    return frozenset({*MISSING, *PADDED.findall(text)})


def _read_sample(file: Path) -> tuple[str, frozenset[str]]:
    """The encoding by the start of the file: utf-8, or latin-1 where it is not that; and how it writes what is missing.

    Every text is some latin-1.
    """
    with open_file(file) as stream:
        sample: bytes = stream.read(SAMPLE_BYTES)
    missing = find_missing(sample.decode("latin-1"))
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character that the end of the sample cuts is no fault.
        return "latin-1" if error.start < len(sample) - 4 else "utf-8", missing
    return "utf-8", missing
