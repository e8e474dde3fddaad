"""Facts that several sources tell: as the contract's object and as a table on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table

from rahdari.register.reconciliation import Fact
from rahdari.report.terminal import open_console, printable


def reconcile_answer(facts: Sequence[Fact]) -> dict[str, object]:
    """The object of `reconcile`: each fact with its verdict, the claim in use and who says what."""
    return {
        "facts": [
            {
                "fact": fact.fact,
                "verdict": fact.verdict.value,
                "in_use": fact.in_use,
                "note": fact.note or None,
                "claims": [
                    {
                        "source": claim.source,
                        "reported": claim.reported,
                        "normalised": claim.normalised,
                        "strength": claim.strength,
                        "note": claim.note or None,
                    }
                    for claim in fact.claims
                ],
            }
            for fact in facts
        ],
        "warnings": [],
    }


def print_reconciliation(facts: Sequence[Fact]) -> None:
    """Nothing; a table of the facts on standard output, a line a source."""
    console = open_console()
    if not facts:
        console.print("No fact is told by more than one source. Statements stand in statements.csv of the case.")
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in ("fact", "verdict", "in use", "said", "by"):
        table.add_column(column, overflow="fold")
    for fact in facts:
        shown = printable(fact.fact), fact.verdict.value, printable(fact.in_use or "nothing")
        for number, claim in enumerate(fact.claims):
            head = shown if number == 0 else ("", "", "")
            table.add_row(
                *head,
                f"{printable(claim.reported)} ({printable(claim.normalised)})",
                f"{claim.source} ({claim.strength})",
            )
        if fact.note:
            table.add_row("", "", "", printable(fact.note), "")
        table.add_section()
    console.print(table)
