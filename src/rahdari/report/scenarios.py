"""Answers of many scenarios: one table in the terminal, one object for JSON."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE
from rich.table import Table

from rahdari.appraisal.scenarios import ScenarioAnswer
from rahdari.case import Case
from rahdari.report.plain import appraisal_answer


def scenarios_answer(case: Case, answers: Sequence[ScenarioAnswer]) -> dict[str, object]:
    """The object of `scenarios`: for each its id and the object that `appraise` gives."""
    return {
        "scenarios": [{"id": one.id, **appraisal_answer(case, one.appraisal)} for one in answers],
        "warnings": list(dict.fromkeys(warning for one in answers for warning in one.appraisal.warnings)),
    }


def tabulate_scenarios(answers: Sequence[ScenarioAnswer]) -> Table:
    """A row for each scenario, book and deadline: the three chances in per cent, and what all its measures add."""
    table = Table("scenario", "book", "by", box=SIMPLE)
    for name in ("inside %", "outside %", "together %", "measures add, $m"):
        table.add_column(name, justify="right")
    for one in answers:
        for name, book in one.appraisal.books.items():
            for deadline in one.appraisal.deadlines:
                views = (book.probability, book.outside_view, book.pooled)
                table.add_row(
                    one.id,
                    name,
                    deadline.latest.isoformat(),
                    *(f"{view[deadline.id]:.1%}".rstrip("%") for view in views),
                    f"{one.appraisal.total_effect_musd[name]:+,.1f}",
                )
    return table
