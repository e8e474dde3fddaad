"""Many sectors, input-output links and tariffs: special cases, identities, and what one sector says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import strategies as st

from rahdari.exceptions import NoAnswer
from rahdari.trade.equilibrium import DeficitRule, solve_equilibrium
from rahdari.trade.sector_draws import solve_sector_draws
from rahdari.trade.sectors import SectorWorld, solve_sectors
from tests.trade.worlds import Matrix, elasticities, every_rule, for_all, invented_flows, rules, shocked


def invented_world(
    rng: np.random.Generator, *, size: int, sectors: int, taxed: bool = True, linked: bool = True
) -> SectorWorld:
    """Sectors with and without input-output links and tariffs; final demand is positive everywhere."""
    flows = np.stack([invented_flows(rng, size) for _ in range(sectors)])
    home = np.eye(size, dtype=bool)
    tariffs = np.where(home | (not taxed), 0.0, rng.uniform(0, 0.3, flows.shape))
    sales, purchases = flows.sum(axis=2), (flows * (1 + tariffs)).sum(axis=1)
    share = rng.uniform(0.6, 0.9, (sectors, size)) if linked else np.ones((sectors, size))
    # Each sector's inputs come mostly from itself, so that no sector is used up by the others.
    mix = rng.random((size, sectors, sectors)) * 0.2 + np.eye(sectors)
    inputs = mix / mix.sum(axis=1, keepdims=True) * (1 - share.T[:, None, :])
    final = purchases - np.einsum("nkj,jn->kn", inputs, sales)
    final = np.maximum(final, 0.0)
    income = (share * sales).sum(axis=0) + (flows * tariffs).sum(axis=(0, 1))
    deficit = flows.sum(axis=(0, 1)) - flows.sum(axis=(0, 2))
    assert (income + deficit > 0).all()
    return SectorWorld(
        flows=flows,
        tariffs=tariffs,
        value_added_share=share,
        inputs=inputs,
        final_shares=final / final.sum(axis=0),
        deficit=deficit,
        theta=rng.uniform(2, 8, sectors),
    )


@st.composite
def worlds(draw: st.DrawFn) -> tuple[SectorWorld, np.random.Generator]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return invented_world(rng, size=draw(st.integers(2, 5)), sectors=draw(st.integers(1, 4))), rng


@for_all(shocked(), elasticities, rules)
def test_one_sector_without_inputs_is_the_one_sector_model(
    pair: tuple[Matrix, Matrix], theta: float, rule: DeficitRule
) -> None:
    flows, costs = pair
    size = len(flows)
    world = SectorWorld(
        flows=flows[None],
        tariffs=np.zeros((1, size, size)),
        value_added_share=np.ones((1, size)),
        inputs=np.zeros((size, 1, 1)),
        final_shares=np.ones((1, size)),
        deficit=flows.sum(axis=0) - flows.sum(axis=1),
        theta=np.array([theta]),
    )
    many = solve_sectors(world, costs[None], deficits=rule, tolerance=1e-12)
    one = solve_equilibrium(flows, costs, elasticity=theta, deficits=rule, tolerance=1e-12)
    for name in ("nominal_wage", "price_index", "output", "welfare"):
        assert getattr(many, name) == pytest.approx(getattr(one, name), rel=1e-8)
    assert many.flows[0] == pytest.approx(one.flows, rel=1e-8, abs=1e-9 * flows.max())
    assert many.common_factor == pytest.approx(one.common_factor, rel=1e-9)


@for_all(worlds(), rules)
def test_no_shock_changes_nothing(drawn: tuple[SectorWorld, np.random.Generator], rule: DeficitRule) -> None:
    world, _ = drawn
    solved = solve_sectors(world, np.ones_like(world.flows), deficits=rule)
    for name in ("nominal_wage", "price_index", "output", "welfare", "sector_prices"):
        assert getattr(solved, name) == pytest.approx(1.0, rel=1e-8)
    assert solved.flows == pytest.approx(solved.baseline_flows, rel=1e-7, abs=1e-9 * world.flows.max())


@for_all(worlds(), rules)
def test_markets_clear_and_budgets_hold(drawn: tuple[SectorWorld, np.random.Generator], rule: DeficitRule) -> None:
    """Recomputed from the flows alone: value added pays wages, and purchases are inputs and final demand."""
    world, rng = drawn
    costs = np.exp(rng.normal(0, 0.1, world.flows.shape))
    tariffs = world.tariffs * rng.uniform(0, 1, world.flows.shape)
    solved = solve_sectors(world, costs, new_tariffs=tariffs, deficits=rule, tolerance=1e-11)
    sales = solved.flows.sum(axis=2)
    before = (world.value_added_share * solved.baseline_flows.sum(axis=2)).sum(axis=0)
    earned = (world.value_added_share * sales).sum(axis=0)
    if rule != "multiplicative":
        assert earned == pytest.approx(before * solved.nominal_wage, rel=1e-8)
    assert solved.revenue == pytest.approx((solved.flows * tariffs).sum(axis=(0, 1)), rel=1e-8, abs=1e-9 * before.max())
    purchases = (solved.flows * (1 + tariffs)).sum(axis=1)
    final = purchases - np.einsum("nkj,jn->kn", world.inputs, sales)
    assert final / final.sum(axis=0) == pytest.approx(world.final_shares, rel=1e-6, abs=1e-8)
    deficit = solved.flows.sum(axis=(0, 1)) - solved.flows.sum(axis=(0, 2))
    if rule == "additive":
        assert deficit == pytest.approx(world.deficit, abs=1e-8 * sales.sum())
    if rule == "zero":
        assert deficit == pytest.approx(0.0, abs=1e-8 * sales.sum())


@for_all(worlds())
def test_world_gross_output_is_the_numeraire(drawn: tuple[SectorWorld, np.random.Generator]) -> None:
    world, rng = drawn
    solved = solve_sectors(world, np.exp(rng.normal(0, 0.2, world.flows.shape)))
    assert solved.flows.sum() == pytest.approx(world.flows.sum(), rel=1e-9)


@for_all(worlds(), st.floats(1e-6, 1e6))
def test_the_unit_of_flows_does_not_matter(drawn: tuple[SectorWorld, np.random.Generator], factor: float) -> None:
    world, rng = drawn
    costs = np.exp(rng.normal(0, 0.1, world.flows.shape))
    scaled = replace(world, flows=world.flows * factor, deficit=world.deficit * factor)
    first, second = solve_sectors(world, costs), solve_sectors(scaled, costs)
    assert second.welfare == pytest.approx(first.welfare, rel=1e-8)
    assert second.flows == pytest.approx(first.flows * factor, rel=1e-7, abs=1e-9 * factor * world.flows.max())


@for_all(worlds())
def test_without_tariffs_and_deficits_welfare_follows_domestic_shares(
    drawn: tuple[SectorWorld, np.random.Generator],
) -> None:
    """Caliendo and Parro (2015), equation 15: real wages from domestic shares, own costs and input prices."""
    world, rng = drawn
    world = replace(world, tariffs=np.zeros_like(world.tariffs))
    costs = np.exp(rng.normal(0, 0.2, world.flows.shape))
    home = np.arange(world.flows.shape[1])
    costs[:, home, home] = 1.0
    solved = solve_sectors(world, costs, deficits="zero", tolerance=1e-12)
    before, after = (flows[:, home, home] / flows.sum(axis=1) for flows in (solved.baseline_flows, solved.flows))
    fall = np.log(after / before) / world.theta[:, None]
    gain = np.empty(len(home))
    for country in home:
        # ln P[j] - ln w = fall[j] + sum over k of inputs[k, j] (ln P[k] - ln w): the whole chain of inputs.
        chain = np.eye(len(world.theta)) - world.inputs[country].T
        gain[country] = -world.final_shares[:, country] @ np.linalg.solve(chain, fall[:, country])
    assert np.log(solved.welfare) == pytest.approx(gain, abs=1e-8)


def test_a_tariff_that_nobody_pays_is_a_cost_without_revenue() -> None:
    world = invented_world(np.random.default_rng(3), size=4, sectors=2)
    shut = np.where(np.eye(4, dtype=bool), 0.0, 1e12)
    solved = solve_sectors(world, np.ones_like(world.flows), new_tariffs=np.stack([shut, shut]), deficits="zero")
    away = ~np.eye(4, dtype=bool)
    assert (solved.flows * away).sum() < 1e-12 * world.flows.sum()
    assert (solved.welfare < 1).all()


def test_a_small_tariff_of_a_large_buyer_can_pay_but_free_trade_helps_the_world() -> None:
    """The optimal tariff is positive: the buyer gains what the sellers lose, and a little less."""
    flows = np.array([[[100.0, 30.0], [30.0, 100.0]]])
    world = SectorWorld(
        flows=flows,
        tariffs=np.zeros_like(flows),
        value_added_share=np.ones((1, 2)),
        inputs=np.zeros((2, 1, 1)),
        final_shares=np.ones((1, 2)),
        deficit=np.zeros(2),
        theta=np.array([5.0]),
    )
    solved = solve_sectors(world, np.ones_like(flows), new_tariffs=np.array([[[0, 0.0], [0.05, 0]]]))
    assert solved.welfare[0] > 1
    assert solved.welfare[1] < 1
    assert np.log(solved.welfare).sum() < 0


def test_negative_final_demand_makes_the_baseline_be_solved_first() -> None:
    world = invented_world(np.random.default_rng(4), size=4, sectors=3)
    bent = replace(world, final_shares=np.roll(world.final_shares, 1, axis=0))
    solved = solve_sectors(bent, np.ones_like(world.flows))
    assert solved.resolved
    assert solved.welfare == pytest.approx(1.0, rel=1e-9)
    assert not solve_sectors(world, np.ones_like(world.flows)).resolved


def test_a_surplus_that_no_wage_can_earn_gives_no_answer() -> None:
    flows = np.array([[[50.0, 60.0], [10.0, 100.0]]])
    world = SectorWorld(
        flows=flows,
        tariffs=np.zeros_like(flows),
        value_added_share=np.ones((1, 2)),
        inputs=np.zeros((2, 1, 1)),
        final_shares=np.ones((1, 2)),
        deficit=np.array([-50.0, 50.0]),
        theta=np.array([6.0]),
    )
    with pytest.raises(NoAnswer, match="did not converge"):
        solve_sectors(world, np.array([[[1.0, 1e4], [1e4, 1.0]]]))


@every_rule
def test_draws_equal_single_solutions(rule: DeficitRule) -> None:
    rng = np.random.default_rng(5)
    world = invented_world(rng, size=5, sectors=3)
    costs, thetas = np.exp(rng.normal(0, 0.1, world.flows.shape)), rng.uniform(2, 8, (20, 3))
    tariffs = world.tariffs * rng.uniform(0, 2, world.flows.shape)
    pairs = ((0, 1), (2, 2))
    draws = solve_sector_draws(world, costs, thetas, new_tariffs=tariffs, deficits=rule, tolerance=1e-12, pairs=pairs)
    assert draws.failed == draws.retried == ()
    for row in range(20):
        drawn = replace(world, theta=thetas[row])
        alone = solve_sectors(drawn, costs, new_tariffs=tariffs, deficits=rule, tolerance=1e-12)
        for name in ("welfare", "nominal_wage", "price_index", "output"):
            assert getattr(draws, name)[row] == pytest.approx(getattr(alone, name), rel=1e-9)
        assert draws.pair_flows[row] == pytest.approx(alone.flows[:, [0, 2], [1, 2]], rel=1e-8)


def test_draws_change_only_what_the_policy_names() -> None:
    """One flow's cost and another's tariff: the correction of single flows, not of all."""
    rng = np.random.default_rng(11)
    world = invented_world(rng, size=5, sectors=3)
    costs, tariffs = np.ones_like(world.flows), world.tariffs.copy()
    costs[1, 0, 2], tariffs[2, 3, 1] = 0.7, 0.5
    thetas = rng.uniform(2, 8, (3, 3))
    draws = solve_sector_draws(world, costs, thetas, new_tariffs=tariffs, tolerance=1e-12, workers=1)
    for row in range(3):
        alone = solve_sectors(replace(world, theta=thetas[row]), costs, new_tariffs=tariffs, tolerance=1e-12)
        assert draws.welfare[row] == pytest.approx(alone.welfare, rel=1e-9)


def test_the_number_of_workers_changes_no_digit_of_a_draw() -> None:
    rng = np.random.default_rng(12)
    world = invented_world(rng, size=4, sectors=2)
    costs, thetas = np.exp(rng.normal(0, 0.1, world.flows.shape)), rng.uniform(2, 8, (40, 2))
    one, three = (solve_sector_draws(world, costs, thetas, workers=count) for count in (1, 3))
    assert np.array_equal(one.welfare, three.welfare)
    assert np.array_equal(one.residual, three.residual)


def test_a_draw_that_the_block_leaves_is_solved_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(13)
    world = invented_world(rng, size=4, sectors=2)
    costs, thetas = np.exp(rng.normal(0, 0.1, world.flows.shape)), rng.uniform(2, 8, (5, 2))
    whole = solve_sector_draws(world, costs, thetas, tolerance=1e-12, pairs=((0, 1),))
    monkeypatch.setattr("rahdari.trade.sector_draws.MOST_STEPS", 2)
    left = solve_sector_draws(world, costs, thetas, tolerance=1e-12, pairs=((0, 1),))
    assert left.retried == (0, 1, 2, 3, 4)
    assert left.failed == ()
    assert left.welfare == pytest.approx(whole.welfare, rel=1e-9)
    assert left.pair_flows == pytest.approx(whole.pair_flows, rel=1e-8)


def test_a_draw_without_an_answer_is_listed_and_the_others_have_theirs() -> None:
    flows = np.array([[[50.0, 60.0], [10.0, 100.0]]])
    world = SectorWorld(
        flows=flows,
        tariffs=np.zeros_like(flows),
        value_added_share=np.ones((1, 2)),
        inputs=np.zeros((2, 1, 1)),
        final_shares=np.ones((1, 2)),
        deficit=np.array([-50.0, 50.0]),
        theta=np.array([0.01]),
    )
    costs = np.array([[[1.0, 1e4], [1e4, 1.0]]])
    draws = solve_sector_draws(world, costs, np.array([[0.01], [6.0], [0.02]]))
    assert draws.failed == (1,)
    assert np.isnan(draws.welfare[1]).all()
    assert np.isfinite(draws.welfare[[0, 2]]).all()


def test_sectors_that_an_economy_neither_makes_nor_buys_do_no_harm() -> None:
    rng = np.random.default_rng(6)
    world = invented_world(rng, size=4, sectors=2, linked=False)
    flows = world.flows.copy()
    flows[1, 2, :] = 0.0
    flows[1, :, 2] = 0.0
    purchases = (flows * (1 + world.tariffs)).sum(axis=1)
    world = replace(
        world,
        flows=flows,
        final_shares=purchases / purchases.sum(axis=0),
        deficit=flows.sum(axis=(0, 1)) - flows.sum(axis=(0, 2)),
    )
    solved = solve_sectors(world, np.exp(rng.normal(0, 0.1, flows.shape)))
    assert np.isfinite(solved.welfare).all()
    assert (solved.flows[1, 2] == 0).all()
