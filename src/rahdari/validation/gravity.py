"""Published gravity estimates, the removal of all borders, and autarky by the formula of gains from trade (I/O)."""

from __future__ import annotations

import csv
import importlib.util
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

import numpy as np

from rahdari.trade.equilibrium import solve_equilibrium
from rahdari.trade.estimation import GravityEstimate, estimate_gravity
from rahdari.trade.gravity import cost_change, export_change, spread_flows
from rahdari.trade.markets import FloatArray
from rahdari.validation.bench import Bench

NO_BORDERS, ENLARGEMENT = "no_borders", "eu_enlargement"
THETA = 6.0  # sigma 7, as published
# At this ratio of trade costs some 1e-15 of trade is left.
PROHIBITIVE = 300.0
BORDERS = "trade ~ ln_DIST + CNTG + INTL_BRDR | exporter + importer"
AGREEMENTS = "trade ~ eu_enlargement + other_fta | exporter^year + importer^year + exporter^importer"


@dataclass(frozen=True, slots=True, eq=False)
class _World:
    """The economies of the data, their flows, what explains them, and the published changes in per cent."""

    labels: tuple[str, ...]
    flows: FloatArray
    distance: FloatArray
    contiguity: FloatArray
    conditional: FloatArray
    real_gdp: FloatArray


def border_coefficient(bench: Bench, name: str) -> float | None:
    """A coefficient of the gravity equation of Yotov and others (2016), chapter 2, application 1."""
    folder = _find(bench, NO_BORDERS)
    return None if folder is None else _coefficients(_estimate_borders(_read_world(folder)))[name]


def conditional_gap(bench: Bench) -> float | None:
    """Largest difference, in points, of exports at given output once borders are gone from the published ones."""
    folder = _find(bench, NO_BORDERS)
    if folder is None:
        return None
    world = _read_world(folder)
    fitted, opened = _fit(world)
    return float(np.abs(100 * (export_change(opened, fitted) - 1) - world.conditional).max())


def full_gap(bench: Bench) -> float | None:
    """Largest difference, in points, of real GDP in the exact equilibrium from the published loop's."""
    folder = _find(bench, NO_BORDERS)
    if folder is None:
        return None
    world = _read_world(folder)
    fitted, _ = _fit(world)
    border = _coefficients(_estimate_borders(world))["INTL_BRDR"]
    abroad = ~np.eye(len(fitted), dtype=bool)
    costs = np.where(abroad, cost_change(-border, elasticity=THETA), 1.0)
    solved = solve_equilibrium(fitted, costs, elasticity=THETA, deficits="multiplicative")
    return float(np.abs(100 * (solved.nominal_wage / solved.price_index - 1) - world.real_gdp).max())


def enlargement_coefficient(bench: Bench) -> float | None:
    """The PPML coefficient of the enlargement of the European Union on international flows."""
    folder = _find(bench, ENLARGEMENT)
    if folder is None:
        return None
    import gzip  # noqa: PLC0415 - for this file alone

    with gzip.open(folder / "panel.csv.gz", "rt", encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    abroad = [row for row in rows if row[header.index("exporter")] != row[header.index("importer")]]
    return _coefficients(_estimate(header, abroad, AGREEMENTS))["eu_enlargement"]


def autarky_gap(bench: Bench) -> float | None:
    """Largest relative difference of what autarky costs the case's economies from what their domestic shares tell.

    Arkolakis, Costinot and Rodriguez-Clare (2012, AER 102(1)), equation 1: real income moves with the share of domestic
    goods in spending to the power of minus 1 over the trade elasticity; in autarky the share is 1.
    """
    flows = bench.case.trade.value_musd
    costs = np.where(np.eye(len(flows), dtype=bool), 1.0, PROHIBITIVE)
    solved = solve_equilibrium(flows, costs, elasticity=THETA, deficits="zero")
    share = np.diag(solved.baseline_flows) / solved.baseline_flows.sum(axis=0)
    return float(np.abs(solved.welfare / share ** (1 / THETA) - 1).max())


def _find(bench: Bench, name: str) -> Path | None:
    """The folder of the data; None where it or the extra `estimation` is absent."""
    if bench.data is None or importlib.util.find_spec("pyfixest") is None:
        return None
    return next((path for path in (bench.data / "validation" / name, bench.data / name) if path.is_dir()), None)


def _read_world(folder: Path) -> _World:
    with (folder / "data_2006.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    labels = tuple(dict.fromkeys(row["exporter"] for row in rows))
    place = {label: index for index, label in enumerate(labels)}
    cubes = {name: np.zeros((len(labels), len(labels))) for name in ("trade", "DIST", "CNTG")}
    for row in rows:
        for name, cube in cubes.items():
            cube[place[row["exporter"]], place[row["importer"]]] = float(row[name])
    with (folder / "published_results.csv").open(encoding="utf-8", newline="") as file:
        told = {row["country"]: row for row in csv.DictReader(file)}
    conditional, real = (
        np.array([float(told[label][name]) for label in labels]) for name in ("change_Xi_CDL", "change_rGDP_FULL")
    )
    return _World(labels, cubes["trade"], np.log(cubes["DIST"]), cubes["CNTG"], conditional, real)


def _estimate_borders(world: _World) -> GravityEstimate:
    header = ["exporter", "importer", "trade", "ln_DIST", "CNTG", "INTL_BRDR"]
    rows = [
        [seller, buyer, *(repr(float(cube[i, j])) for cube in (world.flows, world.distance, world.contiguity)),
         str(int(i != j))]
        for i, seller in enumerate(world.labels)
        for j, buyer in enumerate(world.labels)
    ]  # fmt: skip
    return _estimate(header, rows, BORDERS)


def _estimate(header: list[str], rows: list[list[str]], formula: str) -> GravityEstimate:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "flows.csv"
        file.write_text("\n".join(",".join(row) for row in [header, *rows]) + "\n", encoding="utf-8")
        return estimate_gravity(file, formula)


def _coefficients(estimate: GravityEstimate) -> dict[str, float]:
    return {coefficient.name: coefficient.estimate for coefficient in estimate.coefficients}


def _fit(world: _World) -> tuple[FloatArray, FloatArray]:
    """Flows as the equation fits them, and with all borders gone at the same output and expenditure."""
    found = _coefficients(_estimate_borders(world))
    output, expenditure = world.flows.sum(axis=1), world.flows.sum(axis=0)
    opened = np.exp(found["ln_DIST"] * world.distance + found["CNTG"] * world.contiguity)
    closed = opened * np.exp(found["INTL_BRDR"] * ~np.eye(len(opened), dtype=bool))
    return spread_flows(closed, output, expenditure=expenditure), spread_flows(opened, output, expenditure=expenditure)


GRAVITY: Mapping[str, Callable[[Bench], float | None]] = MappingProxyType(
    {
        "ln_DIST": partial(border_coefficient, name="ln_DIST"),
        "CNTG": partial(border_coefficient, name="CNTG"),
        "INTL_BRDR": partial(border_coefficient, name="INTL_BRDR"),
        "conditional": conditional_gap,
        "full": full_gap,
        "enlargement": enlargement_coefficient,
        "autarky": autarky_gap,
    }
)
