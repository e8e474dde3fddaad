"""The equilibrium of trade in changes: properties, cases solved by hand, and what has no solution."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from hypothesis import strategies as st

from rahdari.exceptions import InputFault, NoAnswer
from rahdari.trade.equilibrium import DeficitRule, solve_equilibrium
from tests.trade.worlds import Matrix, economies, elasticities, every_rule, for_all, invented_flows, rules, shocked


def no_change(flows: Matrix) -> Matrix:
    return np.ones_like(flows)


@for_all(shocked(), elasticities, rules)
def test_markets_clear_to_the_tolerance(pair: tuple[Matrix, Matrix], theta: float, rule: DeficitRule) -> None:
    flows, costs = pair
    solved = solve_equilibrium(flows, costs, elasticity=theta, deficits=rule)
    output = solved.baseline_flows.sum(axis=1) * solved.output
    gap = np.abs(solved.flows.sum(axis=1) / (solved.common_factor * output) - 1).max()
    assert solved.converged
    assert gap <= 2e-10  # the tolerance, and rounding of the sums taken here anew
    assert solved.residual <= 1e-10


@for_all(shocked(), elasticities, rules)
def test_world_output_is_the_numeraire(pair: tuple[Matrix, Matrix], theta: float, rule: DeficitRule) -> None:
    flows, costs = pair
    solved = solve_equilibrium(flows, costs, elasticity=theta, deficits=rule)
    before = solved.baseline_flows.sum(axis=1)
    # A re-solved baseline clears its own markets to the tolerance only, and its sales serve as output here.
    assert (before * solved.output).sum() == pytest.approx(before.sum(), rel=5e-10 if rule == "zero" else 1e-12)
    assert solved.baseline_flows.sum() == pytest.approx(flows.sum(), rel=1e-12)


@for_all(shocked(), elasticities)
def test_additive_deficits_keep_their_value(pair: tuple[Matrix, Matrix], theta: float) -> None:
    flows, costs = pair
    solved = solve_equilibrium(flows, costs, elasticity=theta, deficits="additive")
    deficit = flows.sum(axis=0) - flows.sum(axis=1)
    after = solved.flows.sum(axis=0) - flows.sum(axis=1) * solved.output
    assert np.allclose(after, deficit, rtol=0, atol=1e-12 * flows.sum())


@for_all(shocked(), elasticities)
def test_multiplicative_expenditure_moves_with_own_income(pair: tuple[Matrix, Matrix], theta: float) -> None:
    flows, costs = pair
    solved = solve_equilibrium(flows, costs, elasticity=theta, deficits="multiplicative")
    assert np.allclose(solved.flows.sum(axis=0) / flows.sum(axis=0), solved.output, rtol=1e-12)


@for_all(shocked(), elasticities)
def test_zero_deficits_balance_trade_before_and_after(pair: tuple[Matrix, Matrix], theta: float) -> None:
    flows, costs = pair
    solved = solve_equilibrium(flows, costs, elasticity=theta, deficits="zero")
    for matrix in (solved.baseline_flows, solved.flows):
        assert np.allclose(matrix.sum(axis=0), matrix.sum(axis=1), rtol=5e-10)


@for_all(shocked(), elasticities)
def test_zero_deficits_equal_a_baseline_that_is_solved_first_and_then_shocked(
    pair: tuple[Matrix, Matrix], theta: float
) -> None:
    flows, costs = pair
    at_once = solve_equilibrium(flows, costs, elasticity=theta, deficits="zero", tolerance=1e-12)
    balanced = solve_equilibrium(flows, no_change(flows), elasticity=theta, deficits="zero", tolerance=1e-12).flows
    in_steps = solve_equilibrium(balanced, costs, elasticity=theta, deficits="additive", tolerance=1e-12)
    assert np.allclose(at_once.welfare, in_steps.welfare, rtol=1e-9)
    assert np.allclose(at_once.flows, in_steps.flows, rtol=1e-8)


@for_all(economies(), elasticities, rules)
def test_no_shock_changes_nothing(flows: Matrix, theta: float, rule: DeficitRule) -> None:
    solved = solve_equilibrium(flows, no_change(flows), elasticity=theta, deficits=rule)
    for ratio in (solved.welfare, solved.nominal_wage, solved.price_index, solved.output, solved.exports):
        assert np.allclose(ratio, 1.0, rtol=1e-9)
    assert np.allclose(solved.flows, solved.baseline_flows, rtol=1e-9)


@for_all(shocked(), elasticities, rules, st.floats(1e-6, 1e6))
def test_the_unit_of_flows_does_not_matter(
    pair: tuple[Matrix, Matrix], theta: float, rule: DeficitRule, unit: float
) -> None:
    flows, costs = pair
    one = solve_equilibrium(flows, costs, elasticity=theta, deficits=rule, tolerance=1e-12)
    other = solve_equilibrium(unit * flows, costs, elasticity=theta, deficits=rule, tolerance=1e-12)
    assert np.allclose(one.welfare, other.welfare, rtol=1e-9)
    assert np.allclose(unit * one.flows, other.flows, rtol=1e-8)


@for_all(shocked(), elasticities, rules, st.floats(0.2, 5.0))
def test_costs_that_rise_everywhere_by_one_factor_only_raise_prices_by_it(
    pair: tuple[Matrix, Matrix], theta: float, rule: DeficitRule, factor: float
) -> None:
    flows, costs = pair
    one = solve_equilibrium(flows, costs, elasticity=theta, deficits=rule, tolerance=1e-12)
    other = solve_equilibrium(flows, factor * costs, elasticity=theta, deficits=rule, tolerance=1e-12)
    assert np.allclose(one.nominal_wage, other.nominal_wage, rtol=1e-9)
    assert np.allclose(one.price_index * factor, other.price_index, rtol=1e-9)
    assert np.allclose(one.welfare / factor, other.welfare, rtol=1e-9)


@for_all(shocked(), elasticities, rules)
def test_the_order_of_economies_does_not_matter(pair: tuple[Matrix, Matrix], theta: float, rule: DeficitRule) -> None:
    flows, costs = pair
    back = np.arange(len(flows))[::-1]
    one = solve_equilibrium(flows, costs, elasticity=theta, deficits=rule, tolerance=1e-12)
    other = solve_equilibrium(
        flows[np.ix_(back, back)], costs[np.ix_(back, back)], elasticity=theta, deficits=rule, tolerance=1e-12
    )
    assert np.allclose(one.welfare, other.welfare[back], rtol=1e-9)


@for_all(shocked(), elasticities, rules)
def test_zeros_stay_zero_and_positive_flows_positive(
    pair: tuple[Matrix, Matrix], theta: float, rule: DeficitRule
) -> None:
    flows, costs = pair
    solved = solve_equilibrium(flows, costs, elasticity=theta, deficits=rule)
    assert ((solved.flows == 0) == (flows == 0)).all()
    assert (solved.flows >= 0).all()
    assert (solved.price_index > 0).all()


@for_all(shocked(), elasticities, st.sampled_from(["multiplicative", "zero"]))
def test_welfare_follows_the_domestic_share_as_in_acr_2012(
    pair: tuple[Matrix, Matrix], theta: float, rule: DeficitRule
) -> None:
    """Arkolakis, Costinot and Rodriguez-Clare (2012), equation 2: W'/W = (share'/share) ** (-1/theta).

    It holds where expenditure moves with the wage; domestic costs that change enter as their own ratio.
    """
    flows, costs = pair
    solved = solve_equilibrium(flows, costs, elasticity=theta, deficits=rule, tolerance=1e-12)
    before = np.diag(solved.baseline_flows) / solved.baseline_flows.sum(axis=0)
    after = np.diag(solved.flows) / solved.flows.sum(axis=0)
    assert np.allclose(solved.welfare, (after / before) ** (-1 / theta) / np.diag(costs), rtol=1e-9)


@for_all(economies(), elasticities)
def test_autarky_costs_the_gains_from_trade_of_acr_2012(flows: Matrix, theta: float) -> None:
    costs = np.full_like(flows, 1e6 ** (1 / theta) * 1e2)
    np.fill_diagonal(costs, 1.0)
    solved = solve_equilibrium(flows, costs, elasticity=theta, deficits="zero")
    share = np.diag(solved.baseline_flows) / solved.baseline_flows.sum(axis=0)
    # Trade is not nil but some 1e-7 of what it was, hence the tolerance.
    assert np.allclose(solved.welfare, share ** (1 / theta), rtol=1e-4)


@for_all(st.integers(2, 7), elasticities, st.floats(0.3, 3.0), st.floats(0.05, 0.9), rules)
def test_alike_economies_fare_alike(size: int, theta: float, factor: float, foreign: float, rule: DeficitRule) -> None:
    flows = np.full((size, size), foreign)
    np.fill_diagonal(flows, 1.0)
    costs = np.full((size, size), factor)
    np.fill_diagonal(costs, 1.0)
    solved = solve_equilibrium(flows, costs, elasticity=theta, deficits=rule)
    home = 1 / (1 + (size - 1) * foreign)
    assert np.allclose(solved.nominal_wage, 1.0, rtol=1e-9)
    assert np.allclose(solved.welfare, (home + (1 - home) * factor**-theta) ** (1 / theta), rtol=1e-9)


@for_all(shocked(), elasticities, st.sampled_from(["multiplicative", "zero"]))
def test_a_cheaper_link_never_harms_both_its_ends(pair: tuple[Matrix, Matrix], theta: float, rule: DeficitRule) -> None:
    flows, _ = pair
    costs = no_change(flows)
    costs[0, 1] = costs[1, 0] = 0.8
    solved = solve_equilibrium(flows, costs, elasticity=theta, deficits=rule)
    assert max(solved.welfare[0], solved.welfare[1]) >= 1.0 - 1e-9


def test_two_alike_economies_by_hand() -> None:
    """Two economies that spend 80 at home and 20 abroad; theta 4; costs fall so that cost ** -4 = 2.

    By symmetry wages stay 1. P ** -4 = 0.8 + 0.2 * 2 = 1.2. The foreign share becomes 0.4 / 1.2 = 1/3, so exports go
    from 20 to 100/3, a ratio of 5/3, and welfare is 1 / P = 1.2 ** (1/4).
    """
    cost = 2 ** (-1 / 4)
    solved = solve_equilibrium([[80, 20], [20, 80]], [[1.0, cost], [cost, 1.0]], elasticity=4)
    assert solved.nominal_wage == pytest.approx([1, 1], rel=1e-12)
    assert solved.price_index == pytest.approx([1.2**-0.25] * 2, rel=1e-12)
    assert solved.welfare == pytest.approx([1.2**0.25] * 2, rel=1e-12)
    assert solved.exports == pytest.approx([5 / 3] * 2, rel=1e-12)
    assert solved.flows == pytest.approx(np.array([[200, 100], [100, 200]]) / 3, rel=1e-12)


@every_rule
def test_two_unlike_economies_by_hand(rule: DeficitRule) -> None:
    """All four flows are 1, theta is 1, and the goods of 1 become 10 times as costly in 2. Wages are w1 and w2.

    Of what 1 spends, 2 gets w1 / (w1 + w2); of what 2 spends, 1 gets w2 / (w2 + 10 w1). Balanced trade:
        w1 w1 / (w1 + w2) = w2 w2 / (w2 + 10 w1),   with r = w1 / w2:   10 r**3 + r**2 - r - 1 = 0,
    which r = 1/2 solves (10/8 + 1/4 - 1/2 - 1 = 0). World output is the numeraire, 2 w1 + 2 w2 = 4: w1 = 2/3, w2 = 4/3.
        P1 = 1 / (1/2 * 3/2 + 1/2 * 3/4) = 8/9            welfare 1 = (2/3) / (8/9) = 3/4
        P2 = 1 / (1/2 * 3/20 + 1/2 * 3/4) = 20/9          welfare 2 = (4/3) / (20/9) = 3/5
        1 sells to 2: 2 w2 w2 / (w2 + 10 w1) = 8/3 * 1/6 = 4/9, and as trade balances 2 sells to 1 the same.
    """
    solved = solve_equilibrium(np.ones((2, 2)), [[1, 10], [1, 1]], elasticity=1, deficits=rule, tolerance=1e-13)
    assert solved.nominal_wage == pytest.approx([2 / 3, 4 / 3], rel=1e-12)
    assert solved.price_index == pytest.approx([8 / 9, 20 / 9], rel=1e-12)
    assert solved.welfare == pytest.approx([3 / 4, 3 / 5], rel=1e-12)
    assert solved.flows == pytest.approx(np.array([[8 / 9, 4 / 9], [4 / 9, 20 / 9]]), rel=1e-12)
    assert solved.exports == pytest.approx([4 / 9, 4 / 9], rel=1e-12)


def test_a_fixed_deficit_by_hand() -> None:
    """Flows [[2, 1], [2, 3]], theta 1, the goods of 2 cost c times as much in 1; a deficit of 1 in economy 1.

    Outputs are 3 and 5, expenditures 4 and 4. Take w1 = 4/3, so that w2 = (8 - 4) / 5 = 4/5 at the numeraire. Then
    E1' = 3 * 4/3 + 1 = 5 and E2' = 5 * 4/5 - 1 = 3. Of E2' economy 1 gets, with shares 1/4 and 3/4,
        (1/4 / (4/3)) / (1/4 / (4/3) + 3/4 / (4/5)) = (3/16) / (3/16 + 15/16) = 1/6, that is 1/2.
    It must sell 4 in all, so 7/2 of E1' = 5 at home: a share of 7/10 = (3/8) / (3/8 + (5/8) / c), so c = 35/9.
    """
    solved = solve_equilibrium([[2, 1], [2, 3]], [[1.0, 1.0], [35 / 9, 1.0]], elasticity=1, tolerance=1e-13)
    assert solved.nominal_wage == pytest.approx([4 / 3, 4 / 5], rel=1e-12)
    assert solved.flows == pytest.approx(np.array([[7 / 2, 1 / 2], [3 / 2, 5 / 2]]), rel=1e-12)
    # Real expenditure of 1: (5/4) / P1, with P1 = 1 / (3/8 + (5/8) (9/35)) = 1 / (15/28).
    assert solved.welfare[0] == pytest.approx(5 / 4 * 15 / 28, rel=1e-12)


def test_a_small_pair_answers_almost_as_the_closed_form_says() -> None:
    """A pair that is 1e-5 of its partners' trade: multilateral resistance moves by less than that share."""
    flows = np.full((4, 4), 100.0)
    np.fill_diagonal(flows, 1000.0)
    flows[0, 1] = flows[1, 0] = 1e-3
    costs = no_change(flows)
    costs[0, 1] = costs[1, 0] = 0.9
    solved = solve_equilibrium(flows, costs, elasticity=4)
    assert solved.flows[0, 1] / 1e-3 == pytest.approx(0.9**-4, rel=1e-5)


def test_an_economy_that_exports_nothing_has_no_export_ratio() -> None:
    solved = solve_equilibrium([[5, 0], [1, 5]], [[1.0, 1.0], [0.9, 1.0]], elasticity=4, deficits="additive")
    assert np.isnan(solved.exports[0])
    assert solved.exports[1] == pytest.approx(1.0, rel=1e-9)  # the fixed deficit is all that 2 sells


def test_a_surplus_that_no_wage_can_earn_gives_no_answer() -> None:
    """Economy 1 must sell 50 more than it buys, but trade all but ends: no wages clear the markets."""
    with pytest.raises(NoAnswer, match="did not converge") as caught:
        solve_equilibrium([[50, 60], [10, 100]], [[1.0, 1e4], [1e4, 1.0]], elasticity=6)
    assert caught.value.exit_code == 3


def test_a_tolerance_below_what_numbers_can_hold_gives_no_answer() -> None:
    rng = np.random.default_rng(3)
    flows = invented_flows(rng, 8)
    with pytest.raises(NoAnswer, match="larger tolerance"):
        solve_equilibrium(flows, np.exp(rng.normal(0, 0.5, (8, 8))), elasticity=4, tolerance=1e-300)


@every_rule
def test_enormous_shocks_still_find_the_equilibrium_or_say_so(rule: DeficitRule) -> None:
    rng = np.random.default_rng(11)
    for _ in range(60):
        flows = invented_flows(rng, int(rng.integers(2, 12)))
        costs = np.exp(rng.normal(0, 2.5, flows.shape))
        try:
            solved = solve_equilibrium(flows, costs, elasticity=float(rng.uniform(0.3, 12)), deficits=rule)
        except NoAnswer:
            assert rule == "additive"  # only a fixed surplus can make an equilibrium impossible
            continue
        assert solved.residual <= 1e-10
        assert np.isfinite(solved.welfare).all()
        assert (solved.flows.sum(axis=0) > 0).all()


GOOD = np.array([[4.0, 1.0], [1.0, 4.0]])
NONE = np.ones((2, 2))
NAN, INFINITY = float("nan"), float("inf")


@pytest.mark.parametrize("elasticity", [0.0, -4.0, NAN, INFINITY])
def test_an_elasticity_must_be_finite_and_above_zero(elasticity: float) -> None:
    with pytest.raises(InputFault, match="elasticity"):
        solve_equilibrium(GOOD, NONE, elasticity=elasticity)


@pytest.mark.parametrize("tolerance", [0.0, -1e-10, NAN])
def test_a_tolerance_must_be_above_zero(tolerance: float) -> None:
    with pytest.raises(InputFault, match="tolerance"):
        solve_equilibrium(GOOD, NONE, elasticity=4, tolerance=tolerance)


def test_an_unknown_deficit_rule_is_answered_with_the_known_ones() -> None:
    with pytest.raises(InputFault, match="addtive") as caught:
        solve_equilibrium(GOOD, NONE, elasticity=4, deficits=cast("DeficitRule", "addtive"))
    assert caught.value.suggestions == ("additive", "multiplicative", "zero")


@pytest.mark.parametrize(
    ("flows", "words"),
    [
        ([[1, 1], [1, -1]], "not negative"),
        ([[1, 1], [1, NAN]], "finite"),
        ([[1, 1], [0, 0]], "sell something"),
        ([[1, 0], [1, 0]], "buy something"),
        ([[1, 1, 1], [1, 1, 1]], "square"),
    ],
)
def test_flows_without_an_equilibrium_are_refused(flows: list[list[float]], words: str) -> None:
    with pytest.raises(InputFault, match=words):
        solve_equilibrium(flows, NONE, elasticity=4)


@pytest.mark.parametrize("factor", [0.0, -2.0, NAN, INFINITY])
def test_cost_changes_must_be_finite_and_above_zero(factor: float) -> None:
    with pytest.raises(InputFault, match="above 0"):
        solve_equilibrium(GOOD, [[1.0, factor], [1.0, 1.0]], elasticity=4)


def test_cost_changes_must_have_the_shape_of_the_flows() -> None:
    with pytest.raises(InputFault, match="shape"):
        solve_equilibrium(GOOD, np.ones((3, 3)), elasticity=4)


@for_all(shocked(), elasticities, rules, st.floats(0.1, 4.0))
def test_with_elastic_supply_markets_clear_and_output_follows_real_prices(
    pair: tuple[Matrix, Matrix], theta: float, rule: DeficitRule, psi: float
) -> None:
    """Allen, Arkolakis and Takahashi (2020), condition 2: output in quantity varies with the real factory price."""
    flows, costs = pair
    try:
        solved = solve_equilibrium(flows, costs, elasticity=theta, deficits=rule, supply_elasticity=psi)
    except NoAnswer:
        assert rule == "additive"  # only a surplus that stays fixed can exceed what elastic supply still earns
        return
    before = solved.baseline_flows.sum(axis=1)
    assert solved.flows.sum(axis=1) == pytest.approx(solved.common_factor * before * solved.output, rel=1e-9)
    assert (before * solved.output).sum() == pytest.approx(before.sum(), rel=1e-9)
    quantity = (solved.nominal_wage / solved.price_index) ** psi
    assert solved.output == pytest.approx(solved.nominal_wage * quantity, rel=1e-9)


@pytest.mark.parametrize("psi", [-0.1, NAN, INFINITY])
def test_a_supply_elasticity_must_be_finite_and_not_negative(psi: float) -> None:
    with pytest.raises(InputFault, match="supply elasticity"):
        solve_equilibrium(GOOD, NONE, elasticity=4, supply_elasticity=psi)
