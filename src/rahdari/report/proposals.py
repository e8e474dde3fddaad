"""The measures part of the page: ranked bars, every figure in a table, and the best sets."""

from __future__ import annotations

from collections.abc import Sequence

from rahdari.appraisal.result import Appraisal, MeasureAnswer
from rahdari.case import Case
from rahdari.report.charts import draw_bar
from rahdari.report.citations import Citations
from rahdari.report.page import Link, MeasureRow, MeasuresPart, Table
from rahdari.report.promises import anchor_of
from rahdari.report.words import (
    NONE,
    say_amount,
    say_list,
    say_money,
    say_month,
    say_number,
    say_percent,
    say_tonnes,
)


def build_measures_part(case: Case, appraisal: Appraisal, citations: Citations) -> MeasuresPart:
    """The measures by what they contribute in the first book; the other books stand in the table."""
    book = next(iter(appraisal.books), "")
    ranked = sorted(
        appraisal.measures,
        key=lambda one: (-one.shapley_musd.get(book, 0.0), -one.full_effect_musd.get(book, 0.0)),
    )
    horizon = case.settings.horizon
    year = appraisal.attribution_year.get(book)
    title = appraisal.books[book].title if book else ""
    return MeasuresPart(
        book=title,
        lead=(
            f"Ranked by {title}. All measures together add {say_money(appraisal.total_effect_musd[book])} "
            f"in the year to {say_month(year)}, the last that counts for the latest deadline."
            if year and ranked
            else "No measure is counted here."
        ),
        contribution_heading=f"in the year to {say_month(year)}, as likely as it is" if year else "",
        full_heading=f"a year by {horizon}, if delivered in full and on time",
        rows=tuple(_row(case, appraisal, one, book=book, citations=citations) for one in ranked),
        terms=_terms(ranked),
        by_book=tuple(_by_book(case, appraisal, ranked, book=name) for name in appraisal.books),
        packages=_packages(appraisal, book=book),
        method=(
            f"A measure's share is its Shapley value: its mean effect over every order in which the measures could "
            f"come, on {appraisal.attribution_draws:,} common simulated paths; ± is one standard error. The shares add "
            "up to the effect of all measures together. Third-country transit is counted in tonnes, apart, and adds "
            "nothing to the target."
        ),
    )


def _row(case: Case, appraisal: Appraisal, one: MeasureAnswer, *, book: str, citations: Citations) -> MeasureRow:
    value, error = one.shapley_musd.get(book, 0.0), one.shapley_se.get(book, 0.0)
    full = one.full_effect_musd.get(book, 0.0)
    low, high = _axis(appraisal, book)
    titles = {commitment.id: commitment.title for commitment in case.register.commitments}
    return MeasureRow(
        title=one.title,
        start=say_month(one.start),
        chance=say_percent(one.probability),
        contribution=_with_error(value, error),
        full=say_number(full),
        contribution_bar=draw_bar(value, error, low=low, high=high),
        full_bar=draw_bar(full, 0.0, low=low, high=high),
        transit="" if not _has_transit(one) else f"{say_tonnes(one.transit_tonnes)} a year",
        cost="" if one.cost_musd is None else say_money(one.cost_musd),
        commitments=tuple(Link(f"#{anchor_of(name)}", titles.get(name, name)) for name in one.commitments),
        not_modelled=citations.weave(one.not_modelled or ""),
        citations=citations.cite(one.sources),
    )


def _has_transit(one: MeasureAnswer) -> bool:
    return one.transit_tonnes is not None and abs(one.transit_tonnes) >= 0.5


def _with_error(value: float, error: float) -> str:
    text = say_number(value)
    return f"{text} ± {say_number(error)}" if error >= 0.005 else text


def _axis(appraisal: Appraisal, book: str) -> tuple[float, float]:
    values = [
        number
        for one in appraisal.measures
        for number in (
            one.shapley_musd.get(book, 0.0) + one.shapley_se.get(book, 0.0),
            one.shapley_musd.get(book, 0.0) - one.shapley_se.get(book, 0.0),
            one.full_effect_musd.get(book, 0.0),
        )
    ]
    high = max([0.0, *values])
    low = min([0.0, *values])
    return (0.0 if low > -0.01 * high else low), high


def _terms(ranked: Sequence[MeasureAnswer]) -> Table:
    rows = tuple(
        (
            one.title,
            say_month(one.start),
            say_percent(one.probability),
            say_tonnes(one.transit_tonnes).removesuffix(" t"),
            say_amount(one.cost_musd),
        )
        for one in ranked
    )
    headings = ("Measure", "Start", "Chance of delivery", "Third-country transit, tonnes a year", "Cost, million USD")
    return Table("When, how likely, at what cost", headings, rows, (False, False, True, True, True))


def _by_book(case: Case, appraisal: Appraisal, ranked: Sequence[MeasureAnswer], *, book: str) -> Table:
    rows = [
        (
            one.title,
            _with_error(one.shapley_musd.get(book, 0.0), one.shapley_se.get(book, 0.0)),
            say_number(one.first_in_musd.get(book, 0.0)),
            say_number(one.last_in_musd.get(book, 0.0)),
            say_number(one.full_effect_musd.get(book, 0.0)),
        )
        for one in ranked
    ]
    rows.append(("All measures together", say_number(appraisal.total_effect_musd[book]), "", "", ""))
    year = say_month(appraisal.attribution_year[book])
    return Table(
        f"{appraisal.books[book].title}: million USD in the year to {year}",
        (
            "Measure",
            "Contribution (Shapley)",
            "Alone, before all others",
            "After all others",
            f"A year by {case.settings.horizon}, in full",
        ),
        tuple(rows),
        (False, True, True, True, True),
    )


def _packages(appraisal: Appraisal, *, book: str) -> Table:
    titles = {one.id: one.title for one in appraisal.measures}
    rows = []
    before: set[str] = set()
    for one in sorted((one for one in appraisal.portfolio if one.book == book), key=lambda one: one.size):
        added = [titles[name] for name in one.measures if name not in before]
        dropped = [titles[name] for name in before if name not in one.measures]
        words = ("adds " if before else "") + say_list(added)
        if dropped:
            words += f"; drops {say_list(sorted(dropped))}"
        cost = NONE if one.cost_musd is None else say_amount(one.cost_musd)
        rows.append((str(one.size), words, f"{one.effect_musd:,.2f}", cost))
        before = set(one.measures)
    return Table(
        "The best set of each size, million USD",
        ("Measures", "Which", "Effect", "Cost where all is sourced"),
        tuple(rows),
        (False, False, True, True),
    )
