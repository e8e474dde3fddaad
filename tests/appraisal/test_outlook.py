"""An open appraisal answers as a full one would on the same draws, and runs nothing twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rahdari.appraisal.coalitions import RunStore, run_sets
from rahdari.appraisal.delivery import Delivered
from rahdari.appraisal.forecast import Extent
from rahdari.appraisal.outlook import OpenAppraisal, open_appraisal
from rahdari.appraisal.world import World, draw_world
from rahdari.case import Case, find_case, read_case
from rahdari.exceptions import InputFault
from tests.islands import run_measures

DRAWS = 40


@pytest.fixture(scope="module")
def case() -> Case:
    return read_case(find_case("two_islands"))


@pytest.fixture(scope="module")
def world(case: Case) -> World:
    books = tuple(name for name, book in case.books.items() if book.forecast)
    return draw_world(case, measures=case.measures, books=books, draws=DRAWS, rng=np.random.default_rng(1))


def test_sets_run_together_are_what_each_is_alone(world: World) -> None:
    everyone = tuple(measure.id for measure in world.measures)
    sets = [(), everyone, everyone[:1], everyone[1:], everyone[::2]]
    together = run_sets(world, sets, extent=Extent(DRAWS, world.timeline.steps))
    for number, active in enumerate(sets):
        alone = run_measures(world, active)
        for name, paths in together.paths_of(number).items():
            assert paths.total == pytest.approx(alone[name].total, rel=1e-9), (active, name)
            assert paths.periods == alone[name].periods


def test_an_open_appraisal_gives_the_full_one_s_paths_in_whatever_order_it_is_asked(case: Case, world: World) -> None:
    opened = open_appraisal(case, draws=DRAWS)
    everyone = [measure.id for measure in case.measures]
    last = opened.ask(everyone[1:])
    assert open_appraisal(case, draws=DRAWS).ask(everyone[1:]) == last
    alone = run_measures(world, everyone[1:])
    for name, book in last.books.items():
        medians = [year.p50 for year in book.path]
        assert medians == pytest.approx(np.median(alone[name].total, axis=0).tolist(), rel=1e-9)


def test_what_was_run_is_not_run_again(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_appraisal(case, draws=DRAWS)
    priced: list[int] = []
    price = RunStore._cost

    def count(store: RunStore, acting: Sequence[Mapping[str, Delivered]], rows: NDArray[np.int64]) -> object:
        priced.append(len(rows))
        return price(store, acting, rows)

    monkeypatch.setattr(RunStore, "_cost", count)
    everyone = [measure.id for measure in case.measures]
    opened.ask(everyone)
    assert priced == []
    opened.ask([name for name in everyone if name != "crane-contract"])
    assert priced == []  # contracts cost no tonne anything on the way
    opened.ask([name for name in everyone if name != "halve-east-bridge-time"])
    assert 0 < sum(priced) <= DRAWS
    before = sum(priced)
    opened.ask([name for name in everyone if name != "halve-east-bridge-time"])
    assert sum(priced) == before


def test_runs_asked_for_longest_ago_are_forgotten_and_answered_alike_when_asked_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    everyone = tuple(measure.id for measure in world.measures)
    sets = [everyone[:number] for number in range(len(everyone) + 1)]
    opened = OpenAppraisal(world, target_musd=400.0, most_sets=1)
    first = [opened.ask(one) for one in sets]
    run: list[int] = []
    forecast = RunStore._forecast

    def count(
        store: RunStore, acting: Sequence[Mapping[str, Delivered]], rows: NDArray[np.int64], *more: Any
    ) -> object:
        run.append(len(rows))
        return forecast(store, acting, rows, *more)

    monkeypatch.setattr(RunStore, "_forecast", count)
    assert opened.ask(sets[-1]) == first[-1]
    assert run == []  # the last one asked for is held
    assert [opened.ask(one) for one in sets] == first
    assert sum(run) > 0  # the others were forgotten


def test_an_unknown_measure_is_named(case: Case) -> None:
    opened: OpenAppraisal = open_appraisal(case, draws=4)
    with pytest.raises(InputFault, match="reopen-bridges"):
        opened.ask(["reopen-bridge"])
