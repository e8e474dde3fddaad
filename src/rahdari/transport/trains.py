"""What cargo is spared that fills a train of its own: the wait for a departure, and the yards' waits of wagons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from rahdari.claims import Claims
from rahdari.transport.elements import Change
from rahdari.transport.network import Network

WAITING: Final = "waiting_h_per_100km"
WAITING_WHOLE_TRAIN: Final = "waiting_whole_train_h_per_100km"
DEPARTURES: Final = "departures_per_week"


def charter_train(network: Network, claims: Claims) -> Claims:
    """The claims as they hold for a whole train: it leaves once it is loaded, and waits on its way as whole trains do.

    A railway without a figure for whole trains keeps the waiting of its mean cargo; ships and flights keep their
    departures, and changes of gauge and borders their hours.
    """
    rates = {f"rate:{link.rate}" for link in network.links if link.mode == "rail"}
    told = {claim.entity for claim in claims if claim.attribute == WAITING_WHOLE_TRAIN} & rates
    departures = {(entity, DEPARTURES) for entity in _rail_links(network)}
    left_out = departures | {(entity, WAITING) for entity in told}
    rows = (
        replace(claim, attribute=WAITING) if claim.attribute == WAITING_WHOLE_TRAIN else claim
        for claim in claims
        if (claim.entity, claim.attribute) not in left_out
    )
    return replace(claims, rows=tuple(rows))


def spare_departures(network: Network, changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes without those of departures by rail: a train of one's own waits for none."""
    links = _rail_links(network)
    return tuple(change for change in changes if change.attribute != DEPARTURES or change.entity not in links)


def _rail_links(network: Network) -> set[str]:
    return {f"link:{link.id}" for link in network.links if link.mode == "rail"}
