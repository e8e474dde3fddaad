"""Many patterns of what is open judged at once as each is link by link."""

from __future__ import annotations

from datetime import date
from itertools import product

import numpy as np
import pytest

from rahdari.appraisal.candidates import find_pair_routes, read_flows
from rahdari.appraisal.passing import judge_patterns, suppose_situation, touched_entities
from rahdari.case import Case, find_case, read_case
from rahdari.transport.availability import Exceptions, conditions_on, index_states
from rahdari.transport.choice import measure_path_size
from rahdari.transport.elements import build_elements, central_values, collect_estimates
from rahdari.transport.graph import build_graph, count_elements
from rahdari.transport.hazards import combine_causes, route_causes
from tests.islands import islands


@pytest.mark.parametrize("shipped", [False, True])
def test_every_pattern_is_judged_as_link_by_link(shipped: bool) -> None:
    case = read_case(find_case("pakistan_kazakhstan")) if shipped else islands()
    graph, index = build_graph(case.network), index_states(case.network, case.as_of)
    central = central_values(collect_estimates(case.network, case.claims))
    found = find_pair_routes(
        case, graph, central, flows=read_flows(case), measures=case.measures, since=date(2024, 7, 1)
    )
    routes = next(iter(next(iter(found.by_flow.values())).values()))
    touched = touched_entities(graph, routes, index)
    some = sorted(frozenset().union(*touched))
    supposed = (Exceptions(), Exceptions(opened=frozenset(some)), Exceptions(shut=frozenset(some[::3])))
    situations = range(2 ** len(found.shocks))
    patterns = [
        suppose_situation(index.groups, found.shocks, situation, supposing=one)
        for situation, one in product(situations, supposed)
    ]
    judged = judge_patterns(touched, patterns, index=index)
    lengths = build_elements(case.network, central).length_km
    counts = count_elements(graph, routes, elements=lengths.size)
    sizes = judged.path_sizes(counts, lengths)
    assert len({row.tobytes() for row in judged.chance}) > 2
    for row, exceptions in enumerate(patterns):
        conditions = conditions_on(case.network, case.as_of, exceptions=exceptions, seasons=False)
        pairs = [combine_causes(route_causes(graph, route, conditions)) for route in routes]
        assert np.stack([judged.chance[row], judged.surcharge[row]], axis=1) == pytest.approx(np.array(pairs))
        usable = judged.chance[row] > 0
        assert (sizes[row][usable] == measure_path_size(counts[usable], lengths)).all()
        assert not sizes[row][~usable].any()


def test_what_a_shock_shuts_no_measure_opens_while_it_lasts() -> None:
    case: Case = islands()
    index = index_states(case.network, case.as_of)
    shocks = find_pair_routes(
        case, build_graph(case.network), central_values(collect_estimates(case.network, case.claims)),
        flows=read_flows(case), measures=case.measures, since=date(2024, 7, 1),
    ).shocks  # fmt: skip
    shut = next(shock for shock in shocks if shock.kind == "closed")
    bit = shocks.index(shut)
    opening = Exceptions(opened=shut.entities | {"link:elsewhere"})
    assert suppose_situation(index.groups, shocks, 1 << bit, supposing=opening).opened == {"link:elsewhere"}
    over = suppose_situation(index.groups, shocks, 0, supposing=opening)
    assert over.opened == opening.opened
    assert over.lifted >= shut.states
