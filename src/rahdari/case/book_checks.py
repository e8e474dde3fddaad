"""Checks of a case's books: each that is forecast has a reporting year to start from, and the target has a baseline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rahdari.case.table import Row, Table
from rahdari.claims import Book, Period, parse_period
from rahdari.exceptions import Fault, Where

if TYPE_CHECKING:
    from rahdari.case.settings import Settings

TURNOVER = "turnover"


def check_books(table: Table, *, claims: Sequence[Table], settings: Settings) -> list[Fault]:
    """Books that are forecast and have no whole reporting year, and a target whose flow no such book counts."""
    if not table.complete or not all(one.complete for one in claims):
        return []
    forecast = [(index, row) for index, row in table.numbered() if row["forecast"] == "yes"]
    if not forecast:
        return [Fault("No book is forecast: set forecast to yes for at least one.", Where(table.file))]
    faults = []
    for index, row in forecast:
        flows = _flows(row, settings=settings)
        if not isinstance(row["fiscal_year_start"], int) or not set(flows) - {""}:
            continue  # told at its own cell
        held = {flow: set(_whole_years(row, flow, claims=claims, settings=settings)) for flow in flows}
        totals = set(_whole_years(row, TURNOVER, claims=claims, settings=settings)) if len(flows) > 1 else set()
        if not set.intersection(*held.values()) | totals:
            message = (
                f"The book has no whole reporting year of {row['flow']} by {settings.as_of}, so nothing to forecast "
                f"from: add claims of trade_musd for {' and '.join(f'flow:{flow}' for flow in flows)}, or set "
                "forecast to no."
            )
            faults.append(Fault(message, table.where(index, "forecast")))
    if not any(row["flow"] == settings.target_flow for _, row in forecast):
        message = (
            f"The target is of {settings.target_flow} and no book that is forecast counts that, so it has no baseline: "
            "forecast such a book, or name another flow."
        )
        faults.append(Fault(message, Where("case.toml", None, "target")))
    return faults


def _flows(row: Row, *, settings: Settings) -> tuple[str, ...]:
    first, second = settings.parties
    return (f"{first}-{second}", f"{second}-{first}") if row["flow"] == TURNOVER else (str(row["flow"]),)


def _whole_years(row: Row, flow: str, *, claims: Sequence[Table], settings: Settings) -> Iterator[Period]:
    """The whole reporting years, ended by the case's day, for which the book has a figure of the flow."""
    start = row["fiscal_year_start"]
    book = Book(
        id=str(row["id"]),
        title="",
        reporter="",
        flow=flow,
        basis="",
        valuation="",
        partner_rule="",
        fiscal_year_start=start if isinstance(start, int) else 1,
        forecast=True,
        source="",
        note="",
    )
    for table in claims:
        for claim in table.rows:
            if (claim["entity"], claim["attribute"], claim["book"]) != (f"flow:{flow}", "trade_musd", book.id):
                continue
            try:
                period = parse_period(str(claim["period"]))
            except ValueError:
                continue  # told at its own cell
            if book.year_of(period) is not None and period.end <= settings.as_of:
                yield period
