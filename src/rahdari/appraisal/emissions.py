"""What the pair's freight emits in each setting: kg CO2e a tonne on the ways that it would choose, and in a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.candidates import Flow
from rahdari.appraisal.gateways import Setting
from rahdari.appraisal.result import BookAnswer, EmissionAnswer
from rahdari.appraisal.trade_costs import RouteSet
from rahdari.appraisal.world import World
from rahdari.measures import apply_measures
from rahdari.transport.availability import Conditions, conditions_on
from rahdari.transport.choice import choice_shares, measure_path_size
from rahdari.transport.elements import Elements, build_elements, central_values, collect_estimates
from rahdari.transport.hazards import combine_causes, generalised_cost, route_causes

Array = NDArray[np.float64]
KG_PER_T = 1000.0


def find_emissions(
    world: World, settings: Sequence[Setting], *, books: Mapping[str, BookAnswer]
) -> tuple[EmissionAnswer, ...]:
    """Each direction's emissions in every setting, well to wheel, at the trade of the first book that tells both ways.

    Means are over tonnes; goods that no way carries in a setting are left out of the mean and of the sum, and a setting
    without any way is left out.
    """
    case, model = world.case, world.cost_model
    told = [book.baseline.by_direction for book in books.values()]
    flows = {flow.id for flow in model.flows}
    values = next((one for one in told if flows <= set(one)), {})
    central = central_values(collect_estimates(case.network, case.claims))
    answers = []
    for setting in settings:
        changed, supposed = apply_measures(central, setting.measures)
        conditions = conditions_on(case.network, setting.day, exceptions=supposed)
        for flow in model.flows:
            sets = model.route_sets[flow.id]
            used = np.flatnonzero(sum(one.counts.sum(axis=0) for one in sets))
            elements = build_elements(case.network, changed, only=used.tolist())
            kg = np.mean([_emit(one, flow, elements, used, conditions, world=world) for one in sets], axis=0)
            tonnes = flow.shares / np.array([cargo.value_usd_per_t for cargo in flow.cargoes])
            carried = np.isfinite(kg)
            if not carried.any():
                continue
            mean = float(np.average(kg[carried], weights=tonnes[carried]))
            year_t = values[flow.id] * 1e6 * float(tonnes[carried].sum()) if flow.id in values else None
            answers.append(
                EmissionAnswer(flow.id, setting.name, mean, None if year_t is None else mean * year_t / KG_PER_T)
            )
    return tuple(answers)


def _emit(
    one: RouteSet, flow: Flow, elements: Elements, used: NDArray[np.intp], conditions: Conditions, *, world: World
) -> Array:
    """Kg CO2e a tonne of each good over the routes that it would choose; NaN where none is open to it."""
    model = world.cost_model
    counts = one.counts[:, used]
    time, cost = counts @ elements.time_h[0], counts @ elements.cost_usd_per_t[0]
    kg = counts @ elements.co2e_kg_per_t
    judged = [combine_causes(route_causes(model.graph, route, conditions)) for route in one.routes]
    chance, surcharge = (np.array(column) for column in zip(*judged, strict=True))
    found = np.full(len(flow.cargoes), np.nan)
    for column, cargo in enumerate(flow.cargoes):
        rows = np.flatnonzero((chance > 0) & one.carried[:, column])
        if rows.size:
            sizes = measure_path_size(counts[rows], elements.length_km)
            whole = generalised_cost(cost[rows], time[rows], cargo=cargo, surcharge=surcharge[rows],
                                     availability=chance[rows])  # fmt: skip
            found[column] = choice_shares(whole, sizes, scale=model.scale) @ kg[rows]
    return found
