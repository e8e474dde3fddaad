"""What holds the target back, in plain words, each sentence made from figures of the appraisal."""

from __future__ import annotations

from datetime import date

from rahdari.appraisal.result import Appraisal, SettingAnswer
from rahdari.appraisal.timing import NOTICEABLE_MUSD
from rahdari.case import Case
from rahdari.measures import Edit
from rahdari.report.levels import say_level
from rahdari.report.words import Words
from rahdari.transport.network import State

DAYS_PER_YEAR = 365.25
LITTLE = 0.1  # of a book's latest year


def say_reasons(case: Case, appraisal: Appraisal, *, last: date, say: Words) -> tuple[str, ...]:
    """What holds the target back, what weighs most first; `last` is the last day that some reading allows."""
    return (
        *_differences(case, appraisal, say),
        *_episodes(appraisal, say),
        *_record(appraisal, say),
        *_freight(case, appraisal, say),
        *_closures(case, appraisal, last=last, say=say),
        *_late(appraisal, last=last, say=say),
        *_contracts(case, appraisal, say),
    )


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
        key = {0: "reason.targets_none", 1: "reason.targets_one"}.get(one.targets_met, "reason.targets")
        sentences.append(say(key, met=one.targets_met, resolved=one.targets_resolved))
    return [" ".join(sentences)] if sentences else []


def _freight(case: Case, appraisal: Appraisal, say: Words) -> list[str]:
    shares = [share for book in appraisal.books.values() for share in book.cost_share.values()]
    if not shares:
        return []
    said = say("reason.freight", low=say.percent(min(shares)), high=say.percent(max(shares)))
    return [f"{said} {say('reason.saved_little')}" if _save_little(case, appraisal) else said]


def _save_little(case: Case, appraisal: Appraisal) -> bool:
    """Whether what the measures bring by cheaper, quicker or safer ways is small beside each book's trade.

    Contracts bring trade without saving any of its cost, so they do not count.
    """
    signed = {measure.id for measure in case.measures if any(edit.operation == "deliver" for edit in measure.edits)}
    saving = [one for one in appraisal.measures if one.id not in signed]
    return bool(saving) and all(
        sum(one.shapley_musd.get(name, 0.0) for one in saving) < LITTLE * book.baseline.value_musd
        for name, book in appraisal.books.items()
    )


def _closures(case: Case, appraisal: Appraisal, *, last: date, say: Words) -> list[str]:
    """What is shut, what would pass there, what the way round costs, and what a reopening adds."""
    sentences = [
        say("reason.shut", since=say.day(since), as_of=say.day(case.as_of), names=say.join(sorted(names)))
        for since, names in sorted(_closed_since(case, say).items())
    ]
    if not sentences:
        return []
    sentences += [*_detours(case, appraisal, say), *_reopening(case, appraisal, last=last, say=say)]
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


def _reopening(case: Case, appraisal: Appraisal, *, last: date, say: Words) -> list[str]:
    """What the measures that open what is shut would add, with the largest gain in the chance of the target."""
    opening = {measure.id for measure in case.measures if any(edit.operation == "open" for edit in measure.edits)}
    book = next(iter(appraisal.books), "")
    sentences = []
    for one in appraisal.measures:
        late = one.start > last
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


def _late(appraisal: Appraisal, *, last: date, say: Words) -> list[str]:
    """Measures that cannot start before the last deadline, with what each would bring in full by the horizon."""
    book = next(iter(appraisal.books), "")
    late = [one for one in appraisal.measures if one.start > last]
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
