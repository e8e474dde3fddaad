"""A policy and an estimate from files, for draws of a counterfactual (I/O)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rahdari.exceptions import Fault, FaultyInput, InputFault, Where
from rahdari.trade.estimation import Coefficient, Dropped, GravityEstimate
from rahdari.trade.rows import read_label, read_number, read_table
from rahdari.trade.uncertainty import PolicyChange

MOST_BYTES = 50_000_000


def read_policy(file: Path) -> tuple[PolicyChange, ...]:
    """What a policy changes: exporter, importer, column of the estimate, and change (1 switches a dummy on)."""
    faults: list[Fault] = []
    table = read_table(file, ("exporter", "importer", "column", "change"), faults=faults)
    if table is None:
        raise FaultyInput(faults)
    changes = []
    for row in table.rows:
        seller = read_label(table, row, column="exporter", known=None, faults=faults)
        buyer = read_label(table, row, column="importer", known=None, faults=faults)
        column = read_label(table, row, column="column", known=None, faults=faults, what="column")
        change = read_number(table, row, column="change", faults=faults)
        if seller is not None and buyer is not None and column is not None and change is not None:
            changes.append(PolicyChange(seller, buyer, column, change))
    if faults:
        raise FaultyInput(faults)
    return tuple(changes)


def read_estimate(file: Path) -> GravityEstimate:
    """The estimate that `rahdari estimate --json` wrote; InputFault where the file is none."""
    if not file.is_file():
        raise InputFault(f"There is no file {file.name!r}.", kind="no-such-file", where=Where(file.name))
    if file.stat().st_size > MOST_BYTES:
        raise InputFault("The file has more than 50 MB: that is no estimate.", kind="size", where=Where(file.name))
    try:
        told: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        rows = [Coefficient(str(row["name"]), float(row["estimate"]), float(row["se"])) for row in told["coefficients"]]
        covariance = np.array(told["covariance"], dtype=np.float64).reshape(len(rows), len(rows))
        dropped = told["dropped_by"]
        estimate = GravityEstimate(
            formula=str(told["formula"]),
            vcov=str(told["vcov"]),
            coefficients=tuple(rows),
            covariance=covariance,
            observations=int(told["observations"]),
            dropped=Dropped(int(dropped["missing"]), int(dropped["singletons"]), int(dropped["separation"])),
            dropped_variables=tuple(told["dropped_variables"]),
            deviance=float("nan"),
            warnings=tuple(told["warnings"]),
        )
    except (ValueError, KeyError, TypeError, UnicodeDecodeError):
        message = "The file is no estimate: write one with  rahdari estimate FILE --formula F --json > estimate.json"
        raise InputFault(message, kind="unreadable", where=Where(file.name)) from None
    if not rows or not np.isfinite(covariance).all():
        raise InputFault("The estimate has no finite covariance.", kind="unreadable", where=Where(file.name))
    return estimate
