"""Which documents, permits and visas a route needs, and which sanctions touch it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from rahdari.transport.network import Link, Network, Permit

OPEN_SEA = "XXX"
SANCTIONS = "sanctions"
FLAGS = {"permit": "permit", "visa": "permit", SANCTIONS: SANCTIONS}


def list_permits(network: Network, links: Sequence[int], day: date) -> tuple[Permit, ...]:
    """The permits of the network that apply on `day` to a route over `links` (positions), in the table's order."""
    country = {node.id: node.country for node in network.nodes}
    used = [network.links[link] for link in links]
    return tuple(
        permit for permit in network.permits if _in_force(permit, day) and _applies(permit, used, country=country)
    )


def flag_link(network: Network, link: Link, permits: Iterable[Permit]) -> tuple[str, ...]:
    """Flags of one link among the permits of its route: permit where a border is crossed, sanctions anywhere."""
    country = {node.id: node.country for node in network.nodes}
    ends = {country[link.start], country[link.end]}
    flags: dict[str, None] = {}
    for permit in permits:
        if permit.kind not in FLAGS or (permit.modes and link.mode not in permit.modes):
            continue
        touched = not permit.countries or bool(ends & set(permit.countries))
        if permit.kind == SANCTIONS:
            if touched:
                flags.setdefault(SANCTIONS)
        elif link.crossing and (link.crossing in permit.crossings if permit.crossings else touched):
            flags.setdefault(FLAGS[permit.kind])
    return tuple(flags)


def _in_force(permit: Permit, day: date) -> bool:
    return (permit.since is None or permit.since <= day) and (permit.until is None or day <= permit.until)


def _applies(permit: Permit, links: Sequence[Link], *, country: dict[str, str]) -> bool:
    own = [link for link in links if not permit.modes or link.mode in permit.modes]
    touched = {country[end] for link in own for end in (link.start, link.end)} - {OPEN_SEA}
    if permit.countries:
        touched &= set(permit.countries)
    if len(touched) < permit.at_least:
        return False
    return not permit.crossings or any(link.crossing in permit.crossings for link in own)
