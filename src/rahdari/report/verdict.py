"""The answer in plain words, each sentence made from figures of the appraisal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rahdari.appraisal.prospects import BEST_FOR_SURE, NOTHING
from rahdari.appraisal.result import Appraisal, BookAnswer, SettingAnswer
from rahdari.appraisal.timing import NOTICEABLE_MUSD
from rahdari.case import Case
from rahdari.claims import pick_claim
from rahdari.measures import Edit
from rahdari.report.steps import say_steps
from rahdari.report.words import Words
from rahdari.transport.network import State

OUT_OF_REACH = 0.05
LIKELY = 0.5
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer in plain words: a headline, each book, what holds it back, what it would take, what to do next."""

    headline: str
    books: Mapping[str, tuple[str, ...]]
    reasons: tuple[str, ...]
    conditions: tuple[str, ...]
    next_steps: tuple[str, ...]


def say_verdict(case: Case, appraisal: Appraisal, *, say: Words) -> Verdict:
    """The verdict in one language."""
    return Verdict(
        headline=_headline(case, appraisal, say),
        books={name: _say_book(case, appraisal, name, say) for name in appraisal.books},
        reasons=tuple(_reasons(case, appraisal, say)),
        conditions=tuple(_conditions(appraisal, say)),
        next_steps=say_steps(case, appraisal, last=last_deadline(appraisal), say=say),
    )


def last_deadline(appraisal: Appraisal) -> date:
    """The day of the latest reading of the deadline."""
    return max((one.latest for one in appraisal.deadlines), default=appraisal.as_of)


def _headline(case: Case, appraisal: Appraisal, say: Words) -> str:
    chances = [book.pooled[one.id] for book in appraisal.books.values() for one in appraisal.deadlines]
    best, worst = max(chances, default=0.0), min(chances, default=0.0)
    values = {
        "target": say.money(appraisal.target.value_musd),
        "parties": say.parties(case),
        "month": say.month(last_deadline(appraisal)),
        "best": say.chance(best),
        "worst": say.chance(worst),
    }
    if best < OUT_OF_REACH:
        return say("headline.out_of_reach", **values)
    return say("headline.likely" if worst > LIKELY else "headline.depends", **values)


def _say_book(case: Case, appraisal: Appraisal, name: str, say: Words) -> tuple[str, ...]:
    book, required = appraisal.books[name], appraisal.required[name]
    base = book.baseline
    stands = say(
        "book.stands_both" if book.flow == "turnover" else "book.stands_one",
        book=say.name(book.title),
        value=say_level(case, appraisal, name, say),
        month=say.month(base.end),
    )
    sentences = [stands]
    if base.episode_musd:
        sentences.append(say("book.episode", value=say.money(base.episode_musd)))
    sentences.append(say("book.multiple", multiple=say.digits(required.growth, 1)))
    sentences += [
        say(
            "book.chances",
            words=say.name(one.text),
            date=say.day(one.latest),
            inside=say.chance(book.probability[one.id], draws=appraisal.draws_used),
            outside=say.chance(book.outside_view[one.id]),
            pooled=say.chance(book.pooled[one.id]),
        )
        for one in appraisal.deadlines
    ]
    enough = "book.free_short" if book.free_transport_factor < required.growth else "book.free_enough"
    sentences.append(say(enough, factor=say.digits(book.free_transport_factor, 1)))
    sentences.append(say_middle(book, say))
    sentences.append(say("book.measures_add", value=say.money(appraisal.total_effect_musd[name])))
    return tuple(sentences)


def say_middle(book: BookAnswer, say: Words) -> str:
    """Where the middle path goes, and how many paths never reach the target."""
    last = book.path[-1]
    never = say("book.never", count=round(book.p_never * 100), year=last.end.year)
    if book.year_p50 is not None:
        return say("book.middle_reaches", year=book.year_p50, never=never)
    return say("book.middle_stands", value=say.money(last.p50), month=say.month(last.end), never=never)


def _reasons(case: Case, appraisal: Appraisal, say: Words) -> list[str]:
    return [
        *_differences(case, appraisal, say),
        *_episodes(appraisal, say),
        *_record(appraisal, say),
        *_freight(appraisal, say),
        *_closures(case, appraisal, say),
        *_late(appraisal, say),
        *_contracts(case, appraisal, say),
    ]


def say_level(case: Case, appraisal: Appraisal, name: str, say: Words) -> str:
    """A book's latest year in money, and how weak the figure is where it is weak or derived."""
    base = appraisal.books[name].baseline
    strength = baseline_strength(case, name, end=base.end, flows=tuple(base.by_direction))
    return say.texts.get(f"level.{strength}", "{value}").format(value=say.money(base.value_musd))


def baseline_strength(case: Case, name: str, *, end: date, flows: tuple[str, ...]) -> str:
    """The strength (A to D) of a book's figure for the year that ends so: the weakest direction's, else both ways'."""

    def picked(flow: str) -> str:
        held = case.claims.all_of(f"flow:{flow}", "trade_musd", book=name)
        claims = [claim for claim in held if claim.period is not None and claim.period.end == end]
        return pick_claim(claims).strength if claims else ""

    directions = [picked(flow) for flow in flows]
    return max(directions) if directions and all(directions) else picked("turnover")


def _differences(case: Case, appraisal: Appraisal, say: Words) -> list[str]:
    turnovers = sorted(
        (name for name, book in appraisal.books.items() if book.flow == "turnover"),
        key=lambda name: appraisal.books[name].baseline.value_musd,
    )
    if len(turnovers) < 2:
        return []
    low, high = appraisal.books[turnovers[0]], appraisal.books[turnovers[-1]]
    return [
        say(
            "reason.books_differ",
            high=say.name(high.title),
            high_value=say_level(case, appraisal, turnovers[-1], say),
            high_month=say.month(high.baseline.end),
            low=say.name(low.title),
            low_value=say_level(case, appraisal, turnovers[0], say),
            low_month=say.month(low.baseline.end),
        )
    ]


def _episodes(appraisal: Appraisal, say: Words) -> list[str]:
    """What the largest single episode makes of the book that has it: trade without it grows from a lower level."""
    book = max(appraisal.books.values(), key=lambda one: one.baseline.episode_musd, default=None)
    if book is None or book.baseline.episode_musd < NOTICEABLE_MUSD:
        return []
    base = book.baseline
    return [
        say(
            "reason.episode",
            book=say.name(book.title),
            episode=say.money(base.episode_musd),
            rest=say.money(base.value_musd - base.episode_musd),
        )
    ]


def _record(appraisal: Appraisal, say: Words) -> list[str]:
    """The outside view on the last reading of the deadline, in the book of both ways that asks for least growth."""
    if not appraisal.deadlines or not appraisal.books:
        return []
    deadline = max(appraisal.deadlines, key=lambda one: one.latest).id
    both = [book for book in appraisal.books.values() if book.flow == "turnover"] or list(appraisal.books.values())
    one = min((book.outside[deadline] for book in both), key=lambda view: view.multiple)
    sentences = []
    if one.windows:
        sentences.append(
            say(
                "reason.pairs",
                low=say.money(one.low_musd),
                high=say.money(one.high_musd),
                windows=say.digits(one.windows, 0),
                hits=say.digits(one.hits, 0),
                share=say.percent(one.hits / one.windows),
                multiple=say.digits(one.multiple, 1),
                years=say.term("years", str(one.years), say("years.many", count=one.years)),
            )
        )
    if one.targets_resolved:
        sentences.append(say("reason.targets", met=one.targets_met, resolved=one.targets_resolved))
    return [" ".join(sentences)] if sentences else []


def _freight(appraisal: Appraisal, say: Words) -> list[str]:
    shares = [share for book in appraisal.books.values() for share in book.cost_share.values()]
    if not shares:
        return []
    return [say("reason.freight", low=say.percent(min(shares)), high=say.percent(max(shares)))]


def _closures(case: Case, appraisal: Appraisal, say: Words) -> list[str]:
    """What is shut, what would pass there, what the way round costs, and what a reopening adds."""
    sentences = [
        say("reason.shut", since=say.day(since), as_of=say.day(case.as_of), names=say.join(sorted(names)))
        for since, names in sorted(_closed_since(case, say).items())
    ]
    if not sentences:
        return []
    sentences += [*_detours(case, appraisal, say), *_reopening(case, appraisal, say)]
    return sentences


def _detours(case: Case, appraisal: Appraisal, say: Words) -> list[str]:
    """The share that the shut crossings had and would have again, the way that most of the trade takes, its cost."""
    shut = {f"gateway-{state.entity.partition(':')[2]}" for state in case.network.states if _is_shut(state, case)}
    settings = list(dict.fromkeys(one.setting for one in appraisal.indicators))
    if len(settings) < 2:
        return []
    flow = "-".join(case.settings.parties)
    shares = {
        setting: sum(one.value for one in appraisal.indicators if one.id in shut and one.setting == setting)
        for setting in settings
    }
    values = {"flow": say.direction_of(case, flow), "before": say.percent(shares[settings[0]])}
    sentences = []
    if len(settings) > 2:
        sentences.append(say("reason.reopened_share", after=say.percent(shares[settings[2]]), **values))
    today = [one for one in appraisal.indicators if one.setting == settings[1]]
    names = {f"gateway-{crossing.id}": crossing.name for crossing in case.network.crossings}
    before, now = _first_route(appraisal.routes, settings[0]), _first_route(appraisal.routes, settings[1])
    if today and before is not None and now is not None:
        (old, was), (_, new) = before, now
        sentences.append(
            say(
                "reason.detour",
                share=say.percent(today[0].value),
                way=say.name(names[today[0].id]),
                cargo=say.name(old.commodity).lower(),
                start=say.name(old.start),
                end=say.name(old.end),
                new_cost=say.digits(new[0], 0),
                new_days=say.digits(new[1], 0),
                old_cost=say.digits(was[0], 0),
                old_days=say.digits(was[1], 0),
            )
        )
    return [" ".join(sentences)] if sentences else []


def _first_route(settings: tuple[SettingAnswer, ...], name: str) -> tuple[SettingAnswer, tuple[float, float]] | None:
    """A setting with the USD a tonne and the days of its first route; None where it has none."""
    for one in settings:
        if one.setting == name and one.routes:
            return one, (one.routes[0].cost_usd_per_t, one.routes[0].time_h / 24)
    return None


def _reopening(case: Case, appraisal: Appraisal, say: Words) -> list[str]:
    """What the measures that open what is shut would add, with the largest gain in the chance of the target."""
    opening = {measure.id for measure in case.measures if any(edit.operation == "open" for edit in measure.edits)}
    book = next(iter(appraisal.books), "")
    sentences = []
    for one in appraisal.measures:
        late = one.start > last_deadline(appraisal)
        if one.id in opening and not late and one.shapley_musd.get(book, 0.0) > 0:
            gain = max(value for by in one.probability_gain.values() for value in by.values())
            sentences.append(
                say(
                    "reason.reopening",
                    measure=say.name(one.title),
                    value=say.money(one.shapley_musd[book]),
                    book=say.name(appraisal.books[book].title),
                    gain=say.chance(gain),
                )
            )
    return sentences[:1]


def _is_shut(state: State, case: Case) -> bool:
    crossings = {f"crossing:{crossing.id}" for crossing in case.network.crossings if crossing.group}
    return state.entity in crossings and state.state == "closed" and state.until is None


def _closed_since(case: Case, say: Words) -> dict[date, list[str]]:
    names = {f"crossing:{crossing.id}": crossing.name for crossing in case.network.crossings if crossing.group}
    found: dict[date, list[str]] = {}
    for state in case.network.states:
        if _is_shut(state, case):
            found.setdefault(state.since, []).append(say.name(names[state.entity]))
    return found


def _late(appraisal: Appraisal, say: Words) -> list[str]:
    """Measures that cannot start before the last deadline, with what each would bring in full by the horizon."""
    book = next(iter(appraisal.books), "")
    late = [one for one in appraisal.measures if one.start > last_deadline(appraisal)]
    if not late:
        return []
    late.sort(key=lambda one: (-one.full_effect_musd.get(book, 0.0), one.start))
    names = [
        say(
            "reason.late_item",
            measure=say.name(one.title),
            start=say.month(one.start),
            chance=say.percent(one.probability),
            value=_money_or_nothing(one.full_effect_musd.get(book, 0.0), say),
            cost="" if one.cost_musd is None else say("reason.late_cost", value=say.money(one.cost_musd)),
        )
        for one in late
    ]
    return [say("reason.late", names="; ".join(names), year=appraisal.books[book].path[-1].end.year)]


def _money_or_nothing(value_musd: float, say: Words) -> str:
    return say.money(value_musd) if abs(value_musd) >= 0.05 else say("reason.nothing")


def _contracts(case: Case, appraisal: Appraisal, say: Words) -> list[str]:
    """What dated deliveries bring, and how little even the largest of them is beside the target."""
    deliveries = {
        measure.id: [edit for edit in measure.edits if edit.operation == "deliver" and edit.value]
        for measure in case.measures
    }
    sentences = []
    for one in appraisal.measures:
        edits = deliveries.get(one.id, [])
        if edits:
            gain = max(one.shapley_musd.values(), default=0.0)
            said = say("reason.contracts", measure=say.name(one.title), value=say.money(gain))
            sentences.append(" ".join([said, *_largest_delivery(case, appraisal, edits, say)]))
    return sentences


def _largest_delivery(case: Case, appraisal: Appraisal, edits: list[Edit], say: Words) -> list[str]:
    edit = max(edits, key=lambda one: one.value or 0.0)
    if edit.value is None or edit.start is None or edit.end is None:
        return []
    yearly = edit.value / max((edit.end - edit.start).days / DAYS_PER_YEAR, 1.0)
    return [
        say(
            "reason.largest_delivery",
            value=say.money(edit.value),
            flow=say.direction_of(case, edit.entity.partition(":")[2]),
            first=say.month(edit.start),
            last=say.month(edit.end),
            yearly=say.money(yearly),
            share=say.percent(yearly / appraisal.target.value_musd),
        )
    ]


def _conditions(appraisal: Appraisal, say: Words) -> list[str]:
    """What would have to be true for the target, and what has an even chance instead."""
    if not appraisal.books or not appraisal.deadlines:
        return []
    return [
        *_growth_needed(appraisal, say),
        _cost_needed(appraisal, say),
        *_all_for_sure(appraisal, say),
        *_even_chance(appraisal, say),
    ]


def _growth_needed(appraisal: Appraisal, say: Words) -> list[str]:
    deadline = max(appraisal.deadlines, key=lambda one: one.latest)
    items = [
        say(
            "condition.growth_item",
            book=say.name(book.title),
            growth=say.percent(book.outside[deadline.id].required_growth),
        )
        for book in appraisal.books.values()
    ]
    return [say("condition.growth", items=say.join(items))]


def _cost_needed(appraisal: Appraisal, say: Words) -> str:
    name = min(appraisal.required, key=lambda one: appraisal.required[one].growth)
    short, long = appraisal.required[name].cost_factor[:2]
    factors = [book.free_transport_factor for book in appraisal.books.values()]
    enough = all(book.free_transport_factor >= appraisal.required[one].growth for one, book in appraisal.books.items())
    free = say(
        "condition.free_enough" if enough else "condition.free_short",
        low=say.digits(min(factors), 1),
        high=say.digits(max(factors), 1),
    )
    cost = say(
        "condition.cost",
        book=say.name(appraisal.books[name].title),
        short=say.percent(1 - short.factor),
        short_elasticity=say.plain(short.elasticity),
        long=say.percent(1 - long.factor),
        long_elasticity=say.plain(long.elasticity),
    )
    return f"{cost} {free}"


def _all_for_sure(appraisal: Appraisal, say: Words) -> list[str]:
    """What the measures could do at the most, in the book where that is most likely."""
    deadline = max(appraisal.deadlines, key=lambda one: one.latest).id
    sure = [one for one in appraisal.reach if one.package == BEST_FOR_SURE and one.measures]
    if not sure:
        return []
    best = max(sure, key=lambda one: (one.probability[deadline], one.probability_by_horizon))
    nothing = next(one for one in appraisal.reach if one.book == best.book and one.package == NOTHING)
    if best.probability_by_horizon == nothing.probability_by_horizon:
        return []  # no path that would not have got there anyway: the rest says so already
    book = appraisal.books[best.book]
    return [
        say(
            "condition.sure",
            book=say.name(book.title),
            month=say.month(last_deadline(appraisal)),
            sure=say.chance(best.probability[deadline]),
            idle=say.chance(nothing.probability[deadline]),
            year=book.path[-1].end.year,
            later=say.chance(best.probability_by_horizon),
            idle_later=say.chance(nothing.probability_by_horizon),
        )
    ]


def _even_chance(appraisal: Appraisal, say: Words) -> list[str]:
    """The largest target with an even chance in the last reporting year that ends by the last deadline, by book."""
    items = []
    for name, book in appraisal.books.items():
        end = appraisal.attribution_year[name]
        row = next(
            (one for one in appraisal.target_setting.even_chance if one.book == name and one.end == end), None
        )  # each book's own flow comes first
        if row is not None:
            items.append(
                say(
                    "condition.even_item",
                    book=say.name(book.title),
                    value=say.money(row.in_year_musd),
                    month=say.month(end),
                )
            )
    return [say("condition.even", items="; ".join(items))] if items else []
