"""The closed vocabulary in which a row of `expected/validation.csv` says how the model's figure is computed.

A method is one term or several joined by ` + `, ` - ` or ` / `, worked out from left to right. A term is a word of
`METHODS` with its arguments, separated by colons; names are checked when the row is read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from rahdari.appraisal.backtest import AHEAD
from rahdari.appraisal.outside_view import count_windows
from rahdari.case import Case
from rahdari.case.attributes import read_attributes
from rahdari.claims import Period, parse_period
from rahdari.exceptions import unknown_name
from rahdari.measures import find_measures
from rahdari.transport.availability import conditions_on
from rahdari.transport.cargo import Cargo
from rahdari.transport.itinerary import PlannedRoute
from rahdari.transport.network import Permit, great_circle_km
from rahdari.transport.permits import find_document
from rahdari.transport.routes import check_ports, find_place
from rahdari.units import TONNES_PER_TRUCK, can_convert, conversion_factor
from rahdari.validation.bench import Bench, RouteQuestion, answer_routes, pick_route
from rahdari.validation.forecasts import (
    CLOSURE_RULES,
    EMBARGO_SIDES,
    KINDS,
    RECORD_SCORES,
    SCORES,
    backtest_score,
    closure_ratio,
    embargo_ratio,
    record_score,
)
from rahdari.validation.gravity import GRAVITY
from rahdari.validation.marked import SETS, SHARES, marked_share
from rahdari.validation.published import READINGS, flow_gap, reading_count, welfare_gap

Figure = Callable[[Bench], float | None]
MODES = ("road", "rail", "sea", "air", "ferry")
LATEST = "latest"
WHOLE_TRAIN = "as whole-train"
FROM_SHIP, TO_SHIP = "off ship", "onto ship"
_FLAGS = (WHOLE_TRAIN, FROM_SHIP, TO_SHIP)
_ROUTE_OPTIONS = "[:via PLACE][:shut CROSSING][:with MEASURE][:under DOCUMENT]" + "".join(f"[:{one}]" for one in _FLAGS)
_JOINED = re.compile(r" ([+/-]) ")


@dataclass(frozen=True, slots=True)
class Context:
    """What a term may refer to: the case, and the row's day and cargo."""

    case: Case
    day: date
    cargo: Cargo


@dataclass(frozen=True, slots=True)
class Term:
    """One term: how to compute it, in which unit, and what it needs beyond the case ("", "data" or "reading")."""

    figure: Figure
    unit: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    """Terms with the sign before each; `unit` is that of the result."""

    signs: tuple[str, ...]
    terms: tuple[Term, ...]
    unit: str

    @property
    def needs(self) -> str:
        """What the method needs beyond the case."""
        return max(term.needs for term in self.terms)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the vocabulary: how it is written, how its arguments are read and how many there may be."""

    usage: str
    read: Callable[[tuple[str, ...], Context], Term]
    least: int
    most: int = 20


def read_method(text: str, context: Context) -> Method:
    """The method that `text` names; InputFault or ValueError says what is wrong with it."""
    parts = _JOINED.split(text.strip())
    signs = ("+", *parts[1::2])
    terms = tuple(_read_term(part, context) for part in parts[::2])
    unit = terms[0].unit
    for sign, term in zip(signs[1:], terms[1:], strict=True):
        if not can_convert(term.unit, unit):
            raise ValueError(f"{unit} and {term.unit} cannot be joined by {sign!r}.")
        if sign == "/":
            unit = "times"
    return Method(signs, terms, unit)


def _read_term(text: str, context: Context) -> Term:
    name, *arguments = (part.strip() for part in text.split(":"))
    word = METHODS.get(name)
    if word is None:
        raise unknown_name("method", name, known=METHODS)
    if not word.least <= len(arguments) <= word.most:
        raise ValueError(f"{text!r} has {len(arguments)} arguments; write {word.usage}.")
    return word.read(tuple(arguments), context)


def compute_figure(method: Method, bench: Bench) -> float | None:
    """The figure in the method's unit; None where a part of it cannot be had."""
    result, unit = 0.0, method.terms[0].unit
    for sign, term in zip(method.signs, method.terms, strict=True):
        value = term.figure(bench)
        if value is None:
            return None
        value *= conversion_factor(term.unit, unit)
        if sign == "/":
            if value == 0:
                return None
            result, unit = result / value, "times"
        else:
            result += value if sign == "+" else -value
    return result


def _read_route(arguments: tuple[str, ...], context: Context) -> RouteQuestion:
    start, end = _read_ends(arguments[0])
    modes = () if arguments[1] == "any" else tuple(arguments[1].split("|"))
    for mode in modes:
        if mode not in MODES:
            raise unknown_name("mode", mode, known=(*MODES, "any"))
    crossings = {crossing.id: crossing for crossing in context.case.network.crossings}
    via: list[str] = []
    shut: set[str] = set()
    measures: list[str] = []
    under: Permit | None = None
    flags: set[str] = set()
    for option in arguments[2:]:
        word, _, name = option.partition(" ")
        if word == "via":
            is_crossing = name in crossings
            via.append(crossings[name].name if is_crossing else find_place(name, context.case.network.nodes).id)
        elif word == "shut":
            if name not in crossings:
                raise unknown_name("crossing", name, known=crossings)
            shut.add(f"crossing:{name}")
        elif word == "with":
            measures.append(name)
        elif word == "under":
            under = find_document(name, context.case.network.permits, context.case.claims)
        elif option in _FLAGS:
            flags.add(option)
        else:
            known = f"via PLACE, shut CROSSING, with MEASURE, under DOCUMENT, {FROM_SHIP}, {TO_SHIP} or {WHOLE_TRAIN}"
            raise ValueError(f"{option!r} is not {known}.")
    first, last = (find_place(name, context.case.network.nodes) for name in (start, end))
    check_ports([place for place, flag in ((first, FROM_SHIP), (last, TO_SHIP)) if flag in flags])
    return RouteQuestion(
        start=first,
        end=last,
        modes=modes,
        via=tuple(via),
        shut=frozenset(shut),
        measures=find_measures(measures, context.case.measures),
        day=context.day,
        cargo=context.cargo,
        under=under,
        whole_train=WHOLE_TRAIN in flags,
        from_ship=FROM_SHIP in flags,
        to_ship=TO_SHIP in flags,
    )


def _read_ends(text: str) -> tuple[str, str]:
    start, sign, end = text.partition(">")
    if not (sign and start and end):
        raise ValueError(f"{text!r} is not FROM>TO.")
    return start, end


def _route_word(name: str, unit: str, figure: Callable[[PlannedRoute], float]) -> Word:
    def read(arguments: tuple[str, ...], context: Context) -> Term:
        question = _read_route(arguments, context)

        def compute(bench: Bench) -> float | None:
            route = pick_route(bench, question)
            return None if route is None else figure(route)

        return Term(compute, unit)

    return Word(f"{name}:FROM>TO:MODES{_ROUTE_OPTIONS}", read, 2)


def _read_time_at(arguments: tuple[str, ...], context: Context) -> Term:
    """Time (h) of a route, of which only that of one stop is meant."""
    *asked, name = arguments
    stops = {stop.id: stop.name for stop in context.case.network.stops}
    if name not in stops:
        raise unknown_name("stop", name, known=stops)
    question = _read_route(tuple(asked), context)

    def compute(bench: Bench) -> float | None:
        route = pick_route(bench, question)
        held = () if route is None else tuple(stop.time_h for stop in route.stops if stop.at == stops[name])
        return sum(held) if held else None

    return Term(compute, "h")


def _read_route_count(arguments: tuple[str, ...], context: Context) -> Term:
    question = _read_route(arguments, context)
    return Term(lambda bench: float(len(answer_routes(bench, question).routes)), "count")


def _read_great_circle(arguments: tuple[str, ...], context: Context) -> Term:
    nodes = context.case.network.nodes
    start, end = (find_place(name, nodes) for name in _read_ends(arguments[0]))
    return Term(lambda _: great_circle_km(start.lat, start.lon, end.lat, end.lon), "km")


def _read_period(text: str) -> Period | None:
    return None if text == LATEST else parse_period(text)


def _claimed(context: Context, entity: str, attribute: str, period: Period | None) -> float:
    """The figure in use, in the attribute's unit; a figure that no claim gives raises and names what is missing."""
    return context.case.claims.get(entity, attribute, period=period).value


def _read_claim(arguments: tuple[str, ...], context: Context) -> Term:
    *entity, attribute, period = arguments
    columns = read_attributes().get(f"claim:{entity[0]}", {})
    if attribute not in columns:
        raise unknown_name("attribute", attribute, known=columns)
    value = _claimed(context, ":".join(entity), attribute, _read_period(period))
    return Term(lambda _: value, columns[attribute].unit)


def _read_states(arguments: tuple[str, ...], context: Context) -> Term:
    """1 where the crossing is open and closed on the days that are named, else 0."""
    crossing, *wanted = arguments
    network = context.case.network
    known = {entry.id for entry in network.crossings}
    if crossing not in known:
        raise unknown_name("crossing", crossing, known=known)
    days = []
    for text in wanted:
        state, _, day = text.partition(" ")
        if state not in ("open", "closed"):
            raise ValueError(f"{text!r} is not open DATE or closed DATE.")
        days.append((date.fromisoformat(day), state == "open"))
    over = [index for index, link in enumerate(network.links) if link.crossing == crossing]

    def compute(bench: Bench) -> float:
        return float(
            all(
                any(conditions_on(bench.case.network, day).usable[link] for link in over) == is_open
                for day, is_open in days
            )
        )

    return Term(compute, "count")


def _read_speed(arguments: tuple[str, ...], context: Context) -> Term:
    """Speed with delay (CAREC TFI4) of a trip by road: its length over driving, waiting and one border time."""
    rate, year, ends, kind, name = arguments
    period = _read_period(year)
    speed = _claimed(context, f"rate:{rate}", "speed_without_delay_km_per_h", period)
    waiting = _claimed(context, f"rate:{rate}", "waiting_h_per_100km", period)
    border = _claimed(context, f"{kind}:{name}", "time_h" if kind == "stop" else "border_time_h", period)
    question = _read_route((ends, "road"), context)

    def compute(bench: Bench) -> float | None:
        route = pick_route(bench, question)
        if route is None:
            return None
        return route.length_km / (route.length_km * (1 / speed + waiting / 100) + border)

    return Term(compute, "km/h")


def _read_mix(arguments: tuple[str, ...], context: Context) -> Term:
    """Mean time (h) of two border stops in the shares that give a country's mean border cost from their own costs."""
    rate, year, first, second = arguments
    period = _read_period(year)
    mean_usd = _claimed(context, f"rate:{rate}", "border_cost_usd", period)
    costs, times = (
        [_claimed(context, f"stop:{stop}", attribute, period) * factor for stop in (first, second)]
        for attribute, factor in (("fee_within_rate_usd_per_t", TONNES_PER_TRUCK), ("time_h", 1.0))
    )
    if not min(costs) <= mean_usd <= max(costs) or costs[0] == costs[1]:
        raise ValueError(f"The mean border cost of {rate} does not lie between those of {first} and {second}.")
    share = (mean_usd - costs[1]) / (costs[0] - costs[1])
    return Term(lambda _: share * times[0] + (1 - share) * times[1], "h")


def _read_windows(arguments: tuple[str, ...], context: Context) -> Term:
    years, multiple, low, high, what = arguments
    if what not in ("hits", "windows"):
        raise unknown_name("count", what, known=("hits", "windows"))
    pairs = context.case.pairs
    if pairs is None:
        raise ValueError("The case has no pair histories: set outside_view in case.toml.")
    span = int(_read_number(years))
    if not 1 <= span < len(pairs.years):
        raise ValueError(f"Windows of {years} years do not fit into the {len(pairs.years)} years of the pairs.")
    growth, lowest, highest = (_read_number(text) for text in (multiple, low, high))

    def compute(_: Bench) -> float:
        count = count_windows(pairs, years=span, multiple=growth, low_musd=lowest, high_musd=highest)
        return float(count.hits if what == "hits" else count.windows)

    return Term(compute, "count")


def _read_number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not a number.")
    return value


def _data_word(name: str, gap: Callable[[Bench, str], float | None]) -> Word:
    rules = ("additive", "multiplicative")

    def read(arguments: tuple[str, ...], _: Context) -> Term:
        (rule,) = arguments
        if rule not in rules:
            raise unknown_name("deficit rule", rule, known=rules)
        return Term(lambda bench: gap(bench, rule), "fraction", "data")

    return Word(f"{name}:additive|multiplicative", read, 1, 1)


def _read_gravity(arguments: tuple[str, ...], _: Context) -> Term:
    (what,) = arguments
    if what not in GRAVITY:
        raise unknown_name("gravity result", what, known=GRAVITY)
    return Term(GRAVITY[what], "times", "data")


def _read_reading(arguments: tuple[str, ...], _: Context) -> Term:
    (what,) = arguments
    if what not in READINGS:
        raise unknown_name("score", what, known=READINGS)
    return Term(lambda bench: reading_count(bench, what), "count", "reading")


def _read_marked(arguments: tuple[str, ...], _: Context) -> Term:
    name, what = arguments
    if name not in SETS:
        raise unknown_name("set of marked documents", name, known=SETS)
    if what not in SHARES:
        raise unknown_name("score", what, known=SHARES)
    return Term(lambda bench: marked_share(bench, name, what), "fraction", "reading")


def _read_backtest(arguments: tuple[str, ...], context: Context) -> Term:
    kind, years, what = arguments
    if kind not in KINDS:
        raise unknown_name("kind of back-test", kind, known=KINDS)
    if what not in SCORES:
        raise unknown_name("score", what, known=SCORES)
    if context.case.pairs is None:
        raise ValueError("The case has no pair histories: set outside_view in case.toml.")
    ahead = int(_read_number(years))
    if ahead not in AHEAD:
        raise ValueError(f"The back-test looks {', '.join(map(str, AHEAD))} years ahead, not {years}.")
    return Term(lambda bench: backtest_score(bench, kind, ahead, what), "fraction")


def _read_record(arguments: tuple[str, ...], _: Context) -> Term:
    (what,) = arguments
    if what not in RECORD_SCORES:
        raise unknown_name("score", what, known=RECORD_SCORES)
    return Term(lambda bench: record_score(bench, what), "fraction")


def _read_embargo(arguments: tuple[str, ...], context: Context) -> Term:
    importer, exporters, since, year, side = arguments
    pairs = context.case.pairs
    if pairs is None:
        raise ValueError("The case has no pair histories: set outside_view in case.toml.")
    if side not in EMBARGO_SIDES:
        raise unknown_name("side", side, known=EMBARGO_SIDES)
    day = date.fromisoformat(since)
    if day.year - 1 not in pairs.years:
        raise ValueError(f"The pairs hold no year before {since}.")
    ratio = embargo_ratio(
        pairs,
        importer=importer,
        exporters=exporters.split("|"),
        since=day,
        year=int(_read_number(year)),
        side=side,
        switch_months=context.case.claims.value("model", "route_switch_months"),
    )
    return Term(lambda _: ratio, "fraction")


def _read_closure(arguments: tuple[str, ...], context: Context) -> Term:
    ends, modes, crossings, first, last, rule = arguments
    if rule not in CLOSURE_RULES:
        raise unknown_name("rule", rule, known=CLOSURE_RULES)
    known = {entry.id for entry in context.case.network.crossings}
    named = tuple(crossings.split("|"))
    for name in named:
        if name not in known:
            raise unknown_name("crossing", name, known=known)
    question = _read_route((ends, modes), context)
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    if end < begin:
        raise ValueError(f"{last} is before {first}.")
    return Term(
        lambda bench: closure_ratio(bench, question, crossings=named, first=begin, last=end, rule=rule), "fraction"
    )


METHODS: Mapping[str, Word] = MappingProxyType(
    {
        "route-length": _route_word("route-length", "km", lambda route: route.length_km),
        "route-time": _route_word("route-time", "h", lambda route: route.time_h.mean),
        "time-at": Word(f"time-at:FROM>TO:MODES{_ROUTE_OPTIONS}:STOP", _read_time_at, 3),
        "route-driving": _route_word("route-driving", "h", lambda route: sum(leg.time_h for leg in route.legs)),
        "route-cost": _route_word("route-cost", "USD/t", lambda route: route.cost_usd_per_t),
        "breaks-of-gauge": _route_word("breaks-of-gauge", "count", lambda route: float(route.breaks_of_gauge)),
        "route-count": Word("route-count:FROM>TO:MODES[:shut CROSSING][:with MEASURE]", _read_route_count, 2),
        "great-circle": Word("great-circle:FROM>TO", _read_great_circle, 1, 1),
        "claim": Word("claim:ENTITY:ATTRIBUTE:PERIOD, or latest for the period", _read_claim, 3),
        "state": Word("state:CROSSING:open DATE or closed DATE[:...]", _read_states, 2),
        "speed-with-delay": Word("speed-with-delay:RATE:PERIOD:FROM>TO:stop or rate:NAME", _read_speed, 5, 5),
        "border-mix": Word("border-mix:RATE:PERIOD:STOP:STOP", _read_mix, 4, 4),
        "pair-windows": Word("pair-windows:YEARS:MULTIPLE:LOW:HIGH:hits or windows", _read_windows, 5, 5),
        "backtest": Word("backtest:" + "|".join(KINDS) + ":YEARS:" + "|".join(SCORES), _read_backtest, 3, 3),
        "target-record": Word("target-record:" + "|".join(RECORD_SCORES), _read_record, 1, 1),
        "embargo": Word("embargo:IMPORTER:EXPORTER|EXPORTER:SINCE:YEAR:named or others", _read_embargo, 5, 5),
        "closure": Word("closure:FROM>TO:MODES:CROSSING|CROSSING:FIRST:LAST:days or routes", _read_closure, 6, 6),
        "welfare-gap": _data_word("welfare-gap", welfare_gap),
        "flow-gap": _data_word("flow-gap", flow_gap),
        "gravity": Word("gravity:" + "|".join(GRAVITY), _read_gravity, 1, 1),
        "reading": Word("reading:" + "|".join(READINGS), _read_reading, 1, 1),
        "marked": Word("marked:" + "|".join(SETS) + ":" + "|".join(SHARES), _read_marked, 2, 2),
    }
)
