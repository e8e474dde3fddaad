"""The annex on the target itself: even chances, every reading of the promise, drafts to sign, and what matters most."""

from __future__ import annotations

from rahdari.appraisal.baseline import TURNOVER
from rahdari.appraisal.result import Appraisal
from rahdari.appraisal.target_setting import WINDOWS, VerdictCell
from rahdari.case import Case
from rahdari.report.charts import LETTERS
from rahdari.report.evidence import say_direction
from rahdari.report.page import DraftRow, SensitivityPart, Table, TargetPart
from rahdari.report.words import (
    keep_together,
    say_amount,
    say_chance,
    say_money,
    say_month,
    say_percent,
    say_short_date,
    say_short_month,
)

_WINDOWS = {
    "reporting-year": "A reporting year that has ended",
    "year-under-way": "The reporting year under way then, too",
    "calendar-year": "A calendar year that has ended",
    "since-announcement": "All months since the announcement together",
}
NEGLIGIBLE = 0.005


def build_target_part(case: Case, appraisal: Appraisal) -> TargetPart:
    """Even-chance targets by book, the matrix of readings, what is required and the drafts."""
    setting = appraisal.target_setting
    return TargetPart(
        lead=(
            "The target the other way round: what would have an even chance, and how the chance of "
            f"{say_money(appraisal.target.value_musd)} hangs on whose statistics, which flow and which twelve months "
            "count. One signed definition makes it decidable."
        ),
        even=tuple(_even_table(case, appraisal, name) for name in appraisal.books),
        matrix=tuple(_matrix_table(case, appraisal, name) for name in appraisal.books),
        required=_required_table(case, appraisal),
        drafts=tuple(
            DraftRow(
                title=appraisal.books[draft.book].title,
                target=f"{say_money(draft.target_musd)} in the year to {say_month(draft.end)}",
                english=draft.english,
                russian=draft.russian,
            )
            for draft in setting.drafts
        ),
        note=(
            "Months within a reporting year are taken as alike where a window cuts it. Chances are the model's; the "
            "record of other pairs is in the outside view."
        ),
    )


def build_sensitivity_part(appraisal: Appraisal) -> SensitivityPart:
    """What each book's outlook is most sensitive to, largest first in the first book."""
    books = appraisal.sensitivity
    titles = {group.group: group.title for book in books[:1] for group in book.groups}
    by_book = {book.book: {group.group: group for group in book.groups} for book in books}
    rows = tuple(
        (title, *(_say_index(by_book[book.book][group].index, by_book[book.book][group].se) for book in books))
        for group, title in titles.items()
    )
    years = ", ".join(f"{appraisal.books[book.book].title}: year to {say_month(book.end)}" for book in books)
    lead = (
        "Share of the spread of a year's trade (as a logarithm) that would be left if everything else were known: "
        f"Sobol’ total indices from {books[0].draws:,} pairs of draws, with their standard errors. {years}."
        if books
        else "Too few draws to say."
    )
    headings = ("What is uncertain", *(appraisal.books[book.book].title for book in books))
    return SensitivityPart(
        lead=lead,
        table=Table("What the outlook is most sensitive to", headings, rows, (False, *[True] * len(books))),
    )


def _say_flow(case: Case, flow: str) -> str:
    return "Trade both ways" if flow == TURNOVER else say_direction(case, flow)


def _say_index(index: float, se: float) -> str:
    return f"under {say_percent(NEGLIGIBLE)}" if index < NEGLIGIBLE else f"{say_percent(index)} ± {say_percent(se)}"


def _even_table(case: Case, appraisal: Appraisal, name: str) -> Table:
    rows = [row for row in appraisal.target_setting.even_chance if row.book == name]
    flows = tuple(dict.fromkeys(row.flow for row in rows))
    by_end = {(row.flow, row.end): row for row in rows}
    return Table(
        f"{appraisal.books[name].title}: the largest target with an even chance, million USD",
        (
            "Year to",
            *(f"{_say_flow(case, flow)}: in that year" for flow in flows),
            "In some year up to it",
            "In that year, four chances in five",
        ),
        tuple(
            (
                say_short_month(end),
                *(say_amount(by_end[flow, end].in_year_musd) for flow in flows),
                say_amount(by_end[flows[0], end].by_year_musd),
                say_amount(by_end[flows[0], end].likely_musd),
            )
            for end in dict.fromkeys(row.end for row in rows)
        ),
        (False, *[True] * (len(flows) + 2)),
    )


def _matrix_table(case: Case, appraisal: Appraisal, name: str) -> Table:
    cells = {
        (cell.flow, cell.window, cell.deadline): cell for cell in appraisal.target_setting.matrix if cell.book == name
    }
    flows = tuple(dict.fromkeys(flow for flow, *_ in cells))
    return Table(
        f"{appraisal.books[name].title}: the chance of {say_money(appraisal.target.value_musd)} under each reading",
        (
            "Flow",
            "What must reach the target",
            *(
                f"{letter}: {one.text} ({say_short_date(one.latest)})"
                for letter, one in zip(LETTERS, appraisal.deadlines, strict=False)
            ),
        ),
        tuple(
            (
                _say_flow(case, flow),
                _WINDOWS[window],
                *(_say_cell(cells[flow, window, one.id], draws=appraisal.draws) for one in appraisal.deadlines),
            )
            for flow in flows
            for window in WINDOWS
        ),
        (False, False, *[False] * len(appraisal.deadlines)),
    )


def _say_cell(cell: VerdictCell, *, draws: int) -> str:
    if not cell.periods:
        return "no such period ends by then"
    if cell.probability == 0:
        return keep_together(f"{cell.verdict}: fewer than 3 in {draws:,}")
    return keep_together(f"{cell.verdict}: {say_chance(cell.probability)}")


def _required_table(case: Case, appraisal: Appraisal) -> Table:
    rows = appraisal.target_setting.required
    elasticities = [factor.elasticity for factor in rows[0].cost_factors] if rows else []
    return Table(
        "What the target would take, by flow",
        (
            "Book",
            "Flow",
            "Latest year, million USD",
            "Growth needed",
            *(f"Trade cost times, at elasticity {elasticity:g}" for elasticity in elasticities),
        ),
        tuple(
            (
                appraisal.books[row.book].title,
                _say_flow(case, row.flow),
                say_amount(row.baseline_musd),
                f"{row.multiple:.1f} ×",
                *(f"{factor.factor:.2f}" for factor in row.cost_factors),
            )
            for row in rows
        ),
        (False, False, True, True, *[True] * len(elasticities)),
    )
