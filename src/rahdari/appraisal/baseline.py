"""Where each book stands: its latest reporting year by direction, and its lumpy episodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from rahdari.case import Case
from rahdari.claims import Book, Claim, Estimate, Period
from rahdari.exceptions import InputFault

TURNOVER = "turnover"


@dataclass(frozen=True, slots=True)
class DirectionBaseline:
    """One direction in a book: its regular level (USD million a year) and the episodes that are no trend."""

    flow: str
    reported_musd: float
    regular_musd: float
    spread: float
    episode_musd: float
    episodes: int
    years: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BookBaseline:
    """A book's latest reporting year: its value, how it splits, and the history that it stands in."""

    book: Book
    year: int
    period: Period
    value_musd: float
    directions: tuple[DirectionBaseline, ...]
    history: tuple[tuple[Period, float], ...]
    sources: tuple[str, ...]


def read_baseline(case: Case, book: Book) -> BookBaseline:
    """The latest reporting year that the book holds for its flow, by direction."""
    directions = directions_of(case, book)
    by_year = {flow: yearly_values(case, book, f"flow:{flow}") for flow in directions}
    totals = yearly_values(case, book, f"flow:{TURNOVER}") if book.flow == TURNOVER else {}
    complete = set.intersection(*(set(values) for values in by_year.values()))
    years = complete | set(totals)
    if not years:
        raise InputFault(
            f"The book {book.id} has no whole reporting year of {book.flow}: add claims, or set forecast to no.",
            kind="book-without-data",
        )
    year = max(years)
    if year not in complete:
        split = _latest_split(case, book, directions)
        for flow in directions:
            by_year[flow][year] = _scaled(totals[year], split[flow])
    rows = tuple(_direction(case, book, flow, by_year[flow], year=year) for flow in directions)
    history = {known: sum(by_year[flow][known].value for flow in directions) for known in sorted(complete)}
    history |= {known: estimate.value for known, estimate in totals.items()}
    used = [by_year[flow][year] for flow in directions]
    return BookBaseline(
        book=book,
        year=year,
        period=book.reporting_year(year),
        value_musd=sum(row.reported_musd for row in rows),
        directions=rows,
        history=tuple((book.reporting_year(known), value) for known, value in sorted(history.items())),
        sources=tuple(dict.fromkeys(source for estimate in used for source in estimate.sources)),
    )


def directions_of(case: Case, book: Book) -> tuple[str, ...]:
    """The directions that the book's flow is made of."""
    first, second = case.settings.parties
    return (f"{first}-{second}", f"{second}-{first}") if book.flow == TURNOVER else (book.flow,)


def yearly_values(case: Case, book: Book, entity: str) -> dict[int, Estimate]:
    """The figure in use of each whole reporting year, by the calendar year in which it ends."""
    periods = {claim.period for claim in case.claims.all_of(entity, "trade_musd", book=book.id) if claim.period}
    found = {}
    for period in periods:
        year = book.year_of(period)
        if year is not None and period.end <= case.as_of:
            found[year] = case.claims.get(entity, "trade_musd", book=book.id, period=period)
    return found


def _latest_split(case: Case, book: Book, directions: Sequence[str]) -> Mapping[str, float]:
    """Shares of the directions in the latest period, of any length, for which the book holds them all."""
    held: list[set[Period]] = []
    for flow in directions:
        claims = case.claims.all_of(f"flow:{flow}", "trade_musd", book=book.id)
        held.append({claim.period for claim in claims if claim.period is not None})
    common = set.intersection(*held)
    if not common:
        raise InputFault(
            f"The book {book.id} holds a turnover but never both directions of one period, so it cannot be split.",
            kind="book-without-split",
        )
    period = max(common, key=lambda one: one.end)
    values = {
        flow: case.claims.get(f"flow:{flow}", "trade_musd", book=book.id, period=period).value for flow in directions
    }
    total = sum(values.values())
    return {flow: value / total for flow, value in values.items()}


def _scaled(estimate: Estimate, share: float) -> Estimate:
    claim = estimate.claim
    values = {name: getattr(claim, name) for name in Claim.__slots__}
    part = Claim(**values | {"value": claim.value * share, "reported": claim.reported * share})
    return Estimate(claim=part, rivals=estimate.rivals, scale=estimate.scale, spread=estimate.spread)


def _direction(case: Case, book: Book, flow: str, values: Mapping[int, Estimate], *, year: int) -> DirectionBaseline:
    ratio = case.claims.value("model", "lumpy_ratio")
    amounts = {known: estimate.value for known, estimate in values.items()}
    lumpy = find_episodes(amounts, ratio=ratio)
    calm = {known: amount for known, amount in amounts.items() if known not in lumpy}
    level = year if year not in lumpy else max(calm)
    others, other_years = _episodes_elsewhere(case, book, flow, ratio=ratio)
    return DirectionBaseline(
        flow=flow,
        reported_musd=amounts[year],
        regular_musd=amounts[level],
        spread=values[level].spread,
        episode_musd=median(amounts[known] - amounts[level] for known in lumpy) if lumpy else 0.0,
        episodes=len(lumpy) + others,
        years=len(amounts) + other_years,
        sources=values[year].sources,
    )


def find_episodes(amounts: Mapping[int, float], *, ratio: float) -> frozenset[int]:
    """Years whose amount exceeds `ratio` times the median of the other years: single deals, not a trend."""
    found = set()
    for year, amount in amounts.items():
        others = [other for known, other in amounts.items() if known != year]
        if others and amount > ratio * median(others):
            found.add(year)
    return frozenset(found)


def _episodes_elsewhere(case: Case, book: Book, flow: str, *, ratio: float) -> tuple[int, int]:
    """Episodes and years of the same direction in the other books: they inform how often, never how much."""
    episodes = years = 0
    for other in case.books.values():
        if other.id == book.id:
            continue
        amounts = {year: estimate.value for year, estimate in yearly_values(case, other, f"flow:{flow}").items()}
        if len(amounts) > 2:  # a median of the others needs at least two of them
            episodes += len(find_episodes(amounts, ratio=ratio))
            years += len(amounts)
    return episodes, years
