"""Times puremacro on a world of sectors from a file, in a Python of its own: `python puremacro_peer.py WORLD.npz`."""

from __future__ import annotations

import json
import platform
import sys
import time
import warnings
from importlib.metadata import version

import numpy as np
from puremacro.trade.caliendo_parro import CaliendoParroModel

warnings.simplefilter("ignore")


def main() -> None:
    """Nothing; prints seconds of the counterfactual, what the solver said of its success, and welfare."""
    told = np.load(sys.argv[1])
    # There trade shares are sector x importer x exporter, and vectors economy x sector.
    gross = (told["flows"] * (1.0 + told["tariffs"])).transpose(0, 2, 1)
    sales = told["flows"].sum(axis=2)
    model = CaliendoParroModel(
        trade_shares=gross / gross.sum(axis=2, keepdims=True),
        gamma_va=told["value_added_share"].T,
        gamma_io=told["inputs"].transpose(0, 2, 1),
        alpha=told["final_shares"].T,
        theta=told["theta"],
        labor_income=(told["value_added_share"] * sales).sum(axis=0),
        tariffs=1.0 + told["tariffs"].transpose(0, 2, 1),
    )
    start = time.perf_counter()
    solved = model.solve_counterfactual(
        tariffs_new=1.0 + told["new_tariffs"].transpose(0, 2, 1), d_hat=told["cost_changes"].transpose(0, 2, 1)
    )
    answer = {
        "puremacro": version("puremacro"),
        "python": platform.python_version(),
        "solve_s": time.perf_counter() - start,
        "converged": bool(solved.converged),
        "residual": float(solved.max_residual),
        "welfare": solved.welfare_hat.tolist(),
    }
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
