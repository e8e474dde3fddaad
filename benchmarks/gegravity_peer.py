"""Times gegravity on flows from a file, in a Python of its own: `python gegravity_peer.py FLOWS.npy CHANGE`."""

from __future__ import annotations

import contextlib
import io
import json
import platform
import sys
import time
import warnings
from importlib.metadata import version

import gegravity as ge
import numpy as np
import pandas as pd

warnings.simplefilter("ignore")
SIGMA = 5.0


def main() -> None:
    """Nothing; prints seconds of baseline and simulation, and what the solver said of its success."""
    flows, change = np.load(sys.argv[1]), float(sys.argv[2])
    size = len(flows)
    output, expenditure = flows.sum(axis=1), flows.sum(axis=0)
    # gegravity takes trade costs from coefficients: ln of what output and expenditure leave unexplained, coefficient 1.
    closeness = np.log(flows / np.outer(output, expenditure) * output.sum())
    names = [f"E{index:03d}" for index in range(size)]
    rows = pd.DataFrame(
        {
            "exporter": np.repeat(names, size),
            "importer": np.tile(names, size),
            "year": "2019",
            "trade": flows.ravel(),
            "Y": np.repeat(output, size),
            "E": np.tile(expenditure, size),
            "closeness": closeness.ravel(),
        }
    )
    base = ge.BaselineData(
        rows, imp_var_name="importer", exp_var_name="exporter", year_var_name="year", trade_var_name="trade",
        expend_var_name="E", output_var_name="Y",
    )  # fmt: skip
    coefficients = pd.DataFrame({"var": ["closeness"], "coeff": [1.0], "ste": [0.0]})
    costs = ge.CostCoeffs(coefficients, identifier_col="var", coeff_col="coeff", stderr_col="ste")
    answer: dict[str, object] = {"gegravity": version("gegravity"), "python": platform.python_version()}
    quiet = io.StringIO()
    start = time.perf_counter()
    with contextlib.redirect_stdout(quiet):
        model = ge.OneSectorGE(
            base, year="2019", reference_importer=names[0], sigma=SIGMA, cost_variables=["closeness"],
            cost_coeff_values=costs, quiet=True,
        )  # fmt: skip
        model.build_baseline(omr_rescale=1.0)
        shocked = model.baseline_data.copy()
        block = {f"E{index:03d}" for index in range(10)}
        inside = shocked.exporter.isin(block) & shocked.importer.isin(block) & (shocked.exporter != shocked.importer)
        shocked.loc[inside, "closeness"] += -(SIGMA - 1) * np.log(change)
        model.define_experiment(shocked)
        answer["baseline_s"] = time.perf_counter() - start
        start = time.perf_counter()
        model.simulate()
    answer["simulate_s"] = time.perf_counter() - start
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
