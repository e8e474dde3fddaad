"""The guide's example runs as it is written."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from rahdari.trade.estimation import estimate_gravity
from rahdari.trade.importing import import_files
from rahdari.trade.layouts import GRAVITY

GUIDE = Path(__file__).parents[2] / "docs" / "trade.md"
NAMES = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF")


def test_the_example_of_draws_runs_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(3)
    distance = rng.uniform(5, 9, (6, 6))
    agreed = np.triu(rng.random((6, 6)) < 0.4, k=1)
    agreed |= agreed.T
    flows = np.exp(8 - 0.9 * distance + 0.4 * agreed + 5 * np.eye(6) + rng.normal(0, 0.2, (6, 6)))
    pairs = [(i, j) for i in range(6) for j in range(6)]
    rows = [f"{NAMES[i]},{NAMES[j]},{flows[i, j]},{distance[i, j]},{int(agreed[i, j])}" for i, j in pairs]
    (tmp_path / "panel.csv").write_text("\n".join(["exporter,importer,trade,ln_dist,rta", *rows]) + "\n")
    (tmp_path / "world").mkdir()
    lines = [f"{NAMES[i]},{NAMES[j]},{flows[i, j]}" for i, j in pairs]
    (tmp_path / "world" / "flows.csv").write_text("\n".join(["exporter,importer,value", *lines]) + "\n")
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)
    exec(compile(example, str(GUIDE), "exec"), {})
    told = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[0] for line in told] == list(NAMES)
    for _, low, middle, high in told:
        assert float(low) <= float(middle) <= float(high)
    assert float(told[0][3]) > float(told[0][1])


def test_an_imported_file_of_pairs_can_be_estimated(tmp_path: Path) -> None:
    """Flows without noise whose truth is -0.9, 0.3 and 0.4; the formula is the guide's."""
    columns = [name for name, _ in GRAVITY.columns]
    rng = np.random.default_rng(1)
    seller, buyer, distance = rng.normal(0, 1, 8), rng.normal(0, 1, 8), rng.uniform(500, 9000, (8, 8))
    agreed = rng.random((8, 8)) < 0.3
    lines = [",".join(columns)]
    for i in range(8):
        for j in range(8):
            flow = np.exp(12 + seller[i] + buyer[j] + 0.4 * agreed[i, j] + 0.3 * (abs(i - j) == 1))
            cells = {"year": 2019, "country_exists_o": 1, "country_exists_d": 1, "iso3_o": f"A{i}", "iso3_d": f"A{j}"}
            cells |= {"dist": distance[i, j], "contig": int(abs(i - j) == 1), "fta_wto": int(agreed[i, j])}
            if i != j:
                cells["tradeflow_baci"] = flow * distance[i, j] ** -0.9
            lines.append(",".join(str(cells.get(name, "")) for name in columns))
    (tmp_path / "case").mkdir()
    (tmp_path / "Gravity_V202211.csv").write_text("\n".join(lines) + "\n")
    import_files("gravity", tmp_path / "Gravity_V202211.csv", into=tmp_path / "case")
    (formula,) = re.findall(r"--formula '(baci_musd[^']*)'", GUIDE.read_text(encoding="utf-8"))
    found = estimate_gravity(tmp_path / "case" / "imports" / "gravity" / "Gravity_V202211.parquet", formula)
    assert [row.estimate for row in found.coefficients] == pytest.approx([-0.9, 0.3, 0.4], abs=1e-6)
    assert found.dropped.missing == 8
