"""The invented case from end to end, and the proof that no country is in the engine.

The parts' results are worked out in tests/transport and tests/appraisal; the costs stand in tests/islands.py.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rahdari import cli
from rahdari.appraisal.appraise import Options, appraise
from rahdari.appraisal.result import Appraisal
from rahdari.case import Case, check_case, find_case, shipped_cases
from tests.islands import NO_CLOSURE, changed_islands, claim, islands

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src/rahdari"
SHIPPED_PLACES = re.compile(r"\b(PAK|KAZ|Pakistan\w*|Kazakh\w*|Torkham|Karachi)\b")
SHUT, HALVED = 250 / 200, 195 / 200  # machines: ferry over bridge, halved entry check over full
SHUT_GRAIN, HALVED_GRAIN = 281.4 / 265.6, 265.1 / 265.6
# north-customs in 2027: 60 of machines one way, 20 of machines and 20 of grain the other way
NOTHING = 80 * (SHUT**-1.25 + SHUT**-1.5) / 2 + 20 * (SHUT_GRAIN**-1.25 + SHUT_GRAIN**-1.5) / 2
REOPENED = 80 * SHUT**-0.25 + 20 * SHUT_GRAIN**-0.25
BOTH = 80 * SHUT**-0.25 / HALVED + 20 * SHUT_GRAIN**-0.25 / HALVED_GRAIN


def ask(case: Case, *measures: str, book: str | None = None) -> Appraisal:
    return appraise(case, Options(measures=measures, book=book, draws=20))


@pytest.fixture(scope="module")
def all_measures() -> Appraisal:
    return appraise(islands(), Options(draws=20))


def test_the_case_has_no_fault_and_is_shipped() -> None:
    assert check_case(find_case("two_islands")) == ()
    assert "two_islands" in shipped_cases()


def test_it_is_as_small_as_its_results_can_be_checked() -> None:
    case = islands()
    assert (len(case.network.nodes), len(case.network.links), len(case.trade.economies)) == (11, 16, 3)
    assert {link.mode for link in case.network.links} == {"road", "rail", "ferry", "sea", "air"}
    assert len({link.gauge for link in case.network.links if link.gauge}) == 2
    assert len(case.measures) == 7


def test_everything_in_it_is_invented_and_says_so() -> None:
    case = islands()
    assert set(case.sources) == {"two-islands-invention"}
    assert {row.strength for row in case.claims} == {"D"}
    codes = {node.country for node in case.network.nodes} | {entry.id for entry in case.trade.economies}
    assert codes <= {"XNO", "XSO", "XTR", "XXX"}  # codes from XAA to XZZ belong to users (ISO 3166-1)


def test_each_commitment_is_on_the_model_or_says_why_not() -> None:
    case = islands()
    modelled = {name for measure in case.measures for name in measure.commitments}
    for commitment in case.register.commitments:
        assert bool(commitment.why_not_modelled) != (commitment.id in modelled)


def test_the_command_line_plans_a_route_worked_out_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["routes", "Norton", "Sutton", "--case", "two_islands", "--date", "2025-06-01", "--json"]
    assert cli.main(words) == 0
    best = json.loads(capsys.readouterr().out)["routes"][0]
    assert (best["length_km"], best["time_h"]["mean"], best["cost_usd_per_t"]) == pytest.approx((200, 16, 24))


def test_without_measures_the_path_is_the_path_without() -> None:
    answer = ask(islands())
    for book in answer.books.values():
        assert book.path == book.without
    assert answer.measures == ()
    assert set(answer.total_effect_musd.values()) == {0.0}


def test_one_measure_contributes_the_difference_that_it_makes() -> None:
    answer = ask(islands(), "reopen-bridges")
    (measure,) = answer.measures
    effect = REOPENED - NOTHING
    assert answer.total_effect_musd["north-customs"] == pytest.approx(effect)
    for values in (measure.shapley_musd, measure.first_in_musd, measure.last_in_musd):
        assert values["north-customs"] == pytest.approx(effect)


def test_a_gate_shares_what_it_lets_through_with_what_passes() -> None:
    # the faster check is worth nothing without the bridge, so half of what both add together is its own
    answer = ask(islands(), "reopen-bridges", "halve-east-bridge-time")
    by_name = {measure.id: measure for measure in answer.measures}
    gate, check = by_name["reopen-bridges"], by_name["halve-east-bridge-time"]
    assert gate.shapley_musd["north-customs"] == pytest.approx(REOPENED - NOTHING + (BOTH - REOPENED) / 2)
    assert check.shapley_musd["north-customs"] == pytest.approx((BOTH - REOPENED) / 2)
    assert check.first_in_musd["north-customs"] == pytest.approx(0, abs=1e-9)
    assert check.last_in_musd["north-customs"] == pytest.approx(BOTH - REOPENED)
    # over the only order that keeps the need, the gate has what it opens and the check all that it adds to it
    assert gate.precedence_musd["north-customs"] == pytest.approx(REOPENED - NOTHING)
    assert check.precedence_musd["north-customs"] == pytest.approx(BOTH - REOPENED)


def test_the_frontier_of_the_gate_and_the_check_by_hand() -> None:
    # no source prices the reopening; the check costs 5
    answer = ask(islands(), "reopen-bridges", "halve-east-bridge-time")
    (expected,) = (one for one in answer.frontiers if one.book == "north-customs" and one.basis == "expected")
    assert [(one.measures, one.cost_musd) for one in expected.packages] == [
        (("reopen-bridges",), 0),
        (("reopen-bridges", "halve-east-bridge-time"), 5),
    ]
    assert [one.effect_musd for one in expected.packages] == pytest.approx([REOPENED - NOTHING, BOTH - NOTHING])
    assert [one.without_cost for one in expected.packages] == [("reopen-bridges",), ("reopen-bridges",)]
    assert [one.measure for one in expected.order] == ["reopen-bridges", "halve-east-bridge-time"]
    assert expected.order[1].gain_per_musd == pytest.approx((BOTH - REOPENED) / 5)


def test_shapley_values_sum_to_the_total_effect_in_every_book(all_measures: Appraisal) -> None:
    for book, total in all_measures.total_effect_musd.items():
        shares = [measure.shapley_musd[book] or 0.0 for measure in all_measures.measures]
        assert sum(shares) == pytest.approx(total, abs=1e-9)


def test_a_measure_that_starts_after_the_deadline_contributes_nothing(all_measures: Appraisal) -> None:
    (railway,) = (measure for measure in all_measures.measures if measure.id == "tunnel-railway")
    assert set(railway.shapley_musd.values()) == {0.0}


def test_a_contract_is_worth_what_each_book_sees_of_it_in_its_year(all_measures: Appraisal) -> None:
    # half of 24 over July 2026 to June 2027: six in the calendar year 2027, all twelve in the fiscal year 2027,
    # none in the exports of the other side
    (contract,) = (measure for measure in all_measures.measures if measure.id == "crane-contract")
    assert contract.shapley_musd == pytest.approx({"north-customs": 6, "south-treasury": 12, "south-customs": 0})


def test_twice_the_trade_is_out_of_reach_in_every_book(all_measures: Appraisal) -> None:
    # the highest book ends at 148.7, below
    for book in all_measures.books.values():
        assert set(book.probability.values()) == {0.0}
        assert (book.year_p50, book.p_never) == (None, 1.0)


def test_in_the_long_run_the_railway_and_the_tariff_are_what_is_left(all_measures: Appraisal) -> None:
    # rail 180/200 for machines and 251/265.6 for grain, the tariff 1.1/1.2 one way, all at an elasticity of 3:
    # 60 x 1.3717 + 20 x 1.3717 x 1.2982 + 20 x 1.1848 x 1.2982 = 148.7
    rail, rail_grain, tariff = 180 / 200, 251 / 265.6, 1.1 / 1.2
    expected = 60 * rail**-3 + 20 * (rail * tariff) ** -3 + 20 * (rail_grain * tariff) ** -3
    last = all_measures.books["north-customs"].path[-1]
    assert expected == pytest.approx(148.7, abs=0.05)
    assert (last.p10, last.p50, last.p90) == pytest.approx((expected, expected, expected), rel=1e-6)


def test_whether_a_target_is_met_depends_on_the_book_and_the_reading(tmp_path: Path) -> None:
    # Without the closure and with the contract: 106 in calendar 2026 and 2027, 92 in fiscal 2027, which ends in June
    # 2027 and so after the first deadline (1 March 2027) but before the second (1 March 2028).
    case = changed_islands(tmp_path, claim("target", "value_musd", 90), without=[NO_CLOSURE])
    answer = ask(case, "crane-contract")
    assert answer.books["north-customs"].probability == {"one-year": 1.0, "two-years": 1.0}
    assert answer.books["south-treasury"].probability == {"one-year": 0.0, "two-years": 1.0}
    assert answer.books["south-customs"].probability == {"one-year": 0.0, "two-years": 0.0}
    assert [answer.books[name].year_p50 for name in ("north-customs", "south-treasury")] == [2026, 2027]


def test_the_outside_view_rests_on_the_record_of_targets() -> None:
    # No pairs are shipped: a half worth one observation, then what the model of the six resolved targets says. Doubling
    # in one year: two needed as much, none was met. Over two years it takes 41 percent a year: of four one was met.
    book = ask(islands(), book="north-customs").books["north-customs"]
    for deadline, counted in (("one-year", (0, 2)), ("two-years", (1, 4))):
        outside = book.outside[deadline]
        assert (outside.targets_met, outside.targets_resolved) == counted
        assert outside.target_chance is not None
        assert outside.target_observations is not None
        together = (0.5 + outside.target_chance * outside.target_observations) / (1 + outside.target_observations)
        assert book.outside_view[deadline] == pytest.approx(together)
    assert book.outside_view["one-year"] < book.outside_view["two-years"]


def test_inside_and_outside_pool_on_log_odds() -> None:
    # no draw of 20 counts as 0.5 in 21, odds of 1/41
    book = ask(islands(), book="north-customs").books["north-customs"]
    view = book.outside_view["one-year"]
    odds = (view / (1 - view) / 41) ** 0.5
    assert book.pooled["one-year"] == pytest.approx(odds / (1 + odds))


def test_the_required_cost_factor_is_the_inverse_of_the_response(all_measures: Appraisal) -> None:
    required = all_measures.required["north-customs"]
    assert required.growth == pytest.approx(2)
    factors = {factor.elasticity: factor.factor for factor in required.cost_factor}
    assert factors[1.0] == pytest.approx(0.5)
    assert factors[3.0] == pytest.approx(2 ** (-1 / 3))


def literal_words(path: Path) -> Iterator[str]:
    """Names and texts of a module, docstrings and comments apart."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {
        id(body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and (body := node.body)
        and isinstance(body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value
        elif isinstance(node, ast.Name):
            yield node.id


def test_no_country_of_the_shipped_case_is_in_the_engine() -> None:
    # Left out: cases are data; the lexicon names all places of the world alike; network.py lists every landlocked
    # country; the command line's help takes its examples from the shipped case.
    modules = [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if not {"cases", "cli", "lexicon"} & set(path.relative_to(PACKAGE).parts)
        and path.relative_to(PACKAGE).as_posix() != "transport/network.py"
    ]
    assert len(modules) > 40
    named = {
        str(path.relative_to(PACKAGE)): sorted(set(SHIPPED_PLACES.findall(" ".join(literal_words(path)))))
        for path in modules
    }
    assert {name: words for name, words in named.items() if words} == {}
