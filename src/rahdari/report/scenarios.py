"""Answers of many scenarios: one table in the terminal, one object for JSON."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from rahdari.appraisal.scenarios import ScenarioAnswer
from rahdari.case import Case
from rahdari.report.plain import appraisal_answer
from rahdari.report.words import find_words


def scenarios_answer(case: Case, answers: Sequence[ScenarioAnswer]) -> dict[str, object]:
    """The object of `scenarios`: for each its id and the object that `appraise` gives."""
    return {
        "scenarios": [{"id": one.id, **appraisal_answer(case, one.appraisal)} for one in answers],
        "warnings": list(dict.fromkeys(warning for one in answers for warning in one.appraisal.warnings)),
    }


def tabulate_scenarios(case: Case, answers: Sequence[ScenarioAnswer], *, language: str = "en") -> Table:
    """For each scenario and book what all its measures add, and by each deadline the three chances in words."""
    say = find_words(language, case=case)
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("scenario: book", overflow="fold")
    for name in ("by the model", "by the record", "together", "adds, $m"):
        table.add_column(name, justify="right")
    for one in answers:
        for name, book in one.appraisal.books.items():
            added = say.number(one.appraisal.total_effect_musd[name])
            table.add_row(f"{one.id}: {name}", "", "", "", added)
            for deadline in one.appraisal.deadlines:
                table.add_row(
                    say("brief.by", dates=say.short_date(deadline.latest)),
                    say.short_chance(book.probability[deadline.id], draws=one.appraisal.draws_used),
                    say.short_chance(book.outside_view[deadline.id]),
                    say.short_chance(book.pooled[deadline.id]),
                )
    return table
