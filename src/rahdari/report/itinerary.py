"""A route as a person would tell it: stretches by mode and country, with the stops where they happen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rahdari.case import Case
from rahdari.transport.itinerary import Leg, PlannedRoute, RouteStop
from rahdari.transport.network import Link, Stop

AFLOAT = ("sea", "ferry", "air")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens on the way, from `start` to `end` or at `start`; a stop has no length and no end."""

    kind: str
    start: str
    end: str
    where: str
    length_km: float | None
    time_h: float
    cost_usd_per_t: float
    flags: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        """The stretch or the stop in words."""
        return f"{self.start} - {self.end}" if self.end else self.start


def tell_route(route: PlannedRoute, case: Case) -> tuple[Step, ...]:
    """The route's stretches and stops in order; waiting that no place has comes last. Sums are those of the route."""
    stops = {stop.name: stop for stop in case.network.stops}
    waiting = [stop for stop in route.stops if stop.kind == "waiting" and stop.at not in stops]
    placed = [stop for stop in route.stops if stop not in waiting]
    steps: list[Step] = []
    for leg in route.legs:
        here = {leg.nodes[0]} if not steps else set()
        steps += _take(placed, stops, here, case=case)
        steps.append(_stretch(leg, case))
        crossing = _crossing_of(leg, case.network.links)
        steps += _take(placed, stops, {crossing, leg.nodes[1]}, case=case)
    steps += [_stop_step(stop, stops, case=case) for stop in placed]
    return (*_merge(steps), *(_waiting_step(stop, route, case) for stop in waiting))


def _take(placed: list[RouteStop], stops: Mapping[str, Stop], places: set[str], *, case: Case) -> Iterator[Step]:
    """The next stops in order as long as they are at `places`; they leave `placed`."""
    while placed and placed[0].at in stops and stops[placed[0].at].at in places:
        yield _stop_step(placed.pop(0), stops, case=case)


def _stretch(leg: Leg, case: Case) -> Step:
    countries = {node.id: node.country for node in case.network.nodes}
    start, end = (countries[node] for node in leg.nodes)
    where = case.name_of(start) if start == end else f"{case.name_of(start)} to {case.name_of(end)}"
    if leg.mode in AFLOAT:
        where = "by air" if leg.mode == "air" else "at sea"
    return Step(leg.mode, leg.start, leg.end, where, leg.length_km, leg.time_h, leg.cost_usd_per_t, leg.flags)


def _stop_step(stop: RouteStop, stops: Mapping[str, Stop], *, case: Case) -> Step:
    entry = stops.get(stop.at)
    what = stop.at
    if entry is not None and entry.kind == "border":
        what = next((crossing.name for crossing in case.network.crossings if crossing.id == entry.at), stop.at)
    return Step(stop.kind, what, "", "", None, stop.time_h, stop.cost_usd_per_t)


def _waiting_step(stop: RouteStop, route: PlannedRoute, case: Case) -> Step:
    """Commercial waiting, named by mode and by the country where the route uses the rate most that the stop names."""
    rate = stop.at.partition("(")[2].rstrip(")")
    countries = {node.id: node.country for node in case.network.nodes}
    used = {(frozenset(leg.nodes), leg.mode) for leg in route.legs}
    within = Counter(
        (link.mode, countries[end])
        for link in case.network.links
        if link.rate == rate and (frozenset((link.start, link.end)), link.mode) in used
        for end in (link.start, link.end)
    )
    what = stop.at
    for (mode, country), _ in within.most_common(1):
        what = f"rests and queues by {mode} in {case.name_of(country)}"
    return Step("waiting", what, "", "", None, stop.time_h, stop.cost_usd_per_t)


def _crossing_of(leg: Leg, links: Sequence[Link]) -> str:
    return next(
        (link.crossing for link in links if {link.start, link.end} == set(leg.nodes) and link.mode == leg.mode), ""
    )


def _merge(steps: Sequence[Step]) -> Iterator[Step]:
    """Steps with neighbours of one mode and country as one stretch, and both sides of a border as one stop."""
    held: Step | None = None
    for step in steps:
        if held is not None and _is_one(held, step):
            held = _joined(held, step)
            continue
        if held is not None:
            yield held
        held = step
    if held is not None:
        yield held


def _is_one(first: Step, then: Step) -> bool:
    if first.kind != then.kind or first.flags != then.flags:
        return False
    if first.length_km is None or then.length_km is None:
        return first.length_km is then.length_km and first.start == then.start
    return first.where == then.where


def _joined(first: Step, then: Step) -> Step:
    time_h, cost = first.time_h + then.time_h, first.cost_usd_per_t + then.cost_usd_per_t
    if first.length_km is None or then.length_km is None:
        return replace(first, time_h=time_h, cost_usd_per_t=cost)
    return replace(first, end=then.end, length_km=first.length_km + then.length_km, time_h=time_h, cost_usd_per_t=cost)
