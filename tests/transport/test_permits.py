"""Documents, permits and sanctions of a route on the invented islands: where they apply, when, and on which legs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rahdari.transport.network import Network, Permit
from rahdari.transport.permits import flag_link, list_permits
from tests.islands import OPEN_DAY, islands

NETWORK = islands().network
EAST = ("norton-east-bridge-road", "east-bridge-road", "east-bridge-sutton-road")
PERMIT = Permit("pass", "Bridge pass", "permit", ("road",), ("XNO", "XSO"), 2, (), None, None, "the toll house",
                "two-islands-invention", "D", "Invented")  # fmt: skip


def with_permits(*permits: Permit) -> Network:
    return replace(NETWORK, permits=permits)


def links_of(*ids: str) -> list[int]:
    positions = {link.id: position for position, link in enumerate(NETWORK.links)}
    return [positions[id_] for id_ in ids]


def ids_on(*links: str, permit: Permit, day: date = OPEN_DAY) -> list[str]:
    return [found.id for found in list_permits(with_permits(permit), links_of(*links), day)]


def test_a_permit_applies_where_as_many_of_its_countries_are_touched() -> None:
    assert ids_on(*EAST, permit=PERMIT) == ["pass"]
    assert ids_on(EAST[0], permit=PERMIT) == []
    assert ids_on(EAST[0], permit=replace(PERMIT, at_least=1)) == ["pass"]


def test_a_permit_of_a_crossing_applies_at_that_crossing_alone() -> None:
    assert ids_on(*EAST, permit=replace(PERMIT, crossings=("east-bridge",))) == ["pass"]
    assert ids_on(*EAST, permit=replace(PERMIT, crossings=("west-bridge",))) == []


def test_a_permit_of_one_mode_does_not_apply_to_another() -> None:
    assert ids_on(*EAST, permit=replace(PERMIT, modes=("rail",))) == []
    assert ids_on(*EAST, permit=replace(PERMIT, modes=())) == ["pass"]


def test_a_permit_applies_from_its_first_to_its_last_day() -> None:
    permit = replace(PERMIT, since=date(2025, 6, 1), until=date(2025, 6, 30))
    assert ids_on(*EAST, permit=permit, day=date(2025, 6, 1)) == ["pass"]
    assert ids_on(*EAST, permit=permit, day=date(2025, 5, 31)) == []
    assert ids_on(*EAST, permit=permit, day=date(2025, 7, 1)) == []


def test_the_open_sea_is_no_country() -> None:
    permit = replace(PERMIT, modes=("sea",), countries=(), at_least=2)
    assert ids_on("narrows-tradehaven-sea", permit=permit) == []
    assert ids_on("northport-narrows-sea", "narrows-southport-sea", permit=permit) == ["pass"]


def test_only_the_leg_over_the_border_bears_the_permit() -> None:
    legs = [NETWORK.links[position] for position in links_of(*EAST)]
    assert [flag_link(NETWORK, leg, [PERMIT]) for leg in legs] == [(), ("permit",), ()]


def test_sanctions_flag_every_leg_in_the_country_and_a_document_flags_none() -> None:
    sanctions = replace(PERMIT, kind="sanctions", countries=("XSO",), at_least=1)
    paper = replace(PERMIT, kind="document")
    legs = [NETWORK.links[position] for position in links_of(*EAST)]
    assert [flag_link(NETWORK, leg, [sanctions, paper]) for leg in legs] == [(), ("sanctions",), ("sanctions",)]
