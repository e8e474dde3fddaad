"""A copy of a sound case to break, and the means to break one thing in it."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from rahdari.case import check_case, find_case, shipped_cases
from rahdari.exceptions import Fault


@dataclass(frozen=True, slots=True)
class Folder:
    """A case folder that a test may break."""

    path: Path

    def read(self, file: str) -> tuple[list[str], list[list[str]]]:
        """The header and the rows of one of its tables."""
        with (self.path / file).open(encoding="utf-8", newline="") as text:
            header, *rows = list(csv.reader(text))
        return header, rows

    def write(self, file: str, header: list[str], rows: list[list[str]]) -> None:
        with (self.path / file).open("w", encoding="utf-8", newline="") as text:
            csv.writer(text, lineterminator="\n").writerows([header, *rows])

    def set_cell(self, file: str, column: str, value: str, *, row: int = 2) -> None:
        """Changes one cell; row 1 is the header."""
        header, rows = self.read(file)
        rows[row - 2][header.index(column)] = value
        self.write(file, header, rows)

    def row_of(self, file: str, column: str, value: str) -> int:
        """The number of the first row with that value."""
        header, rows = self.read(file)
        return next(n for n, row in enumerate(rows, start=2) if row[header.index(column)] == value)

    def add_row(self, file: str, **cells: str) -> int:
        """Appends a row, empty but for the cells given; its number."""
        header, rows = self.read(file)
        rows.append([cells.get(column, "") for column in header])
        self.write(file, header, rows)
        return len(rows) + 1

    def drop_column(self, file: str, column: str) -> None:
        header, rows = self.read(file)
        place = header.index(column)
        self.write(file, header[:place] + header[place + 1 :], [row[:place] + row[place + 1 :] for row in rows])

    def faults(self) -> tuple[Fault, ...]:
        return check_case(self.path)

    def the_fault(self) -> Fault:
        """Its only fault."""
        faults = self.faults()
        assert len(faults) == 1, faults
        return faults[0]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A sound copy of the smallest case that is shipped."""
    name = "two_islands" if "two_islands" in shipped_cases() else "pakistan_kazakhstan"
    shutil.copytree(find_case(name), tmp_path / name)
    return Folder(tmp_path / name)


@pytest.fixture
def snapshot() -> Callable[[Path], dict[str, bytes]]:
    """Every file of a folder with its bytes."""
    return lambda root: {str(path): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def place(folder: Folder) -> tuple[str, int | None, str | None]:
    """File, row and column of the only fault."""
    where = folder.the_fault().where
    return where.file, where.row, where.column
