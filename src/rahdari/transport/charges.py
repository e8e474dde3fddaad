"""What cargo or its lorry is charged on a route beyond carriage and stops, item by item: told, never added to the cost.

Whether an item falls due hangs on what a network does not know: whose lorry it is, and whether the cargo is in transit
for a third country. So it is listed with its terms, and no figure of the route holds it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rahdari.transport.cargo import Cargo
from rahdari.transport.graph import Graph, Route, modes_aboard
from rahdari.transport.network import Charge, Network
from rahdari.units import TONNES_PER_TRUCK

_BY_LAND = ("road", "rail", "break-of-gauge", "terminal")


@dataclass(frozen=True, slots=True)
class RouteCharge:
    """An item that may fall due on a route; USD a tonne are None where its base (import levies) is not known."""

    charge: Charge
    low_usd_per_t: float | None
    high_usd_per_t: float | None


def list_charges(network: Network, graph: Graph, route: Route, *, cargo: Cargo, day: date) -> tuple[RouteCharge, ...]:
    """The items that may fall due on `day` for the cargo on this route, in the table's order."""
    country = {node.id: node.country for node in network.nodes}
    aboard = modes_aboard(graph)
    entered = [
        (country[graph.vertices[head][0]], {graph.modes[edge], aboard[head]})
        for tail, head, edge in zip(route.vertices, route.vertices[1:], route.edges, strict=False)
        for link in [int(graph.links[edge])]
        if link >= 0 and country[graph.vertices[tail][0]] != country[graph.vertices[head][0]]
    ]
    start, end = (country[graph.vertices[route.vertices[place]][0]] for place in (0, -1))
    found = []
    for charge in network.charges:
        by_its_modes = {place for place, modes in entered if not charge.modes or modes & set(charge.modes)}
        if charge.enters and not by_its_modes & set(charge.enters):
            continue
        if charge.starts and (start not in charge.starts or start == end):
            continue
        if (charge.ends and end not in charge.ends) or (charge.commodities and cargo.id not in charge.commodities):
            continue
        if charge.ports and not _leaves_by_land(graph, route, ports=charge.ports, country=country):
            continue
        if charge.modes and not {graph.modes[edge] for edge in route.edges} & set(charge.modes):
            continue
        if (charge.since is None or charge.since <= day) and (charge.until is None or day <= charge.until):
            found.append(
                RouteCharge(charge, *(_per_tonne(charge, amount, cargo) for amount in (charge.low, charge.high)))
            )
    return tuple(found)


def _leaves_by_land(graph: Graph, route: Route, *, ports: Iterable[str], country: dict[str, str]) -> bool:
    """True where the route goes by land from one of the ports to another country than the port's."""
    for position, vertex in enumerate(route.vertices):
        port = graph.vertices[vertex][0]
        if port not in ports:
            continue
        for head, edge in zip(route.vertices[position + 1 :], route.edges[position:], strict=True):
            if graph.modes[edge] not in _BY_LAND:
                break
            if country[graph.vertices[head][0]] != country[port]:
                return True
    return False


def _per_tonne(charge: Charge, amount: float | None, cargo: Cargo) -> float | None:
    if amount is None or charge.per == "levies":
        return None
    return amount / 100 * cargo.value_usd_per_t if charge.per == "value" else amount / TONNES_PER_TRUCK
