"""Paths of the two islands' books against figures worked out by hand.

Trade costs per tonne of machines (160 USD/t): over the East Bridge 160 + 40 = 200, by ferry 160 + 90 = 250, by rail
160 + 20 = 180, with the entry check halved 160 + 35 = 195. Closing the bridges is a factor of 250/200 = 1.25. The
elasticity is 1 up to a year, 1.5 after two, 2 after three, 3 from five years on; half-years lie on the line between.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rahdari.appraisal.carriage import hold_while_shut
from rahdari.appraisal.forecast import (
    BookPaths,
    Extent,
    effective_measures,
    missing_needs,
    pair_costs,
    situation_weights,
)
from rahdari.appraisal.world import World, draw_world
from rahdari.case import Case
from rahdari.exceptions import NoAnswer
from tests.islands import NO_CLOSURE, Cell, changed_islands, claim, islands, run_measures

BOOKS = ("north-customs", "south-treasury", "south-customs")
SHUT = 250 / 200  # machines by ferry instead of the bridge
SHUT_GRAIN = (240 + 41.4) / (240 + 25.6)
HALVED = 195 / 200
HALVED_GRAIN = (240 + 25.1) / (240 + 25.6)


def world_of(case: Case, *, draws: int = 3, seed: int = 1) -> World:
    return draw_world(case, measures=case.measures, books=BOOKS, draws=draws, rng=np.random.default_rng(seed))


def path(paths: BookPaths, year: int) -> float:
    return float(paths.total[0, paths.years.index(year)])


def response(paths: BookPaths, flow: str, year: int) -> float:
    return float(paths.response[flow][0, paths.years.index(year)])


def run(case: Case, *measures: str) -> dict[str, BookPaths]:
    return run_measures(world_of(case), measures)


def mean(*values: float) -> float:
    return sum(values) / len(values)


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The islands without the closure."""
    return changed_islands(tmp_path_factory.mktemp("calm"), without=[NO_CLOSURE])


def test_without_measures_growth_or_closure_every_year_is_the_baseline(calm: Case) -> None:
    for name, level in zip(BOOKS, (100, 80, 30), strict=True):
        paths = run(calm)[name]
        assert paths.total == pytest.approx(np.full_like(paths.total, level))


def test_a_book_is_forecast_in_its_own_reporting_years(calm: Case) -> None:
    paths = run(calm)
    assert [str(period) for period in paths["south-treasury"].periods[:2]] == [
        "2025-07-01/2026-06-30",
        "2026-07-01/2027-06-30",
    ]
    assert [str(period) for period in paths["north-customs"].periods[:2]] == ["2026", "2027"]
    assert paths["north-customs"].years[-1] == 2036


def test_growth_of_both_economies_compounds(tmp_path: Path) -> None:
    # 5 percent in each: both sizes multiply the flow
    cells = [claim(f"economy:{party}", "gdp_growth", 0.05, file="economy/claims.csv") for party in ("XNO", "XSO")]
    paths = run(changed_islands(tmp_path, *cells, without=[NO_CLOSURE]))["north-customs"]
    assert [path(paths, year) for year in (2026, 2027, 2028)] == pytest.approx(
        [100 * 1.05**2, 100 * 1.05**4, 100 * 1.05**6]
    )


def test_growth_counts_over_that_of_the_world_and_in_dollars_of_the_year(tmp_path: Path) -> None:
    # 5 percent in each, 3 in the world, dollars lose 2: 1.05 x 1.05 / 1.03 x 1.02 a year; were all to grow by 5, so
    # would the flow
    cells = [claim(f"economy:{party}", "gdp_growth", 0.05, file="economy/claims.csv") for party in ("XNO", "XSO")]
    cells.append(claim("model", "dollar_inflation", 0.02))
    over = changed_islands(tmp_path, *cells, claim("model", "world_growth", 0.03), without=[NO_CLOSURE])
    paths = run(over)["north-customs"]
    yearly = 1.05**2 / 1.03 * 1.02
    assert [path(paths, year) for year in (2026, 2027)] == pytest.approx([100 * yearly, 100 * yearly**2])
    alike = changed_islands(tmp_path / "b", *cells, claim("model", "world_growth", 0.05), without=[NO_CLOSURE])
    assert path(run(alike)["north-customs"], 2026) == pytest.approx(100 * 1.05 * 1.02)


def test_the_income_elasticity_answers_to_growth_beyond_the_world(tmp_path: Path) -> None:
    cells = [claim(f"economy:{party}", "gdp_growth", 0.05, file="economy/claims.csv") for party in ("XNO", "XSO")]
    half = claim("model", "income_elasticity", 0.5)
    case = changed_islands(tmp_path, *cells, half, claim("model", "world_growth", 0.03), without=[NO_CLOSURE])
    assert path(run(case)["north-customs"], 2026) == pytest.approx(100 * 1.03 * (1.05 / 1.03) ** (2 * 0.5))


def test_the_closure_costs_the_elasticity_of_each_horizon() -> None:
    paths = run(islands())["north-customs"]
    # machines one way (60); machines and grain half and half the other way (40)
    first = 60 / SHUT + 20 / SHUT + 20 / SHUT_GRAIN
    assert path(paths, 2026) == pytest.approx(first)
    # third year: half-years at horizons of 2.5 and 3 years
    third = 80 * mean(SHUT**-1.75, SHUT**-2) + 20 * mean(SHUT_GRAIN**-1.75, SHUT_GRAIN**-2)
    assert path(paths, 2028) == pytest.approx(third)
    # from the fifth year on the long run
    assert path(paths, 2036) == pytest.approx(80 * SHUT**-3 + 20 * SHUT_GRAIN**-3)


def test_draws_whose_times_agree_keep_what_they_cost_where_nothing_is_done() -> None:
    # as after a measure that sets what was uncertain: the offset of the second draw is 8 USD of 160 a tonne more
    world = world_of(islands(), draws=2)
    model = world.cost_model
    (one,) = model.route_sets["XNO-XSO"]
    other = replace(one, offset=one.offset + np.array([[0.0], [8.0]]))
    world = replace(world, cost_model=replace(model, route_sets={**model.route_sets, "XNO-XSO": (other,)}))
    extent = Extent(world.draws, world.timeline.steps)
    costs = pair_costs(world, {}, stays=situation_weights(world, {}, extent=extent))["XNO-XSO"]
    assert np.expm1(costs.log_cost[1]) == pytest.approx(np.expm1(costs.log_cost[0]) + 8 / 160)


def test_a_choice_that_leaves_nothing_to_chance_takes_the_cheapest_way(tmp_path: Path) -> None:
    # a cent a tonne decides: the other ways cost thousands of cents more
    case = changed_islands(tmp_path, claim("model", "route_choice_scale", 0.01))
    assert response(run(case)["north-customs"], "XNO-XSO", 2026) == pytest.approx(1 / SHUT)
    paths = run(case, "halve-east-bridge-time", "reopen-bridges")["north-customs"]
    assert response(paths, "XNO-XSO", 2027) > response(paths, "XNO-XSO", 2026) > 1 / SHUT


def test_a_fiscal_year_holds_half_a_year_of_each_calendar_year() -> None:
    # July to December 2025 open, January to June 2026 shut
    paths = run(islands())["south-treasury"]
    assert response(paths, "XNO-XSO", 2026) == pytest.approx(mean(1, 1 / SHUT))
    assert response(paths, "XNO-XSO", 2027) == pytest.approx(mean(1 / SHUT, SHUT**-1.25))


def test_reopening_in_july_ends_the_loss_as_it_came() -> None:
    paths = run(islands(), "reopen-bridges")["north-customs"]
    # 2026: half a year shut; later the loss lags behind by half a year of the elasticity's slope, 0.25
    assert response(paths, "XNO-XSO", 2026) == pytest.approx(mean(1 / SHUT, 1))
    assert response(paths, "XNO-XSO", 2027) == pytest.approx(SHUT**-0.25)
    assert response(paths, "XNO-XSO", 2030) == pytest.approx(SHUT**-0.25)
    assert response(paths, "XNO-XSO", 2031) == pytest.approx(1)


@pytest.mark.parametrize(
    ("year", "early", "late"), [(2026, 0, 0), (2027, 1, 1), (2028, 1.25, 1.5), (2029, 1.75, 2), (2033, 3, 3)]
)
def test_halving_a_stop_raises_the_flow_by_the_cost_ratio_to_the_elasticity(
    calm: Case, year: int, early: float, late: float
) -> None:
    # it starts in January 2027; (1 + f1) / (1 + f0) with f over the value of a tonne
    paths = run(calm, "reopen-bridges", "halve-east-bridge-time")["north-customs"]
    machines = mean(HALVED**-early, HALVED**-late)
    grain = mean(HALVED_GRAIN**-early, HALVED_GRAIN**-late)
    assert response(paths, "XNO-XSO", year) == pytest.approx(machines)
    assert response(paths, "XSO-XNO", year) == pytest.approx(mean(machines, grain))


def test_a_faster_check_on_a_shut_bridge_does_nothing_and_on_a_reopened_one_something() -> None:
    world = world_of(islands())
    none, alone, opened, both = (
        run_measures(world, measures)["north-customs"].total
        for measures in (
            (),
            ("halve-east-bridge-time",),
            ("reopen-bridges",),
            ("reopen-bridges", "halve-east-bridge-time"),
        )
    )
    assert (alone == none).all()
    assert (both[:, 1:] > opened[:, 1:]).all()


def test_a_railway_replaces_the_ferry_from_its_first_day() -> None:
    # January 2028: 250 -> 180, two years after the closure, whose elasticity is by then 1.75 and 2
    paths = run(islands(), "tunnel-railway")["north-customs"]
    rail = 180 / 250
    assert response(paths, "XNO-XSO", 2028) == pytest.approx(mean(SHUT**-1.75 / rail, SHUT**-2 / rail), rel=1e-6)
    assert response(paths, "XNO-XSO", 2027) == pytest.approx(response(run(islands())["north-customs"], "XNO-XSO", 2027))


@pytest.mark.parametrize(
    ("measures", "after"),
    [
        (("port-charge-cut",), 160 + 81),  # two charges of 9 halved
        (("second-ferry",), 160 + 84),  # 6 h less to wait
        (("port-charge-cut", "second-ferry"), 160 + 75),
    ],
)
def test_cheaper_ports_and_a_second_ferry_help_while_the_bridges_are_shut(
    measures: Sequence[str], after: float
) -> None:
    paths = run(islands(), *measures)["north-customs"]
    expected = mean(SHUT**-1.25, SHUT**-1.5) / (after / 250)
    assert response(paths, "XNO-XSO", 2027) == pytest.approx(expected)


def test_a_tariff_cut_counts_like_any_other_cost(calm: Case) -> None:
    # 20 percent halved in January 2027: 1.1 / 1.2, in one direction only
    paths = run(calm, "tariff-cut")
    ratio = 1.1 / 1.2
    assert path(paths["south-customs"], 2027) == pytest.approx(30 / ratio)
    assert path(paths["south-customs"], 2029) == pytest.approx(30 * mean(ratio**-1.75, ratio**-2))
    assert response(paths["north-customs"], "XNO-XSO", 2029) == pytest.approx(1)


def test_a_contract_is_delivered_by_the_month_in_the_years_of_each_book(calm: Case) -> None:
    # 24 from July 2026 to June 2027, half of it realised, all of it additional: 1 a month
    paths = run(calm, "crane-contract")
    assert paths["north-customs"].contracts[0, :4] == pytest.approx(np.array([6, 6, 0, 0]))
    assert paths["south-treasury"].contracts[0, :4] == pytest.approx(np.array([0, 12, 0, 0]))
    assert not paths["south-customs"].contracts.any()  # the other direction
    assert path(paths["north-customs"], 2026) == pytest.approx(106)


def test_only_the_additional_part_of_a_contract_counts(tmp_path: Path) -> None:
    case = changed_islands(tmp_path, claim("model", "contract_additional", 0.25), without=[NO_CLOSURE])
    assert run(case, "crane-contract")["north-customs"].contracts[0, 0] == pytest.approx(1.5)


AFLOAT = ("northport-southport-ferry", "northport-narrows-sea", "narrows-southport-sea", "narrows-tradehaven-sea")


def without_ships(folder: Path) -> Case:
    """No boat runs, so that the bridges are the only way until the railway opens."""
    closed = [Cell("network/states.csv", {"entity": "node:narrows"}, {"entity": "node:northport", "state": "closed",
              "availability": "", "surcharge_percent_of_value": "0"})]  # fmt: skip
    return changed_islands(folder, *closed)


def test_no_open_route_means_no_flow_and_reopening_brings_all_of_it_back(tmp_path: Path) -> None:
    case = without_ships(tmp_path)
    assert path(run(case)["north-customs"], 2026) == 0
    paths = run(case, "reopen-bridges")["north-customs"]
    # half of 2026 shut; then the way costs what it cost before, so nothing lingers
    assert [path(paths, year) for year in (2026, 2027, 2030)] == pytest.approx([50, 100, 100])


def test_a_contract_is_not_delivered_while_no_route_is_open(tmp_path: Path) -> None:
    case = without_ships(tmp_path)
    assert not run(case, "crane-contract")["north-customs"].contracts.any()
    assert run(case, "reopen-bridges", "crane-contract")["north-customs"].contracts[0, 0] == pytest.approx(6)


def test_of_two_zones_the_one_that_is_cut_off_leaves_the_cost_of_the_other_as_it_was(tmp_path: Path) -> None:
    # Northisle sells half from Norton and half from Northport; with the road between them and the ships shut from
    # January 2026 Northport is cut off, and Norton goes over the bridge as before: half the trade is left
    case = changed_islands(
        tmp_path,
        Cell("network/states.csv", {"entity": "group:bridges"}, {"entity": "node:northport"}),
        zones={"XNO": ["norton", "northport"]},
    )
    assert [path(run(case)["north-customs"], year) for year in (2026, 2030)] == pytest.approx([50, 50])


def with_pace(folder: Path, *, switch: float, comes_back: float) -> Case:
    """The islands where cargo takes so many months to find another way and to come back."""
    paces = {"route_switch_months": switch, "route_return_months": comes_back}
    return changed_islands(folder, *(claim("model", name, months) for name, months in paces.items()))


def test_what_has_not_found_the_ferry_yet_stays_at_home(tmp_path: Path) -> None:
    # all goes over the bridge until January 2026; with six months to find the ferry 1 - exp(-t / 6) is afloat: a half-
    # year's mean is 1 - (exp(-n) - exp(-n - 1)), n half-years after the closure. It pays the ferry's price.
    paths = run(with_pace(tmp_path, switch=6, comes_back=0))["north-customs"]
    afloat = [1 - (math.exp(-n) - math.exp(-n - 1)) for n in range(4)]
    assert response(paths, "XNO-XSO", 2026) == pytest.approx(mean(afloat[0], afloat[1]) / SHUT)
    late = mean(afloat[2] * SHUT**-1.25, afloat[3] * SHUT**-1.5)
    assert response(paths, "XNO-XSO", 2027) == pytest.approx(late)


def test_what_has_found_the_ferry_pays_for_it_until_it_comes_back(tmp_path: Path) -> None:
    # reopened in July 2026: what waited is carried at once, and of what the ferry had won, 1 - exp(-1), the share
    # exp(-t / 6) still pays the ferry's price, on average 1 - exp(-1) over the half-year
    case = with_pace(tmp_path, switch=6, comes_back=6)
    paths = run(case, "reopen-bridges")["north-customs"]
    won = 1 - math.exp(-1)
    assert response(paths, "XNO-XSO", 2026) == pytest.approx(mean((1 - won) / SHUT, SHUT ** -(won * won)))


def test_a_strait_that_few_dare_to_pass_carries_few_until_the_rest_have_found_another_way(tmp_path: Path) -> None:
    # in place of the closure the bridges are at risk from January 2026: half gets through. A tonne that does costs
    # 40 / 0.5 = 80 over the bridge, less than the ferry's 90, so all stays on it (1 in 22,000 apart) and half passes
    # until it is settled at that risk
    risk = Cell("network/states.csv", {"entity": "group:bridges"}, {"state": "war-risk", "availability": "0.5"})
    paces = (claim("model", "route_switch_months", 6), claim("model", "route_return_months", 0))
    paths = run(changed_islands(tmp_path, risk, *paces))["north-customs"]
    daring = 200 / 240
    passing = [1 - (math.exp(-n) - math.exp(-n - 1)) / 2 for n in range(2)]
    assert response(paths, "XNO-XSO", 2026) == pytest.approx(mean(*passing) * daring, rel=1e-3)


def test_in_a_season_cargo_takes_the_way_that_is_left(tmp_path: Path) -> None:
    # The ferry lies still in August and September while the bridges are shut. In those two of the six months of the
    # second half the sea lane is left: 62 h, 38 USD/t and 1 percent of 160, half of which gets through: 203.2 a tonne
    # (and under a dollar for the part of it that another way shares).
    season = Cell("network/seasons.csv", {"start": "08-01"}, {"entity": "link:northport-southport-ferry"})
    paths = run(changed_islands(tmp_path, season))
    second = (4 * math.log(200 / 250) + 2 * math.log(200 / 363.2)) / 6
    expected = mean(200 / 250, math.exp(second))
    assert response(paths["north-customs"], "XNO-XSO", 2026) == pytest.approx(expected, rel=1e-3)
    # the fiscal year 2026 ends in June, so the ferry's season is not in it (in 2025 the bridge was open)
    assert response(paths["south-treasury"], "XNO-XSO", 2026) == pytest.approx(mean(1, 200 / 250), rel=1e-3)


def test_a_season_costs_no_more_than_the_way_round_it(tmp_path: Path) -> None:
    # The East Bridge is shut in August and September, and the West Bridge costs 12 more: over the second half (the
    # first step) the log cost is that of 212 in two months of six, not that of 40 / (4/6) = 60 a tonne in all of them.
    season = Cell("network/seasons.csv", {"start": "08-01"}, {"entity": "crossing:east-bridge"})
    world = world_of(changed_islands(tmp_path, season, without=[NO_CLOSURE]))
    extent = Extent(world.draws, world.timeline.steps)
    costs = pair_costs(world, {}, stays=situation_weights(world, {}, extent=extent))["XNO-XSO"]
    expected = [(4 * math.log(200 / 160) + 2 * math.log(212 / 160)) / 6, math.log(200 / 160)]
    assert costs.log_cost[0, :2, 0] == pytest.approx(np.array(expected), rel=1e-5)
    assert costs.open_share[0, :2, 0] == pytest.approx(np.ones(2))


def test_where_a_season_leaves_no_way_nothing_passes_in_it(tmp_path: Path) -> None:
    # nothing leaves Norton in August and September: four of the six months of every second half are left
    seasons = Cell("network/seasons.csv", {"start": "08-01"}, {"entity": "node:norton"})
    world = world_of(changed_islands(tmp_path, seasons, without=[NO_CLOSURE]))
    extent = Extent(world.draws, world.timeline.steps)
    costs = pair_costs(world, {}, stays=situation_weights(world, {}, extent=extent))["XNO-XSO"]
    assert costs.open_share[0, :2, 0] == pytest.approx(np.array([4 / 6, 1]))
    assert costs.log_cost[0, :2, 0] == pytest.approx(np.full(2, math.log(200 / 160)))


def test_a_commodity_takes_only_the_modes_that_carry_it(tmp_path: Path) -> None:
    # grain that goes by road alone stays at home while the bridges are shut; machines take the ferry
    by_road = Cell("economy/commodities.csv", {"id": "grain"}, {"modes": "road"})
    assert response(run(changed_islands(tmp_path, by_road))["north-customs"], "XSO-XNO", 2026) == pytest.approx(
        mean(1 / SHUT, 0)
    )


def test_a_commodity_may_fly_without_taking_the_others_aloft(tmp_path: Path) -> None:
    # machines at 1,000 USD an hour and tonne fly: 400 + 0.5 x 1000 against 24 + 16 x 1000 by road; grain does not
    fast = Cell("economy/commodities.csv", {"id": "machines"}, {"modes": "road;ferry;air"})
    dear = Cell(
        "economy/claims.csv", {"entity": "commodity:machines", "attribute": "value_usd_per_t"}, {"value": "160000"}
    )
    paths = run(changed_islands(tmp_path, fast, dear))["north-customs"]
    assert response(paths, "XNO-XSO", 2026) == pytest.approx(1)
    assert response(paths, "XSO-XNO", 2026) == pytest.approx(mean(1, 1 / SHUT_GRAIN))


def test_what_was_shut_before_the_baseline_may_be_opened_too(tmp_path: Path) -> None:
    # shut since 2020: the baseline goes by ferry, and from July 2026 the bridge makes 250 into 200
    case = changed_islands(tmp_path, Cell("network/states.csv", {"entity": "group:bridges"}, {"since": "2020-01-01"}))
    paths = run(case, "reopen-bridges")["north-customs"]
    assert path(run(case)["north-customs"], 2026) == pytest.approx(100)
    assert response(paths, "XNO-XSO", 2026) == pytest.approx(mean(1, SHUT))
    assert response(paths, "XNO-XSO", 2036) == pytest.approx(SHUT**3)


def test_the_cost_is_held_while_nothing_is_open() -> None:
    cost, is_open = np.array([[[0.3], [0.0], [0.0], [0.5]]]), np.array([[[1.0], [0.0], [0.0], [0.2]]])
    assert hold_while_shut(cost, is_open)[0, :, 0].tolist() == [0.3, 0.3, 0.3, 0.5]
    assert hold_while_shut(cost[:, 1:], is_open[:, 1:])[0, :, 0].tolist() == [0.5, 0.5, 0.5]
    assert hold_while_shut(cost[:, 1:3], is_open[:, 1:3])[0, :, 0].tolist() == [0, 0]


def test_nothing_uncertain_means_every_draw_is_the_same() -> None:
    world = world_of(islands(), draws=5)
    for paths in run_measures(world, [measure.id for measure in islands().measures]).values():
        assert np.ptp(paths.total, axis=0).max() == pytest.approx(0)


def test_the_same_seed_gives_the_same_bytes_and_so_does_a_measure_that_is_not_taken() -> None:
    case = islands()
    first, second = (run_measures(world_of(case, seed=4), ()) for _ in range(2))
    bare = draw_world(case, measures=(), books=BOOKS, draws=3, rng=np.random.default_rng(4))
    for name in BOOKS:
        assert first[name].total.tobytes() == second[name].total.tobytes()
        assert run_measures(bare, ())[name].total == pytest.approx(first[name].total, abs=1e-9)


def test_needs_hold_in_whatever_order_the_measures_stand() -> None:
    case = islands()
    backward = replace(case, measures=tuple(reversed(case.measures)))
    active = [measure.id for measure in case.measures]
    forth, back = run(case, *active), run(backward, *active)
    for name in BOOKS:
        assert back[name].total == pytest.approx(forth[name].total)


def with_relation(folder: Path, column: str, of: str, to: str) -> Case:
    return changed_islands(folder, Cell("measures.csv", {"id": of}, {column: to}))


@pytest.mark.parametrize(("of", "to"), [("second-ferry", "port-charge-cut"), ("port-charge-cut", "second-ferry")])
def test_a_measure_without_what_it_needs_has_no_effect(tmp_path: Path, of: str, to: str) -> None:
    world = world_of(with_relation(tmp_path, "needs", of, to))
    assert not effective_measures(world, [of])[of].share.any()
    assert np.isinf(effective_measures(world, [of])[of].starts).all()
    assert effective_measures(world, [of, to])[of].share.any()


@pytest.mark.parametrize(("of", "to"), [("second-ferry", "port-charge-cut"), ("port-charge-cut", "second-ferry")])
def test_a_measure_yields_to_one_that_it_excludes(tmp_path: Path, of: str, to: str) -> None:
    world = world_of(with_relation(tmp_path, "excludes", of, to))
    acting = effective_measures(world, [of, to])
    assert acting[to].share.any()
    assert not acting[of].share.any()
    assert effective_measures(world, [of])[of].share.any()


def test_of_two_that_exclude_each_other_the_first_stays(tmp_path: Path) -> None:
    cells = [Cell("measures.csv", {"id": of}, {"excludes": to}) for of, to in (
        ("second-ferry", "port-charge-cut"), ("port-charge-cut", "second-ferry"))]  # fmt: skip
    acting = effective_measures(world_of(changed_islands(tmp_path, *cells)), ["port-charge-cut", "second-ferry"])
    assert acting["port-charge-cut"].share.any()
    assert not acting["second-ferry"].share.any()


def test_a_need_that_ends_the_closure_is_left_to_the_simulated_bridge() -> None:
    acting = effective_measures(world_of(islands()), ["halve-east-bridge-time"])
    assert acting["halve-east-bridge-time"].share.any()


def test_a_need_that_opens_what_is_open_anyway_is_met(calm: Case) -> None:
    assert effective_measures(world_of(calm), ["halve-east-bridge-time"])["halve-east-bridge-time"].share.any()


def test_a_need_that_opens_what_no_simulated_closure_shut_has_to_be_met(tmp_path: Path) -> None:
    # shut since 2020, so the forecast takes the bridges as shut unless the measure opens them
    since = Cell("network/states.csv", {"entity": "group:bridges"}, {"since": "2020-01-01"})
    world = world_of(changed_islands(tmp_path, since))
    assert not effective_measures(world, ["halve-east-bridge-time"])["halve-east-bridge-time"].share.any()
    together = effective_measures(world, ["halve-east-bridge-time", "reopen-bridges"])
    assert together["halve-east-bridge-time"].share.any()


def test_what_needs_a_measure_that_is_left_out_is_named(tmp_path: Path) -> None:
    case = with_relation(tmp_path, "needs", "second-ferry", "port-charge-cut")
    one = [measure for measure in case.measures if measure.id in ("second-ferry", "halve-east-bridge-time")]
    world = draw_world(case, measures=one, books=BOOKS, draws=3, rng=np.random.default_rng(1))
    assert missing_needs(world) == {"second-ferry": ("port-charge-cut",)}  # the bridge may open of itself


def test_a_pair_that_nothing_joins_is_no_answer(tmp_path: Path) -> None:
    without = [("network/links.csv", {"mode": mode}) for mode in ("ferry", "sea", "air")]
    shut = Cell("network/states.csv", {"entity": "group:bridges"}, {"since": "2020-01-01"})
    named = [("network/claims.csv", {"entity": f"link:{link.id}"}) for link in islands().network.links
             if link.mode in ("ferry", "sea", "air")]  # fmt: skip
    rates = [("network/claims.csv", {"entity": f"rate:{name}-isle"}) for name in ("ferry", "sea", "air")]
    edits = [("measure_edits.csv", {"measure": name}) for name in ("tunnel-railway", "reopen-bridges", "second-ferry")]
    case = changed_islands(tmp_path, shut, without=[*without, *named, *rates, *edits])
    with pytest.raises(NoAnswer, match="No route joins norton and sutton"):
        world_of(case)
