"""Skims, their slopes, flows over links and the regret of fixed candidates, on the two islands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rahdari.exceptions import InputFault, NoAnswer, RahdariError
from rahdari.transport.alternatives import find_candidates, usable_edges
from rahdari.transport.availability import conditions_on
from rahdari.transport.candidate_set import gather_candidates, measure_regret
from rahdari.transport.cargo import Cargo
from rahdari.transport.choice import logsum_cost
from rahdari.transport.elements import Elements, build_elements, central_values, collect_estimates, draw_values
from rahdari.transport.graph import Graph, Route, build_graph
from rahdari.transport.skims import (
    Passage,
    RouteTable,
    Skim,
    always_open,
    assign_flows,
    judge_passage,
    mean_shares,
    skim,
    skim_slopes,
    tabulate_routes,
)
from tests.islands import OPEN_DAY, SHUT_DAY, cargo_of, islands

CARGOES = [cargo_of(name) for name in ("machines", "grain", "medicine")]
PAIRS = [("norton", "sutton"), ("norton", "tradehaven"), ("sutton", "norton")]
SCALE = 8.0


def graph_and_elements(draws: int = 4) -> tuple[Graph, Elements]:
    """The islands with figures that scatter by a fifth."""
    network, claims = islands().network, islands().claims
    central = central_values(collect_estimates(network, claims))
    rng = np.random.default_rng(5)
    values = {key: value * np.exp(0.2 * rng.standard_normal(draws)) for key, value in central.items()}
    return build_graph(network), build_elements(network, values)


def usable_on(graph: Graph, day: object) -> np.ndarray:
    conditions = conditions_on(islands().network, SHUT_DAY if day == "shut" else OPEN_DAY)
    return usable_edges(graph, conditions, modes=("road", "rail", "sea", "ferry", "air"))


def candidates(graph: Graph, elements: Elements) -> dict[tuple[str, str], tuple[Route, ...]]:
    usable = usable_on(graph, "open")
    return {
        pair: find_candidates(graph, elements, start=pair[0], end=pair[1], cargo=CARGOES[0], usable=usable).routes
        for pair in PAIRS
    }


def table_of(graph: Graph, elements: Elements) -> RouteTable:
    return tabulate_routes(graph, candidates(graph, elements), length_km=elements.length_km)


def passage_of(graph: Graph, table: RouteTable, elements: Elements) -> Passage:
    conditions = conditions_on(islands().network, OPEN_DAY)
    return judge_passage(graph, table, conditions=conditions, cargoes=CARGOES, elements=elements)


def test_the_skim_is_the_logsum_of_the_routes_of_each_pair_commodity_and_draw() -> None:
    graph, elements = graph_and_elements()
    table = table_of(graph, elements)
    passage = passage_of(graph, table, elements)
    found = skim(table, elements, cargoes=CARGOES, scale=SCALE, passage=passage)
    assert found.cost_usd_per_t.shape == (3, 3, 4)
    use = table.use.toarray()
    for place in range(len(PAIRS)):
        rows = table.rows(place)
        for column, cargo in enumerate(CARGOES):
            for draw in range(4):
                whole = use[rows] @ (elements.cost_usd_per_t[draw] + cargo.time_usd_per_t_h * elements.time_h[draw])
                whole = (whole + passage.surcharge[rows] * cargo.value_usd_per_t) / passage.chance[rows]
                whole[~passage.carried[rows, column]] = np.inf
                expected = logsum_cost(whole, table.path_size[rows], scale=SCALE)
                assert found.cost_usd_per_t[place, column, draw] == pytest.approx(float(expected))
    assert np.isinf(passage.chance).sum() == 0
    assert (passage.surcharge > 0).any()


def test_a_skim_is_asked_by_its_labels_and_an_unknown_one_suggests_the_nearest() -> None:
    found = Skim((("a", "b"),), ("grain", "steel"), np.arange(4.0).reshape(1, 2, 2))
    assert found.draws_of(("a", "b"), "steel").tolist() == [2, 3]
    with pytest.raises(RahdariError) as caught:
        found.draws_of(("a", "b"), "stel")
    assert caught.value.suggestions == ("steel",)
    with pytest.raises(RahdariError):
        found.draws_of(("b", "a"), "steel")


def test_where_no_route_is_open_or_none_carries_the_cargo_the_skim_is_infinite() -> None:
    graph, elements = graph_and_elements()
    table = table_of(graph, elements)
    passage = always_open(table, CARGOES)
    chance, carried = passage.chance.copy(), passage.carried.copy()
    chance[table.rows(0)] = 0.0
    carried[table.rows(1), 2] = False
    found = skim(
        table, elements, cargoes=CARGOES, scale=SCALE, passage=replace(passage, chance=chance, carried=carried)
    )
    assert np.isinf(found.cost_usd_per_t).all(axis=2).tolist() == [
        [True, True, True],
        [False, False, True],
        [False, False, False],
    ]
    assert not np.isnan(found.cost_usd_per_t).any()


def test_a_duplicated_route_changes_no_skim() -> None:
    graph, elements = graph_and_elements()
    routes = candidates(graph, elements)
    twice = {pair: (*listed, listed[0]) for pair, listed in routes.items()}
    first, second = (
        skim(tabulate_routes(graph, one, length_km=elements.length_km), elements, cargoes=CARGOES[:1], scale=SCALE)
        for one in (routes, twice)
    )
    assert np.array_equal(first.cost_usd_per_t, second.cost_usd_per_t)


def moved(elements: Elements, element: int, *, usd: float = 0.0, hours: float = 0.0) -> Elements:
    cost, stops = elements.cost_usd_per_t.copy(), elements.stop_h.copy()
    cost[:, element] += usd
    stops[:, element] += hours
    return replace(elements, cost_usd_per_t=cost, stop_h=stops)


def test_slopes_with_respect_to_every_link_and_stop_agree_with_finite_differences() -> None:
    graph, elements = graph_and_elements()
    table = table_of(graph, elements)
    passage = passage_of(graph, table, elements)
    slopes = skim_slopes(table, elements, cargoes=CARGOES, scale=SCALE, passage=passage)

    def mean_skim(one: Elements) -> np.ndarray:
        found = skim(table, one, cargoes=CARGOES, scale=SCALE, passage=passage)
        return np.asarray(found.cost_usd_per_t.mean(axis=2))

    step = 1e-4
    dearest = max(cargo.time_usd_per_t_h for cargo in CARGOES)
    for element in range(elements.length_km.size):
        up, down = (mean_skim(moved(elements, element, usd=by)) for by in (step, -step))
        assert np.abs(slopes.per_usd[:, :, element] - (up - down) / 2 / step).max() < 1e-6
        later, sooner = (mean_skim(moved(elements, element, hours=by / dearest)) for by in (step, -step))
        difference = (later - sooner) / 2 / step  # for as much time as costs the dearest cargo a dollar
        assert np.abs(slopes.per_hour[:, :, element] / dearest - difference).max() < 1e-6
    assert (np.abs(slopes.per_usd).sum(axis=(0, 1)) > 0).sum() > 10


def test_flows_come_back_on_the_links_and_none_is_lost() -> None:
    graph, elements = graph_and_elements()
    table = table_of(graph, elements)
    flows = np.array([[10.0, 20.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 3.0]])
    loads = assign_flows(table, flows, elements=elements, cargoes=CARGOES, scale=SCALE)
    shares = mean_shares(table, elements, cargoes=CARGOES, scale=SCALE)
    for place in range(len(PAIRS)):
        assert shares[table.rows(place)].sum(axis=0) == pytest.approx(np.ones(3))
    # every way into Sutton ends on a link that touches it: what arrives is what was sent there
    links = islands().network.links
    touching = [index for index, link in enumerate(links) if "sutton" in (link.start, link.end)]
    assert loads[touching, 0].sum() == pytest.approx(10)
    assert loads[touching, 2].sum() == pytest.approx(3)


def test_the_slope_of_the_cost_of_all_flows_is_the_load() -> None:
    graph, elements = graph_and_elements()
    table = table_of(graph, elements)
    flows = np.array([[10.0, 20.0, 0.0], [5.0, 0.0, 1.0], [0.0, 7.0, 3.0]])
    loads = assign_flows(table, flows, elements=elements, cargoes=CARGOES, scale=SCALE)
    slopes = skim_slopes(table, elements, cargoes=CARGOES, scale=SCALE)
    assert np.einsum("pc,pce->ec", flows, slopes.per_usd) == pytest.approx(loads)


def test_flows_of_another_shape_and_figures_of_another_network_are_refused() -> None:
    graph, elements = graph_and_elements()
    table = table_of(graph, elements)
    with pytest.raises(InputFault, match="3 pairs x 3 commodities"):
        assign_flows(table, np.ones((2, 3)), elements=elements, cargoes=CARGOES, scale=SCALE)
    shorter = replace(elements, length_km=elements.length_km[:-1])
    with pytest.raises(InputFault, match="links and stops"):
        skim(table, shorter, cargoes=CARGOES, scale=SCALE)


def spread(graph: Graph, draws: int, seed: int) -> Elements:
    network, claims = islands().network, islands().claims
    values = central_values(collect_estimates(network, claims))
    rng = np.random.default_rng(seed)
    return build_elements(network, {key: one * np.exp(0.3 * rng.standard_normal(draws)) for key, one in values.items()})


def test_candidates_gathered_from_draws_have_little_regret_on_others_and_the_cheapest_alone_has_more() -> None:
    graph = build_graph(islands().network)
    usable = usable_on(graph, "open")
    roads: list[Cargo] = [CARGOES[0], CARGOES[1]]
    gathered = gather_candidates(graph, spread(graph, 200, 1), pairs=PAIRS, cargoes=roads, usable=usable)
    assert gathered.regret.mean < 0.005
    fresh = spread(graph, 100, 2)
    measured = measure_regret(graph, fresh, routes=gathered.routes, cargoes=roads, usable=usable)
    assert measured.mean < 0.005
    assert measured.searches == 100 * len(PAIRS) * len(roads)
    one = {pair: routes[:1] for pair, routes in gathered.routes.items()}
    alone = measure_regret(graph, fresh, routes=one, cargoes=roads, usable=usable)
    assert alone.mean > measured.mean
    assert alone.worst >= alone.mean >= 0


def test_too_few_draws_for_the_regret_that_is_asked_give_no_answer() -> None:
    graph = build_graph(islands().network)
    with pytest.raises(NoAnswer, match="more draws"):
        gather_candidates(
            graph, spread(graph, 1, 1), pairs=PAIRS, cargoes=CARGOES[:1], usable=usable_on(graph, "open"), batch=1
        )


def test_the_same_draws_give_the_same_bytes() -> None:
    case = islands()
    estimates = collect_estimates(case.network, case.claims)
    graph = build_graph(case.network)
    found = []
    for _ in range(2):
        values = draw_values(estimates, rng=np.random.default_rng(3), draws=20)
        elements = build_elements(case.network, values)
        found.append(skim(table_of(graph, elements), elements, cargoes=CARGOES, scale=SCALE).cost_usd_per_t.tobytes())
    assert found[0] == found[1]
