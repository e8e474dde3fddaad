"""Games of measures on the invented case: exclusions and closings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rahdari.appraisal.appraise import Options, appraise
from rahdari.appraisal.result import Appraisal
from rahdari.case import Case
from rahdari.measures import Measure
from tests.islands import NO_CLOSURE, changed_islands

BOOK = "north-customs"


def with_measures(case: Case, *measures: Measure) -> Appraisal:
    """The case with these measures alone; their chance, delay and ramp are those of the faster check."""
    like = [claim for claim in case.claims if claim.entity == "measure:halve-east-bridge-time"]
    own = tuple(replace(claim, entity=f"measure:{one.id}") for one in measures for claim in like)
    claims = replace(case.claims, rows=(*case.claims.rows, *own))
    return appraise(replace(case, measures=measures, claims=claims), Options(draws=4))


def checks(case: Case) -> tuple[Measure, Measure]:
    """The check in half of its time, and in a tenth, once the bridges are open; both from the case's day."""
    (half,) = (one for one in case.measures if one.id == "halve-east-bridge-time")
    half = replace(half, id="half", needs=(), start=case.as_of, edits=(replace(half.edits[0], measure="half"),))
    tenth = replace(half, id="tenth", edits=(replace(half.edits[0], measure="tenth", value=0.1),))
    return half, tenth


def test_of_two_that_exclude_each_other_the_first_stays_in_every_coalition(tmp_path: Path) -> None:
    case = changed_islands(tmp_path, without=[NO_CLOSURE])
    half, tenth = checks(case)
    half, tenth = replace(half, excludes=("tenth",)), replace(tenth, excludes=("half",))
    answer = with_measures(case, half, tenth)
    first, second = answer.measures
    alone = with_measures(case, half).total_effect_musd[BOOK]
    assert answer.total_effect_musd[BOOK] == pytest.approx(alone)
    assert second.first_in_musd[BOOK] > first.first_in_musd[BOOK] > 0
    assert second.last_in_musd[BOOK] == pytest.approx(0, abs=1e-9)
    # Shapley: half alone brings h, tenth alone t, both h: (h + h - t) / 2 and t / 2
    short, long = first.first_in_musd[BOOK], second.first_in_musd[BOOK]
    assert first.shapley_musd[BOOK] == pytest.approx((2 * short - long) / 2)
    assert second.shapley_musd[BOOK] == pytest.approx(long / 2)


def test_no_package_holds_two_that_exclude_each_other(tmp_path: Path) -> None:
    case = changed_islands(tmp_path, without=[NO_CLOSURE])
    half, tenth = checks(case)
    answer = with_measures(case, half, replace(tenth, excludes=("half",)))
    assert answer.frontiers
    for frontier in answer.frontiers:
        assert not any({"half", "tenth"} <= set(package.measures) for package in frontier.packages)
    best = [one for one in answer.reach if one.package == "best for sure"]
    assert {one.measures for one in best} <= {("half",), ("tenth",)}


def test_what_excludes_in_one_direction_yields_to_the_other(tmp_path: Path) -> None:
    case = changed_islands(tmp_path, without=[NO_CLOSURE])
    half, tenth = checks(case)
    answer = with_measures(case, replace(half, excludes=("tenth",)), tenth)
    assert answer.total_effect_musd[BOOK] == pytest.approx(with_measures(case, tenth).total_effect_musd[BOOK])


def test_a_measure_that_closes_the_best_bridge_costs_trade_and_leaves_the_other_ways(tmp_path: Path) -> None:
    # by the West Bridge machines cost 52 instead of 40 a tonne on 160, by ferry, while it floods, 90
    case = changed_islands(tmp_path, without=[NO_CLOSURE])
    half, _ = checks(case)
    edit = replace(half.edits[0], measure="shut", entity="crossing:east-bridge", attribute="state", operation="close",
                   value=None, unit="")  # fmt: skip
    answer = with_measures(case, replace(half, id="shut", edits=(edit,)))
    lost = answer.total_effect_musd[BOOK]
    level = 100.0
    least, most = (1 - (160 + 52) / 200) * 1.25, (200 / 250) ** 1.5 - 1
    assert level * most < lost < 0
    assert lost < level * least * 0.5
