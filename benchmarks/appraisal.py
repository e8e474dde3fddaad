"""Times an appraisal: `python benchmarks/appraisal.py [--out RESULTS-appraisal.md] [--scenarios N]`.

Every run of the shipped case is a new process, so what a user waits for is counted, imports included. The stages are
those that the appraisal itself tells; the measures that act by the last deadline are what the coalitions are made of.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from rahdari.appraisal.appraise import Options
from rahdari.appraisal.executor import open_executor
from rahdari.appraisal.outlook import OUTLOOK_DRAWS, open_appraisal
from rahdari.appraisal.scenarios import Scenario, appraise_scenarios
from rahdari.case import find_case, read_case

CASE = "pakistan_kazakhstan"
REPEATS = 3
DRAWS = (500, 1_000, 2_000, 4_000, 8_000)
MEASURES = (0, 3, 6, 9, 12)
STAGES = """
import json, sys, time
began = time.perf_counter()
from rahdari.appraisal.appraise import Options, appraise
from rahdari.case import find_case, read_case
marks = [("Importing", began), ("Reading the case", time.perf_counter())]
case = read_case(find_case(sys.argv[1]))
count, draws = int(sys.argv[2]), int(sys.argv[3])
chosen = None if count < 0 else tuple(one.id for one in case.measures[:count])
answer = appraise(case, Options(chosen, draws=draws), progress=lambda step: marks.append((step, time.perf_counter())))
ends = [mark for _, mark in marks[1:]] + [time.perf_counter()]
print(json.dumps({"stages": [[name, end - start] for (name, start), end in zip(marks, ends)]}))
"""


def run_stages(measures: int, draws: int) -> dict[str, float]:
    """Seconds of each stage of one appraisal in a new process; all measures where the number is negative."""
    told = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", STAGES, CASE, str(measures), str(draws)], capture_output=True, text=True, check=True
    )
    stages: dict[str, float] = dict(json.loads(told.stdout)["stages"])
    return stages


def time_stages(measures: int, draws: int, *, repeats: int = REPEATS) -> dict[str, float]:
    """The median of several runs, stage by stage."""
    runs = [run_stages(measures, draws) for _ in range(repeats)]
    return {name: median(run[name] for run in runs) for name in runs[0]}


def time_command(repeats: int = REPEATS) -> float:
    """The least wall time of `rahdari appraise --json` in a new process, in seconds."""
    program = [sys.executable, "-c", "from rahdari.cli import main; main()", "appraise", CASE, "--json"]
    walls = []
    for _ in range(repeats):
        began = time.perf_counter()
        subprocess.run(program, capture_output=True, check=True)  # noqa: S603 - our own program
        walls.append(time.perf_counter() - began)
    return min(walls)


def time_change(repeats: int = 7) -> tuple[float, int]:
    """The median wall time in seconds to change one measure of an open appraisal, and its draws."""
    case = read_case(find_case(CASE))
    opened = open_appraisal(case)
    everyone = [measure.id for measure in case.measures]
    walls = []
    for left_out in everyone[:repeats]:
        began = time.perf_counter()
        opened.ask(tuple(name for name in everyone if name != left_out))
        walls.append(time.perf_counter() - began)
    return median(walls), OUTLOOK_DRAWS


def time_scenarios(count: int, draws: int, places: Sequence[str]) -> dict[str, float]:
    """Seconds for that many scenarios of that many draws in each place, the opening of its workers included."""
    case = read_case(find_case(CASE))
    asked = [Scenario(str(seed), Options(draws=draws, seed=seed)) for seed in range(count)]
    walls = {}
    for place in places:
        began = time.perf_counter()
        with open_executor(place) as executor:
            appraise_scenarios(case, asked, executor=executor)
        walls[place] = time.perf_counter() - began
    return walls


def write_table(scenarios: int) -> str:
    """The table as Markdown."""
    whole = time_stages(-1, 2_000)
    command = time_command()
    change, outlook_draws = time_change()
    by_draws = {draws: sum(time_stages(-1, draws, repeats=1).values()) for draws in DRAWS}
    by_measures = {count: sum(time_stages(count, 2_000, repeats=1).values()) for count in MEASURES}
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    parts = f"numpy {version('numpy')}, scipy {version('scipy')}"
    quick, met = ("yes" if command < 5 else "no"), ("yes" if change < 0.15 else "no")
    lines = [
        "# Appraisal: speed",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {machine}, {parts}; load average at the end {os.getloadavg()[0]:.1f}.",
        "Shipped case, all measures, every book, 2,000 draws unless another number stands there.",
        "Made by `benchmarks/appraisal.py`; wall time in seconds.",
        "",
        "| what | seconds | aim | met |",
        "|---|---|---|---|",
        f"| `rahdari appraise --json` in a new process | {command:.1f} | under 5 | {quick} |",
        *(f"| stage: {name} | {seconds:.2f} |  |  |" for name, seconds in whole.items()),
        f"| one measure changed in an open appraisal, {outlook_draws:,} draws | {change:.3f} | under 0.15 | {met} |",
        *(
            f"| {draws:,} draws | {seconds:.1f} ({1e3 * seconds / draws:.2f} ms a draw) | not above linear |  |"
            for draws, seconds in by_draws.items()
        ),
        *(f"| the case's first {count} measures | {seconds:.1f} |  |  |" for count, seconds in by_measures.items()),
    ]
    if scenarios:
        walls = time_scenarios(scenarios, 2_000, ("serial", "processes:2", "dask:2"))
        lines += [
            f"| {scenarios} scenarios of 2,000 draws, {place} | {seconds:.1f} ({seconds / scenarios:.1f} each) |  |  |"
            for place, seconds in walls.items()
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Prints the table, and writes it where --out says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--scenarios", type=int, default=8)
    asked = parser.parse_args()
    table = write_table(asked.scenarios)
    print(table)  # noqa: T201 - a script's answer
    if asked.out is not None:
        asked.out.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
