"""The guide's example runs as it is written."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

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
