"""Trade-cost matrices with labels: what they hold, how scenarios compare, and what is refused."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rahdari.case.cost_matrices import CostMatrices, price_pairs
from rahdari.claims import Claim, parse_period
from rahdari.exceptions import InputFault
from tests.islands import OPEN_DAY, SHUT_DAY, islands

GUIDE = Path(__file__).parents[2] / "docs" / "transport.md"
PAIR = ("norton", "sutton")


def matrices(**options: Any) -> CostMatrices:
    asked: dict[str, Any] = {"pairs": [("Norton", "Sutton")], "draws": 40, "rng": np.random.default_rng(1)} | options
    return price_pairs(islands(), **asked)


def test_every_axis_has_its_labels() -> None:
    made = matrices(
        pairs=[("North Town", "Sutton"), ("Sutton", "Norton")],
        commodities=("machines", "grain"),
        days=(OPEN_DAY, SHUT_DAY),
        scenarios={"now": (), "faster": ("halve-east-bridge-time",), "railway": ("tunnel-railway",)},
    )
    assert made.cost_usd_per_t.shape == (3, 2, 2, 2, 40)
    assert (made.scenarios, made.days) == (("now", "faster", "railway"), (OPEN_DAY, SHUT_DAY))
    assert (made.pairs, made.commodities) == ((PAIR, ("sutton", "norton")), ("machines", "grain"))
    assert made.slope_per_usd.shape == made.slope_per_hour.shape == (3, 2, 2, 2, len(made.elements))


def test_what_is_asked_twice_in_other_spellings_is_answered_once() -> None:
    made = matrices(
        pairs=[("Norton", "Sutton"), ("norton", "SUTTON")], commodities=("machines", "cranes"), days=(OPEN_DAY,) * 2
    )
    assert (made.pairs, made.commodities, made.days) == ((PAIR,), ("machines",), (OPEN_DAY,))
    assert made.cost_usd_per_t.shape == (1, 1, 1, 1, 40)


def test_without_more_words_all_commodities_are_priced_as_things_are_on_the_case_s_day() -> None:
    made = matrices()
    assert made.scenarios == ("as things are",)
    assert made.days == (SHUT_DAY,)
    assert made.commodities == tuple(one.id for one in islands().network.commodities)
    assert np.isfinite(made.cost_usd_per_t).all()


def test_a_measure_lowers_the_cost_in_every_draw_and_one_elsewhere_changes_nothing() -> None:
    made = matrices(
        commodities=("machines",),
        days=(OPEN_DAY,),
        scenarios={"now": (), "faster": ("halve-east-bridge-time",), "duty": ("tariff-cut",)},
    )
    now, faster, duty = (
        made.draws_of(scenario=name, day=OPEN_DAY, pair=PAIR, commodity="machines") for name in made.scenarios
    )
    assert (faster < now).all()
    assert duty.tolist() == now.tolist()


def test_what_opens_a_way_raises_no_cost_in_any_draw() -> None:
    scenarios = {"now": (), "bridges": ("reopen-bridges",), "railway": ("reopen-bridges", "tunnel-railway")}
    cost = matrices(pairs=[("Norton", "Sutton"), ("Northport", "Southport")], scenarios=scenarios).cost_usd_per_t
    assert (np.diff(cost, axis=0) <= 1e-9).all()
    assert (cost[1, 0, 0, 0] < cost[0, 0, 0, 0]).all()  # machines by road from Norton to Sutton


def test_where_no_way_is_open_the_cost_is_infinite() -> None:
    case = islands()
    apart = replace(case, network=replace(case.network, links=tuple(
        link for link in case.network.links if not (link.crossing or link.mode in ("sea", "ferry", "air"))
    )))  # fmt: skip
    made = price_pairs(apart, pairs=[PAIR], draws=40, rng=np.random.default_rng(1))
    assert np.isinf(made.cost_usd_per_t).all()
    assert (made.slope_per_usd == 0).all()


def test_a_past_day_is_priced_with_the_figures_of_its_time_in_every_draw() -> None:
    def rate(value: float, year: str) -> Claim:
        entity, attribute, unit = "rate:road-isle", "cost_usd_per_tkm", "USD/tkm"
        source = "two-islands-invention"
        return Claim(
            entity, attribute, value, unit, value, unit, "exactly", parse_period(year), "", source, "D", ""
        )  # fmt: skip

    claims = islands().claims
    rows = [claim for claim in claims.rows if (claim.entity, claim.attribute) != ("rate:road-isle", "cost_usd_per_tkm")]
    dated = replace(claims, rows=(*rows, rate(0.4, "2023"), rate(0.1, "2025")))
    past = date(2023, 6, 1)
    made = price_pairs(
        replace(islands(), claims=dated), pairs=[("Norton", "Northport")], commodities=("machines",),
        days=(past, date(2025, 6, 1)), draws=40, rng=np.random.default_rng(1),
    )  # fmt: skip
    then, later = made.cost_usd_per_t[0, :, 0, 0]
    assert (then > later).all()


def test_slopes_tell_by_name_what_a_link_and_a_stop_cost() -> None:
    made = matrices(commodities=("machines",), days=(OPEN_DAY,))
    slope = dict(zip(made.elements, made.slope_per_usd[0, 0, 0, 0].tolist(), strict=True))
    assert slope["link:east-bridge-road"] > 0.9  # of machines nearly all go by the nearer bridge
    assert slope["link:east-bridge-road"] == pytest.approx(slope["stop:east-bridge-southbound-entry"])
    assert slope["stop:east-bridge-northbound-entry"] == 0
    # an hour costs a tonne of machines 1 USD
    assert made.slope_per_hour == pytest.approx(made.slope_per_usd)


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert matrices().cost_usd_per_t.tobytes() == matrices().cost_usd_per_t.tobytes()


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"pairs": []}, "no-pairs"),
        ({"draws": 0}, "no-pairs"),
        ({"scenarios": {}}, "no-pairs"),
        ({"pairs": [("Norton", "North Town")]}, "same-place"),
        ({"pairs": [("Norton", "Suton")]}, "unknown-place"),
        ({"commodities": ("grian",)}, "unknown-commodity"),
        ({"scenarios": {"x": ("no-measure",)}}, "unknown-measure"),
        ({"days": (date(1900, 1, 1),)}, "date-outside-data"),
        ({"draws": 100_000_000}, "too-large"),
    ],
)
def test_what_cannot_be_priced_is_a_fault(options: dict[str, Any], kind: str) -> None:
    with pytest.raises(InputFault) as caught:
        matrices(**options)
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("label", "value"),
    [("scenario", "then"), ("day", OPEN_DAY), ("pair", ("sutton", "norton")), ("commodity", "grain")],
)
def test_an_unknown_label_is_named(label: str, value: object) -> None:
    made = matrices(commodities=("machines",))
    known: dict[str, Any] = {
        "scenario": "as things are", "day": SHUT_DAY, "pair": PAIR, "commodity": "machines", label: value,
    }  # fmt: skip
    with pytest.raises(InputFault, match=f"Unknown {label}"):
        made.draws_of(**known)


def test_the_guide_s_example_runs_as_written(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)
    exec(compile(example, str(GUIDE), "exec"), {})
    shape, saved, *elements = capsys.readouterr().out.splitlines()
    assert shape == "(2, 2, 2, 2, 1000)"
    low, middle, high = (float(one) for one in saved.split())
    assert low <= middle <= high < 0
    assert len(elements) == 3
