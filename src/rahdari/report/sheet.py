"""A table of numbers for XLSX and CSV, with columns and units as ids of the catalogue, alike in every language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rahdari.appraisal.result import Appraisal
from rahdari.report.words import Words

Cell = str | float | int | date | bool | None
COMPUTED = "computed"  # in the column of sources: a result of this appraisal, from the claims of the case
MUSD, FRACTION = "musd", "fraction"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its id, the ids of its columns and its rows, a cell a column."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def make_sheet(name: str, columns: str, rows: Iterable[Sequence[Cell]]) -> Sheet:
    """A table of these columns (ids apart by spaces)."""
    return Sheet(name, tuple(columns.split()), tuple(tuple(row) for row in rows))


def join_ids(sources: Iterable[str]) -> str:
    """Ids of sources, each once."""
    return "; ".join(dict.fromkeys(source for source in sources if source))


def book_title(appraisal: Appraisal, book: str, say: Words) -> str:
    """The book's title in the language."""
    return say.name(appraisal.books[book].title) if book in appraisal.books else book


def measure_names(appraisal: Appraisal, measures: Iterable[str], say: Words) -> str:
    """Titles of measures in the language."""
    titles = {one.id: one.title for one in appraisal.measures}
    return "; ".join(say.name(titles.get(name, name)) for name in measures)


def measure_name(appraisal: Appraisal, measure: str, say: Words) -> str:
    """The title of a measure in the language."""
    return measure_names(appraisal, [measure], say)
