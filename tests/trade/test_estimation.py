"""PPML estimates: published ones, a known truth, and data sets that cannot be estimated."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rahdari.exceptions import FaultyInput, InputFault
from rahdari.trade import estimation
from rahdari.trade.estimation import (
    GravityEstimate,
    draw_coefficients,
    estimate_gravity,
    tabulate_estimate,
    tabulate_latex,
)

FORMULA = "trade ~ ln_dist + border | exporter + importer"


def write_rows(path: Path, rows: list[str], *, header: str = "exporter,importer,trade,ln_dist,border") -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def invented_rows(*, size: int = 8, home: bool = True) -> list[str]:
    """Flows without noise: trade = exp(seller + buyer - 0.9 ln_dist - 2 border)."""
    rng = np.random.default_rng(1)
    seller, buyer, distance = rng.normal(5, 1, size), rng.normal(0, 1, size), rng.uniform(5, 9, (size, size))
    return [
        f"E{i},E{j},{np.exp(seller[i] + buyer[j] - 0.9 * distance[i, j] - 2 * (i != j))},{distance[i, j]},{int(i != j)}"
        for i in range(size)
        for j in range(size)
        if home or i != j
    ]


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> GravityEstimate:
    return estimate_gravity(write_rows(tmp_path_factory.mktemp("ppml") / "flows.csv", invented_rows()), FORMULA)


def test_a_known_truth_is_found(truth: GravityEstimate) -> None:
    assert [coefficient.name for coefficient in truth.coefficients] == ["ln_dist", "border"]
    assert [coefficient.estimate for coefficient in truth.coefficients] == pytest.approx([-0.9, -2], abs=1e-8)
    assert truth.observations == 64
    assert truth.dropped.total == 0
    assert truth.warnings == ()


def test_draws_have_the_mean_and_covariance_of_the_estimate(truth: GravityEstimate) -> None:
    wide = GravityEstimate(
        **{name: getattr(truth, name) for name in truth.__slots__}
        | {"covariance": np.array([[0.04, 0.01], [0.01, 0.09]])}
    )
    drawn = draw_coefficients(wide, draws=40_000, rng=np.random.default_rng(2))
    assert drawn.mean(axis=0) == pytest.approx([-0.9, -2], abs=0.006)
    assert np.cov(drawn.T) == pytest.approx(wide.covariance, abs=0.002)
    again = draw_coefficients(wide, draws=40_000, rng=np.random.default_rng(2))
    assert np.array_equal(drawn, again)


def test_the_tables_name_what_they_hold(truth: GravityEstimate) -> None:
    plain, latex = tabulate_estimate(truth), tabulate_latex(truth)
    assert "ln_dist" in plain
    assert "-0.900000" in plain
    assert "Observations: 64" in plain
    assert "ln\\_dist & -0.9000" in latex
    assert latex.startswith("\\begin{tabular}")


def test_what_is_left_out_is_counted_by_reason(tmp_path: Path) -> None:
    rows = [*invented_rows(), "E9,E1,3,6,1", "E0,E1,,6,1"]
    # E8 sells nothing at all: its fixed effect cannot be told.
    rows += [f"E8,E{j},0,7,1" for j in range(8)]
    estimate = estimate_gravity(write_rows(tmp_path / "flows.csv", rows), FORMULA)
    assert estimate.observations == 64
    assert (estimate.dropped.missing, estimate.dropped.singletons, estimate.dropped.separation) == (1, 1, 8)
    assert any("missing is not zero" in warning for warning in estimate.warnings)


def test_missing_domestic_flows_are_told(tmp_path: Path) -> None:
    file = write_rows(tmp_path / "flows.csv", invented_rows(home=False))
    estimate = estimate_gravity(file, "trade ~ ln_dist | exporter + importer")
    assert any("no domestic flows" in warning for warning in estimate.warnings)


def test_a_year_in_another_unit_is_told(tmp_path: Path) -> None:
    rows = []
    for year, factor in ((2018, 1.0), (2019, 1000.0)):
        for row in invented_rows():
            seller, buyer, trade, distance, border = row.split(",")
            rows.append(f"{seller},{buyer},{float(trade) * factor},{distance},{border},{year}")
    file = write_rows(tmp_path / "flows.csv", rows, header="exporter,importer,trade,ln_dist,border,year")
    estimate = estimate_gravity(file, "trade ~ ln_dist | exporter^year + importer^year", vcov="exporter")
    assert any("2019" in warning and "unit" in warning for warning in estimate.warnings)


@pytest.mark.parametrize(
    ("formula", "vcov", "change", "words"),
    [
        ("trade", "hetero", None, "no dependent"),
        ("trade ~ a | b | c", "hetero", None, "more than one"),
        ("log(trade) ~ ln_dist", "hetero", None, "in levels"),
        ("trade ~ ln_dst | exporter", "hetero", None, "did you mean ln_dist"),
        (FORMULA, "pair", None, "no column 'pair'"),
        (FORMULA, "hetero", ("E0,E1,", "E0,E1,-"), "negative"),
        (FORMULA, "hetero", ("E0,E1,", "E0,E1,x"), "not a number"),
    ],
)
def test_what_cannot_be_estimated_is_said(
    tmp_path: Path, formula: str, vcov: str, *, change: tuple[str, str] | None, words: str
) -> None:
    text = "\n".join(["exporter,importer,trade,ln_dist,border", *invented_rows()])
    (tmp_path / "flows.csv").write_text(text if change is None else text.replace(*change))
    with pytest.raises(InputFault, match=words):
        estimate_gravity(tmp_path / "flows.csv", formula, vcov=vcov)


def test_a_fault_of_a_value_has_its_row(tmp_path: Path) -> None:
    rows = invented_rows()
    rows[4] = "E0,E4,-1,7,1"
    with pytest.raises(FaultyInput) as caught:
        estimate_gravity(write_rows(tmp_path / "flows.csv", rows), FORMULA)
    where = caught.value.faults[0].where
    assert (where.file, where.row, where.column) == ("flows.csv", 6, "trade")


def test_flows_in_two_units_are_refused(tmp_path: Path) -> None:
    rows = [f"{row},{'kusd' if number % 2 else 'musd'}" for number, row in enumerate(invented_rows())]
    file = write_rows(tmp_path / "flows.csv", rows, header="exporter,importer,trade,ln_dist,border,unit")
    with pytest.raises(FaultyInput, match="more than one unit"):
        estimate_gravity(file, FORMULA)


def test_a_file_that_is_no_table_or_absent_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputFault, match="no file"):
        estimate_gravity(tmp_path / "none.csv", FORMULA)
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(InputFault, match="cannot be read"):
        estimate_gravity(tmp_path / "empty.csv", FORMULA)


def test_without_pyfixest_the_way_to_install_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = builtins.__import__

    def refuse(name: str, *arguments: Any, **named: Any) -> Any:
        if name == "pyfixest":
            raise ImportError
        return plain(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(InputFault, match=r"rahdari\[estimation\]"):
        estimate_gravity(tmp_path / "none.csv", FORMULA)
    assert "pip install" in estimation.INSTALL
