"""The commands of the trade room: their keys, their tables and what they answer to a fault."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rahdari.appraisal.products import assess_potential
from rahdari.case import find_case, read_case
from rahdari.cli import main

FORMULA = "trade ~ ln_dist | exporter + importer"


@pytest.fixture(name="flows")
def _flows(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    rows = [
        f"E{i},E{j},{np.exp(rng.normal(5, 0.1) - 0.9 * distance)},{distance}"
        for i in range(6)
        for j in range(6)
        for distance in [rng.uniform(5, 9)]
    ]
    file = tmp_path / "flows.csv"
    file.write_text("\n".join(["exporter,importer,trade,ln_dist", *rows]) + "\n")
    return file


def test_estimate_answers_in_the_keys_of_the_contract(flows: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", str(flows), "--formula", FORMULA, "--vcov", "HC1", "--json"]) == 0
    answer = json.loads(capfd.readouterr().out)
    assert {"coefficients", "observations", "dropped", "warnings"} <= answer.keys()
    (row,) = answer["coefficients"]
    assert row["name"] == "ln_dist"
    assert row["estimate"] == pytest.approx(-0.9, abs=0.1)
    assert row["se"] == pytest.approx(answer["covariance"][0][0] ** 0.5)
    assert (answer["observations"], answer["dropped"]) == (36, 0)


def test_estimate_prints_a_table_and_the_same_in_latex(flows: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", str(flows), "--formula", FORMULA]) == 0
    assert "ln_dist" in capfd.readouterr().out
    assert main(["estimate", str(flows), "--formula", FORMULA, "--latex"]) == 0
    assert "\\begin{tabular}" in capfd.readouterr().out


def test_an_estimate_is_drawn_through_a_counterfactual(flows: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = flows.parent / "world"
    folder.mkdir()
    rows = [line.rsplit(",", 1)[0] for line in flows.read_text().splitlines()]
    (folder / "flows.csv").write_text("\n".join([rows[0].replace("trade", "value"), *rows[1:]]) + "\n")
    assert main(["estimate", str(flows), "--formula", FORMULA, "--json"]) == 0
    (flows.parent / "estimate.json").write_text(capfd.readouterr().out)
    (flows.parent / "policy.csv").write_text("exporter,importer,column,change\nE0,E1,ln_dist,-0.5\n")
    words = ["draw", "--economy", str(folder), "--policy", str(flows.parent / "policy.csv")]
    words += ["--estimate", str(flows.parent / "estimate.json"), "--draws", "200", "--elasticity-se", "0.5"]
    assert main([*words, "--json"]) == 0
    answer = json.loads(capfd.readouterr().out)
    assert (answer["draws"], answer["failed"], answer["seed"]) == (200, [], 1)
    (flow,) = answer["flows"]
    assert 1 < flow["flow"]["p5"] < flow["flow"]["p50"] < flow["flow"]["p95"]
    assert [entry["id"] for entry in answer["economies"]] == [f"E{index}" for index in range(6)]
    assert main(words) == 0
    assert "200 of 200 draws" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("policy", "estimate", "words"),
    [
        ("exporter,importer,column,change\nE0,E1,ln_dst,1\n", None, "Did you mean ln_dist"),
        ("exporter,importer,column,change\nE0,E1,ln_dist,one\n", None, "finite number"),
        ("exporter,importer,column\nE0,E1,ln_dist\n", None, "'change' is missing"),
        ("exporter,importer,column,change\nE0,E1,ln_dist,1\n", "{}", "is no estimate"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    flows: Path, capfd: pytest.CaptureFixture[str], *, policy: str, estimate: str | None, words: str
) -> None:
    folder = flows.parent
    (folder / "flows.csv").write_text("exporter,importer,value\nE0,E0,9\nE0,E1,1\nE1,E0,1\nE1,E1,9\n")
    (folder / "policy.csv").write_text(policy)
    told = {
        "coefficients": [{"name": "ln_dist", "estimate": -0.9, "se": 0.1}],
        "covariance": [[0.01]],
        "observations": 9,
        "dropped_by": {"missing": 0, "singletons": 0, "separation": 0},
        "dropped_variables": [],
        "formula": FORMULA,
        "vcov": "iid",
        "warnings": [],
    }
    (folder / "estimate.json").write_text(estimate or json.dumps(told))
    asked = ["draw", "--economy", str(folder), "--policy", str(folder / "policy.csv")]
    assert main([*asked, "--estimate", str(folder / "estimate.json"), "--json"]) == 2
    assert words in json.loads(capfd.readouterr().out)["error"]["message"]


@pytest.mark.parametrize("words", [("--seed", "-1"), ("--draws", "0")])
def test_a_seed_below_nought_and_no_draws_are_faults_of_the_command_line(
    flows: Path, capfd: pytest.CaptureFixture[str], words: tuple[str, str]
) -> None:
    asked = ["draw", "--economy", str(flows.parent), "--policy", str(flows), "--estimate", str(flows), *words]
    assert main([*asked, "--json"]) == 2
    assert words[0] in json.loads(capfd.readouterr().out)["error"]["message"]


def test_estimate_names_the_nearest_column(flows: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", str(flows), "--formula", FORMULA.replace("dist", "dst"), "--json"]) == 2
    error = json.loads(capfd.readouterr().out)["error"]
    assert "did you mean ln_dist" in error["message"]
    assert error["where"]["file"] == "flows.csv"


def test_import_answers_in_the_keys_of_the_contract(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "BACI_HS17_Y2019.csv").write_text("t,i,j,k,v,q\n2019,586,398,100630,500,NA\n2019,586,398,1006")
    (tmp_path / "case").mkdir()
    words = ["import", "baci", str(tmp_path / "BACI_HS17_Y2019.csv"), "--into", str(tmp_path / "case")]
    assert main([*words, "--json"]) == 0
    answer = json.loads(capfd.readouterr().out)
    assert (answer["rows"], answer["skipped"]) == (1, 1)
    assert answer["totals"]["years"] == [2019]
    assert answer["totals"]["value_musd"] == pytest.approx(0.5)
    assert answer["faults"][0]["row"] == 3
    assert main(words) == 0
    assert "Rows imported: 1;" in capfd.readouterr().out


def test_import_names_the_nearest_source(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "bacci", str(tmp_path), "--into", str(tmp_path), "--json"]) == 2
    assert json.loads(capfd.readouterr().out)["error"]["suggestions"] == ["baci"]


def test_mirror_puts_both_books_side_by_side(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "imts.csv").write_text(
        "COUNTRY,INDICATOR,COUNTERPART_COUNTRY,FREQUENCY,SCALE,TIME_PERIOD,OBS_VALUE\n"
        "PAK,XG_FOB_USD,KAZ,A,Millions,2019,73.9\nKAZ,MG_CIF_USD,PAK,A,Millions,2019,106\n"
    )
    case = tmp_path / "case"
    case.mkdir()
    assert main(["import", "imts", str(tmp_path / "imts.csv"), "--into", str(case)]) == 0
    capfd.readouterr()
    words = ["mirror", str(case), "--source", "imts", "--pair", "pak,kaz"]
    assert main([*words, "--json"]) == 0
    answer = json.loads(capfd.readouterr().out)
    (flow,) = answer["flows"]
    assert (flow["exporter_musd"], flow["importer_musd"]) == (73.9, 106)
    assert flow["reconciled_musd"] == pytest.approx((73.9 + 100) / 2)
    assert answer["rules"] == [{"rule": "both, evenly: too few partners to judge", "flows": 1}]
    assert answer["table"] == "imports/imts/mirror.parquet"
    assert main(words) == 0
    assert "73.900" in capfd.readouterr().out


def test_mirror_wants_two_economies(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["mirror", str(tmp_path), "--pair", "PAK", "--json"]) == 2
    assert "two economies" in json.loads(capfd.readouterr().out)["error"]["message"]


def test_economy_writes_what_counterfactual_reads(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    case, told = tmp_path / "case", tmp_path / "told"
    case.mkdir()
    told.mkdir()
    (tmp_path / "BACI_HS17_Y2019.csv").write_text(
        "t,i,j,k,v,q\n2019,586,398,100630,500,NA\n2019,398,586,720810,300,NA\n"
    )
    (told / "output.csv").write_text("economy,gross_output\nPAK,5\nKAZ,4\n")
    assert main(["import", "baci", str(tmp_path / "BACI_HS17_Y2019.csv"), "--into", str(case)]) == 0
    capfd.readouterr()
    words = ["economy", str(case), "--year", "2019", "--told", str(told), "--out", str(tmp_path / "world")]
    assert main([*words, "--json"]) == 0
    answer = json.loads(capfd.readouterr().out)
    assert answer["economies"] == ["KAZ", "PAK"]
    assert [sales["value_musd"] for sales in answer["home_sales"]] == pytest.approx([3.7, 4.5])
    assert main(words) == 0
    assert "gross output told" in capfd.readouterr().out
    (tmp_path / "shock.csv").write_text("exporter,importer,cost_change\nPAK,KAZ,0.9\n")
    shock = ["--economy", str(tmp_path / "world"), "--shock", str(tmp_path / "shock.csv"), "--json"]
    assert main(["counterfactual", *shock]) == 0
    assert json.loads(capfd.readouterr().out)["converged"]


def test_potential_answers_and_prints_the_terms_of_each_product(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = assess_potential(read_case(find_case("pakistan_kazakhstan")), "PAK", importer="KAZ")
    monkeypatch.setattr("rahdari.appraisal.products.assess_potential", lambda *_, **__: found)
    assert main(["potential", "PAK", "KAZ", "--json"]) == 0
    answer = json.loads(capfd.readouterr().out)
    keys = {"exporter", "importer", "method", "digits", "years", "products", "payment", "sources", "warnings"}
    assert keys <= set(answer)
    first, second = answer["products"][:2]
    assert {"transport", "tariff", "sps", "demand", "present_musd", "unrealised_musd", "margin"} <= set(first)
    assert (first["hs"], first["tariff"]["scope"], second["status"]) == ("63", "all goods", "traded")
    assert main(["potential", "PAK", "KAZ", "--most", "3"]) == 0
    out = capfd.readouterr().out
    assert "traded: Citrus heads" in out
    assert "Payment: The National Bank of Pakistan" in out
    assert "5-11.3%" in out
