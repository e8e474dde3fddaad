"""The part of the page on outcomes: what reaches the target, what each measure is worth, and where an hour counts."""

from __future__ import annotations

from rahdari.appraisal.result import Appraisal
from rahdari.appraisal.returns import BookReturn
from rahdari.appraisal.slopes import BookSlopes
from rahdari.report.page import OutcomesPart, Table
from rahdari.report.words import NONE, Words


def build_outcomes_part(appraisal: Appraisal, *, say: Words) -> OutcomesPart:
    """Tables of reach, returns, latest starts, regrets and slopes."""
    return OutcomesPart(
        lead=say("outcomes.lead", target=say.money(appraisal.target.value_musd)),
        reach=_reach(appraisal, say),
        returns=tuple(_returns(appraisal, book, say) for book in appraisal.books) if appraisal.returns else (),
        returns_note=_returns_note(appraisal, say),
        starts=tuple(_starts(appraisal, book, say) for book in appraisal.books) if appraisal.latest_starts else (),
        regrets=_regrets(appraisal, say),
        slopes=tuple(_slopes(appraisal, one, say) for one in appraisal.derivatives),
    )


def _reach(appraisal: Appraisal, say: Words) -> Table:
    horizon = max((book.path[-1].end.year for book in appraisal.books.values()), default=0)
    rows = tuple(
        (
            say.name(appraisal.books[one.book].title),
            say.term("package", one.package.replace(" ", "-"), one.package),
            *(say.together(say.chance(one.probability[deadline.id])) for deadline in appraisal.deadlines),
            say.together(say.chance(one.probability_by_horizon)),
            say("outcomes.no_year", year=horizon) if one.year_even is None else str(one.year_even),
        )
        for one in appraisal.reach
    )
    headings = (
        say("column.book"),
        say("field.package"),
        *(say("outcomes.by", date=say.short_date(one.latest)) for one in appraisal.deadlines),
        say("outcomes.by", date=horizon),
        say("outcomes.year_even"),
    )
    return Table(say("outcomes.reach"), headings, rows, (False,) * len(headings))


def _title(appraisal: Appraisal, measure: str, say: Words) -> str:
    return next((say.name(one.title) for one in appraisal.measures if one.id == measure), measure)


def _returns(appraisal: Appraisal, book: str, say: Words) -> Table:
    rows = []
    for one in appraisal.returns:
        held = next(part for part in one.by_book if part.book == book)
        rows.append((
            _title(appraisal, one.measure, say),
            say.amount(one.cost_musd),
            say.number(held.worth_musd),
            say.amount(held.npv_musd),
            _range(held, say),
            NONE if held.eirr is None else say.percent(held.eirr),
            say.name(held.why or ""),
        ))  # fmt: skip
    headings = ("measure", "cost", "worth", "npv", "npv_range", "eirr", "note")
    return Table(
        say("outcomes.returns", book=say.name(appraisal.books[book].title)),
        tuple(say(f"column.{name}") for name in headings),
        tuple(rows),
        (False, True, True, True, True, True, False),
    )


def _range(held: BookReturn, say: Words) -> str:
    low, high = held.npv_at_high_cost_musd, held.npv_at_low_cost_musd
    if low is None or high is None or low == high:
        return NONE
    return say("outcomes.range", low=say.number(low), high=say.number(high))


def _returns_note(appraisal: Appraisal, say: Words) -> str:
    if not appraisal.returns:
        return ""
    one = appraisal.returns[0]
    return say("outcomes.returns_note", rate=say.percent(one.discount_rate), years=one.life_years)


def _starts(appraisal: Appraisal, book: str, say: Words) -> Table:
    held = {(one.measure, one.deadline): one for one in appraisal.latest_starts if one.book == book}
    least = next((one.least_musd for one in held.values()), 0.0)
    rows = []
    for measure in appraisal.measures:
        cells = []
        for deadline in appraisal.deadlines:
            one = held.get((measure.id, deadline.id))
            cells.append(NONE if one is None or one.latest is None else say.short_month(one.latest))
        rows.append((say.name(measure.title), say.short_month(measure.start), *cells))
    headings = (
        say("column.measure"),
        say("column.earliest"),
        *(say("outcomes.for", date=say.short_date(one.latest)) for one in appraisal.deadlines),
    )
    caption = say("outcomes.starts", book=say.name(appraisal.books[book].title), least=say.money(least))
    return Table(caption, headings, tuple(rows), (False,) * len(headings))


def _regrets(appraisal: Appraisal, say: Words) -> Table:
    verdicts = {True: say("yes"), False: say("no"), None: say("outcomes.unknown")}
    rows = tuple(
        (
            _title(appraisal, one.measure, say),
            verdicts[one.no_regret],
            say.percent(min(one.share_raised.values(), default=0.0)),
            say.percent(max(one.share_lowered.values(), default=0.0)),
            say.name(one.why),
        )
        for one in appraisal.no_regret
    )
    headings = ("measure", "no_regret", "raises", "lowers", "why")
    return Table(
        say("outcomes.regrets"),
        tuple(say(f"column.{name}") for name in headings),
        rows,
        (False, False, True, True, False),
    )


def _slopes(appraisal: Appraisal, one: BookSlopes, say: Words) -> Table:
    rows = tuple(
        (
            say.name(place.title),
            say.term("place", place.kind),
            say.digits(place.per_hour_musd, 3),
            say.digits(place.per_usd_per_t_musd, 3),
        )
        for place in (*one.stops, *one.links)
    )
    caption = say(
        "outcomes.slopes",
        book=say.name(appraisal.books[one.book].title),
        month=say.month(one.end),
        setting=say.setting(one.setting),
    )
    headings = ("where", "kind", "per_hour", "per_usd_per_t")
    return Table(caption, tuple(say(f"column.{name}") for name in headings), rows, (False, False, True, True))
