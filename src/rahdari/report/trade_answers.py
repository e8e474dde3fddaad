"""Answers of the trade room's commands as plain objects in the keys and units of the public contract."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from rahdari.trade.estimation import GravityEstimate
from rahdari.trade.importing import ImportReport

SHOWN = 20


def estimate_answer(estimate: GravityEstimate) -> dict[str, object]:
    """The object of `estimate`; `covariance` in the order of `coefficients`, `dropped` in observations."""
    return {
        "coefficients": [{"name": row.name, "estimate": row.estimate, "se": row.se} for row in estimate.coefficients],
        "observations": estimate.observations,
        "dropped": estimate.dropped.total,
        "dropped_by": {
            "missing": estimate.dropped.missing,
            "singletons": estimate.dropped.singletons,
            "separation": estimate.dropped.separation,
        },
        "dropped_variables": list(estimate.dropped_variables),
        "covariance": [[float(value) for value in row] for row in estimate.covariance],
        "formula": estimate.formula,
        "vcov": estimate.vcov,
        "warnings": list(estimate.warnings),
    }


def import_answer(report: ImportReport) -> dict[str, object]:
    """The object of `import`: rows, what was left out and why, faults with their lines, and totals in million USD."""
    years = report.years
    return {
        "source": report.source,
        "rows": report.rows,
        "skipped": report.skipped,
        "skipped_by": [
            {"file": file.name, "why": reason.why, "rows": reason.rows, "value_musd": reason.value_musd}
            for file in report.files
            for reason in file.dropped
        ],
        "faults": [
            {"file": fault.where.file, "row": fault.where.row, "column": fault.where.column, "message": fault.message}
            for fault in report.faults
        ],
        "totals": {
            "years": [entry.year for entry in years],
            "value_musd": report.value_musd,
            "by_year": [{"year": entry.year, "rows": entry.rows, "value_musd": entry.value_musd} for entry in years],
        },
        "files": [{"name": file.name, "part": file.part, "rows": file.rows} for file in report.files],
        "resumed": report.resumed,
        "warnings": list(report.warnings),
    }


def tabulate_import(report: ImportReport) -> str:
    """What was imported, a line a year, and the first faults."""
    lines = [f"{report.rows:,} rows imported, {report.skipped:,} left out; {report.resumed} files were done before."]
    lines += [
        f"  {entry.year}  {entry.rows:>12,} rows  {entry.value_musd:>18,.3f} million USD" for entry in report.years
    ]
    lines += [f"  {fault.where}: {fault.message}" for fault in report.faults[:SHOWN]]
    if len(report.faults) > SHOWN:
        lines.append(f"  and {len(report.faults) - SHOWN} more rows that cannot be read")
    return "\n".join(lines)


@contextlib.contextmanager
def show_files(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """A bar over files on standard error; what it yields is told each file's name, number and their count."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[name]}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, name="")

        def tell(name: str, number: int, count: int) -> None:
            bar.update(task, total=count, completed=number, name=name)

        yield tell
