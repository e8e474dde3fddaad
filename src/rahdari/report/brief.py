"""The brief for a terminal: the verdict, three books, the chances, reasons, next steps and where the report is."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from rahdari.appraisal.result import Appraisal, BookAnswer
from rahdari.report.words import (
    keep_together,
    say_chance,
    say_list,
    say_money,
    say_month,
    say_number,
    say_percent,
    say_short_date,
)

TOP_MEASURES = 3
CHANCE_HEADINGS = ("by the model", "by the record", "together")
LONGEST_WIDTH = 100


def print_brief(appraisal: Appraisal, *, report: str | None, console: Console) -> None:
    """Nothing; the brief stands on the console, at most 100 columns wide."""
    width = min(console.width, LONGEST_WIDTH)
    console.print(compose_brief(appraisal, report=report), width=width)


def brief_lines(appraisal: Appraisal, *, report: str | None = None, width: int = LONGEST_WIDTH) -> list[str]:
    """The brief as plain lines without colour, `width` columns wide."""
    console = Console(width=width, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as capture:
        console.print(compose_brief(appraisal, report=report))
    return [line.rstrip() for line in capture.get().splitlines()]


def compose_brief(appraisal: Appraisal, *, report: str | None) -> Group:
    """The brief's parts, top to bottom."""
    parts: list[RenderableType] = [
        Text(f"{appraisal.title}, as of {say_short_date(appraisal.as_of)}", style="dim"),
        Text(keep_together(appraisal.verdict.headline), style="bold"),
        Text(),
        *_books(appraisal),
        Text(),
        *_list("What holds it back", appraisal.verdict.reasons),
        Text(),
        *_list("What to do next", appraisal.verdict.next_steps),
        Text(),
        *_measures(appraisal),
    ]
    if report is not None:
        parts += [Text(), Text.assemble("Report: ", (report, "bold"))]
    return Group(*parts)


def _books(appraisal: Appraisal) -> list[RenderableType]:
    """Each book with its latest year and, by each reading of the deadline, model, record and both together."""
    parts: list[RenderableType] = [_chance_table([(Text("Chance", style="dim"), CHANCE_HEADINGS)])]
    for name, book in appraisal.books.items():
        stands = (
            f": {say_money(book.baseline.value_musd)} in the year to {say_month(book.baseline.end)}; "
            f"the target is {appraisal.required[name].growth:.1f} times that"
        )
        parts.append(Text.assemble((book.title, "bold"), stands))
        rows = _merge_deadlines(appraisal, book)
        parts.append(_chance_table([(Text(f"  by {say_list(dates)}"), chances) for dates, chances in rows]))
    return parts


def _chance_table(rows: Sequence[tuple[Text, tuple[str, str, str]]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(ratio=1)
    for _ in CHANCE_HEADINGS:
        grid.add_column(width=16)  # as wide as 'under 1 in 1,000', so that every book's columns stand below each other
    for first, chances in rows:
        grid.add_row(first, *chances)
    return grid


def _merge_deadlines(appraisal: Appraisal, book: BookAnswer) -> list[tuple[list[str], tuple[str, str, str]]]:
    """Dates with their chances in words; readings of the deadline with the same chances share a row."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for one in appraisal.deadlines:
        chances = (
            say_brief_chance(book.probability[one.id]),
            say_brief_chance(book.outside_view[one.id]),
            say_brief_chance(book.pooled[one.id]),
        )
        rows.setdefault(chances, []).append(say_short_date(one.latest))
    return [(dates, chances) for chances, dates in rows.items()]


def say_brief_chance(probability: float) -> str:
    """A chance in few words: 'under 1 in 1,000', '1 in 140', '35 in 100'."""
    return keep_together(say_chance(probability).replace("less than", "under").removeprefix("about "))


def _list(heading: str, sentences: Sequence[str]) -> list[RenderableType]:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(justify="right")
    grid.add_column()
    for number, sentence in enumerate(sentences, start=1):
        grid.add_row(f"{number}.", Text(sentence))
    return [Text(heading, style="bold"), grid]


def _measures(appraisal: Appraisal) -> list[RenderableType]:
    book = next(iter(appraisal.books), "")
    if not book or not appraisal.measures:
        return [Text("No measure is counted.")]
    ranked = sorted(
        appraisal.measures,
        key=lambda one: (-one.shapley_musd.get(book, 0.0), -one.full_effect_musd.get(book, 0.0)),
    )
    table = Table(box=None, expand=True, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    table.add_column("Measure", ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column("Chance", justify="right", no_wrap=True, min_width=7)
    table.add_column("Brings", justify="right", no_wrap=True, min_width=7)
    table.add_column("In full", justify="right", no_wrap=True, min_width=7)
    for one in ranked[:TOP_MEASURES]:
        table.add_row(
            Text(one.title),
            say_percent(one.probability),
            say_number(one.shapley_musd.get(book, 0.0)),
            say_number(one.full_effect_musd.get(book, 0.0)),
        )
    heading = f"Top measures, million USD in the year to {say_month(appraisal.attribution_year[book])}, first book"
    return [Text(heading, style="bold"), table]
