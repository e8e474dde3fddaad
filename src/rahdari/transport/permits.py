"""Which documents, permits and visas a route needs, which sanctions touch it, and what travelling under one changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from rahdari.claims import Claims
from rahdari.exceptions import InputFault, unknown_name
from rahdari.transport.elements import BORDER_TIME_FACTOR
from rahdari.transport.network import Link, Network, Permit, Stop

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


def find_document(name: str, permits: Iterable[Permit], claims: Claims) -> Permit:
    """The document of that id or title whose effect on border times a claim gives; another one raises."""
    known = {permit.id: permit for permit in permits if claims.find(permit.entity, BORDER_TIME_FACTOR) is not None}
    for permit in known.values():
        if name.strip().casefold() in (permit.id.casefold(), permit.title.casefold()):
            return permit
    if not known:
        message = f"Unknown document: {name!r}. The case gives border times under no document."
        raise InputFault(message, kind="unknown-document")
    raise unknown_name("document", name, known=known)


def travel_under(network: Network, permit: Permit, day: date) -> Network:
    """The network as cargo finds it that travels under the document: border stops where it holds bear its factor.

    It holds for its modes where both sides of a crossing are among its countries. A network for planning routes; the
    coefficients of `change_coefficients` are those of cargo without a document.
    """
    if not _in_force(permit, day):
        message = f"{permit.title} is not in force on {day}: leave it out, or ask for another day."
        raise InputFault(message, kind="not-in-force")
    stops = tuple(replace(stop, under=permit.id) if _holds_at(permit, stop) else stop for stop in network.stops)
    return replace(network, stops=stops)


def _holds_at(permit: Permit, stop: Stop) -> bool:
    if stop.kind != "border" or stop.at in permit.except_crossings:
        return False
    if permit.crossings and stop.at not in permit.crossings:
        return False
    by_mode = not permit.modes or stop.mode in permit.modes
    return by_mode and (not permit.countries or {stop.from_country, stop.to_country} <= set(permit.countries))


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
