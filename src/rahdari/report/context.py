"""A case and its appraisal -> the report page's context: every figure as text, with its unit and its sources."""

from __future__ import annotations

from rahdari.appraisal.result import Appraisal, BookAnswer, PathYear
from rahdari.case import Case
from rahdari.report.charts import LETTERS, FanChart, draw_fans
from rahdari.report.citations import Citations
from rahdari.report.evidence import build_assumptions, build_differences, build_outside, build_required, say_flow
from rahdari.report.page import (
    BookCard,
    ChanceRow,
    DeadlineLine,
    FanPanel,
    Link,
    NotModelledRow,
    ReportContext,
    Table,
)
from rahdari.report.promises import anchor_of, build_register_part
from rahdari.report.proposals import build_measures_part
from rahdari.report.targets import build_sensitivity_part, build_target_part
from rahdari.report.ways import build_map_part
from rahdari.report.words import (
    keep_together,
    say_amount,
    say_chance,
    say_date,
    say_list,
    say_money,
    say_month,
    say_number,
    say_percent,
    say_short_date,
    say_short_month,
)


def build_context(case: Case, appraisal: Appraisal) -> ReportContext:
    """The whole page; sources are numbered in the order in which its parts cite them."""
    citations = Citations(case)
    target_citations = citations.cite(appraisal.target.sources)
    deadlines = _deadlines(appraisal, citations)
    books = tuple(_book_card(case, appraisal, name, citations) for name in appraisal.books)
    return ReportContext(
        title=appraisal.title,
        parties=say_list([case.name_of(party) for party in case.settings.parties]),
        as_of=say_date(appraisal.as_of),
        headline=keep_together(appraisal.verdict.headline),
        target=say_money(appraisal.target.value_musd),
        whose=_say_whose(case, appraisal),
        books=books,
        error_note=_error_note(appraisal),
        deadlines=deadlines,
        target_citations=target_citations,
        fans=_fans(case, appraisal),
        reasons=appraisal.verdict.reasons,
        next_steps=appraisal.verdict.next_steps,
        measures=build_measures_part(case, appraisal, citations),
        routes=build_map_part(case, appraisal, citations),
        register=build_register_part(case, citations),
        not_modelled=_not_modelled(case, appraisal, citations),
        differences=build_differences(case, appraisal, citations),
        outside=build_outside(case, appraisal, citations),
        required=build_required(case, appraisal),
        targets=build_target_part(case, appraisal),
        sensitivity=build_sensitivity_part(appraisal),
        assumptions=build_assumptions(case, appraisal, citations),
        sources=citations.cited(),
        other_sources=citations.others(),
        reproduce=_reproduce(case, appraisal),
        warnings=appraisal.warnings,
    )


def _say_whose(case: Case, appraisal: Appraisal) -> str:
    """Whose statistics decide, as far as the promise says."""
    named = case.books.get(appraisal.target.book or "")
    if named is None:
        return "No text says whose statistics decide, so each book is shown by itself."
    return f"It is to be counted by {named.title}; the other books stand beside it."


def _deadlines(appraisal: Appraisal, citations: Citations) -> tuple[DeadlineLine, ...]:
    return tuple(
        DeadlineLine(letter, one.text, say_date(one.latest), citations.cite(one.sources))
        for letter, one in zip(LETTERS, appraisal.deadlines, strict=False)
    )


def _book_card(case: Case, appraisal: Appraisal, name: str, citations: Citations) -> BookCard:
    book = appraisal.books[name]
    base = book.baseline
    episode = ""
    if base.episode_musd:
        episode = f"{say_money(base.episode_musd)} of it was one lumpy episode and no trend."
    return BookCard(
        title=book.title,
        counts=say_flow(case, book.flow),
        baseline=say_money(base.value_musd),
        period=f"the year to {say_month(base.end)}",
        episode=episode,
        multiple=f"{appraisal.required[name].growth:.1f}",
        chances=tuple(
            ChanceRow(
                letter=letter,
                words=one.text,
                date=say_short_date(one.latest),
                inside=keep_together(say_chance(book.probability[one.id])),
                outside=keep_together(say_chance(book.outside_view[one.id])),
                pooled=keep_together(say_chance(book.pooled[one.id])),
                error=_say_error(book.probability[one.id], book.probability_se[one.id], draws=appraisal.draws),
            )
            for letter, one in zip(LETTERS, appraisal.deadlines, strict=False)
        ),
        middle=_say_middle(book),
        citations=citations.cite(base.sources),
    )


def _say_error(probability: float, error: float, *, draws: int) -> str:
    """The model's chance with its Monte Carlo error; no hit in n draws means fewer than 3 in n (rule of three)."""
    if probability <= 0:
        return f"0 of {draws:,} paths: fewer than 3 in {draws:,}"
    if probability >= 1:
        return f"all of {draws:,} paths: more than {draws - 3:,} in {draws:,}"
    return f"{say_percent(probability)} ± {say_percent(error)} of {draws:,} paths"


def _say_middle(book: BookAnswer) -> str:
    never = f"{round(book.p_never * 100)} in 100 paths do not get there by {book.path[-1].end.year}."
    if book.year_p50 is not None:
        return f"The middle path reaches the target in {book.year_p50}; {never}"
    last = book.path[-1]
    return f"The middle path stands at {say_money(last.p50)} in the year to {say_month(last.end)}; {never}"


def _error_note(appraisal: Appraisal) -> str:
    return (
        f"Model: share of {appraisal.draws:,} simulated paths, ± one Monte Carlo standard error; with no path at the "
        "target, fewer than 3 in that many. Record: how often pairs of that size and announced targets managed it. "
        "Together: both at equal weight in log-odds."
    )


def _fans(case: Case, appraisal: Appraisal) -> tuple[FanPanel, ...]:
    panels = []
    for book, chart in zip(appraisal.books.values(), draw_fans(appraisal), strict=True):
        panels.append(
            FanPanel(
                heading=book.title,
                subheading=f"{say_flow(case, book.flow)}, million USD a year, year from {book.fiscal_year}",
                chart=chart,
                table=_fan_table(book, chart),
            )
        )
    return tuple(panels)


def _fan_table(book: BookAnswer, chart: FanChart) -> Table:
    headings = (
        "Year to",
        "Recorded",
        "5 %",
        "10 %",
        "25 %",
        "Median",
        "75 %",
        "90 %",
        "95 %",
        "Median without measures",
    )
    without = {year.end: year for year in book.without}
    rows = [(say_short_month(year.end), say_amount(year.value_musd), *[""] * 8) for year in book.history]
    rows += [
        (
            say_short_month(year.end),
            "",
            *(say_number(value) for value in _quantiles(year)),
            say_number(without[year.end].p50),
        )
        for year in book.path
    ]
    return Table(f"{chart.title}, million USD", headings, tuple(rows), (False, *[True] * 9))


def _quantiles(year: PathYear) -> tuple[float, ...]:
    return (year.p05, year.p10, year.p25, year.p50, year.p75, year.p90, year.p95)


def _not_modelled(case: Case, appraisal: Appraisal, citations: Citations) -> tuple[NotModelledRow, ...]:
    """Commitments by the reason why no effect is claimed for them, in the register's order."""
    titles = {commitment.id: commitment.title for commitment in case.register.commitments}
    by_reason: dict[str, list[Link]] = {}
    for one in appraisal.not_modelled:
        link = Link(f"#{anchor_of(one.commitment)}", titles.get(one.commitment, one.commitment))
        by_reason.setdefault(one.why, []).append(link)
    return tuple(NotModelledRow(tuple(links), citations.weave(why)) for why, links in by_reason.items())


def _reproduce(case: Case, appraisal: Appraisal) -> tuple[tuple[str, str], ...]:
    return (
        ("Case", appraisal.case),
        ("Case as of", say_date(appraisal.as_of)),
        ("SHA-256 of the case", appraisal.case_sha256),
        ("Seed", str(appraisal.seed)),
        ("Simulated paths", f"{appraisal.draws:,}"),
        ("Paths for the ranking of measures", f"{appraisal.attribution_draws:,}"),
        ("Command", _command(case, appraisal)),
    )


def _command(case: Case, appraisal: Appraisal) -> str:
    """The command that gives this answer again."""
    words = [f"rahdari appraise {appraisal.case} --seed {appraisal.seed} --draws {appraisal.draws}"]
    counted = [one.id for one in appraisal.measures]
    if len(counted) != len(case.measures):
        words.append(f"--measures {','.join(counted) or 'none'}")
    forecast = [book.id for book in case.books.values() if book.forecast]
    if len(appraisal.books) == 1 and len(forecast) > 1:
        words.append(f"--book {next(iter(appraisal.books))}")
    return " ".join(words)
