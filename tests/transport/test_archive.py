"""Networks that are written to disk, read again and searched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rahdari.exceptions import InputFault, RahdariError
from rahdari.transport.alternatives import edge_sums, usable_edges
from rahdari.transport.archive import Archive, archive_graph, find_cheapest, read_archive, write_archive
from rahdari.transport.availability import conditions_on
from rahdari.transport.elements import build_elements, central_values, collect_estimates
from rahdari.transport.graph import build_graph
from tests.islands import OPEN_DAY, islands, plan


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    network, claims = islands().network, islands().claims
    graph = build_graph(network)
    elements = build_elements(network, central_values(collect_estimates(network, claims)))
    usable = usable_edges(graph, conditions_on(network, OPEN_DAY), modes=("road", "rail", "ferry"))
    made = archive_graph(
        graph,
        cost_usd_per_t=edge_sums(graph, elements.cost_usd_per_t[0]),
        time_h=edge_sums(graph, elements.time_h[0]),
        usable=usable,
    )
    write_archive(tmp_path / "net.npz", made)
    return read_archive(tmp_path / "net.npz")


def test_the_cheapest_way_from_an_archive_is_the_one_that_a_plan_answers_first(archive: Archive) -> None:
    # machines: 1 USD an hour; by the East Bridge 24 USD/t and 16 h
    route = find_cheapest(archive, "norton", "sutton", time_usd_per_t_h=1.0)
    assert route is not None
    assert (route.cost_usd_per_t, route.time_h) == pytest.approx((24, 16))
    best = plan().routes[0]
    assert route.nodes == (best.legs[0].nodes[0], *(leg.nodes[1] for leg in best.legs))
    assert [islands().network.links[link].name for link in route.links] == [leg.name for leg in best.legs]


def test_where_no_link_leads_there_is_no_way_and_an_unknown_place_gets_the_nearest(archive: Archive) -> None:
    assert find_cheapest(archive, "norton", "norton", time_usd_per_t_h=1.0) is not None
    barred = replace(archive, cost_usd_per_t=archive.cost_usd_per_t + np.inf)
    assert find_cheapest(barred, "norton", "sutton", time_usd_per_t_h=1.0) is None
    with pytest.raises(RahdariError) as caught:
        find_cheapest(archive, "nortn", "sutton", time_usd_per_t_h=1.0)
    assert "norton" in caught.value.suggestions


@pytest.mark.parametrize("content", [b"", b"start,end\na,b\n", b"PK\x03\x04broken"])
def test_a_file_of_another_kind_is_refused_by_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "links.csv"
    path.write_bytes(content)
    with pytest.raises(InputFault, match=r"links\.csv"):
        read_archive(path)


def test_an_archive_without_all_its_arrays_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "net.npz", nodes=np.zeros(1))
    with pytest.raises(InputFault):
        read_archive(tmp_path / "net.npz")
