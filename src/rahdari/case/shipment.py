"""A shipment asked about in people's words -> its routes on the case's network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from rahdari.case.reader import Case
from rahdari.exceptions import InputFault, nearest_names
from rahdari.measures import Measure, closed_entities, find_measures, network_changes, opened_entities
from rahdari.transport.availability import Exceptions
from rahdari.transport.cargo import Cargo, find_commodity, read_cargo
from rahdari.transport.closures import fit_closures
from rahdari.transport.gaps import explain_gap
from rahdari.transport.itinerary import PlannedRoute
from rahdari.transport.network import Commodity, Network, Node
from rahdari.transport.obstacles import CrossingState
from rahdari.transport.permits import find_document, travel_under
from rahdari.transport.routes import RoutesAnswer, plan_routes
from rahdari.transport.trains import charter_train, spare_departures

MODES = ("road", "rail", "sea", "air", "ferry")
MOST_SUGGESTIONS = 3
HOURS_PER_DAY = 24.0
FARTHEST_YEARS = 50  # from the case's day
LONGEST_NAME = 80  # of a name in a message
SEED = 1  # travel times are simulated: one seed for all, so that the same question gets the same answer


@dataclass(frozen=True, slots=True)
class Shipment:
    """What is asked: names as people write them; an empty commodity or day takes the case's own.

    `under` names a document to travel under, such as a customs transit carnet; empty for none. A `whole_train` is one
    that the cargo fills by itself. Cargo that comes off a ship at `start` (`from_ship`), or goes onto one at `end`
    (`to_ship`), passes that port by land too; without a word it is made, or used, in the place itself.
    """

    start: str
    end: str
    commodity: str = ""
    day: date | None = None
    close: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    under: str = ""
    whole_train: bool = False
    from_ship: bool = False
    to_ship: bool = False


def plan_shipment(case: Case, shipment: Shipment) -> RoutesAnswer:
    """The routes for the shipment, by generalised cost; what is shut in names for people; what to beware of."""
    start, end = (find_place(name, case) for name in (shipment.start, shipment.end))
    if start.id == end.id:
        message = f"FROM and TO are the same place, {start.name}: name two different places."
        raise InputFault(message, kind="same-place")
    cargo = read_cargo(choose_commodity(shipment.commodity, case, start=start, end=end), case.claims)
    measures = find_measures(shipment.measures, case.measures)
    day = check_day(shipment.day or case.as_of, case)
    document = find_document(shipment.under, case.network.permits, case.claims) if shipment.under else None
    network = travel_under(case.network, document, day) if document else case.network
    claims = charter_train(network, case.claims) if shipment.whole_train else case.claims
    changes = tuple(change for measure in measures for change in network_changes(measure))
    shut = frozenset(entity for name in shipment.close for entity in find_entities(name, case))
    allowed = check_modes(shipment.modes)

    def plan(modes: Sequence[str], opened: frozenset[str] = frozenset()) -> RoutesAnswer:
        return plan_routes(
            network,
            claims,
            start=start,
            end=end,
            cargo=cargo,
            day=day,
            modes=modes,
            exceptions=Exceptions(
                opened=opened.union(*map(opened_entities, measures)),
                shut=shut.union(*map(closed_entities, measures)) - opened,
            ),
            changes=spare_departures(network, changes) if shipment.whole_train else changes,
            processes=fit_closures(case.network.closures, as_of=case.as_of),
            from_ship=shipment.from_ship,
            to_ship=shipment.to_ship,
            rng=np.random.default_rng(SEED),
        )

    found = plan(allowed)
    barring = frozenset(obstacle.entity for obstacle in found.closed if obstacle.name in found.blocked_by)
    opened = plan(allowed, barring) if barring and not found.routes else None
    answer = _with_names(found, case)
    freely = plan(MODES) if allowed and not answer.routes else None
    if not answer.routes and not answer.blocked_by:
        answer = _explain_no_way(answer, freely or plan(MODES), allowed=allowed or cargo.modes, case=case)
    crossings = _suppose_shut(answer.crossings, shut=shut, network=case.network)
    priced = (*_price_opening(opened, answer.blocked_by), *_price_modes(freely, allowed=allowed))
    warnings = (*answer.warnings, *_warn(answer, measures), *priced)
    under = document.id if document else ""
    return replace(answer, crossings=crossings, warnings=warnings, under=under, whole_train=shipment.whole_train)


def check_day(day: date, case: Case) -> date:
    """The day, where the case can say anything of it; one a lifetime away is a slip of the pen."""
    if abs(day.year - case.as_of.year) > FARTHEST_YEARS:
        message = (
            f"{day} is more than {FARTHEST_YEARS} years from the case's day, {case.as_of}: nothing is known of it. "
            "Write a nearer day."
        )
        raise InputFault(message, kind="date-outside-data")
    return day


def find_place(name: str, case: Case) -> Node:
    """The place of that name; a country's name or code raises with places in it."""
    try:
        return find_node(name, case.network.nodes)
    except InputFault as error:
        wanted, names = name.strip().casefold(), case.country_names()
        codes = {code for code, label in names.items() if wanted in (code.casefold(), label.casefold())}
        within = [node for node in case.network.nodes if node.country in codes]
        if not within or error.kind != "unknown-place":
            raise
        known = {place for places in case.settings.zones.values() for place in places}
        within.sort(key=lambda node: (node.id not in known, node.kind != "city"))
        near = tuple(node.name for node in within)[:MOST_SUGGESTIONS]
        message = f"{names[within[0].country]} is a country: name a place in it, such as {join_names(near, word='or')}."
        raise InputFault(message, kind="unknown-place", suggestions=near) from error


def find_node(name: str, nodes: Sequence[Node]) -> Node:
    """The place with that id, name or other spelling; a name of several places and an unknown one raise.

    What no place is called outright may be the name that several bear before a bracket: Port (East), Port (West).
    """
    wanted = name.strip().casefold()
    found = [node for node in nodes if wanted in (label.casefold() for label in _labels(node))]
    found = found or [node for node in nodes if wanted == node.name.casefold().partition(" (")[0]]
    if len(found) == 1:
        return found[0]
    if found:
        ids = tuple(node.id for node in found)
        message = f"{name!r} may be {' or '.join(ids)}: write which."
        raise InputFault(message, kind="ambiguous-place", suggestions=ids)
    labelled = [(node.id, _labels(node)) for node in nodes]
    raise _unknown("place", name, kind="unknown-place", labelled=labelled, tables="network/nodes.csv")


def _labels(node: Node) -> tuple[str, ...]:
    return (node.name, node.id, *node.aliases)


def choose_commodity(name: str, case: Case, *, start: Node, end: Node) -> Commodity:
    """The commodity of that name; without one what the start's country sells most of to the end's, else the first."""
    commodities = case.network.commodities
    if name:
        return find_commodity(name, commodities)
    flow = f"mix:{start.country}-{end.country}"
    return max(commodities, key=lambda one: case.claims.value(f"{flow}:{one.id}", "share", default=0.0))


def find_entities(name: str, case: Case) -> tuple[str, ...]:
    """What a name stands for as something to close: crossings before groups, places, countries and links.

    All of one kind that bear the name count (every stretch of a road); an unknown name suggests the nearest.
    """
    wanted = name.strip().casefold()
    known: list[tuple[str, tuple[str, ...]]] = []
    for kind, labelled in _closable(case):
        found = tuple(f"{kind}:{id_}" for id_, labels in labelled if wanted in (label.casefold() for label in labels))
        if found:
            return found
        known += labelled
    tables = "network/crossings.csv, nodes.csv and links.csv"
    raise _unknown("crossing, place, country or link", name, kind="unknown-name", labelled=known, tables=tables)


def _unknown(
    what: str, name: str, *, kind: str, labelled: Iterable[tuple[str, tuple[str, ...]]], tables: str
) -> InputFault:
    """The fault of an unknown name, with the nearest: each thing once, under the label that is nearest.

    Where nothing is near, it says in which tables of the case the names stand.
    """
    owner: dict[str, str] = {}
    for id_, labels in labelled:
        for label in labels:
            owner.setdefault(label, id_)
    near: dict[str, str] = {}
    wanted = name.strip()
    for label in nearest_names(wanted, owner, most=3 * MOST_SUGGESTIONS) if wanted else ():
        near.setdefault(owner[label], label)
    shown = tuple(near.values())[:MOST_SUGGESTIONS]
    hint = f"Did you mean {join_names(shown, word='or')}?" if shown else f"The case's names stand in its {tables}."
    written = wanted if len(wanted) <= LONGEST_NAME else wanted[:LONGEST_NAME] + "..."
    return InputFault(f"Unknown {what}: {written!r}. {hint}", kind=kind, suggestions=shown)


def _closable(case: Case) -> Iterable[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    network, names = case.network, case.country_names()
    groups = dict.fromkeys(crossing.group for crossing in network.crossings if crossing.group)
    countries = dict.fromkeys(node.country for node in network.nodes)
    yield "crossing", [(crossing.id, (crossing.name, crossing.id)) for crossing in network.crossings]
    yield "group", [(group, (group,)) for group in groups]
    yield "node", [(node.id, _labels(node)) for node in network.nodes]
    yield "country", [(code, (names.get(code, code), code)) for code in countries]
    yield "link", [(link.id, (link.name, link.id) if link.name else (link.id,)) for link in network.links]


def check_modes(modes: Sequence[str]) -> tuple[str, ...]:
    """The modes in lower case, each once; an unknown one raises with the nearest."""
    wanted = tuple(dict.fromkeys(mode.strip().casefold() for mode in modes if mode.strip()))
    if modes and not wanted:
        raise InputFault(f"No mode is named: modes are {', '.join(MODES)}.", kind="unknown-mode", suggestions=MODES)
    for mode in wanted:
        if mode not in MODES:
            near = nearest_names(mode, MODES)
            hint = f" Did you mean {', '.join(near)}?" if near else ""
            message = f"Unknown mode: {mode!r}.{hint} Modes are {', '.join(MODES)}."
            raise InputFault(message, kind="unknown-mode", suggestions=near or MODES)
    return wanted


def group_name(group: str, network: Network) -> str:
    """The names of a group's crossings in a row, for people."""
    names = [crossing.name for crossing in network.crossings if crossing.group == group]
    return join_names(names) if names else group


def join_names(names: Sequence[str], *, word: str = "and") -> str:
    """Names in a row as one says them: a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}" if names else ""


def _with_names(answer: RoutesAnswer, case: Case) -> RoutesAnswer:
    """The answer with names of countries and groups in place of their codes."""
    names: dict[str, str] = {}
    for obstacle in answer.closed:
        kind, _, code = obstacle.entity.partition(":")
        if kind == "country":
            names[obstacle.name] = case.name_of(code)
        elif kind == "group":
            names[obstacle.name] = group_name(code, case.network)
    return replace(
        answer,
        closed=tuple(replace(obstacle, name=names.get(obstacle.name, obstacle.name)) for obstacle in answer.closed),
        blocked_by=tuple(dict.fromkeys(names.get(name, name) for name in answer.blocked_by)),
    )


def _price_opening(opened: RoutesAnswer | None, barring: Sequence[str]) -> tuple[str, ...]:
    """What the best way would take and cost if what bars every way were open."""
    if opened is None or not opened.routes:
        return ()
    best = opened.routes[0]
    return (f"With {join_names(barring)} open the best way would go {best.name}: {_say_price(best)}",)


def _price_modes(freely: RoutesAnswer | None, *, allowed: Sequence[str]) -> tuple[str, ...]:
    """What the best way that is open would take and cost if the cargo might go by other modes too."""
    if freely is None or not freely.routes:
        return ()
    best = freely.routes[0]
    more = join_names([mode for mode in best.modes if mode not in allowed])
    return (f"By {more} too a way is open, {best.name}: {_say_price(best)}",)


def _say_price(route: PlannedRoute) -> str:
    return f"{route.time_h.mean / HOURS_PER_DAY:.1f} days on average, {route.cost_usd_per_t:,.0f} USD a tonne."


def _suppose_shut(
    crossings: Sequence[CrossingState], *, shut: frozenset[str], network: Network
) -> tuple[CrossingState, ...]:
    """The crossings' states, where those that the question shuts are not told as open."""
    supposed = {
        crossing.name
        for crossing in network.crossings
        if f"crossing:{crossing.id}" in shut or f"group:{crossing.group}" in shut
    }
    return tuple(
        replace(crossing, state="closed (supposed)", since=None) if crossing.name in supposed else crossing
        for crossing in crossings
    )


def _explain_no_way(answer: RoutesAnswer, freely: RoutesAnswer, *, allowed: Sequence[str], case: Case) -> RoutesAnswer:
    """The answer with the modes that a way would need; nothing that opens helps while they are left out."""
    used = dict.fromkeys(mode for route in freely.routes[:1] for mode in route.modes)
    missing = tuple(mode for mode in used if mode not in allowed)
    between = f"between {answer.start.name} and {answer.end.name}"
    if missing:
        message = (
            f"There is no way by {join_names(allowed, word='or')} alone {between}: allow {join_names(missing)} too."
        )
        return replace(answer, blocked_by=missing, warnings=(*answer.warnings, message))
    named = _with_names(freely, case)
    gap = explain_gap(case.network, start=answer.start, end=answer.end, modes=allowed)
    message = f"The case's network has no way {between} by {join_names(allowed, word='or')}.{gap and ' '}{gap}"
    return replace(answer, closed=named.closed, blocked_by=named.blocked_by, warnings=(*answer.warnings, message))


def _warn(answer: RoutesAnswer, measures: Sequence[Measure]) -> tuple[str, ...]:
    idle = [
        measure.id
        for measure in measures
        if not network_changes(measure) and not opened_entities(measure) and not closed_entities(measure)
    ]
    warnings = [f"The measure {name} changes nothing on the network, so it changes no route." for name in idle]
    unknown = [crossing.name for crossing in answer.crossings if crossing.state == "unknown"]
    if unknown:
        warnings.append(f"No state is recorded on {answer.day} for {join_names(unknown)}: taken as open.")
    return tuple(warnings)


def cargo_words(cargo: Cargo) -> str:
    """The cargo's name as it stands within a sentence."""
    return cargo.name if cargo.name[1:2].isupper() else cargo.name[:1].lower() + cargo.name[1:]
