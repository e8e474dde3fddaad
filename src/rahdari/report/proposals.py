"""The measures part of the page: ranked bars, every figure in a table, and the best sets."""

from __future__ import annotations

from collections.abc import Sequence

from rahdari.appraisal.result import Appraisal, MeasureAnswer
from rahdari.case import Case
from rahdari.report.charts import draw_bar
from rahdari.report.citations import Citations
from rahdari.report.page import Link, MeasureRow, MeasuresPart, Table
from rahdari.report.promises import anchor_of
from rahdari.report.words import NONE, Words


def build_measures_part(case: Case, appraisal: Appraisal, citations: Citations, *, say: Words) -> MeasuresPart:
    """The measures by what they contribute in the first book; the other books stand in the table."""
    book = next(iter(appraisal.books), "")
    ranked = rank_measures(appraisal)
    year = appraisal.attribution_year.get(book)
    title = say.name(appraisal.books[book].title) if book else ""
    return MeasuresPart(
        book=title,
        lead=(
            say("measures.lead", book=title, value=say.money(appraisal.total_effect_musd[book]), month=say.month(year))
            if year and ranked
            else say("measures.none")
        ),
        bars_label=say("measures.bars_label", book=title),
        contribution_heading=say("measures.contribution", month=say.month(year)) if year else "",
        full_heading=say("measures.full", year=case.settings.horizon),
        rows=tuple(_row(case, appraisal, one, book=book, citations=citations, say=say) for one in ranked),
        terms=_terms(ranked, say),
        by_book=tuple(_by_book(case, appraisal, ranked, book=name, say=say) for name in appraisal.books),
        packages=_packages(appraisal, book=book, say=say),
        method=say("measures.method", draws=say.digits(appraisal.attribution_draws, 0)),
    )


def rank_measures(appraisal: Appraisal) -> list[MeasureAnswer]:
    """The measures by what they bring in the first book by the last deadline, then by what they would bring in full."""
    book = next(iter(appraisal.books), "")
    return sorted(
        appraisal.measures,
        key=lambda one: (-one.shapley_musd.get(book, 0.0), -one.full_effect_musd.get(book, 0.0)),
    )


def _row(
    case: Case, appraisal: Appraisal, one: MeasureAnswer, *, book: str, citations: Citations, say: Words
) -> MeasureRow:
    value, error = one.shapley_musd.get(book, 0.0), one.shapley_se.get(book, 0.0)
    full = one.full_effect_musd.get(book, 0.0)
    low, high = _axis(appraisal, book)
    titles = {commitment.id: commitment.title for commitment in case.register.commitments}
    terms = [
        say("measures.start", month=say.month(one.start)),
        say("measures.chance", chance=say.percent(one.probability)),
    ]
    if one.cost_musd is not None:
        terms.append(say("measures.cost", value=say.money(one.cost_musd)))
    if one.transit_tonnes is not None and abs(one.transit_tonnes) >= 0.5:
        terms.append(say("measures.transit", tonnes=say.tonnes(one.transit_tonnes)))
    return MeasureRow(
        title=say.name(one.title),
        terms="; ".join(terms),
        contribution=_with_error(value, error, say),
        full=say.number(full),
        contribution_bar=draw_bar(value, error, low=low, high=high),
        full_bar=draw_bar(full, 0.0, low=low, high=high),
        commitments=tuple(Link(f"#{anchor_of(name)}", say.name(titles.get(name, name))) for name in one.commitments),
        not_modelled=citations.weave(say.name(one.not_modelled or "")),
        citations=citations.cite(one.sources),
    )


def _with_error(value: float, error: float, say: Words) -> str:
    if error < 0.005:
        return say.number(value)
    text = say.number(value) if abs(value) >= 0.005 else say.digits(value, 2)
    return f"{text} ± {say.number(error)}"


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


def _terms(ranked: Sequence[MeasureAnswer], say: Words) -> Table:
    rows = tuple(
        (
            say.name(one.title),
            say.month(one.start),
            say.percent(one.probability),
            NONE if one.transit_tonnes is None else say.digits(round(one.transit_tonnes), 0),
            say.amount(one.cost_musd),
        )
        for one in ranked
    )
    headings = ("measure", "start", "delivery", "transit", "cost")
    return Table(
        say("measures.terms"), tuple(say(f"column.{name}") for name in headings), rows, (False, False, True, True, True)
    )


def _by_book(case: Case, appraisal: Appraisal, ranked: Sequence[MeasureAnswer], *, book: str, say: Words) -> Table:
    rows = [
        (
            say.name(one.title),
            _with_error(one.shapley_musd.get(book, 0.0), one.shapley_se.get(book, 0.0), say),
            say.number(one.first_in_musd.get(book, 0.0)),
            say.number(one.last_in_musd.get(book, 0.0)),
            say.number(one.full_effect_musd.get(book, 0.0)),
        )
        for one in ranked
    ]
    rows.append((say("measures.together"), say.number(appraisal.total_effect_musd[book]), "", "", ""))
    return Table(
        say(
            "measures.by_book",
            book=say.name(appraisal.books[book].title),
            month=say.month(appraisal.attribution_year[book]),
        ),
        (
            say("column.measure"),
            say("column.shapley"),
            say("column.first_in"),
            say("column.last_in"),
            say("column.full", year=case.settings.horizon),
        ),
        tuple(rows),
        (False, True, True, True, True),
    )


def _packages(appraisal: Appraisal, *, book: str, say: Words) -> Table:
    titles = {one.id: say.name(one.title) for one in appraisal.measures}
    rows = []
    before: set[str] = set()
    for one in sorted((one for one in appraisal.portfolio if one.book == book), key=lambda one: one.size):
        added = say.join([titles[name] for name in one.measures if name not in before])
        dropped = sorted(titles[name] for name in before if name not in one.measures)
        words = say("measures.adds", names=added) if before else added
        if dropped:
            words += say("measures.drops", names=say.join(dropped))
        rows.append((str(one.size), words, say.digits(one.effect_musd, 2), say.amount(one.cost_musd)))
        before = set(one.measures)
    headings = ("measures", "which", "effect", "known_cost")
    return Table(
        say("measures.packages"),
        tuple(say(f"column.{name}") for name in headings),
        tuple(rows),
        (False, False, True, True),
    )
