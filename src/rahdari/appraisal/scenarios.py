"""Many appraisals of one case: sets of measures, books and seeds as rows of a file, run where an executor has room."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rahdari.appraisal.appraise import Options, appraise
from rahdari.appraisal.executor import Executor, Serial
from rahdari.appraisal.result import Appraisal
from rahdari.appraisal.world import forecast_books
from rahdari.case import Case, read_case
from rahdari.exceptions import Fault, FaultyInput, InputFault, Where, nearest_names
from rahdari.measures import find_measures

COLUMNS = ("id", "measures", "book", "draws", "seed")
MAX_BYTES = 10_000_000
MAX_DRAWS = 100_000
MAX_SEED = 2**63 - 1
SERIAL = Serial()


@dataclass(frozen=True, slots=True)
class Scenario:
    """One appraisal to be made, and its name."""

    id: str
    options: Options


@dataclass(frozen=True, slots=True)
class ScenarioAnswer:
    """One appraisal made."""

    id: str
    appraisal: Appraisal


def read_scenarios(path: Path, case: Case) -> tuple[Scenario, ...]:
    """The rows of a CSV file with `id` and `measures` (ids apart by spaces, all or none), and if wanted the others."""
    where = Where(path.name)
    if path.stat().st_size > MAX_BYTES:
        raise InputFault(f"The file has more than {MAX_BYTES / 1e6:.0f} MB.", kind="file", where=where)
    try:
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), restkey="")
        header, rows = tuple(reader.fieldnames or ()), [(reader.line_num, row) for row in reader]
    except UnicodeDecodeError as error:
        raise InputFault("The file is no UTF-8 text.", kind="file", where=where) from error
    except csv.Error as error:
        raise InputFault(f"The file is no CSV table: {error}.", kind="file", where=where) from error
    for name, times in Counter(header).items():
        if name not in COLUMNS:
            near = nearest_names(name, COLUMNS)
            hint = f" Did you mean {near[0]}?" if near else f" Known: {', '.join(COLUMNS)}."
            raise InputFault(f"Unknown column: {name!r}.{hint}", kind="faulty-scenarios", where=Where(path.name, 1))
        if times > 1:
            message = f"The column {name} is there {times} times."
            raise InputFault(message, kind="faulty-scenarios", where=Where(path.name, 1, name))
    if not {"id", "measures"} <= set(header) or not rows:
        message = "Scenarios need a header with id and measures, and a row for each."
        raise InputFault(message, kind="faulty-scenarios", where=Where(path.name, 1))
    faults: list[Fault] = []
    found: dict[str, Scenario] = {}
    for number, row in rows:
        try:
            scenario = _read_row(row, case)
        except InputFault as error:
            column = error.kind.removeprefix("unknown-") if error.where is None else error.where.column
            column = "measures" if column == "measure" else column
            faults.append(Fault(error.message, Where(path.name, number, column)))
            continue
        if scenario.id in found:
            faults.append(Fault(f"The id {scenario.id!r} is there twice.", Where(path.name, number, "id")))
        found[scenario.id] = scenario
    if faults:
        raise FaultyInput(faults, kind="faulty-scenarios")
    return tuple(found.values())


def _read_row(row: dict[str, str | None], case: Case) -> Scenario:
    if "" in row:
        raise InputFault(
            "The row has more cells than the header.", kind="faulty-scenarios", where=Where("", None, None)
        )
    told = {name: (value or "").strip() for name, value in row.items()}
    words = told["measures"].split()
    if not told["id"] or not words:
        message = "A scenario needs an id and measures: their ids apart by spaces, all, or none."
        raise InputFault(message, kind="faulty-scenarios", where=Where("", None, "id" if words else "measures"))
    measures = None if words == ["all"] else () if words == ["none"] else tuple(words)
    find_measures(measures or (), case.measures)
    forecast_books(case, told.get("book") or None)
    default = Options()
    return Scenario(
        told["id"],
        Options(
            measures,
            told.get("book") or None,
            _read_count(told.get("draws", ""), "draws", default.draws, least=1),
            _read_count(told.get("seed", ""), "seed", default.seed, least=0),
        ),
    )


def _read_count(text: str, column: str, default: int, *, least: int) -> int:
    if not text:
        return default
    most = MAX_DRAWS if column == "draws" else MAX_SEED
    if not text.isdecimal() or not least <= int(text) <= most:
        message = f"{column} must be a whole number from {least} to {most:,}."
        raise InputFault(message, kind="faulty-scenarios", where=Where("", None, column))
    return int(text)


def appraise_scenarios(
    case: Case, scenarios: Sequence[Scenario], *, executor: Executor = SERIAL
) -> tuple[ScenarioAnswer, ...]:
    """An appraisal for each scenario, in their order; the executor changes when it is done, not what comes out.

    Workers read the case from its folder, so those of a cluster need it at the same path, and unchanged.
    """
    folder = str(case.folder.resolve())
    answers = executor.map(_appraise_task, [(folder, case.sha256, one.options) for one in scenarios])
    return tuple(ScenarioAnswer(one.id, answer) for one, answer in zip(scenarios, answers, strict=True))


def _appraise_task(task: tuple[str, str, Options]) -> Appraisal:
    folder, sha256, options = task
    case = _read_once(folder, sha256)
    if case.sha256 != sha256:
        message = f"The case on the worker is another one ({case.sha256[:12]}, not {sha256[:12]}): copy it there anew."
        raise InputFault(message, kind="other-case")
    return appraise(case, options)


@lru_cache(maxsize=1)
def _read_once(folder: str, sha256: str) -> Case:  # noqa: ARG001 - a case that has changed is read again
    return read_case(Path(folder))
