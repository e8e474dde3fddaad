"""Pipelines: sums over the sections, the least capacity, and in use only where every section is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rahdari.case import Case, find_case, read_case
from rahdari.report.corridors import say_pipeline
from rahdari.transport.network import State
from rahdari.transport.pipelines import PipelineAnswer, describe_pipelines

DAY = date(2026, 3, 15)


@pytest.fixture(scope="module")
def case() -> Case:
    return read_case(find_case("pakistan_kazakhstan"))


def described(case: Case, *, states: tuple[State, ...] | None = None, day: date = DAY) -> PipelineAnswer:
    network = case.network if states is None else replace(case.network, states=states)
    (answer,) = describe_pipelines(network, case.claims, day=day)
    return answer


def test_a_pipeline_is_as_long_as_its_sections_and_as_wide_as_the_narrowest(case: Case) -> None:
    answer = described(case)
    assert answer.nodes == ("mary", "serhetabat", "spin-boldak", "multan")
    assert [section.length_km for section in answer.sections] == [214, 816, 819]
    assert (answer.length_km, answer.capacity_bcm_per_year) == (214 + 816 + 819, 33)
    assert answer.fee_usd_per_mmbtu == pytest.approx(0.495 + 0.5, abs=0.006)  # two reports of the Afghan fee


def test_it_is_in_use_only_once_every_section_is(case: Case) -> None:
    assert not described(case).in_use
    opened = [State(f"pipeline:{one.id}", "open", date(2022, 1, 1), None, DAY, None, 0.0, "x", "D", "")
              for one in case.network.pipelines]  # fmt: skip
    assert described(case, states=tuple(opened)).in_use
    assert not described(case, states=tuple(opened[:-1])).in_use


def test_a_section_without_a_figure_leaves_the_sum_open(case: Case) -> None:
    network = replace(case.network, pipelines=(replace(case.network.pipelines[0], id="unknown"),))
    (answer,) = describe_pipelines(network, case.claims, day=DAY)
    assert (answer.length_km, answer.capacity_bcm_per_year, answer.fee_usd_per_mmbtu) == (None, None, None)
    assert answer.sections[0].state is None


def test_it_is_told_with_the_day_that_its_state_was_last_verified(case: Case) -> None:
    told = say_pipeline(described(case), case)
    assert "1,849 km, laid out for 33 billion cubic metres a year" in told
    assert "not in use from end to end" in told
    assert "Turkmenistan, 214 km, 214 km of pipe laid: suspended (last verified 2024-08-10" in told
