"""What a network lacks where it holds no way at all between two places."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rahdari.transport.gaps import explain_gap
from rahdari.transport.network import Network, Node
from tests.islands import islands

MODES = ("road", "rail", "sea", "ferry")


def network(*links: tuple[str, str, str, str], transfers: tuple[str, ...] = ()) -> Network:
    """Norton with some more places and links (from, to, mode, gauge) of the islands."""
    shipped = islands().network
    norton = next(node for node in shipped.nodes if node.id == "norton")
    places = [replace(norton, id=name, name=name.title(), transfers=transfers) for name in ("a", "b", "c", "d", "e")]
    road = next(link for link in shipped.links if link.mode == "road" and not link.crossing)
    made = [
        replace(road, id=f"l{number}", start=start, end=end, mode=mode, gauge=gauge)
        for number, (start, end, mode, gauge) in enumerate(links)
    ]
    return replace(shipped, nodes=tuple(places), links=tuple(made), stops=(), crossings=())


def told(held: Network, end: str = "c") -> str:
    nodes: dict[str, Node] = {node.id: node for node in held.nodes}
    return explain_gap(held, start=nodes["a"], end=nodes[end], modes=MODES)


def test_a_place_that_no_link_reaches_is_named() -> None:
    assert told(network(("a", "b", "road", ""))).startswith("No link of these modes ends at C:")
    assert told(network(("a", "b", "road", ""), ("b", "c", "air", ""))).startswith("No link of these modes ends at C:")


def test_gauges_that_meet_without_a_change_are_named_with_the_place() -> None:
    held = network(("a", "b", "rail", "1520"), ("b", "c", "rail", "1435"))
    assert "at B from rail of 1520 mm to rail of 1435 mm" in told(held)
    assert told(network(("a", "b", "rail", "1520"), ("b", "c", "rail", "1435"), transfers=("break-of-gauge",))) == ""


def test_a_part_that_stands_apart_is_told_by_its_places_and_modes() -> None:
    held = network(("a", "b", "road", ""), ("b", "d", "road", ""), ("c", "e", "rail", "1676"))
    assert told(held).startswith("C is joined to E alone, by rail of 1676 mm: add a link")


@pytest.mark.parametrize("end", ["b", "c"])
def test_nothing_is_told_where_there_is_a_way(end: str) -> None:
    assert told(network(("a", "b", "road", ""), ("b", "c", "road", "")), end) == ""
