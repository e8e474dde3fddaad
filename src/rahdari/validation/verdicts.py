"""Verdicts: each published figure with the model's, pass or miss, and the table that a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from rahdari.case import Case
from rahdari.exceptions import InputFault, Where
from rahdari.units import can_convert, conversion_factor
from rahdari.validation.bench import Bench, set_up_bench
from rahdari.validation.expectations import Expectation, read_expectations
from rahdari.validation.methods import compute_figure

GROUPS = ("validation", "backtest", "consistency", "calibration")
TITLES = {
    "validation": "Validation: published figures that the case was not made with",
    "backtest": "Back-tests: what the forecast's parts say with what was known before, against what came",
    "consistency": "Consistency: figures that return an input, so they show only that nothing was lost on the way",
    "calibration": "Calibration: figures that were used to make the case, so they must agree and prove little",
}

KINDS = {"lengths": "km", "times": "h", "costs": "USD/t"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A row with the model's figure in its unit; both `model` and `passed` are None where its data is absent."""

    row: Expectation
    model: float | None
    passed: bool | None


@dataclass(frozen=True, slots=True)
class Validation:
    """The rows to be judged, how many they are, and what the user must know."""

    rows: tuple[Expectation, ...]
    bench: Bench
    warnings: tuple[str, ...]

    def __iter__(self) -> Iterator[Verdict]:
        """Each row's verdict as it is computed, in file order."""
        return (judge_row(row, self.bench) for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def judge_case(case: Case, *, data: Path | None = None, reading: bool = False) -> Validation:
    """The case's published figures, judged one by one as they are asked for.

    `data` is a folder with published results that are not shipped; `reading` adds the rows on reading the article.
    """
    if data is not None and not data.is_dir():
        raise InputFault(f"There is no folder {data.name!r} with published data.", kind="no-data",
                         where=Where(data.name))  # fmt: skip
    rows = tuple(row for row in read_expectations(case) if reading or row.method.needs != "reading")
    warnings = []
    if not rows:
        warnings.append(f"The case {case.id} has no published figures (expected/validation.csv).")
    if data is None and any(row.method.needs for row in rows):
        count = sum(bool(row.method.needs) for row in rows)
        warnings.append(f"{count} rows need published data that is not shipped: give its folder with --data.")
    return Validation(rows, set_up_bench(case, data), tuple(warnings))


def judge_row(row: Expectation, bench: Bench) -> Verdict:
    """The row's verdict: a figure that the case cannot give is a miss, one whose data is absent is not judged."""
    figure = compute_figure(row.method, bench)
    if figure is None:
        return Verdict(row, None, None if row.method.needs else False)
    model = figure * conversion_factor(row.method.unit, row.unit)
    return Verdict(row, model, row.accepts(model))


def as_record(verdict: Verdict) -> dict[str, object]:
    """The keys of the public contract's `validate`, ready for JSON.

    `tolerance` is the largest allowed difference in the row's unit, null where the published figure is a bound.
    """
    row = verdict.row
    return {
        "id": row.id,
        "group": row.group,
        "what": row.what,
        "published": row.published,
        "model": verdict.model,
        "unit": row.unit,
        "tolerance": row.allowed,
        "pass": verdict.passed,
        "source": row.source,
        "note": row.note,
    }


def tabulate_group(verdicts: Sequence[Verdict], group: str) -> Table | None:
    """The table of one group with the notes of its misses in the caption; None where the group has no row."""
    own = [verdict for verdict in verdicts if verdict.row.group == group]
    if not own:
        return None
    table = Table("row", "what", title=TITLES[group], title_justify="left", caption_justify="left", box=SIMPLE,
                  pad_edge=False, collapse_padding=True)  # fmt: skip
    table.add_column("published", justify="right", no_wrap=True)
    table.add_column("model", justify="right", no_wrap=True)
    table.add_column("allowed", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for verdict in own:
        row = verdict.row
        model = "-" if verdict.model is None else _write_number(verdict.model)
        table.add_row(row.id, escape(row.what), f"{_write_number(row.published)} {row.unit}", model,
                      _write_allowed(row), _write_verdict(verdict))  # fmt: skip
    misses = [escape(f"{verdict.row.id}: {verdict.row.note}") for verdict in own if verdict.passed is False]
    table.caption = "\n".join(misses) or None
    return table


def summarise_counts(verdicts: Sequence[Verdict]) -> str:
    """One sentence: how many rows passed, missed and were not run, by group."""
    parts = []
    for group in GROUPS:
        own = [verdict for verdict in verdicts if verdict.row.group == group]
        judged = [verdict for verdict in own if verdict.passed is not None]
        if own:
            passed = sum(bool(verdict.passed) for verdict in judged)
            absent = f" ({len(own) - len(judged)} not run)" if len(own) > len(judged) else ""
            kinds = f" ({', '.join(_count_kinds(judged))})" if group == "validation" else ""
            parts.append(f"{group} {passed} of {len(judged)} pass{kinds}{absent}")
    missed = [verdict.row.id for verdict in verdicts if verdict.passed is False]
    if not parts:
        return "No published figures."
    return "; ".join(parts) + (f". Missed: {', '.join(missed)}." if missed else ". No miss.")


def _count_kinds(judged: Sequence[Verdict]) -> Iterator[str]:
    """How many lengths, times and costs pass: a model may know its roads well and its fares badly."""
    for kind, unit in KINDS.items():
        own = [verdict for verdict in judged if can_convert(verdict.row.unit, unit)]
        if own:
            yield f"{kind} {sum(bool(verdict.passed) for verdict in own)} of {len(own)}"


def _write_verdict(verdict: Verdict) -> str:
    if verdict.passed is None:
        return "not run"
    return "[green]pass[/]" if verdict.passed else "[bold red]MISS[/]"


def _write_allowed(row: Expectation) -> str:
    if row.tolerance_kind in ("at_least", "at_most"):
        return row.tolerance_kind.replace("_", " ")
    if not row.tolerance:
        return "exact"
    return f"± {row.tolerance:.3g}" if row.tolerance_kind == "absolute" else f"± {100 * row.tolerance:.3g} %"


def _write_number(value: float) -> str:
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1e}" if abs(value) < 0.001 else f"{value:.3g}"
