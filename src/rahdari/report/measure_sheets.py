"""Tables of the measures: what each brings and is worth, on whom it rests, what a budget buys, how late it may be."""

from __future__ import annotations

from collections.abc import Iterator

from rahdari.appraisal.prospects import Reach
from rahdari.appraisal.result import Appraisal, MeasureAnswer
from rahdari.report.sheet import (
    COMPUTED,
    FRACTION,
    MUSD,
    Cell,
    Sheet,
    book_title,
    join_ids,
    make_sheet,
    measure_name,
    measure_names,
)
from rahdari.report.words import Words


def measures_sheet(appraisal: Appraisal, say: Words) -> Sheet:
    """When each measure may start, how likely, at what cost, and what it would bring in full."""
    rows: list[tuple[Cell, ...]] = []
    for one in appraisal.measures:
        head = (one.id, say.name(one.title))
        source = join_ids(one.sources)
        rows += [
            (*head, "", say("column.start"), one.start, "", source),
            (*head, "", say("column.delivery"), one.probability, FRACTION, source),
            (*head, "", say("column.cost"), one.cost_musd, MUSD, source),
            (*head, "", say("column.transit"), one.transit_tonnes, "t_per_year", COMPUTED),
            (*head, "", say("field.leaves_out"), say.name(one.not_modelled or ""), "", source),
        ]
        rows += [
            (*head, book_title(appraisal, book, say), say("field.full_effect"), value, MUSD, COMPUTED)
            for book, value in one.full_effect_musd.items()
        ]
    return make_sheet("measures", "measure title book what value unit sources", rows)


def attribution_sheet(appraisal: Appraisal, say: Words) -> Sheet:
    """What each measure adds by the last deadline: Shapley, alone, after all others, and to the chances."""
    rows: list[tuple[Cell, ...]] = []
    for one in appraisal.measures:
        for book in one.shapley_musd:
            rows += _effects(appraisal, one, book, say)
    rows += [
        (
            "",
            say("measures.together"),
            book_title(appraisal, book, say),
            appraisal.attribution_year[book],
            "",
            value,
            None,
            MUSD,
            COMPUTED,
        )
        for book, value in appraisal.total_effect_musd.items()
    ]
    return make_sheet("attribution", "measure title book end what value se unit sources", rows)


def _effects(appraisal: Appraisal, one: MeasureAnswer, book: str, say: Words) -> list[tuple[Cell, ...]]:
    head = (one.id, say.name(one.title), book_title(appraisal, book, say), appraisal.attribution_year[book])
    rows: list[tuple[Cell, ...]] = [
        (*head, say("column.shapley"), one.shapley_musd[book], one.shapley_se[book], MUSD, COMPUTED),
        (*head, say("column.first_in"), one.first_in_musd[book], None, MUSD, COMPUTED),
        (*head, say("column.last_in"), one.last_in_musd[book], None, MUSD, COMPUTED),
    ]
    for deadline in appraisal.deadlines:
        gain = one.probability_gain[book].get(deadline.id)
        what = say("field.gain", date=say.day(deadline.latest))
        rows.append((*head, what, gain, None, FRACTION, COMPUTED))
    return rows


def contributions_sheet(appraisal: Appraisal, say: Words) -> Sheet:
    """What rests on each commitment, working group and party."""
    rows: list[tuple[Cell, ...]] = []
    for one in appraisal.contributions:
        ways = (("commitment", one.by_commitment), ("working_group", one.by_working_group), ("party", one.by_party))
        for way, shares in ways:
            rows += [
                (
                    book_title(appraisal, one.book, say),
                    one.end,
                    say(f"column.{way}"),
                    share.id,
                    say.name(share.title) if share.id else say("packages.nobody"),
                    share.effect_musd,
                    measure_names(appraisal, share.measures, say),
                    MUSD,
                    COMPUTED,
                )
                for share in shares
            ]
    return make_sheet("contributions", "book end by id title value measures unit sources", rows)


def portfolio_sheet(appraisal: Appraisal, say: Words) -> Sheet:
    """The packages that no cheaper one equals."""
    rows = [
        (
            book_title(appraisal, one.book, say),
            one.end,
            say(f"basis_of.{one.basis}"),
            number,
            package.cost_musd,
            package.effect_musd,
            measure_names(appraisal, package.measures, say),
            measure_names(appraisal, package.without_cost, say),
            MUSD,
            COMPUTED,
        )
        for one in appraisal.frontiers
        for number, package in enumerate(one.packages, start=1)
    ]
    return make_sheet("portfolio", "book end basis number cost effect measures without_cost unit sources", rows)


def order_sheet(appraisal: Appraisal, say: Words) -> Sheet:
    """The order in which to add measures, most for their cost first."""
    rows = [
        (
            book_title(appraisal, one.book, say),
            one.end,
            say(f"basis_of.{one.basis}"),
            number,
            measure_name(appraisal, step.measure, say),
            step.gain_musd,
            step.cost_musd,
            step.gain_per_musd,
            MUSD,
            COMPUTED,
        )
        for one in appraisal.frontiers
        for number, step in enumerate(one.order, start=1)
    ]
    return make_sheet("order", "book end basis number measure gain cost gain_per_musd unit sources", rows)


def returns_sheet(appraisal: Appraisal, say: Words) -> Sheet:
    """Savings, net present value and rate of return of each measure."""
    rows: list[tuple[Cell, ...]] = []
    for one in appraisal.returns:
        for held in one.by_book:
            head = (measure_name(appraisal, one.measure, say), book_title(appraisal, held.book, say))
            figures: tuple[tuple[str, Cell, str], ...] = (
                ("cost", one.cost_musd, MUSD),
                ("cost_low", one.cost_low_musd, MUSD),
                ("cost_high", one.cost_high_musd, MUSD),
                ("discount_rate", one.discount_rate, FRACTION),
                ("life_years", one.life_years, ""),
                ("worth", held.worth_musd, MUSD),
                ("npv", held.npv_musd, MUSD),
                ("npv_low_cost", held.npv_at_low_cost_musd, MUSD),
                ("npv_high_cost", held.npv_at_high_cost_musd, MUSD),
                ("positive_share", held.positive_share, FRACTION),
                ("eirr", held.eirr, FRACTION),
            )
            rows += [
                (*head, say(f"return.{name}"), value, unit, held.why or "", COMPUTED) for name, value, unit in figures
            ]
    return make_sheet("returns", "measure book what value unit note sources", rows)


def latest_starts_sheet(appraisal: Appraisal, say: Words) -> Sheet:
    """How late each measure may start and still show by each deadline."""
    deadlines = {one.id: one.latest for one in appraisal.deadlines}
    rows = [
        (
            measure_name(appraisal, one.measure, say),
            book_title(appraisal, one.book, say),
            deadlines[one.deadline],
            one.latest,
            one.on_time_musd,
            one.least_musd,
            MUSD,
            COMPUTED,
        )
        for one in appraisal.latest_starts
    ]
    return make_sheet("latest-starts", "measure book deadline latest_start on_time least unit sources", rows)


def regret_sheet(appraisal: Appraisal, say: Words) -> Sheet:
    """Whether any outcome speaks against a measure."""
    rows = [
        (
            measure_name(appraisal, one.measure, say),
            book_title(appraisal, book, say),
            one.share_raised[book],
            one.share_lowered[book],
            one.no_regret,
            say.name(one.why),
            FRACTION,
            COMPUTED,
        )
        for one in appraisal.no_regret
        for book in one.share_raised
    ]
    return make_sheet("no-regret", "measure book raised lowered no_regret why unit sources", rows)


def reach_sheet(appraisal: Appraisal, say: Words) -> Sheet:
    """What reaches the target at all, and by when."""
    rows = [row for one in appraisal.reach for row in _reach_rows(appraisal, one, say)]
    return make_sheet("reach", "book package measures by value year_even draws unit sources", rows)


def _reach_rows(appraisal: Appraisal, one: Reach, say: Words) -> Iterator[tuple[Cell, ...]]:
    head = (
        book_title(appraisal, one.book, say),
        say.term("package", one.package.replace(" ", "-"), one.package),
        measure_names(appraisal, one.measures, say),
    )
    tail = (one.year_even, one.draws, FRACTION, COMPUTED)
    for deadline in appraisal.deadlines:
        yield (*head, deadline.latest, one.probability[deadline.id], *tail)
    yield (*head, appraisal.books[one.book].path[-1].end, one.probability_by_horizon, *tail)
