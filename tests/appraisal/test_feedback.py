"""Loads and border times that agree with each other, on the islands.

The East Bridge's entry check takes 10 h. Machines are worth 160 and grain 240 USD a tonne: 60 and 20 million dollars of
machines and 20 of grain are 0.375, 0.125 and 0.0833 million tonnes a year, all over the East Bridge.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from rahdari.appraisal import feedback
from rahdari.appraisal.appraise import Options, appraise
from rahdari.appraisal.feedback import apply_loads, settle_loads
from rahdari.appraisal.world import World, draw_world
from rahdari.case import Case, read_case
from rahdari.exceptions import InputFault, NoAnswer
from rahdari.transport.loads import delay_ratio
from tests.islands import NO_CLOSURE, changed_islands, claim, islands, run_measures

STOP = "stop:east-bridge-entry"
BOOK = "north-customs"


def loaded(folder: Path, *, background: float | None = 0.5, capacity: float | None = 0.5, growth: float = 0.0) -> Case:
    """The calm islands with a known load of the East Bridge's entry check and growth of both economies."""
    cells = [claim(f"economy:{party}", "gdp_growth", growth, file="economy/claims.csv") for party in ("XNO", "XSO")]
    changed_islands(folder, *cells, without=[NO_CLOSURE])
    path = folder / "two_islands/network/claims.csv"
    with path.open(newline="", encoding="utf-8") as file:
        columns = next(csv.reader(file))
    named = {"background_mt_per_year": background, "capacity_mt_per_year": capacity}
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=columns, restval="", lineterminator="\n")
        for name, value in named.items():
            if value is not None:
                writer.writerow({"entity": STOP, "attribute": name, "value": value, "unit": "Mt/year",
                                 "comparator": "exactly", "source": "two-islands-invention", "strength": "D",
                                 "note": "Invented"})  # fmt: skip
    return read_case(path.parents[1])


def world_of(case: Case) -> World:
    return draw_world(case, measures=(), books=(BOOK,), draws=3, rng=np.random.default_rng(1))


def test_without_known_loads_it_is_off_and_says_so() -> None:
    found = settle_loads(world_of(islands()))
    assert not found.answer.on
    assert "no sourced traffic" in found.answer.why
    assert found.ratios == {}


def test_trade_that_stays_as_it_is_settles_at_once_at_the_known_time(tmp_path: Path) -> None:
    found = settle_loads(world_of(loaded(tmp_path)))
    assert found.answer.on
    assert found.answer.rounds == 1
    assert found.ratios == {STOP: pytest.approx(1)}


def test_what_grows_slows_down_the_border_until_load_and_time_agree(tmp_path: Path) -> None:
    # both grow by five percent a year: 1.05^4 by 2027, the last deadline's year, at the elasticities of 1.5 and 2 years
    world = world_of(loaded(tmp_path, growth=0.05))
    found = settle_loads(world)
    (stop,) = found.answer.stops
    ratio = float(delay_ratio(stop.added_mt_per_year, background=0.5, capacity=0.5))
    assert stop.time_ratio == found.ratios[STOP] == pytest.approx(ratio)
    assert 1.1 < ratio < 1.2
    later = 10 * (ratio - 1)  # hours: a dollar each for a tonne of machines, a tenth for one of grain
    growth = 1.05**4
    machines, grain = ((1 + hour * later / price) ** -np.array([1.25, 1.5]) for hour, price in ((1, 200), (0.1, 265.6)))
    south, north = 60 * growth * machines.mean(), 40 * growth * (machines.mean() + grain.mean()) / 2
    added = (
        south / 160 + north * (0.5 / 160 + 0.5 / 240) - (0.375 + 0.125 + 20 / 240)
    )  # a flow's goods keep their shares
    assert stop.added_mt_per_year == pytest.approx(added, abs=2e-4)
    loads = apply_loads(world, found.ratios)
    assert run_measures(loads, ())[BOOK].total[0, 1] == pytest.approx(south + north, rel=1e-4)


def test_the_appraisal_tells_the_loads_and_forecasts_with_them(tmp_path: Path) -> None:
    slow = appraise(loaded(tmp_path / "a", growth=0.1), Options(draws=4, measures=(), book=BOOK))
    free = appraise(loaded(tmp_path / "b", growth=0.1, capacity=50.0), Options(draws=4, measures=(), book=BOOK))
    assert slow.feedback.on
    assert slow.feedback.stops[0].time_ratio > 1.1
    assert free.feedback.stops[0].time_ratio == pytest.approx(1, abs=1e-6)
    assert slow.books[BOOK].path[1].p50 < free.books[BOOK].path[1].p50


def test_loads_that_do_not_settle_are_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "ROUNDS", 2)
    with pytest.raises(NoAnswer, match="did not settle in 2 rounds; the load of stop:east-bridge-entry"):
        settle_loads(world_of(loaded(tmp_path, growth=0.1)))


@pytest.mark.parametrize(("background", "capacity", "missing"), [(0.5, None, "capacity"), (None, 0.5, "background")])
def test_half_of_what_a_load_needs_is_a_fault(
    tmp_path: Path, background: float | None, capacity: float | None, missing: str
) -> None:
    with pytest.raises(InputFault, match=f"has no {missing}_mt_per_year"):
        world_of(loaded(tmp_path, background=background, capacity=capacity))
