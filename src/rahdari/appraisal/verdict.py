"""The answer in plain words, each sentence made from figures of the appraisal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rahdari.appraisal.result import (
    BookAnswer,
    DeadlineAnswer,
    IndicatorAnswer,
    MeasureAnswer,
    RequiredAnswer,
    Verdict,
)
from rahdari.case import Case
from rahdari.transport.network import State

OUT_OF_REACH = 0.05
LIKELY = 0.5
NOTICEABLE_MUSD = 0.5


def say_chance(probability: float) -> str:
    """A probability in words: 'less than 1 in 1,000', 'about 1 in 40', '35 in 100'."""
    if probability < 0.001:
        return "less than 1 in 1,000"
    if probability < 0.1:
        whole = round(1 / probability)
        step = 100 if whole >= 200 else 10 if whole >= 20 else 1
        return f"about 1 in {round(whole / step) * step:,}"
    if probability > 0.99:
        return "more than 99 in 100"
    return f"about {round(probability * 100)} in 100"


def say_money(value_musd: float) -> str:
    """An amount in words: '$228 million', '$1.0 billion'."""
    if abs(value_musd) >= 1000:
        return f"${value_musd / 1000:.1f} billion"
    digits = 0 if abs(value_musd) >= 10 else 1
    return f"${value_musd:,.{digits}f} million"


def say_list(names: Sequence[str]) -> str:
    """Names joined by commas and 'and'."""
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]


def say_verdict(
    case: Case,
    *,
    target_musd: float,
    deadlines: Sequence[DeadlineAnswer],
    books: Mapping[str, BookAnswer],
    measures: Sequence[MeasureAnswer],
    total: Mapping[str, float],
    required: Mapping[str, RequiredAnswer],
    late: Sequence[str],
    indicators: Sequence[IndicatorAnswer],
) -> Verdict:
    """The verdict: a headline, what each book says, what holds the target back, and what to do next."""
    best = max((book.pooled[one.id] for book in books.values() for one in deadlines), default=0.0)
    worst = min((book.pooled[one.id] for book in books.values() for one in deadlines), default=0.0)
    return Verdict(
        headline=_headline(case, target_musd, deadlines, best=best, worst=worst),
        books={
            name: _say_book(book, deadlines, total=total[name], required=required[name]) for name, book in books.items()
        },
        reasons=tuple(
            _reasons(case, books=books, measures=measures, late=late, required=required, indicators=indicators)
        ),
        next_steps=tuple(_next_steps(case, books=books, measures=measures)),
    )


def _headline(case: Case, target_musd: float, deadlines: Sequence[DeadlineAnswer], *, best: float, worst: float) -> str:
    parties = say_list([case.name_of(party) for party in case.settings.parties])
    promised = f"{say_money(target_musd)} of trade between {parties}"
    by = f"by {max(one.latest for one in deadlines).strftime('%B %Y')}"
    if best < OUT_OF_REACH:
        return f"{promised} {by} is out of reach in every set of books: the chance is at most {say_chance(best)}."
    if worst > LIKELY:
        return f"{promised} {by} is likely in every set of books: the chance is at least {say_chance(worst)}."
    return (
        f"Whether {promised} is reached {by} depends on whose books count: "
        f"the chance runs from {say_chance(worst)} to {say_chance(best)}."
    )


def _say_book(
    book: BookAnswer,
    deadlines: Sequence[DeadlineAnswer],
    *,
    total: float,
    required: RequiredAnswer,
) -> tuple[str, ...]:
    base = book.baseline
    what = "trade both ways" if book.flow == "turnover" else "trade one way"
    stands = f"{book.title}: {what} was {say_money(base.value_musd)} in the year to {base.end.strftime('%B %Y')}"
    if base.episode_musd:
        stands += f", of which {say_money(base.episode_musd)} was one lumpy episode and no trend"
    sentences = [
        f"{stands}.",
        f"The target is {required.growth:.1f} times that.",
    ]
    for one in deadlines:
        inside, outside = book.probability[one.id], book.outside_view[one.id]
        sentences.append(
            f"Read as “{one.text}” ({one.latest.strftime('%-d %B %Y')}): {say_chance(inside)} by the model, "
            f"{say_chance(outside)} by the record of comparable pairs and targets, "
            f"{say_chance(book.pooled[one.id])} together."
        )
    sentences.append(_say_free_transport(book, required))
    sentences.append(_say_middle(book, total=total))
    return tuple(sentences)


def _say_free_transport(book: BookAnswer, required: RequiredAnswer) -> str:
    enough = "would still not be enough" if book.free_transport_factor < required.growth else "would be enough"
    return (
        "If freight, time and risk cost nothing at all, trade would in the long run be "
        f"{book.free_transport_factor:.1f} times as large, which {enough}."
    )


def _say_middle(book: BookAnswer, *, total: float) -> str:
    last = book.path[-1]
    if book.year_p50 is not None:
        reach = f"The middle path reaches it in {book.year_p50}"
    else:
        reach = (
            f"The middle path is at {say_money(last.p50)} in the year to {last.end.strftime('%B %Y')} "
            "and does not reach it before the horizon"
        )
    measures = f"all measures together add {say_money(total)} in the last deadline's year"
    return f"{reach}; {measures}; {round(book.p_never * 100)} in 100 paths never get there by {last.end.year}."


def _reasons(
    case: Case,
    *,
    books: Mapping[str, BookAnswer],
    measures: Sequence[MeasureAnswer],
    late: Sequence[str],
    required: Mapping[str, RequiredAnswer],
    indicators: Sequence[IndicatorAnswer],
) -> list[str]:
    reasons = []
    turnovers = [book for book in books.values() if book.flow == "turnover"]
    if len(turnovers) > 1:
        values = sorted(turnovers, key=lambda book: book.baseline.value_musd)
        low, high = values[0], values[-1]
        ratio = high.baseline.value_musd / low.baseline.value_musd
        reasons.append(
            f"The two sides do not count the same trade: the {high.title} shows {ratio:.1f} times what "
            f"{low.title} shows, and the promise names neither."
        )
    shares = [share for book in books.values() for share in book.cost_share.values()]
    if shares:
        reasons.append(
            f"Freight, time and risk come to {min(shares) * 100:.0f} to {max(shares) * 100:.0f} per cent of the value "
            "of what the two trade on average, because much of it is cheap for its weight; the measures save a small "
            "part of that."
        )
    least = min(required.values(), key=lambda one: one.growth)
    short, long = least.cost_factor[:2]
    reasons.append(
        f"For cheaper trade alone to bring the target, all costs of trading would have to fall by "
        f"{(1 - short.factor) * 100:.0f} per cent at the response of the first year ({short.elasticity:g}), and by "
        f"{(1 - long.factor) * 100:.0f} per cent at that of the long run ({long.elasticity:g})."
    )
    reasons += _closures(case, indicators)
    if late:
        titles = {measure.id: measure.title for measure in case.measures}
        names = say_list([titles[name] for name in late])
        reasons.append(f"Not before the last deadline, and so worth nothing by then: {names}.")
    contracts = [measure for measure in measures if measure.id in _contract_measures(case)]
    for measure in contracts:
        gain = max(measure.shapley_musd.values())
        reasons.append(
            f"Signed contracts are dated deliveries, not yearly trade: “{measure.title}” brings at most "
            f"{say_money(gain)} in the last deadline's year, once realisation and ordinary growth are taken off."
        )
    return reasons


def _contract_measures(case: Case) -> frozenset[str]:
    return frozenset(
        measure.id for measure in case.measures if any(edit.operation == "deliver" for edit in measure.edits)
    )


def _closures(case: Case, indicators: Sequence[IndicatorAnswer]) -> list[str]:
    shut = {f"gateway-{state.entity.partition(':')[2]}" for state in case.network.states if _is_shut(state, case)}
    settings = list(dict.fromkeys(one.setting for one in indicators))
    sentences = []
    for since, names in sorted(_closed_since(case).items()):
        sentences.append(
            f"Shut since {since} as far as is known on {case.as_of.strftime('%-d %B %Y')}: {say_list(names)}; "
            "an announcement of reopening would not be an opening."
        )
    before = sum(one.value for one in indicators if one.id in shut and settings and one.setting == settings[0])
    today = [one for one in indicators if len(settings) > 1 and one.setting == settings[1]]
    if before > 0 and today:
        sentences.append(
            f"Those crossings would carry {before * 100:.0f} per cent of the trade if they were open; while they are "
            f"shut, {today[0].value * 100:.0f} per cent goes by {today[0].title.rpartition(' passes ')[2]} instead, "
            "dearer but not by enough to stop it."
        )
    return sentences


def _is_shut(state: State, case: Case) -> bool:
    crossings = {f"crossing:{crossing.id}" for crossing in case.network.crossings if crossing.group}
    return state.entity in crossings and state.state == "closed" and state.until is None


def _closed_since(case: Case) -> dict[str, list[str]]:
    names = {f"crossing:{crossing.id}": crossing.name for crossing in case.network.crossings if crossing.group}
    found: dict[str, list[str]] = {}
    for state in case.network.states:
        if _is_shut(state, case):
            found.setdefault(state.since.strftime("%-d %B %Y"), []).append(names[state.entity])
    return found


def _next_steps(case: Case, *, books: Mapping[str, BookAnswer], measures: Sequence[MeasureAnswer]) -> list[str]:
    steps = ["Name the statistics, the flow, the valuation and the year in which the target counts, and sign that."]
    first = next(iter(books))
    useful = sorted(measures, key=lambda measure: -measure.shapley_musd.get(first, 0.0))
    worth = [measure for measure in useful if measure.shapley_musd.get(first, 0.0) >= NOTICEABLE_MUSD][:3]
    steps += [
        f"{measure.title}: about {say_money(measure.shapley_musd[first])} in the last deadline's year as the "
        f"{books[first].title} would count it, its chance of delivery included."
        for measure in worth
    ]
    lasting = max(measures, key=lambda measure: measure.full_effect_musd.get(first, 0.0), default=None)
    if lasting is not None and lasting.full_effect_musd.get(first, 0.0) >= NOTICEABLE_MUSD and lasting not in worth:
        steps.append(
            f"{lasting.title}: the largest lasting gain if it were delivered on time, about "
            f"{say_money(lasting.full_effect_musd[first])} a year by {case.settings.horizon}."
        )
    return steps
