"""A case and its appraisal -> the report page's context: every figure as text, with its unit and its sources."""

from __future__ import annotations

from rahdari.appraisal.replay import find_versions
from rahdari.appraisal.result import Appraisal, BookAnswer, PathYear
from rahdari.case import Case
from rahdari.report.bars import draw_waterfalls, list_spans
from rahdari.report.charts import LETTERS, FanChart, draw_fans
from rahdari.report.citations import Citations
from rahdari.report.evidence import build_assumptions, build_differences, build_outside, build_required
from rahdari.report.levels import baseline_strength
from rahdari.report.outcomes import build_outcomes_part
from rahdari.report.packages import build_packages_part
from rahdari.report.page import (
    BarPanel,
    BookCard,
    ChanceRow,
    DeadlineLine,
    FanPanel,
    Link,
    NotModelledRow,
    ReportContext,
    Table,
)
from rahdari.report.passages import build_corridors_part
from rahdari.report.promises import anchor_of, build_register_part
from rahdari.report.proposals import build_measures_part
from rahdari.report.targets import build_sensitivity_part, build_target_part
from rahdari.report.verdict import say_middle, say_verdict
from rahdari.report.ways import build_map_part
from rahdari.report.words import Words


def build_context(case: Case, appraisal: Appraisal, *, say: Words) -> ReportContext:
    """The whole page; sources are numbered in the order in which its parts cite them."""
    citations = Citations(case, say)
    target_citations = citations.cite(appraisal.target.sources)
    deadlines = _deadlines(appraisal, citations, say)
    books = tuple(_book_card(case, appraisal, name, citations, say) for name in appraisal.books)
    verdict = say_verdict(case, appraisal, say=say)
    return ReportContext(
        language=say.language,
        direction=say.direction,
        title=say.name(appraisal.title),
        parties=say.parties(case),
        as_of=say.day(appraisal.as_of),
        headline=say.together(verdict.headline),
        target=say.money(appraisal.target.value_musd),
        whose=_say_whose(case, appraisal, say),
        books=books,
        error_note=say("chances.note", draws=say.digits(appraisal.draws_used, 0)),
        deadlines=deadlines,
        target_citations=target_citations,
        fans=_fans(case, appraisal, say),
        reasons=tuple(say.together(one) for one in verdict.reasons),
        conditions=tuple(say.together(one) for one in verdict.conditions),
        next_steps=tuple(say.together(one) for one in verdict.next_steps),
        waterfalls=_waterfalls(appraisal, say),
        measures=build_measures_part(case, appraisal, citations, say=say),
        packages=build_packages_part(appraisal, say=say),
        outcomes=build_outcomes_part(appraisal, say=say),
        routes=build_map_part(case, appraisal, citations, say=say),
        corridors=build_corridors_part(case, appraisal, citations, say=say),
        register=build_register_part(case, citations, say=say),
        not_modelled=_not_modelled(case, appraisal, citations, say),
        differences=build_differences(case, appraisal, citations, say=say),
        outside=build_outside(case, appraisal, citations, say=say),
        required=build_required(case, appraisal, say=say),
        targets=build_target_part(case, appraisal, say=say),
        sensitivity=build_sensitivity_part(appraisal, say=say),
        assumptions=build_assumptions(case, appraisal, citations, say=say),
        sources=citations.cited(),
        other_sources=citations.others(),
        reproduce=_reproduce(case, appraisal, say),
        warnings=tuple(say.name(one) for one in appraisal.warnings),
    )


def _say_whose(case: Case, appraisal: Appraisal, say: Words) -> str:
    """Whose statistics decide, as far as the promise says."""
    named = case.books.get(appraisal.target.book or "")
    return say("chances.no_book") if named is None else say("chances.book", book=say.name(named.title))


def _deadlines(appraisal: Appraisal, citations: Citations, say: Words) -> tuple[DeadlineLine, ...]:
    return tuple(
        DeadlineLine(letter, say.name(one.text), say.day(one.latest), citations.cite(one.sources))
        for letter, one in zip(LETTERS, appraisal.deadlines, strict=False)
    )


def _book_card(case: Case, appraisal: Appraisal, name: str, citations: Citations, say: Words) -> BookCard:
    book = appraisal.books[name]
    base = book.baseline
    strength = baseline_strength(case, name, end=base.end, flows=tuple(base.by_direction))
    return BookCard(
        title=say.name(book.title),
        counts=say("chances.counts", flow=say.flow(case, book.flow)),
        baseline=say.money(base.value_musd),
        period=say("year_to", month=say.month(base.end)) + say.texts.get(f"level_note.{strength}", ""),
        episode=say("book.episode", value=say.money(base.episode_musd)) if base.episode_musd else "",
        multiple=say.digits(appraisal.required[name].growth, 1),
        chances=tuple(
            ChanceRow(
                letter=letter,
                words=say.name(one.text),
                date=say.short_date(one.latest),
                inside=say.together(say.chance(book.probability[one.id], draws=appraisal.draws_used)),
                outside=say.together(say.chance(book.outside_view[one.id])),
                pooled=say.together(say.chance(book.pooled[one.id])),
                error=_say_error(
                    book.probability[one.id], book.probability_se[one.id], draws=appraisal.draws_used, say=say
                ),
            )
            for letter, one in zip(LETTERS, appraisal.deadlines, strict=False)
        ),
        middle=say_middle(book, say),
        citations=citations.cite(base.sources),
    )


def _say_error(probability: float, error: float, *, draws: int, say: Words) -> str:
    """The model's chance with its Monte Carlo error; no hit in n draws means fewer than 3 in n (rule of three)."""
    count = say.digits(draws, 0)
    if probability <= 0:
        return say("chances.none", draws=count)
    if probability >= 1:
        return say("chances.all", draws=count, least=say.digits(draws - 3, 0))
    return say("chances.error", chance=say.percent(probability), error=say.percent(error), draws=count)


def _fans(case: Case, appraisal: Appraisal, say: Words) -> tuple[FanPanel, ...]:
    panels = []
    for book, chart in zip(appraisal.books.values(), draw_fans(appraisal, say=say), strict=True):
        first = say.texts[f"month.of.{book.baseline.start.month}"]
        panels.append(
            FanPanel(
                heading=say.name(book.title),
                subheading=say("paths.subheading", flow=say.flow(case, book.flow), month=first),
                chart=chart,
                table=_fan_table(book, chart, say),
            )
        )
    return tuple(panels)


def _fan_table(book: BookAnswer, chart: FanChart, say: Words) -> Table:
    headings = (
        say("column.year_to"),
        say("column.recorded"),
        *(say("column.quantile", share=share) for share in (5, 10, 25)),
        say("column.median"),
        *(say("column.quantile", share=share) for share in (75, 90, 95)),
        say("column.median_without"),
    )
    without = {year.end: year for year in book.without}
    rows = [(say.short_month(year.end), say.amount(year.value_musd), *[""] * 8) for year in book.history]
    rows += [
        (
            say.short_month(year.end),
            "",
            *(say.number(value) for value in _quantiles(year)),
            say.number(without[year.end].p50),
        )
        for year in book.path
    ]
    return Table(say("paths.table", chart=chart.title), headings, tuple(rows), (False, *[True] * 9))


def _waterfalls(appraisal: Appraisal, say: Words) -> tuple[BarPanel, ...]:
    panels = []
    for one, chart in zip(appraisal.waterfalls, draw_waterfalls(appraisal, say=say), strict=True):
        rows = tuple((span.label, span.value) for span in list_spans(one, say))
        headings = (say("column.step"), say("column.musd"))
        panels.append(
            BarPanel(
                heading=say.name(appraisal.books[one.book].title),
                subheading=say("waterfall.subheading", month=say.month(one.end)),
                chart=chart,
                table=Table(chart.title, headings, rows, (False, True)),
            )
        )
    return tuple(panels)


def _quantiles(year: PathYear) -> tuple[float, ...]:
    return (year.p05, year.p10, year.p25, year.p50, year.p75, year.p90, year.p95)


def _not_modelled(case: Case, appraisal: Appraisal, citations: Citations, say: Words) -> tuple[NotModelledRow, ...]:
    """Commitments by the reason why no effect is claimed for them, in the register's order."""
    titles = {commitment.id: commitment.title for commitment in case.register.commitments}
    by_reason: dict[str, list[Link]] = {}
    for one in appraisal.not_modelled:
        link = Link(f"#{anchor_of(one.commitment)}", say.name(titles.get(one.commitment, one.commitment)))
        by_reason.setdefault(one.why, []).append(link)
    return tuple(NotModelledRow(tuple(links), citations.weave(say.name(why))) for why, links in by_reason.items())


def _reproduce(case: Case, appraisal: Appraisal, say: Words) -> tuple[tuple[str, str], ...]:
    return (
        (say("reproduce.case"), appraisal.case),
        (say("reproduce.as_of"), say.day(appraisal.as_of)),
        (say("reproduce.sha256"), appraisal.case_sha256),
        (say("reproduce.seed"), str(appraisal.seed)),
        (say("reproduce.draws"), say.digits(appraisal.draws, 0)),
        (say("reproduce.attribution_draws"), say.digits(appraisal.attribution_draws, 0)),
        (say("reproduce.versions"), ", ".join(f"{name} {number}" for name, number in find_versions().items())),
        (say("reproduce.command"), _command(case, appraisal)),
    )


def _command(case: Case, appraisal: Appraisal) -> str:
    """The command that gives this answer again."""
    words = ["rahdari", "appraise", appraisal.case, f"--seed {appraisal.seed} --draws {appraisal.draws}"]
    if appraisal.precision is not None:
        words.append(f"--precision {appraisal.precision}")
    counted = [one.id for one in appraisal.measures]
    if len(counted) != len(case.measures):
        words.append(f"--measures {','.join(counted) or 'none'}")
    forecast = [book.id for book in case.books.values() if book.forecast]
    if len(appraisal.books) == 1 and len(forecast) > 1:
        words.append(f"--book {next(iter(appraisal.books))}")
    return " ".join(words)
