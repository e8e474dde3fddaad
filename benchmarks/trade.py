"""Times the trade engine: `python benchmarks/trade.py [--peer PYTHON] [--baci FILE] [--out RESULTS-trade.md]`.

PYTHON is the interpreter of an environment with gegravity and puremacro; without it their rows say so. The floor of a
batch is what its products of matrices and its exponentials and logarithms take at the rates measured in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.synthetic import balance_world, invent_flows, invent_world, write_baci, write_economy
from rahdari.report.answers import counterfactual_answer
from rahdari.trade.batch import ScenarioCosts, solve_scenarios
from rahdari.trade.blas import count_cpus, one_thread
from rahdari.trade.equilibrium import solve_equilibrium
from rahdari.trade.folders import solve_folder
from rahdari.trade.importing import import_files
from rahdari.trade.markets import FloatArray
from rahdari.trade.sector_draws import solve_sector_draws
from rahdari.trade.sectors import SectorWorld, solve_sectors

THETA, CUT, CLUB = 4.0, 0.9, 10
SCENARIOS, DRAWS, BACI_ROWS = 1_000, 1_000, 10_000_000
# What stands below the table.
NOTES = """
The floor is the processor time that the products of matrices, exponentials and logarithms of a scenario's own steps
take at the rates of the same run; the share is that of the whole call with its checks, the mean scenario that is solved
first and the ratios that it returns.
The `counterfactual` command's work starts after Python's imports: reading flows.csv and the shock, solving, labelling.

Peers that are not in the table: GEGravity and KITE are R packages that the package registries reached from here do not
hold (R itself installs), cp2015-jax is on none of them either, and ge_gravity needs Stata.
puremacro stops at its own tolerance of 1e-8; its world is balanced first, since it does not solve a baseline anew.
"""
# The seconds that a peer may take.
PATIENCE = 900


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    what: str
    figure: str
    aim: str
    met: str


def best(call: Callable[[], object], *, repeats: int) -> tuple[float, float]:
    """The least wall time and the least processor time of a call, in seconds."""
    walls, cpus = [], []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        call()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return min(walls), min(cpus)


def club_costs(size: int) -> FloatArray:
    """Ten economies cut the cost of trade among themselves by a tenth."""
    costs = np.ones((size, size))
    costs[:CLUB, :CLUB] = CUT
    costs[np.diag_indices(size)] = 1.0
    return costs


def time_single(peer: str | None) -> list[Line]:
    """One scenario of one sector, ours and gegravity's."""
    lines = []
    for size in (30, 80, 200):
        flows, costs = invent_flows(size), club_costs(size)
        solved = solve_equilibrium(flows, costs, elasticity=THETA)
        wall, _ = best(lambda: solve_equilibrium(flows, costs, elasticity=THETA), repeats=40)  # noqa: B023 - called at once
        aim = "under 3 ms" if size == 200 else ""
        lines.append(
            Line(
                f"one scenario, N={size}",
                f"{1e3 * wall:.2f} ms, residual {solved.residual:.0e}",
                aim,
                judge(wall < 3e-3, aim),
            )
        )
        theirs = ask_gegravity(peer, flows) if peer else None
        if theirs is not None:
            ratio = theirs["simulate_s"] / wall
            aim = "at least 3,000 times" if size == 200 else ""
            figure = f"{theirs['simulate_s']:.1f} s: {ratio:,.0f} times ours"
            lines.append(Line(f"gegravity {theirs['gegravity']}, N={size}", figure, aim, judge(ratio >= 3000, aim)))
    return lines


def time_command() -> list[Line]:
    """What the `counterfactual` command does once Python has its imports: read, solve, answer, and write JSON."""
    size = 200
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_economy(folder, invent_flows(size), club_costs(size))
        solve = lambda: solve_folder(folder, folder / "shock.csv", elasticity=THETA)  # noqa: E731
        answer = solve()
        wall, cpu = best(solve, repeats=15)
        plain, _ = best(lambda: json.dumps(counterfactual_answer(answer), allow_nan=False, indent=2), repeats=5)
    figure = (
        f"{1e3 * wall:.0f} ms from files to answer ({1e3 * cpu:.0f} ms of processor); "
        f"JSON of its {size * size:,} flows {1e3 * plain:.0f} ms more"
    )
    return [Line(f"command `counterfactual`, N={size}", figure, "under 60 ms", judge(wall < 0.06, "aim"))]


def ask_gegravity(peer: str, flows: FloatArray) -> dict[str, Any] | None:
    """Seconds of gegravity's simulation on the same flows and change, None where it gave none."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "flows.npy"
        np.save(file, flows)
        return ask_peer(peer, "gegravity_peer.py", file, CUT)


def ask_puremacro(peer: str, world: SectorWorld, costs: FloatArray, tariffs: FloatArray) -> dict[str, Any] | None:
    """Seconds and welfare of puremacro's Caliendo and Parro model in the same world, None where it gave none."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "world.npz"
        arrays = {field.name: getattr(world, field.name) for field in fields(world)}
        np.savez(file, **arrays, cost_changes=costs, new_tariffs=tariffs)
        return ask_peer(peer, "puremacro_peer.py", file)


def ask_peer(peer: str, script: str, *words: object) -> dict[str, Any] | None:
    """What a peer's script prints as JSON, None where it fails or takes too long."""
    command = [peer, str(Path(__file__).with_name(script)), *map(str, words)]
    try:
        done = subprocess.run(  # noqa: S603 - the interpreter that the user names
            command, capture_output=True, text=True, check=True, timeout=PATIENCE
        )
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"{script}: {error.stderr.strip().splitlines()[-1][:200]}\n")
        return None
    except subprocess.TimeoutExpired:
        sys.stderr.write(f"{script}: no answer after {PATIENCE} s\n")
        return None
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def time_batch() -> list[Line]:
    """A thousand scenarios of one baseline, and the share of the floor."""
    lines = []
    for size in (80, 200):
        flows = invent_flows(size)
        rng = np.random.default_rng(2)
        pairs = [(i, j) for i in range(CLUB) for j in range(CLUB) if i != j]
        exporters, importers = np.array(pairs).T
        changes = np.exp(-rng.uniform(0.05, 0.15, (SCENARIOS, len(pairs))))
        scenarios = ScenarioCosts(exporters, importers, changes)
        for spread, what in ((0.0, "one elasticity"), (0.1, "drawn elasticities")):
            thetas = THETA * np.exp(rng.normal(0, spread, SCENARIOS))
            solved = solve_scenarios(flows, scenarios, elasticity=thetas)
            wall, cpu = best(lambda: solve_scenarios(flows, scenarios, elasticity=thetas), repeats=9)  # noqa: B023
            floor = floor_seconds(size, int(solved.iterations.sum()))
            share = floor / cpu
            aim = "under 30 us each on 2 cores; 75 % of the floor" if size == 200 and not spread else ""
            figure = (
                f"{1e6 * wall / SCENARIOS:.1f} us each ({1e6 * cpu / SCENARIOS:.1f} us of processor), "
                f"{solved.iterations.mean():.1f} steps, residual {solved.residual.max():.0e}, floor {share:.0%}"
            )
            met = judge(wall / SCENARIOS < 30e-6 and share > 0.75, aim)
            if aim and wall / SCENARIOS < 30e-6 and share <= 0.75:
                met = "time yes, floor no"
            lines.append(Line(f"{SCENARIOS:,} scenarios, N={size}, {what}", figure, aim, met))
    return lines


def floor_seconds(size: int, steps: int) -> float:
    """Processor time of the arithmetic of so many scenario steps, at the rates of this run.

    A step has two products in double and one in single precision, two exponentials and a logarithm; each scenario
    starts with one more in single precision and a logarithm.
    """
    rng = np.random.default_rng(3)
    block, square = rng.random((size, 256)), rng.random((size, size))
    coarse, coarse_square = block.astype(np.float32), square.astype(np.float32)
    into, coarse_into = np.empty_like(block), np.empty_like(coarse)
    with one_thread():
        product, _ = best(lambda: np.matmul(square, block, out=into), repeats=300)
        coarse_product, _ = best(lambda: np.matmul(coarse_square, coarse, out=coarse_into), repeats=300)
        exponential, _ = best(lambda: np.exp(block, out=into), repeats=300)
        logarithm, _ = best(lambda: np.log(block, out=into), repeats=300)
    a_step = 2 * product + coarse_product + 2 * exponential + logarithm
    return (steps * a_step + SCENARIOS * (coarse_product + logarithm)) / block.shape[1]


def time_sectors(peer: str | None) -> list[Line]:
    """Many sectors with input-output links and tariffs, ours and puremacro's."""
    lines = []
    for size, sectors, most in ((31, 40, 0.03), (141, 65, 0.4)):
        world = invent_world(size, sectors)
        costs = np.broadcast_to(club_costs(size), world.flows.shape).copy()
        tariffs = world.tariffs.copy()
        tariffs[:, :CLUB, :CLUB] = 0.0
        solved = solve_sectors(world, costs, new_tariffs=tariffs)
        wall, cpu = best(lambda: solve_sectors(world, costs, new_tariffs=tariffs), repeats=7)  # noqa: B023
        again = " (baseline solved first)" if solved.resolved else ""
        aim = f"under {most:g} s"
        figure = (
            f"{wall:.3f} s ({cpu:.3f} s of processor), {solved.iterations} steps, residual {solved.residual:.0e}{again}"
        )
        lines.append(Line(f"{size} economies x {sectors} sectors", figure, aim, judge(wall < most, aim)))
        if size == 31:
            thetas = world.theta * np.exp(np.random.default_rng(4).normal(0, 0.1, (DRAWS, sectors)))
            wall, cpu = best(lambda: solve_sector_draws(world, costs, thetas, new_tariffs=tariffs), repeats=1)  # noqa: B023
            figure = f"{wall:.1f} s ({cpu:.1f} s of processor)"
            lines.append(Line(f"{DRAWS:,} draws of it", figure, "under 10 s", judge(wall < 10, "aim")))
    for size, sectors in ((10, 8), (31, 40)) if peer else ():
        world = balance_world(invent_world(size, sectors))
        costs = np.broadcast_to(club_costs(size), world.flows.shape).copy()
        theirs = ask_puremacro(peer or "", world, costs, world.tariffs)
        solved = solve_sectors(world, costs)
        wall, _ = best(lambda: solve_sectors(world, costs), repeats=5)  # noqa: B023
        if theirs is not None:
            apart, ratio = np.abs(np.array(theirs["welfare"]) / solved.welfare - 1.0).max(), theirs["solve_s"] / wall
            figure = (
                f"{theirs['solve_s']:.1f} s, residual {theirs['residual']:.0e}: {ratio:,.0f} times ours "
                f"({1e3 * wall:.1f} ms, {solved.residual:.0e}); welfare differs by {apart:.0e} at most"
            )
            lines.append(Line(f"puremacro {theirs['puremacro']}, {size} x {sectors}, balanced", figure, "", ""))
    return lines


def time_import(file: Path | None) -> list[Line]:
    """A file of BACI's size to Parquet and aggregates of pairs; its memory is that of a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = file or write_baci(Path(folder) / "BACI_HS17_Y2019.csv", rows=BACI_ROWS)
        into = Path(folder) / "case"
        walls, cpus = [], []
        for _ in range(2):
            shutil.rmtree(into, ignore_errors=True)
            into.mkdir()
            wall, cpu = time.perf_counter(), time.process_time()
            done = import_files("baci", path, into=into)
            walls.append(time.perf_counter() - wall)
            cpus.append(time.process_time() - cpu)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    figure = f"{min(walls):.1f} s ({min(cpus):.1f} s of processor), {done.rows:,} rows, peak {peak:.2f} GB"
    return [
        Line("BACI-size CSV to Parquet and pairs", figure, "under 6 s, 1 GB", judge(min(walls) < 6 and peak < 1, "aim"))
    ]


def judge(met: bool, aim: str) -> str:
    """The word for whether an aim is met, empty where there is none."""
    return ("yes" if met else "no") if aim else ""


def write_table(lines: list[Line]) -> str:
    """The results as Markdown, with machine, day and versions."""
    load = os.getloadavg()[0]
    names = ("numpy", "scipy", "duckdb", "pyfixest", "threadpoolctl")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    head = [
        "# Trade engine: speed",
        "",
        f"{datetime.now(tz=UTC):%Y-%m-%d}, {count_cpus()} cores ({platform.machine()}),",
        f"Python {platform.python_version()}, {versions}.",
        f"Least of several runs; load average at the end {load:.1f}: above 2, other work shared the cores, and",
        "processor time is the figure to read. Made by `benchmarks/trade.py`; data are invented.",
        "",
        "| what | figure | aim | met |",
        "|---|---|---|---|",
    ]
    return (
        "\n".join([*head, *(f"| {line.what} | {line.figure} | {line.aim} | {line.met} |" for line in lines)])
        + "\n"
        + NOTES
    )


def main() -> None:
    """Nothing; prints the table and writes it where --out says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", help="Python of an environment with gegravity and puremacro")
    parser.add_argument("--baci", type=Path, help="a file in BACI's layout; default: one is invented")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    lines = time_import(options.baci) + time_batch() + time_sectors(options.peer)
    lines += time_single(options.peer) + time_command()
    if options.peer is None:
        lines.append(Line("gegravity, puremacro", "not timed: no --peer", "at least 3,000 times", "unknown"))
    text = write_table(lines)
    sys.stdout.write(text)
    if options.out is not None:
        options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
